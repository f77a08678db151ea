"""What goes wrong around a run: it is killed, the disk is full, nobody listens. Nothing is lost.

Most of a run is computing, so half of the blows fall where it writes, at every file in turn, and
half of them at any moment. KILLS says how many there are; where they fell is counted by what they
left, and a run of the tests in which none fell between two files has failed.
"""

import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT, Run
from tests.support.amounts import KILLS

IS_ROOT = os.geteuid() == 0
NOBODY = 65534
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
_PROGRAM = (sys.executable, "-m", "codeartifact_tf")

_TEMPORARY = ".codeartifact-tf.tmp"
_FEWER = max(8, KILLS // 4)  # blows by each signal that is not SIGKILL

Content = dict[str, bytes]


def _write_spec(folder: Path, name: str, count: int = 30) -> None:
    """A spec whose every generated file differs by its name, of which each has one for itself."""
    body = "".join(f"  {name}{n}: {{description: of {name}}}\n" for n in range(count))
    region = "eu-west-1" if name == "first" else "eu-west-2"
    head = f"domain: {{name: {name}, region: {region}, tags: {{v: {name}}}}}\n"
    versions = f'terraform: {{required_version: ">= 1.{7 if name == "first" else 8}.0"}}\n'
    more = "removed: {old: {destroy: false}}\n"
    if name == "second":
        more = "x-p: &p {read: ['444455556666']}\ndefaults: {tags: {a: b}}\n"
        body += "  open: {permissions: *p}\n"
    (folder / "domain.yaml").write_text(f"{head}{versions}{more}repositories:\n{body}")


def _content(folder: Path) -> Content:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Home(NamedTuple):
    """A folder with a spec, the Terraform of one version of it, and what either version gives."""

    folder: Path
    versions: dict[str, Content]
    run: Run

    @property
    def terraform(self) -> Path:
        return self.folder / "terraform"

    def assert_whole(self, name: str) -> str:
        """Every file is old or new, to the last byte, and none is lost; says where the run was."""
        left = _content(self.terraform)
        files = {path: raw for path, raw in left.items() if not path.endswith(_TEMPORARY)}
        for path, raw in files.items():
            assert raw in [version.get(path) for version in self.versions.values()], path
        assert files.keys() >= set.intersection(*map(set, self.versions.values()))
        if left != files:
            return "while a file was written"
        if files == self.versions[name]:
            return "after all files"
        return "before all files" if files in self.versions.values() else "between two files"

    def assert_mended(self, name: str) -> None:
        """The next run brings everything in order."""
        assert self.run("generate", self.folder).code == 0
        assert self.run("check", self.folder).code == 0
        assert _content(self.terraform) == self.versions[name]


@pytest.fixture
def home(tmp_path: Path, run: Run) -> Home:
    versions = {}
    for name in ("second", "first"):
        _write_spec(tmp_path, name)
        assert run("generate", tmp_path).code == 0
        versions[name] = _content(tmp_path / "terraform")
    assert not set(versions["first"].values()) & set(versions["second"].values())
    assert versions["first"].keys() ^ versions["second"].keys() == {"permissions.tf", "removed.tf"}
    return Home(tmp_path, versions, run)


def _listen() -> None:
    """In the background, or below `nohup`, signals are ignored, and children would do the same."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _struck(event: int, blow: int, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A run of `generate` that gets a signal at an event of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.support.faults",
        str(event),
        str(blow),
        "generate",
        str(folder),
    ]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_listen,
    )


def _events(home: Home, name: str) -> range:
    """The events of the writing in a run with everything to write."""
    _write_spec(home.folder, name)
    done = _struck(0, 0, home.folder)
    assert done.returncode == 0, done.stderr
    count = int(done.stderr)
    assert count > 3 * len(home.versions[name])  # for each file, besides the folder and its lock
    return range(1, count + 1)


def _generate(folder: Path) -> "subprocess.Popen[str]":
    """A run that remembers what it proves, as users' runs do."""
    environment = {k: v for k, v in _ENVIRONMENT.items() if k != "CODEARTIFACT_TF_NO_CACHE"}
    return subprocess.Popen(
        [*_PROGRAM, "generate", str(folder)],
        cwd=ROOT,
        preexec_fn=_listen,  # noqa: PLW1509
        env={**environment, "XDG_CACHE_HOME": str(folder / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _blows(home: Home, count: int) -> Iterator[tuple[str, float | int]]:
    """Versions in turn, each with an event of the writing (int) or a moment in seconds (float).

    Each blow of a kind falls into its own part of the writing, or of the run.
    """
    # The last one finds what is remembered. Nor do they leave any bytecode to be written, which is
    # more events, to those whose events are counted.
    for name in ("second", "first", "second"):
        _write_spec(home.folder, name)
        started = time.monotonic()
        _generate(home.folder).communicate()
        usual = time.monotonic() - started
    writing = {name: _events(home, name) for name in ("first", "second")}
    home.assert_mended("second")
    of_a_kind = -(-count // 4) * 2
    for number in range(count):
        name = ("first", "second")[number % 2]
        part = (number // 4 * 2 + number % 2 + random.random()) / of_a_kind
        is_moment = number % 4 > 1
        yield name, usual * part if is_moment else writing[name][int(len(writing[name]) * part)]


def _assert_whole_after(
    blow: signal.Signals,
    home: Home,
    count: int,
    assert_ended: Callable[[float | int, int, str], None],
) -> Counter[str]:
    """Whenever a run is struck, files are whole and the next run mends; says where it was."""
    phases: Counter[str] = Counter()
    for name, when in _blows(home, count):
        _write_spec(home.folder, name)
        if isinstance(when, int):
            done = _struck(when, blow, home.folder)
            code, said = done.returncode, done.stderr
            assert code, f"it was not struck: {said}"
        else:
            process = _generate(home.folder)
            time.sleep(when)
            process.send_signal(blow)
            _, said = process.communicate()
            code = process.returncode
        assert_ended(when, code, said)
        phases[f"runs struck by {blow.name} {home.assert_whole(name) if code else 'too late'}"] += 1
        home.assert_mended(name)
    assert sum(phases.values()) == count
    assert any("while" in phase or "between" in phase for phase in phases), phases
    return phases


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_a_run_leaves_every_file_whole(
    blow: signal.Signals, home: Home, record_property: Callable[[str, object], None]
) -> None:
    def assert_ended(_: float, code: int, said: str) -> None:
        assert (code, said) in {(0, ""), (-blow, "")}

    count = KILLS if blow is signal.SIGKILL else _FEWER
    for phase in _assert_whole_after(blow, home, count, assert_ended).items():
        record_property(*phase)


def test_ctrl_c_leaves_every_file_whole_and_is_no_traceback(
    home: Home, record_property: Callable[[str, object], None]
) -> None:
    def assert_ended(when: float, code: int, said: str) -> None:
        # Before our first line and after our last one it is Python itself that ends.
        if isinstance(when, int):
            assert (code, said) == (130, "\ninterrupted\n")
        elif code == 1:  # Python was not even ready to run a module
            assert said.startswith(("Fatal Python error: ", "Could not import runpy module"))
        else:
            assert code in {0, 130, -signal.SIGINT}
            assert code != 130 or said.strip() in {"interrupted", ""}

    for phase in _assert_whole_after(signal.SIGINT, home, _FEWER, assert_ended).items():
        record_property(*phase)


def test_two_runs_at_once_end_with_whole_files(home: Home) -> None:
    _write_spec(home.folder, "second")
    runs = [_generate(home.folder) for _ in range(4)]
    for process in runs:
        _, said = process.communicate()
        assert (process.returncode, said) == (0, "")
    assert _content(home.terraform) == home.versions["second"]


def test_a_run_goes_on_where_another_was_killed(home: Home) -> None:
    writing = _events(home, "second")
    for number in range(max(2, KILLS // 10)):
        name = ("first", "second")[number % 2]
        _write_spec(home.folder, name)
        other = _generate(home.folder)
        _struck(random.choice(writing), signal.SIGKILL, home.folder)  # it may find all written
        _, said = other.communicate()
        assert (other.returncode, said) == (0, "")
        home.assert_whole(name)
        home.assert_mended(name)


# The disk


_ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o "$1" tmpfs "$2/terraform"
cp "$2"/before/* "$2/terraform"
set +e
shift
folder=$1
shift
"$@" generate "$folder"
code=$?
cp -a "$folder/terraform" "$folder/after"
exit $code
"""


@pytest.mark.parametrize("size", ["size=64k", "nr_inodes=10"])
def test_a_full_disk_is_said_and_leaves_every_file_whole(size: str, home: Home) -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    shutil.copytree(home.terraform, home.folder / "before")
    count = 900 if "size" in size else 30
    _write_spec(home.folder, "second", count)
    if "nr_inodes" in size:  # the folder, its 7 files, theirs, and one that permissions.tf takes
        (home.folder / "before" / "theirs.tf").write_text("")
    command = [
        "unshare",
        "-rm",
        "bash",
        "-c",
        _ON_A_SMALL_DISK,
        "bash",
        size,
        str(home.folder),
        *_PROGRAM,
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=_ENVIRONMENT
    )
    assert done.returncode == 2, done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    after = _content(home.folder / "after")
    # Some are new, the next one would not fit, the others are old.
    olds = [after.get(name) == raw for name, raw in home.versions["first"].items()]
    assert set(olds) == {True, False}
    assert after["removed.tf"] == home.versions["first"]["removed.tf"]
    assert not [name for name in after if name.endswith(".tmp")]


# Permissions


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that anybody may enter, below which nobody and root have files."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)
        for path in Path(folder).rglob("*"):  # so that it can be removed
            if path.is_dir():
                path.chmod(0o777)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Without root's rights, for what has been imported already."""
    if IS_ROOT:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if IS_ROOT:
            os.seteuid(0)


def _prepared(folder: Path, run: Run) -> Content:
    """The first version is there, and the second is to be written."""
    _write_spec(folder, "first")
    assert run("generate", folder).code == 0
    _write_spec(folder, "second")
    (folder / "domain.yaml").chmod(0o644)
    return _content(folder / "terraform")


def test_a_read_only_folder_is_said_and_nothing_changes(shared: Path, run: Run) -> None:
    before = _prepared(shared, run)
    (shared / "terraform").chmod(0o555)
    with _as_nobody():
        ran = run("generate", shared)
        assert run("check", shared).code == 1
    assert ran.code == 2
    assert ran.err.startswith(f"error: {shared}/terraform/")
    assert ran.err.endswith(": Permission denied\n")
    assert _content(shared / "terraform") == before
    _write_spec(shared, "first")
    with _as_nobody():
        assert run("generate", shared).code == 0  # there is nothing to write


@pytest.mark.skipif(not IS_ROOT, reason="only root can make a file of somebody else's")
def test_a_file_of_somebody_else_in_a_sticky_folder_is_said(shared: Path, run: Run) -> None:
    before = _prepared(shared, run)
    (shared / "terraform").chmod(0o1777)
    with _as_nobody():
        ran = run("generate", shared)
    assert ran.code == 2
    assert ran.err.endswith(": Operation not permitted\n")
    assert _content(shared / "terraform") == before


@pytest.mark.skipif(not IS_ROOT, reason="only root can make a file of somebody else's")
def test_a_file_of_somebody_else_in_ones_own_folder_is_replaced(shared: Path, run: Run) -> None:
    _prepared(shared, run)
    os.chown(shared / "terraform", NOBODY, NOBODY)
    with _as_nobody():
        assert run("generate", shared).code == 0
    assert {path.stat().st_uid for path in (shared / "terraform").iterdir()} == {NOBODY}
    assert run("check", shared).code == 0


def test_a_file_that_cannot_be_read_is_said(shared: Path, run: Run) -> None:
    before = _prepared(shared, run)
    (shared / "terraform" / "domain.tf").chmod(0)
    for command in ("check", "generate"):
        with _as_nobody():
            ran = run(command, shared)
        assert ran == (2, "", f"error: {shared}/terraform/domain.tf: Permission denied\n")
    (shared / "terraform" / "domain.tf").chmod(0o644)
    assert _content(shared / "terraform") == before


# Nobody listens


_COMMANDS = ("generate", "check", "lint", "rules", "schema", "--help", "generate --help")


def _in_a_shell(script: str, home: Home) -> str:
    """What a shell says of the exit code of `program`, which the script must redirect."""
    program = " ".join(_PROGRAM)
    return subprocess.run(
        ["bash", "-c", script.replace("program", program)],
        cwd=home.folder,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    ).stderr


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_reader_that_has_gone_is_no_finding_and_no_traceback(command: str, home: Home) -> None:
    _write_spec(home.folder, "second")
    # Descriptor 3 is the only reader of the pipe, and is closed before the program is started.
    pipe = "pipe=$(mktemp -u); mkfifo $pipe; exec 3<>$pipe 4>$pipe 3<&-; rm $pipe"
    script = f"{pipe}; program {command} >&4; echo $? >&2"
    assert _in_a_shell(script, home) == "2\n"
    if command == "generate":
        assert _content(home.terraform) == home.versions["second"]


@pytest.mark.parametrize("command", _COMMANDS)
def test_an_output_that_is_full_is_said(command: str, home: Home) -> None:
    said = _in_a_shell(f"program {command} > /dev/full; echo $? >&2", home)
    assert said == "error: No space left on device\n2\n"


@pytest.mark.parametrize("command", ["nonsense", "lint nothing.yaml", "explain . nothing"])
def test_the_exit_code_stays_where_errors_cannot_be_said(command: str, home: Home) -> None:
    for nowhere in ("2> /dev/full", "2>&-", "> /dev/full 2> /dev/full", ">&- 2>&-"):
        script = f"exec 3>&2; program {command} {nowhere}; echo $? >&3"
        assert _in_a_shell(script, home) == "2\n", nowhere


@pytest.mark.parametrize("is_told", [True, False])
def test_a_terminal_that_goes_away_leaves_every_file_whole(is_told: bool, home: Home) -> None:
    _write_spec(home.folder, "second")
    ours, theirs = pty.openpty()

    def begin() -> None:
        os.login_tty(theirs)
        signal.signal(signal.SIGHUP, signal.SIG_DFL if is_told else signal.SIG_IGN)

    command = [*_PROGRAM, "generate", str(home.folder)]
    with subprocess.Popen(command, cwd=ROOT, preexec_fn=begin, pass_fds=(theirs,)) as process:  # noqa: PLW1509
        os.close(theirs)
        os.close(ours)
        process.wait()
    assert process.returncode == (-signal.SIGHUP if is_told else 2)
    home.assert_whole("second")
    home.assert_mended("second")
