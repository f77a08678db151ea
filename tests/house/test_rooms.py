"""The rooms: which need which, and what is said of each."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "generator" / "codeartifact_tf"


NAME = PACKAGE.name
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}


@cache
def _imports(module: str) -> frozenset[str]:
    """The modules of ours that a module imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            base = f"{node.module}."
            names = [base + alias.name for alias in node.names] + [base]
        elif isinstance(node, ast.Import):
            names = [f"{alias.name}." for alias in node.names]
        else:
            continue
        ours = (name.removeprefix(f"{NAME}.").strip(".") for name in names if name.startswith(NAME))
        found |= {name for name in ours if name in MODULES}
    return frozenset(found - {module})


def _room(module: str) -> str:
    return module.partition(".")[0]


def test_no_two_rooms_need_one_another() -> None:
    needs: dict[str, set[str]] = {}
    for module in MODULES:
        needs.setdefault(_room(module), set()).update(map(_room, _imports(module)))
    graph = {room: needed - {room} for room, needed in needs.items()}
    assert [*TopologicalSorter(graph).static_order()]  # raises CycleError, which names the circle


def test_contributing_has_each_room_in_a_line() -> None:
    rooms = {
        f"{path.parent.relative_to(PACKAGE).as_posix()}/": ast.get_docstring(
            ast.parse(path.read_text(encoding="utf-8"))
        )
        for path in PACKAGE.glob("*/**/__init__.py")
    }
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^- `([a-z_/]+/)`: (.+)$", text, re.MULTILINE))
    assert written == {room: (doc or "").partition("\n")[0] for room, doc in rooms.items()}


def test_every_file_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|json|yaml|sh|yml))`", text))
    assert named
    places = (ROOT, PACKAGE)
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def _reached(module: str) -> set[str]:
    found, pending = set[str](), [module]
    while pending:
        for name in _imports(pending.pop()) - found:
            found.add(name)
            pending.append(name)
    return found


def test_renderer_and_reader_share_the_model_the_configuration_and_the_spelling_only() -> None:
    shared = _reached("terraform.render") & _reached("terraform.read")
    assert shared == {"domain.model", "terraform.configuration", "terraform.hcl"}


_RAW_DATA = re.compile(r"\b(?:source|file|main)\.(?:data|root)\b")


def test_nobody_reads_the_data_of_a_yaml_file_behind_the_records_of_the_spec() -> None:
    # A rule that needs more than the records have gets a field of one.
    found = {name for name in MODULES if _RAW_DATA.search(MODULES[name].read_text("utf-8"))}
    assert {_room(name) for name in found} == {"spec"}
    assert "spec.spec" not in found


@pytest.mark.parametrize("module", MODULES)
def test_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8")))
