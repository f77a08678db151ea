"""The same YAML gives the same bytes, and the same findings, on every machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT
from tests.support.strategies import dump

# Names and text that a locale, an encoding or a hash would put in another order or spelling.
_NAMES = ("aa", "AA", "a-b", "a_c", "a.d", "Zz", "iI", "II", "i0", "10", "9a")
_TEXTS = ("", "ß", "İI ıi", "日本語", "\U0001f468\U0001f3fd", "${x}", "\u2028", "1,5 €", "a\xa0b")
_SPEC = {
    "domain": {
        "name": "odd",
        "region": "eu-west-1",
        "tags": {text or "none": text for text in reversed(_TEXTS)},
        "permissions": {"read": ["444455556666", "111122223333", {"organization": "o-aaaaaaaaaa"}]},
    },
    "include": ["teams/*.yaml", "*/**/*.yaml"],
    "repositories": {
        name: {"description": text, "tags": {text or "none": "x", "I": "1", "i": "2"}}
        for name, text in zip(_NAMES, _TEXTS, strict=False)
    },
}

# Runs the program with folders listed in an order that nobody expects.
_SHUFFLED = """
import os, random, runpy, sys
chance, listdir, scandir = random.Random(int(sys.argv[1])), os.listdir, os.scandir

def shuffled(names):
    names = list(names)
    chance.shuffle(names)
    return names

class Entries:
    def __init__(self, path):
        with scandir(path) as entries:
            self.entries = iter(shuffled(entries))
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def __iter__(self): return self.entries
    def __next__(self): return next(self.entries)
    def close(self): pass

os.listdir = lambda path=".": shuffled(listdir(path))
os.scandir = lambda path=".": Entries(path)
sys.argv[:] = sys.argv[1:]
runpy.run_module("codeartifact_tf", run_name="__main__", alter_sys=True)
"""


def _program(*options: str) -> list[str]:
    return [sys.executable, *options, "-m", "codeartifact_tf"]


def _shuffled(seed: int) -> list[str]:
    return [sys.executable, "-c", _SHUFFLED, str(seed)]


class Machine:
    """How one machine differs from another."""

    def __init__(
        self, *command: str, umask: int = 0o022, checkout: str = "", **environment: str
    ) -> None:
        self.command = command or (*_program(),)
        self.umask = umask
        self.checkout = checkout
        self.environment = environment


MACHINES = {
    "as it is": Machine(),
    "the C locale": Machine(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
    "another locale": Machine(LANG="tr_TR.UTF-8", LC_COLLATE="de_DE.UTF-8"),
    "UTF-8 mode": Machine(PYTHONUTF8="1"),
    "a terminal of another encoding": Machine(PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
    "the other side of the date line": Machine(TZ="Pacific/Kiritimati"),
    "a zone of minutes": Machine(TZ="XXX-05:45"),
    "a narrow terminal": Machine(COLUMNS="20", LINES="5", TERM="dumb", NO_COLOR="1"),
    "a wide terminal": Machine(COLUMNS="400", FORCE_COLOR="1", TERM="xterm-256color"),
    "an open umask": Machine(umask=0),
    "a closed umask": Machine(umask=0o077),
    "hashes from 0": Machine(PYTHONHASHSEED="0"),
    "hashes from 1": Machine(PYTHONHASHSEED="1"),
    "hashes from 4242": Machine(PYTHONHASHSEED="4242"),
    "without assertions": Machine(*_program("-OO")),
    "development mode": Machine(*_program("-X", "dev")),
    "folders in another order": Machine(*_shuffled(1)),
    "folders in a third order": Machine(*_shuffled(2)),
    "a checkout elsewhere": Machine(checkout="else where/ünï"),
    "all at once": Machine(
        *_shuffled(3),
        umask=0o027,
        checkout="x",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONHASHSEED="7",
        TZ="Asia/Kathmandu",
        COLUMNS="1",
    ),
}


def _prepare(home: Path) -> None:
    """Every example, a spec with names and text of every kind, and one with findings."""
    shutil.copytree(EXAMPLES, home, ignore=shutil.ignore_patterns("terraform", "root"))
    odd, wrong = home / "odd", home / "wrong"
    for folder in (odd, wrong):
        for team in ("b", "a", "Z", "é"):
            (folder / "teams" / "x").mkdir(parents=True, exist_ok=True)
            name = "team-" + team.encode().hex()
            text = dump({"repositories": {name: {"upstreams": ["public:npmjs", "aa"]}}})
            (folder / "teams" / f"{team}.yaml").write_text(text, encoding="utf-8")
            (folder / "teams" / "x" / f"{team}.yaml").write_text(
                text.replace(name, f"{name}-x"), encoding="utf-8"
            )
    (odd / "domain.yaml").write_text(dump(_SPEC), encoding="utf-8")
    (wrong / "domain.yaml").write_text(
        dump({**_SPEC, "include": ["teams/*.yaml", "teams/*/*.yaml", "no/*"]})
        + "bogus: 1\nother: 2\nremoved: {aa: {destroy: true}, AA: {destroy: false}}\n",
        encoding="utf-8",
    )


def _run(machine: Machine, home: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """The program on a machine, in the folder of the specs."""
    checkout = ROOT
    if machine.checkout:
        checkout = home.parent / machine.checkout
        if not checkout.exists():
            for part in ("generator", "templates", "schemas"):
                shutil.copytree(ROOT / part, checkout / part)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "PYTHON"))}
    return subprocess.run(
        [*machine.command, *arguments],
        cwd=home,
        env={**environment, "PYTHONPATH": str(checkout / "generator"), **machine.environment},
        umask=machine.umask,
        capture_output=True,
        check=False,
    )


def _generated(home: Path) -> Mapping[str, tuple[int, bytes]]:
    """The mode and the bytes of every generated file, in whatever home."""
    return {
        path.relative_to(home).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in home.rglob("*.tf")
    }


def _results(machine: Machine, home: Path) -> tuple[Mapping[str, tuple[int, bytes]], bytes, bytes]:
    _prepare(home)
    good = sorted(path.parent.name for path in home.glob("*/domain.yaml"))
    good.remove("wrong")
    generated = _run(machine, home, "generate", *good)
    assert (generated.returncode, generated.stderr) == (0, b"")
    found = _run(machine, home, "lint", "wrong")
    assert (found.returncode, found.stderr) == (1, b"")
    return _generated(home), generated.stdout, found.stdout


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> object:
    return _results(MACHINES["as it is"], tmp_path_factory.mktemp("usual") / "home")


def test_files_are_those_of_the_examples(tmp_path: Path) -> None:
    files, _, found = _results(MACHINES["as it is"], tmp_path / "home")
    assert {mode for mode, _ in files.values()} == {0o644}
    for path in EXAMPLES.glob("*/terraform/*.tf"):
        assert files[path.relative_to(EXAMPLES).as_posix()][1] == path.read_bytes()
    assert found.count(b"error[") > 3
    good = sorted(path.parent.name for path in EXAMPLES.glob("*/domain.yaml"))
    assert _run(MACHINES["as it is"], tmp_path / "home", "check", *good).returncode == 0


@pytest.mark.xdist_group("machine")  # one worker has the usual results
@pytest.mark.parametrize("name", list(MACHINES)[1:])
def test_files_and_findings_are_the_same_on_every_machine(
    name: str, usual: object, tmp_path: Path
) -> None:
    assert _results(MACHINES[name], tmp_path / "another" / "home") == usual
