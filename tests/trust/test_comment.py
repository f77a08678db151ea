"""A comment on a pull request never goes on telling of an older commit."""

import sys
from pathlib import Path

import pytest

from tests.program.test_action import (
    DOCUMENTED,
    MARKER,
    NUMBER,
    STEPS,
    GitHub,
    Runner,
    _checkout,
    _event,
    github,
    runner,
)
from tests.support import teams
from tests.support.git import run as git
from tests.support.teams import INVALID, REACHES_MORE, SPEC

__all__ = ["github", "runner"]

# One environment for all that use the runner: making it takes its time.
pytestmark = pytest.mark.xdist_group("action")

OLD = f"{MARKER}\n## What this change does to packages\n\nNothing changes.\n"
PULL_REQUEST = {"number": NUMBER, "head": {"sha": "0123456789abcdef0123456789abcdef01234567"}}
RUN = {"GITHUB_SERVER_URL": "https://github.test", "GITHUB_RUN_ID": "42"}
NO_REVIEW = (
    f"{MARKER}\n## There is no review of {PULL_REQUEST['head']['sha']}\n\n"  # type: ignore[index]
    "[The log of the run](https://github.test/acme/infrastructure/actions/runs/42) says why."
    " What was written here before was the review of another commit.\n"
)


def test_a_run_that_fails_rewrites_the_comment(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    ours = double.add(OLD, is_ours=True)
    theirs = double.add(OLD, is_ours=False)
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE), "--depth=1")
    variables = {**_event(tmp_path, address, pull_request=PULL_REQUEST), **RUN}
    done = runner.job(workspace, DOCUMENTED, **variables)
    assert done.code == 2
    assert (ours["body"], theirs["body"]) == (NO_REVIEW, OLD)
    assert done.outputs["comment-url"] == ours["url"]


def test_a_run_without_a_revision_rewrites_the_comment(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    ours = double.add(OLD, is_ours=True)
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    variables = {**_event(tmp_path, address, pull_request=PULL_REQUEST), **RUN}
    done = runner.job(workspace, DOCUMENTED, **{**variables, "GITHUB_BASE_REF": ""})
    assert (done.code, ours["body"]) == (0, NO_REVIEW)


def test_a_run_that_cannot_install_rewrites_the_comment(
    github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    ours = double.add(OLD, is_ours=True)
    (tmp_path / "temp").mkdir()
    context = {
        "inputs.python": sys.executable,
        "inputs.token": "secret",
        "inputs.comment": "review",
    }
    variables = {**_event(tmp_path, address, pull_request=PULL_REQUEST), **RUN}
    code, log, _ = Runner(tmp_path / "temp").step(STEPS[2], tmp_path, context, variables)
    assert code == 0, log
    assert ours["body"] == NO_REVIEW


def test_a_run_without_a_review_begins_no_comment(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE), "--depth=1")
    assert runner.job(workspace, DOCUMENTED, **_event(tmp_path, address)).code == 2
    assert double.comments == []


def test_a_review_of_another_job_is_not_taken_for_that_of_this_one(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    variables = {**_event(tmp_path, address, pull_request=PULL_REQUEST), **RUN}
    assert runner.job(workspace, DOCUMENTED, **variables).code == 0
    (ours,) = double.comments
    assert "public:pypi" in ours["body"]
    git(workspace, "update-ref", "-d", "refs/remotes/origin/main")
    done = runner.job(workspace, DOCUMENTED, **variables)
    assert (done.code, done.summary, ours["body"]) == (2, "", NO_REVIEW)


@pytest.mark.parametrize(
    ("spec", "text"),
    [(SPEC, "Nothing changes in "), (INVALID, "sharde")],
    ids=["nothing", "invalid"],
)
def test_every_comment_of_ours_is_rewritten(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path, spec: str, text: str
) -> None:
    double, address = github
    ours = [double.add(f"{MARKER}\nold", is_ours=True) for _ in range(2)]
    origin = teams.pull_request(tmp_path / "origin", spec, stale=spec == INVALID)
    done = runner.job(_checkout(origin), DOCUMENTED, **_event(tmp_path, address))
    assert [text in comment["body"] for comment in ours] == [True, True]
    assert done.outputs["comment-url"] == ours[0]["url"]
