"""Exit codes: fine, findings, wrong usage, our own fault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codeartifact_tf import __version__
from codeartifact_tf.commands.command_line import main
from tests.commands.conftest import BAD, GOOD, WARNED
from tests.conftest import ROOT, Run


def test_generate_check_and_lint_of_a_good_spec_exit_with_0(spec: Path, run: Run) -> None:
    assert run("generate").code == 0
    assert run("check").code == 0
    assert run("lint").code == 0
    assert run("lint", "domain.yaml").out == "1 spec without findings.\n"


def test_findings_exit_with_1_and_nothing_is_written(spec: Path, run: Run) -> None:
    spec.write_text(BAD)
    for command in ("generate", "check", "lint"):
        ran = run(command)
        assert ran.code == 1
        assert "did you mean 'shared'?" in ran.out
    assert not Path("terraform").exists()


def test_one_bad_spec_keeps_all_others_from_being_written(spec: Path, run: Run) -> None:
    other = spec.parent / "other" / "domain.yaml"
    other.parent.mkdir()
    other.write_text(BAD)
    assert run("generate", ".").code == 1
    assert not (spec.parent / "terraform").exists()


def test_warnings_alone_exit_with_0(spec: Path, run: Run) -> None:
    spec.write_text(WARNED)
    ran = run("generate")
    assert ran.code == 0
    assert "warning[unknown-region]" in ran.out
    assert Path("terraform", "domain.tf").exists()


def test_a_missing_file_is_unreadable_input(spec: Path, run: Run) -> None:
    ran = run("lint", "nothing.yaml")
    assert ran.code == 2
    assert ran.out.startswith("nothing.yaml:1:1: error[file-unreadable]: there is no such file\n")


def test_a_folder_without_specs_is_wrong_usage(spec: Path, run: Run) -> None:
    Path("empty").mkdir()
    ran = run("lint", "empty")
    assert ran.code == 2
    assert "there is no domain.yaml in empty" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["lint", "--format", "xml"], ["explain"], ["generate", "--nonsense"]],
)
def test_wrong_usage_exits_with_2(arguments: list[str], run: Run) -> None:
    assert run(*arguments).code == 2


def test_our_own_bug_exits_with_3_and_says_so(
    spec: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise AssertionError("broken on purpose")

    monkeypatch.setattr("codeartifact_tf.terraform.roundtrip.verify", broken)
    ran = run("generate")
    assert ran.code == 3
    assert "This is a bug in codeartifact-tf" in ran.err
    assert not Path("terraform").exists()


def test_a_spec_that_is_named_twice_counts_once(spec: Path, run: Run) -> None:
    assert run("lint", "domain.yaml", ".", spec).out == "1 spec without findings.\n"


def test_findings_of_shape_do_not_hide_those_of_rules(spec: Path, run: Run) -> None:
    spec.write_text(f"{BAD}bogus: 1\n")
    out = run("lint").out
    assert "error[unknown-upstream]" in out
    assert "error[unknown-key]" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_not_passed_over(spec: Path, run: Run) -> None:
    secret = Path("teams", "secret")
    secret.mkdir(parents=True)
    spec.write_text(f"{GOOD}include: [teams/**/*.yaml]\n")
    secret.chmod(0)
    try:
        assert "file-unreadable" in run("lint", "domain.yaml").out
        assert run("lint", ".").code == 2
    finally:
        secret.chmod(0o700)


def test_version_and_python_m() -> None:
    command = [sys.executable, "-m", "codeartifact_tf", "--version"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"codeartifact-tf {__version__}\n"


def test_main_gives_the_exit_code() -> None:
    assert main(["--help"]) == 0
