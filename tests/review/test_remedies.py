"""Remedies and their script are what the tests of the transition table run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.review.remedies import cures
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.script import shell
from codeartifact_tf.transitions import Change, StepKind
from tests.support.reviews import SCENARIOS, SCENARIOS_FOLDER, bare, lost_by, spec_with
from tests.support.transitions.cases import CASES, Case


def _costly(comparison: Comparison) -> list[Change]:
    """What one apply cannot do, or loses."""
    return [*comparison.blocked, *lost_by(comparison)]


# What no spec shows has a subject: there is nothing to compare.
_SHOWN = [case for case in CASES if not case.subject]
_COSTLY = [case for case in _SHOWN if _costly(compare(bare(case.old), bare(case.new)))]


def test_there_are_cases_that_cost_something() -> None:
    assert len({case.row for case in _COSTLY}) > 10


@pytest.mark.parametrize("case", _COSTLY, ids=lambda case: case.name)
def test_remedies_are_those_that_the_tests_of_the_table_run(case: Case) -> None:
    comparison = compare(bare(case.old), bare(case.new))
    found = _costly(comparison)
    script = shell(Review([DomainReview(comparison, "terraform")], []))
    for change in found:
        for cure in cures([change]):
            steps = [(stage.kind, plain(stage.texts[0])) for stage in cure.stages]
            assert steps == [(s.kind, s.text) for s in change.steps(cure.remedy)]
        for cure in cures([change])[:1]:
            for stage in cure.stages:
                if stage.kind is StepKind.COMMAND:
                    assert plain(stage.texts[0]) in script


@pytest.mark.parametrize("case", _SHOWN, ids=lambda case: case.name)
def test_what_one_apply_cannot_do_or_loses_is_said_before_everything_else(case: Case) -> None:
    comparison = compare(bare(case.old), bare(case.new))
    told = {change.row.kind for change in _costly(comparison)}
    done = [change for change in comparison.done if change.row.kind == case.row]
    assert bool(done) is not (case.row in told)
    assert [change for change in done if change.outcome.lost] == []


def _run_script(script: str, folder: Path) -> list[list[str]]:
    """Run a script beside programs that only write down how they were called."""
    programs = folder / "bin"
    programs.mkdir()
    log = folder / "log"
    for name in ("aws", "terraform"):
        program = programs / name
        program.write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"with open({str(log)!r}, 'a') as f:\n"
            f"    f.write(json.dumps([{name!r}, *sys.argv[1:]]) + '\\n')\n"
        )
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    (folder / "registry" / "terraform").mkdir(parents=True, exist_ok=True)
    subprocess.run(["bash", "-c", script], cwd=folder, env=environment, check=True)
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_script_runs_the_commands_in_order_and_the_apply_at_last(tmp_path: Path) -> None:
    old = spec_with(AA=["BB"], BB=[], VV="public:npmjs", WW=["BB"])
    new = spec_with(AA=[], BB=[], VV="public:pypi", WW=[])
    script = shell(Review([DomainReview(compare(old, new), "registry/terraform")], []))
    calls = _run_script(script, tmp_path)
    assert calls[-1] == ["terraform", "-chdir=registry/terraform", "apply"]
    assert [(call[2], call[call.index("--repository") + 1]) for call in calls[:-1]] == [
        ("disassociate-external-connection", "VV"),
        ("update-repository", "AA"),
        ("update-repository", "WW"),
    ]


def test_script_leaves_an_apply_that_loses_packages_to_people(tmp_path: Path) -> None:
    old = spec_with(AA=["BB", "CC"], BB=[], CC=[], DD=["CC"])
    new = spec_with(AA=["CC"], CC=[], DD=[])
    script = shell(Review([DomainReview(compare(old, new), "registry/terraform")], []))
    (call,) = _run_script(script, tmp_path)
    assert call[:3] == ["aws", "codeartifact", "update-repository"]
    assert "# terraform -chdir=registry/terraform apply\n" in script


def test_script_writes_one_file_for_all_that_moves(tmp_path: Path) -> None:
    folder = SCENARIOS_FOLDER / "only-labels"
    script = (folder / "expected.sh").read_text(encoding="utf-8")
    content = "\n".join(
        f"moved {{\n  from = aws_codeartifact_repository.{old}\n"
        f"  to   = aws_codeartifact_repository.{new}\n}}\n"
        for old, new in (("alpha", "one"), ("beta", "two"))
    )
    assert _run_script(script, tmp_path) == [["terraform", "-chdir=registry/terraform", "apply"]]
    assert (tmp_path / "registry" / "terraform" / "moved.tf").read_text() == content


@pytest.mark.parametrize("name", SCENARIOS)
def test_script_is_clean_by_shellcheck(name: str) -> None:
    script = SCENARIOS_FOLDER / name / "expected.sh"
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert shellcheck
    done = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_script_of_hostile_names_runs_nothing_of_theirs(tmp_path: Path) -> None:
    # The names that AWS does not allow can only come from an old version, whose faults are told.
    name = "$(touch pwned)\nEOF\ntouch pwned; `touch pwned`'\""
    old, new = spec_with(**{name: ["BB"], "BB": []}), spec_with(**{name: [], "BB": []})
    script = shell(Review([DomainReview(compare(old, new), "registry/terraform")], []))
    calls = _run_script(script, tmp_path)
    assert name in calls[0]
    assert not list(tmp_path.rglob("pwned"))
