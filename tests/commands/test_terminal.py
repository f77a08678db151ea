"""What a terminal shows: colours, progress, and no character that controls it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import BAD
from tests.conftest import EXAMPLES, ROOT, Run


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_output_of_another_encoding_is_escaped(encoding: str, spec: Path) -> None:
    command = [sys.executable, "-m", "codeartifact_tf", "explain", str(spec), "team"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"team \\u2192 shared" in done.stdout


def test_a_file_name_cannot_control_the_terminal(spec: Path, run: Run) -> None:
    name = "a\n\x1b[31m\udcff.yaml"
    Path(name).write_text(BAD)
    for format_ in ("text", "json", "github", "sarif"):
        out = run("lint", name, "--format", format_).out
        assert "\x1b" not in out
        assert "\udcff" not in out


def _in_a_terminal(*arguments: str, folder: Path) -> str:
    """What a command shows on a terminal, colours and progress included."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "TERM": "xterm"}
    command = [sys.executable, "-m", "codeartifact_tf", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=theirs, stderr=theirs, stdin=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says EIO when the other end has gone
                break
            if not part:
                break
            shown += part
        process.wait()
    os.close(ours)
    return shown.decode()


def test_colour_and_progress_are_for_terminals_only(spec: Path, run: Run) -> None:
    spec.write_text(BAD)
    assert "\x1b[31m" in _in_a_terminal("lint", folder=spec.parent)
    assert "\x1b" not in run("lint").out
    assert "Specs" in _in_a_terminal("lint", str(EXAMPLES), folder=spec.parent)
    ran = run("lint", EXAMPLES)
    assert "Specs" not in ran.out + ran.err


def test_text_from_yaml_cannot_control_the_terminal(spec: Path, run: Run) -> None:
    spec.write_text('domain: {name: "\\u009b31m", region: eu-west-1}\n')
    assert "\x9b" not in run("lint").out
