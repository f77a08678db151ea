"""Guards: what must stay equal in several places, and what no file may do."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from functools import cache
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from codeartifact_tf import rules
from codeartifact_tf.aws.actions import (
    ACTIONS,
    CREATE_ACTIONS,
    DOMAIN_READ_ACTIONS,
    LOGIN_ACTIONS,
    PUBLISH_ACTIONS,
)
from codeartifact_tf.aws.catalog import (
    EXTERNAL_CONNECTIONS,
    MAX_POLICY,
    PACKAGE_FORMATS,
    REGIONS,
)
from codeartifact_tf.spec.schema import Kind, load, without_rules
from tests.conftest import ROOT
from tests.support.amounts import examples
from tests.support.cases import OF_RULES, case_name, parts_of, specs_in
from tests.support.service_model import model, shapes

PACKAGE = ROOT / "generator" / "codeartifact_tf"


# botocore's model of the service.


def _domain_field(name: str) -> dict[str, Any]:
    field: dict[str, Any] = load(Kind.DOMAIN)["properties"]["domain"]["properties"][name]
    return field


def _definition(name: str) -> dict[str, Any]:
    definition: dict[str, Any] = load(Kind.DOMAIN)["$defs"][name]
    return definition


class Pair(NamedTuple):
    """A shape of AWS's and the part of our schema that must accept the same texts."""

    shape: str
    schema: dict[str, Any]


PAIRS = [
    Pair("DomainName", _domain_field("name")),
    Pair("AccountId", _domain_field("owner")),
    Pair("RepositoryName", _definition("repositoryName")),
    Pair("ExternalConnectionName", _definition("externalConnectionName")),
    Pair("Description", _definition("description")),
    Pair("PackageGroupContactInfo", _definition("description")),
    Pair("TagKey", _definition("tagKey")),
    Pair("TagValue", _definition("tagValue")),
]


@cache
def _other() -> str:
    """A character class of Unicode's category C, which Java writes \\p{C} and Python cannot."""
    members = (n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n))[0] == "C")
    ranges = [
        [number for _, number in run]
        for _, run in groupby(enumerate(members), lambda pair: pair[1] - pair[0])
    ]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges)


@cache
def _service_pattern(shape: str) -> re.Pattern[str]:
    return re.compile(str(shapes()[shape]["pattern"]).replace("\\P{C}", f"[^{_other()}]"))


def _service_accepts(shape: str, text: str) -> bool:
    facts = shapes()[shape]
    fits = facts.get("min", 0) <= len(text) <= facts["max"]
    return fits and _service_pattern(shape).fullmatch(text) is not None


# Unassigned characters are left out, because which they are depends on the version of Unicode, and
# surrogates, because no YAML file can hold one.
_CHARACTERS = st.characters(exclude_categories=["Cn", "Cs"])
_NAME_CHARACTERS = st.sampled_from("aAzZ09._-:é\n\u0661")


# Where a pattern is one of letters, texts that match it are rare enough to be drawn on purpose.
_NAMES = {
    "DomainName": "[a-z][a-z0-9-]{0,49}[a-z0-9]",
    "AccountId": "[0-9]{12}\n?",
    "RepositoryName": "[A-Za-z0-9][A-Za-z0-9._-]{1,100}\n?",
    "ExternalConnectionName": "[A-Za-z0-9][A-Za-z0-9.:_-]{1,100}\n?",
}


def _texts(shape: str) -> st.SearchStrategy[str]:
    longest = shapes()[shape]["max"]
    return st.one_of(
        st.text(_NAME_CHARACTERS, max_size=longest + 2),
        st.text(_CHARACTERS, max_size=20),
        st.builds(str.__mul__, _CHARACTERS, st.integers(longest - 1, longest + 1)),
        st.from_regex(_NAMES.get(shape, "[a-z]{3}"), fullmatch=True),
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_schema_accepts_what_the_service_accepts_and_nothing_else(pair: Pair) -> None:
    validator = Draft202012Validator(pair.schema)

    @settings(max_examples=examples(150), deadline=None)
    @given(_texts(pair.shape))
    def same(text: str) -> None:
        assert validator.is_valid(text) == _service_accepts(pair.shape, text)

    same()


@pytest.mark.parametrize("name", ["description", "tagKey", "tagValue"])
def test_schema_refuses_every_character_that_the_service_refuses(name: str) -> None:
    categories = {chr(n): unicodedata.category(chr(n)) for n in range(sys.maxunicode + 1)}
    assigned = {c: category for c, category in categories.items() if category not in {"Cn", "Cs"}}
    refused = re.findall(_definition(name)["not"]["pattern"], "".join(assigned))
    assert refused == [c for c, category in assigned.items() if category[0] == "C"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_schema_has_the_length_limits_of_the_service(pair: Pair) -> None:
    facts = shapes()[pair.shape]
    if pair.shape == "AccountId":  # ours says by its pattern how long it is
        validator = Draft202012Validator(pair.schema)
        accepted = [length for length in range(30) if validator.is_valid("1" * length)]
        assert accepted == [*range(facts["min"], facts["max"] + 1)]
    else:
        assert pair.schema["maxLength"] == facts["max"]
        assert pair.schema.get("minLength", 0) == facts.get("min", 0)


_WITHOUT_EXAMPLES = {"TagKey", "TagValue"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_examples_of_the_schema_are_accepted_by_the_service(pair: Pair) -> None:
    examples = pair.schema.get("examples", [])
    assert bool(examples) is (pair.shape not in _WITHOUT_EXAMPLES)
    assert [text for text in examples if not _service_accepts(pair.shape, text)] == []


def test_key_is_as_long_as_the_service_allows() -> None:
    assert _domain_field("encryption_key")["maxLength"] == shapes()["Arn"]["max"]


def test_package_formats_are_those_of_the_service() -> None:
    formats = {connection.package_format for connection in EXTERNAL_CONNECTIONS.values()}
    assert formats <= set(PACKAGE_FORMATS)
    assert sorted(PACKAGE_FORMATS) == sorted(shapes()["PackageFormat"]["enum"])
    assert set(PUBLISH_ACTIONS) == set(PACKAGE_FORMATS)


def test_a_policy_is_as_long_as_the_service_allows() -> None:
    assert shapes()["PolicyDocument"]["max"] == MAX_POLICY


def test_actions_are_the_operations_of_the_service_and_those_for_permission_only() -> None:
    # Service Authorization Reference: these three are no operations of the API.
    only = {"AssociateWithDownstreamRepository", "PutPackageMetadata", "ReadFromRepository"}
    assert set(ACTIONS) == {*model()["operations"]} | only
    intents = (*DOMAIN_READ_ACTIONS, *LOGIN_ACTIONS, *CREATE_ACTIONS)
    assert {*intents, *(a for actions in PUBLISH_ACTIONS.values() for a in actions)} <= set(ACTIONS)


def test_service_model_tells_of_the_same_external_connections() -> None:
    request = shapes()["AssociateExternalConnectionRequest"]["members"]["externalConnection"]
    assert set(re.findall(r"public:[a-z-]+", request["documentation"])) == set(EXTERNAL_CONNECTIONS)


def test_regions_are_those_of_the_service() -> None:
    partition = Loader().load_data("endpoints")["partitions"][0]
    assert set(partition["services"]["codeartifact"]["endpoints"]) == REGIONS


# The rules.

SETTABLE = [*(check.rule for check in rules.ABOUT_SPECS), rules.UNUSED_IGNORE]
WITH_CASES = [*(rule.name for rule in SETTABLE), "ignore-comment"]


@pytest.mark.parametrize("folder", ["specs", "changes"])
def test_every_file_of_the_folder_is_a_rule_of_its_name(folder: str) -> None:
    listed = {
        "specs": [check.rule.name for check in rules.ABOUT_SPECS],
        "changes": [check.rule.name for check in rules.ABOUT_CHANGES],
    }
    files = sorted((PACKAGE / "rules" / folder).glob("[a-z]*.py"))
    assert listed[folder] == [path.stem.replace("_", "-") for path in files]


def test_names_of_rules_are_unique() -> None:
    assert len({rule.name for rule in rules.ALL}) == len(rules.ALL)


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.name)
def test_rule_says_in_a_sentence_what_must_hold(rule: rules.Rule) -> None:
    assert rule.summary.endswith(".")
    assert "\n" not in rule.summary


@pytest.mark.parametrize("name", WITH_CASES)
def test_rule_has_a_good_and_a_bad_case(name: str) -> None:
    cases = {case_name(spec).partition("-")[0] for spec in specs_in(OF_RULES / name)}
    assert cases == {"good", "bad"}


def test_every_folder_of_cases_is_that_of_a_rule() -> None:
    assert sorted(folder.name for folder in OF_RULES.iterdir()) == sorted(WITH_CASES)


def test_every_expected_report_belongs_to_a_case() -> None:
    tests = ROOT / "tests"
    reports = [*tests.glob("spec/invalid/**/*.expected"), *OF_RULES.glob("**/*.expected")]
    assert len(reports) > 100
    assert [report for report in reports if not report.with_suffix(".yaml").is_file()] == []


@pytest.mark.parametrize("kind", Kind)
def test_schema_speaks_for_rules_that_exist(kind: Kind) -> None:
    comments = {part["$comment"] for part in parts_of(load(kind)) if "$comment" in part}
    assert comments
    assert comments <= {f"rule: {rule.name}" for rule in SETTABLE}


# The schemas.


def _objects(kind: Kind) -> list[dict[str, Any]]:
    return [
        part
        for part in parts_of(load(kind))
        if isinstance(part.get("properties"), dict) and "object" in part.get("type", ())
    ]


@pytest.mark.parametrize("kind", Kind)
def test_schema_is_valid(kind: Kind) -> None:
    schema = load(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", Kind)
def test_schema_is_closed_and_lets_notes_pass_everywhere(kind: Kind) -> None:
    assert _objects(kind)
    for part in _objects(kind):
        assert part["additionalProperties"] is False
        assert part["patternProperties"] == {"^x-": True}


@pytest.mark.parametrize("kind", Kind)
def test_every_property_is_described(kind: Kind) -> None:
    for part in _objects(kind):
        for name, field in part["properties"].items():
            assert "$ref" in field or {"title", "description"} <= set(field), name


@pytest.mark.parametrize("kind", Kind)
def test_every_definition_is_described(kind: Kind) -> None:
    definitions = load(kind)["$defs"]
    assert definitions
    for name, definition in definitions.items():
        assert {"title", "description"} <= set(definition), name


@pytest.mark.parametrize("kind", Kind)
def test_schema_has_no_choice_that_answers_without_a_reason(kind: Kind) -> None:
    assert [part for part in parts_of(load(kind)) if {"oneOf", "anyOf"} & set(part)] == []


@pytest.mark.parametrize("kind", Kind)
def test_every_reference_leads_somewhere_and_every_definition_is_used(kind: Kind) -> None:
    references = {part["$ref"] for part in parts_of(load(kind)) if "$ref" in part}
    assert references == {f"#/$defs/{name}" for name in load(kind)["$defs"]}


@pytest.mark.parametrize("kind", Kind)
def test_what_stands_beside_a_reference_does_not_validate(kind: Kind) -> None:
    # The validator has definitions in the place of references.
    references = [part for part in parts_of(without_rules(load(kind))) if "$ref" in part]
    assert references
    for part in references:
        assert {key for key, value in part.items() if value} <= {"$ref", "description"}


@pytest.mark.parametrize("kind", Kind)
def test_examples_of_the_schema_are_valid(kind: Kind) -> None:
    schema = load(kind)
    count = 0
    for part in parts_of(schema):
        examples = part.get("examples", ())
        validator = Draft202012Validator({**part, "$defs": schema.get("$defs", {})})
        for example in examples if isinstance(examples, list) else ():
            assert validator.is_valid(example), example
            count += 1
    assert count > 10


def test_patterns_mean_the_same_in_other_languages() -> None:
    # ECMA 262, which JSON Schema asks for, knows neither \A nor \Z, and Python no \p{…}.
    patterns = [
        part["pattern"]
        for kind in Kind
        for part in parts_of(load(kind))
        if isinstance(part.get("pattern"), str)
    ]
    assert len(patterns) > 10
    assert [text for text in patterns if re.search(r"\\[AZzpPdDwWsSbB]|\(\?", text)] == []


# The rooms: each folder of the package is one, and so is each module beside them.

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


# What no file of the repository may hold.


def _repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    paths = (ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name)
    files = [path for path in paths if path.is_file() and not path.is_symlink()]
    assert files
    return files


def _folders_of_this_machine() -> set[str]:
    folders = {ROOT, ROOT.parent, Path.home(), Path(sys.base_prefix)}
    everyones = {Path(name) for name in ("/", "/usr", "/usr/local", "/opt", "/home", "/srv")}
    everyones.add(Path(tempfile.gettempdir()))
    return {f"{folder}/" for folder in folders - everyones}


def _package_indexes() -> set[str]:
    """Hosts and folders from which pip installs on this machine."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    lines = (line.partition("=") for line in listed.stdout.splitlines())
    sources = ("index-url", "extra-index-url", "find-links", "index_url", "find_links")
    found = " ".join(value for key, _, value in lines if key.endswith(sources))
    words = found.replace("'", " ").replace("\\n", " ").split()
    return {urlsplit(word).hostname or word for word in words}


def test_no_file_names_a_folder_or_a_package_index_of_this_machine() -> None:
    forbidden = [text.encode() for text in _folders_of_this_machine() | _package_indexes()]
    for path in _repository_files():
        content = path.read_bytes()
        assert [text for text in forbidden if text in content] == [], path


def test_locked_requirements_name_no_index() -> None:
    locked = [*ROOT.glob("requirements*.txt")]
    assert len(locked) == 2
    for path in locked:
        options = re.findall(r"^-.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert options == [], path


def test_committed_json_is_readable_as_such() -> None:
    schemas = [*ROOT.glob("schemas/*.json")]
    assert len(schemas) >= len(Kind)
    for path in schemas:
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2) + "\n", path


_DOCS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def test_every_test_that_a_page_names_exists() -> None:
    named = {
        found
        for path in _DOCS
        for found in re.findall(r"`(tests/[\w/]+[.]py)(?:::(\w+))?`", path.read_text("utf-8"))
    }
    assert len([test for _, test in named if test]) > 30
    for file, test in sorted(named):
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not test or test in functions, f"{file}::{test}"
