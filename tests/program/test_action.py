"""The steps of action.yml, run as GitHub runs them, against a double of GitHub's GraphQL API."""

import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from graphql import build_schema, graphql_sync

from codeartifact_tf.files.paths import SCHEMAS
from tests.conftest import ROOT
from tests.support import git, teams
from tests.support.teams import DELETES, INVALID, REACHES_MORE, SPEC

ACTION = teams.read((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
SCHEMA = build_schema(
    (ROOT / "tests" / "support" / "teams" / "github.graphql").read_text(encoding="utf-8")
)
MARKER = "<!-- codeartifact-tf: review -->"
NUMBER = 7

# One environment for all: the first step makes it, and takes its time.
pytestmark = pytest.mark.xdist_group("action")


# GitHub.


@dataclass
class GitHub:
    """The comments of one pull request, as the schema of the API gives and takes them."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    may_write: bool = True
    answer: int = 200
    asked: list[str] = field(default_factory=list)

    def add(self, body: str, *, is_ours: bool) -> dict[str, Any]:
        name = f"IC_{len(self.comments)}"
        url = f"https://github.test/{name}"
        self.comments.append({"id": name, "body": body, "url": url, "viewerDidAuthor": is_ours})
        return self.comments[-1]

    def repository(self, _info: object, owner: str, name: str) -> dict[str, Any]:
        assert (owner, name) == ("acme", "infrastructure")
        return {"pullRequest": self._pull_request}

    def _pull_request(self, _info: object, number: int) -> dict[str, Any]:
        assert number == NUMBER
        return {"id": "PR_7", "comments": self._page}

    def _page(self, _info: object, first: int, after: str | None = None) -> dict[str, Any]:
        assert first <= 100
        start = int(after or 0)
        end = start + first
        info = {"endCursor": str(end), "hasNextPage": end < len(self.comments)}
        return {"nodes": self.comments[start:end], "pageInfo": info}

    def addComment(self, _info: object, input: Mapping[str, str]) -> dict[str, Any]:  # noqa: A002, N802
        self._write()
        assert input["subjectId"] == "PR_7"
        return {"commentEdge": {"node": self.add(input["body"], is_ours=True)}}

    def updateIssueComment(self, _info: object, input: Mapping[str, str]) -> dict[str, Any]:  # noqa: A002, N802
        self._write()
        (comment,) = (c for c in self.comments if c["id"] == input["id"])
        comment["body"] = input["body"]
        return {"issueComment": comment}

    def _write(self) -> None:
        if not self.may_write:
            raise PermissionError("Resource not accessible by integration")


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GitHub, str]]:
    double = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Authorization"] == "Bearer secret"
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            double.asked.append(question["query"])
            query, variables = question["query"], question["variables"]
            result = graphql_sync(SCHEMA, query, double, variable_values=variables)
            answer: dict[str, Any] = {"data": result.data}
            if result.errors:
                kinds = [isinstance(e.original_error, PermissionError) for e in result.errors]
                answer["errors"] = [
                    {"type": "FORBIDDEN" if is_forbidden else "INTERNAL", "message": str(error)}
                    for is_forbidden, error in zip(kinds, result.errors, strict=True)
                ]
            self.send_response(double.answer)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield double, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


# The runner.


class Done(NamedTuple):
    """What became of a job that uses the action."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]
    steps: list[str]


def _filled(text: str, context: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: context.get(match[1], ""), text)


def _holds(condition: str, context: Mapping[str, str]) -> bool:
    """The conditions that action.yml has: terms that are joined by &&."""
    for term in condition.removeprefix("${{").removesuffix("}}").split("&&"):
        if term.strip() != "!cancelled()":
            match = re.fullmatch(r"([\w.-]+) != ''", term.strip())
            assert match, term
            if not context.get(match[1]):
                return False
    return True


@dataclass(frozen=True)
class Runner:
    """Runs steps of action.yml in a workspace: runs-steps of a composite action, as documented."""

    temp: Path

    def job(self, workspace: Path, inputs: Mapping[str, str], **variables: str) -> Done:
        unknown = set(inputs) - set(ACTION["inputs"])
        assert not unknown
        given = {name: facts.get("default", "") for name, facts in ACTION["inputs"].items()}
        given |= {"python": sys.executable, **inputs}
        context = {f"inputs.{name}": value for name, value in given.items()}
        code, log, summary, done = 0, "", "", []
        for step in STEPS[1:]:
            if _holds(step["if"], context) if "if" in step else not code:
                status, said, more = self.step(step, workspace, context, variables)
                code = code or status
                log, summary = log + said, summary + more
                done.append(step["name"])
        outputs = {name: _filled(o["value"], context) for name, o in ACTION["outputs"].items()}
        return Done(code, log, summary, outputs, done)

    def step(
        self,
        step: Mapping[str, Any],
        workspace: Path,
        context: dict[str, str],
        variables: Mapping[str, str],
    ) -> tuple[int, str, str]:
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("", encoding="utf-8")
        script = self.temp / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        own = {name: _filled(value, context) for name, value in step["env"].items()}
        github = {name: str(path) for name, path in files.items()}
        home = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(self.temp)}
        done = teams.shell(
            str(script),
            workspace,
            {**teams.environment(), **home, **github, **variables, **own},
            ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
        )
        for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            context[f"steps.{step['id']}.outputs.{name}"] = value
        summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return done.returncode, done.stdout, summary


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the first step has been run."""
    return _installed(tmp_path_factory.getbasetemp() / "runner")


@cache  # a fixture that several modules import would install once for each
def _installed(folder: Path) -> Runner:
    folder.mkdir()
    made = Runner(folder)
    context = {"inputs.python": sys.executable}
    code, log, _ = made.step(STEPS[0], made.temp, context, {})
    assert code == 0, log
    return made


def _obeyed(log: str) -> str:
    """The lines of a log in which the runner looks for commands."""
    return re.sub(r"^::stop-commands::(\w+)$.*?^::\1::$", "", log, flags=re.DOTALL | re.MULTILINE)


def _checkout(origin: Path, *options: str) -> Path:
    """As actions/checkout: the merge of the pull request, and its history if that is asked for."""
    folder = origin.parent / "workspace"
    git.run(
        origin.parent, "clone", "-q", *options, "--branch", "pull", f"file://{origin}", folder.name
    )
    git.run(folder, "checkout", "-q", "--detach")
    return folder


def _event(folder: Path, github: str, **event: object) -> dict[str, str]:
    """The variables of a pull request."""
    path = folder / "event.json"
    path.write_text(json.dumps(event or {"pull_request": {"number": NUMBER}}), encoding="utf-8")
    return {
        "GITHUB_BASE_REF": "main",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_GRAPHQL_URL": github,
        "GITHUB_REPOSITORY": "acme/infrastructure",
    }


def _said_by_review(workspace: Path, format_: str) -> str:
    command = [
        sys.executable,
        "-m",
        "codeartifact_tf",
        "review",
        "--against=refs/remotes/origin/main",
    ]
    done = subprocess.run(
        [*command, "--format", format_, "registry"],
        cwd=workspace,
        env=teams.environment(PYTHONPATH=str(ROOT / "generator")),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


WORKFLOW = teams.read(teams.block("GitHub Actions", "yaml"))
CHECKOUT, USED = WORKFLOW["jobs"]["review"]["steps"]
DOCUMENTED = {**USED["with"], "token": "secret"}


def test_the_documented_workflow_comments_once_and_then_rewrites(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    assert CHECKOUT["with"]["fetch-depth"] == 0
    origin = teams.pull_request(tmp_path / "origin", DELETES)
    workspace = _checkout(origin)
    variables = _event(tmp_path, address)
    first = runner.job(workspace, DOCUMENTED, **variables)
    report = _said_by_review(workspace, "markdown")
    assert "payments" in report
    assert "crates-io" not in report
    assert first.summary == report
    assert first.code == 1
    assert first.outputs["exit-code"] == "1"
    assert Path(first.outputs["review"]).read_text(encoding="utf-8") == report
    assert Path(first.outputs["json"]).read_text(encoding="utf-8") == (
        _said_by_review(workspace, "json")
    )
    assert _said_by_review(workspace, "github") in first.log
    assert "title=undeclared-deletion::" in first.log
    (comment,) = double.comments
    assert comment["body"] == f"{MARKER}\n{report}"
    assert first.outputs["comment-url"] == comment["url"]

    teams.write(workspace, REACHES_MORE)
    teams.generate(workspace)
    second = runner.job(workspace, DOCUMENTED, **variables)
    assert second.code == 0
    assert double.comments == [comment]
    assert comment["body"] == f"{MARKER}\n{_said_by_review(workspace, 'markdown')}"
    assert "public:pypi" in comment["body"]
    assert second.outputs["comment-url"] == comment["url"]


def test_the_comment_is_found_among_many_and_only_if_it_is_ours(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    double.add(f"{MARKER}\nnot the review", is_ours=False)
    for number in range(250):
        double.add(f"comment {number}", is_ours=number % 2 == 0)
    double.add(f"{MARKER.replace('review', 'other')}\nof another use", is_ours=True)
    ours = double.add(f"{MARKER}\nold", is_ours=True)
    before = [comment["body"] for comment in double.comments[:-1]]
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    done = runner.job(workspace, DOCUMENTED, **_event(tmp_path, address))
    assert done.outputs["comment-url"] == ours["url"]
    assert ours["body"].startswith(f"{MARKER}\n## What this change")
    assert [comment["body"] for comment in double.comments[:-1]] == before
    assert len(double.asked) == 4  # three pages and the update


def test_where_nothing_changes_a_comment_is_rewritten_but_not_begun(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    workspace = _checkout(teams.pull_request(tmp_path / "origin", SPEC))
    variables = _event(tmp_path, address)
    done = runner.job(workspace, DOCUMENTED, **variables)
    assert (done.code, double.comments, done.outputs["comment-url"]) == (0, [], "")
    assert "Nothing changes" in done.summary
    ours = double.add(f"{MARKER}\nold", is_ours=True)
    runner.job(workspace, DOCUMENTED, **variables)
    assert "Nothing changes" in ours["body"]


_DOMAIN = json.loads((SCHEMAS / "review.schema.json").read_text(encoding="utf-8"))["$defs"][
    "domain"
]
_LISTS = [name for name, part in _DOMAIN["properties"].items() if part.get("type") == "array"]


@pytest.mark.parametrize("name", _LISTS)
def test_every_fact_about_a_change_is_worth_a_comment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    lists = {key: ["a fact"] if key == name else [] for key in _LISTS}
    domain = {**lists, "domain": "acme", "blast_radius": None}
    path = tmp_path / "review.json"
    path.write_text(json.dumps({"findings": [], "domains": [domain]}), encoding="utf-8")
    monkeypatch.setenv("JSON", str(path))
    says_something = runpy.run_path(str(ROOT / "action" / "comment.py"))["_says_something"]
    assert says_something() is (name != "unchanged")


@pytest.mark.parametrize("spec", [REACHES_MORE, DELETES])
def test_a_token_that_may_only_read_does_no_harm(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path, spec: str
) -> None:
    double, address = github
    double.may_write = False
    workspace = _checkout(teams.pull_request(tmp_path / "origin", spec))
    done = runner.job(workspace, DOCUMENTED, **_event(tmp_path, address))
    assert done.code == (spec == DELETES)
    assert "::notice title=codeartifact-tf::no comment: the token may only read" in done.log
    assert double.comments == []
    assert done.summary == _said_by_review(workspace, "markdown")


@pytest.mark.parametrize(("answer", "code"), [(403, 0), (502, 1)])
def test_a_comment_fails_the_job_unless_it_is_for_want_of_rights(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path, answer: int, code: int
) -> None:
    double, address = github
    double.answer = answer
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    done = runner.job(workspace, DOCUMENTED, **_event(tmp_path, address))
    assert done.code == code
    assert ("::error title=codeartifact-tf::no comment: GitHub answered 502" in done.log) == code


def test_without_a_token_there_is_no_comment(runner: Runner, tmp_path: Path) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    inputs = {**DOCUMENTED, "token": ""}
    done = runner.job(workspace, inputs, **_event(tmp_path, "http://127.0.0.1:1"))
    assert (done.code, done.steps) == (0, ["Check and review"])
    assert done.summary == _said_by_review(workspace, "markdown")


def test_stale_terraform_fails_the_job_and_its_text_is_no_command(
    runner: Runner, tmp_path: Path
) -> None:
    origin = teams.pull_request(tmp_path / "origin", REACHES_MORE, stale=True)
    workspace = _checkout(origin)
    file = workspace / "registry" / "terraform" / "repositories.tf"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "# ##[add-path]evil\n::add-mask::a\n", encoding="utf-8")
    inputs = {"paths": "registry", "fail-on": "never"}
    done = runner.job(workspace, inputs, **_event(tmp_path, ""))
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    assert "run `codeartifact-tf generate`" in done.summary
    assert "-# ##[add-path]evil" in done.log
    commands = [line for line in _obeyed(done.log).splitlines() if "##[" in line or "add-" in line]
    assert commands == []
    stale = "::error file=registry/terraform/repositories.tf,line=1,col=1,title=stale-file::"
    assert _obeyed(done.log).count(stale) == 1


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("never", 0)])
def test_fail_on_is_about_the_review(
    runner: Runner, tmp_path: Path, fail_on: str, code: int
) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", DELETES))
    inputs = {"paths": "registry", "fail-on": fail_on}
    assert runner.job(workspace, inputs, **_event(tmp_path, "")).code == code


def test_an_invalid_spec_fails_the_job_whatever_fail_on_says_and_is_told_once(
    runner: Runner, tmp_path: Path
) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", INVALID, stale=True))
    inputs = {"paths": "registry", "fail-on": "never"}
    done = runner.job(workspace, inputs, **_event(tmp_path, ""))
    assert done.code == 1
    assert _obeyed(done.log).count("title=unknown-upstream::") == 1


def test_a_shallow_checkout_is_told_what_it_lacks(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE), "--depth=1")
    done = runner.job(workspace, DOCUMENTED, **_event(tmp_path, address))
    assert (done.code, done.summary, done.outputs["review"]) == (2, "", "")
    assert (
        "::error title=codeartifact-tf::Error: git knows no revision 'refs/remotes/origin/main'"
        in done.log
    )
    assert "`fetch-depth: 0`" in done.log
    assert double.comments == []


def test_two_commits_are_enough_with_the_merge_of_the_pull_request(
    runner: Runner, tmp_path: Path
) -> None:
    origin = teams.pull_request(tmp_path / "origin", REACHES_MORE)
    report = _said_by_review(_checkout(origin), "markdown")
    (tmp_path / "workspace").rename(tmp_path / "whole")
    workspace = _checkout(origin, "--depth=2")
    inputs = {"paths": "registry", "against": "HEAD^1"}
    done = runner.job(workspace, inputs, **_event(tmp_path, ""))
    assert (done.code, done.summary) == (0, report)


def test_after_a_push_there_is_a_check_and_no_review(runner: Runner, tmp_path: Path) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    variables = {**_event(tmp_path, "", ref="refs/heads/main"), "GITHUB_BASE_REF": ""}
    done = runner.job(workspace, {"paths": "registry"}, **variables)
    assert (done.code, done.summary, done.outputs["review"]) == (0, "", "")
    assert "::notice title=codeartifact-tf::no review" in done.log


def test_an_event_without_a_pull_request_has_no_comment(
    runner: Runner, github: tuple[GitHub, str], tmp_path: Path
) -> None:
    double, address = github
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    inputs = {**DOCUMENTED, "against": "origin/main"}
    variables = _event(tmp_path, address, ref="refs/heads/main")
    done = runner.job(workspace, inputs, **variables)
    assert (done.code, double.asked) == (0, [])
    assert "no comment: the event is about no pull request" in done.log


def test_no_name_is_run_as_a_command(runner: Runner, tmp_path: Path) -> None:
    base = "$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned"
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE, base=base))
    variables = {**_event(tmp_path, ""), "GITHUB_BASE_REF": base}
    done = runner.job(workspace, {"paths": "\n  registry  \n\n"}, **variables)
    assert (done.code, "public:pypi" in done.summary) == (0, True)
    wrong = runner.job(workspace, {"paths": "$(touch pwned)\n--help"}, **variables)
    assert wrong.code == 2
    assert not (workspace / "pwned").exists()


def test_paths_are_one_a_line_whatever_they_are_called(runner: Runner, tmp_path: Path) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    teams.write(workspace, INVALID, "my registry")
    done = runner.job(workspace, {"paths": "registry\nmy registry"}, **_event(tmp_path, ""))
    assert done.code == 1
    assert "::error file=my registry/domain.yaml,line=4," in done.log
    assert "public:pypi" in done.summary


def test_a_folder_of_the_name_of_our_package_is_not_the_tool(
    runner: Runner, tmp_path: Path
) -> None:
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    theirs = workspace / "codeartifact_tf"
    theirs.mkdir()
    (theirs / "__init__.py").write_text("raise SystemExit('theirs')\n", encoding="utf-8")
    assert runner.job(workspace, {"paths": "registry"}, **_event(tmp_path, "")).code == 0


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    code, log, _ = Runner(tmp_path).step(STEPS[0], tmp_path, {"inputs.python": str(old)}, {})
    assert code == 2
    assert "is not Python 3.11 or newer; see actions/setup-python" in log


def test_no_expression_is_part_of_a_script() -> None:
    assert {step["shell"] for step in STEPS} == {"bash"}
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_the_page_tells_of_every_input_and_output() -> None:
    _, _, section = teams.PAGE.partition("\n## GitHub Actions\n")
    section, _, _ = section.partition("\n## ")
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(ACTION["inputs"])
    _, _, outputs = section.partition("\nOutputs: ")
    outputs, _, _ = outputs.partition("\n\n")
    assert re.findall(r"`([a-z-]+)`", outputs) == list(ACTION["outputs"])


def test_what_the_action_installs_is_what_the_tests_ran_with() -> None:
    def locked(name: str) -> dict[str, str]:
        text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.M)
        return {part.split("==")[0]: part for part in re.split(r"^(?=\w)", text, flags=re.M)}

    ours, all_ = locked("requirements.txt"), locked("requirements-dev.txt")
    assert len(ours) > 5
    assert {name: all_[name] for name in ours} == ours
