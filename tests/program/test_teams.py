"""What docs/ci.md gives to teams, run as far as a machine without their servers can.

GitHub's part is in tests/program/test_action.py.
"""

import copy
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codeartifact_tf.terraform.render import template_names
from tests.conftest import ROOT, Run
from tests.support import git, teams
from tests.support.teams import DELETES, INVALID, REACHES_MORE, SPEC, block

BIN = Path(sys.executable).parent
GITLAB = teams.read((ROOT / "gitlab" / "codeartifact-tf.yml").read_text(encoding="utf-8"))
ATLANTIS = json.loads(
    (ROOT / "tests" / "support" / "teams" / "atlantis.schema.json").read_text(encoding="utf-8")
)


def _with_tools(**more: str) -> dict[str, str]:
    """A fresh shell that has the tool on its PATH."""
    return teams.environment(PATH=os.pathsep.join([str(BIN), os.environ["PATH"]]), **more)


# The published schemas.


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
        ("github-workflows", block("GitHub Actions", "yaml")),
        ("gitlab-ci", (ROOT / "gitlab" / "codeartifact-tf.yml").read_text(encoding="utf-8")),
        ("gitlab-ci", block("GitLab CI", "yaml")),
    ],
    ids=["action", "workflow", "gitlab-template", "gitlab-include"],
)
def test_file_is_what_its_published_schema_asks_for(tmp_path: Path, schema: str, text: str) -> None:
    file = tmp_path / "file.yml"
    file.write_text(text, encoding="utf-8")
    transform = ("--data-transform", "gitlab-ci") if schema == "gitlab-ci" else ()
    command = f"check-jsonschema --builtin-schema vendor.{schema} {' '.join(transform)} file.yml"
    done = teams.shell(command, tmp_path, _with_tools(), ("bash", "-c"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("validate-manifest", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")),
        ("validate-config", block("pre-commit", "yaml").replace("REVISION", "0a" * 20)),
    ],
    ids=["manifest", "config"],
)
def test_files_of_pre_commit_are_valid_to_it(tmp_path: Path, command: str, text: str) -> None:
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    variables = _with_tools(PRE_COMMIT_HOME=str(tmp_path / "home"))
    done = teams.shell(f"pre-commit {command} file.yaml", tmp_path, variables, ("bash", "-c"))
    assert (done.returncode, done.stdout) == (0, "")


SERVER = teams.read(block("Atlantis", "yaml", 0))
PROJECTS = teams.read(block("Atlantis", "yaml", 1))


def _atlantis(kind: str, document: object) -> list[str]:
    schema = {"$ref": f"#/$defs/{kind}", "$defs": ATLANTIS["$defs"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(document)]


def test_files_of_atlantis_are_what_it_documents() -> None:
    Draft202012Validator.check_schema(ATLANTIS)
    assert _atlantis("repos.yaml", SERVER) == []
    assert _atlantis("atlantis.yaml", PROJECTS) == []


def _set(document: Any, *path: Any) -> Any:
    """A copy in which the last of `path` stands at the place that the others lead to."""
    changed = copy.deepcopy(document)
    *way, key, value = path
    place = changed
    for part in way:
        place = place[part]
    place[key] = value
    return changed


_STEPS = ("workflows", "codeartifact-tf", "plan", "steps")


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("atlantis.yaml", _set(PROJECTS, "version", 2)),
        ("atlantis.yaml", _set(PROJECTS, "repos", [])),
        ("atlantis.yaml", _set(PROJECTS, "projects", 0, "autoplan", "when_changed", ["*.tf"])),
        ("atlantis.yaml", _set(PROJECTS, "projects", 0, {"name": "no-folder"})),
        ("repos.yaml", _set(SERVER, *_STEPS, 0, "codeartifact-tf check ..")),
        ("repos.yaml", _set(SERVER, *_STEPS, 0, {"run": "true", "init": {}})),
        ("repos.yaml", _set(SERVER, "repos", 0, "projects", [])),
    ],
)
def test_what_atlantis_refuses_is_refused_here_too(kind: str, document: object) -> None:
    assert _atlantis(kind, document)


# The scripts.


def _jobs() -> dict[str, Any]:
    return {name: job for name, job in GITLAB.items() if name != "variables"}


def _scripts() -> dict[str, tuple[str, str]]:
    """Every script that we ship: its shell, and its text."""
    scripts = {
        path.name: ("bash", path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "action").glob("*.sh"))
    }
    action = teams.read((ROOT / "action.yml").read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        scripts[step["name"]] = (step["shell"], step["run"])
    for name, job in _jobs().items():
        scripts[name] = ("sh", "\n".join([*job.get("before_script", ()), *job.get("script", ())]))
    for number, command in enumerate(_commands()):
        scripts[f"atlantis {number}"] = ("sh", command)
    return scripts


def _commands() -> list[str]:
    """What Atlantis runs before its own steps."""
    steps = SERVER["workflows"]["codeartifact-tf"]["plan"]["steps"]
    assert steps[-2:] == ["init", "plan"]
    return [step["run"] for step in steps[:-2]]


@pytest.mark.parametrize("name", _scripts())
def test_shellcheck_has_nothing_to_say_of_a_script(tmp_path: Path, name: str) -> None:
    shell, text = _scripts()[name]
    (tmp_path / "script").write_text(text, encoding="utf-8")
    done = teams.shell(f"shellcheck -s {shell} script", tmp_path, _with_tools(), ("bash", "-c"))
    assert done.returncode == 0, done.stdout


# GitLab.


def _gitlab(name: str, folder: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """Run the script of a job as a runner without bash does."""
    job = {**GITLAB[GITLAB[name]["extends"]], **GITLAB[name]}
    given = {**GITLAB["variables"], **GITLAB[name].get("variables", {}), **variables}
    script = "\n".join(job["script"])
    done = teams.shell(script, folder, _with_tools(**given), ("sh", "-e", "-c"))
    return done.returncode, done.stdout


MERGE_REQUEST = {"CODEARTIFACT_TF_PATH": "registry"}


@pytest.mark.parametrize("is_merged", [False, True], ids=["branch", "merged-results"])
def test_gitlab_reviews_what_the_merge_request_changes(tmp_path: Path, is_merged: bool) -> None:
    folder = teams.pull_request(tmp_path / "project", REACHES_MORE)
    base = git.run(folder, "merge-base", "main", "change").strip()
    git.run(folder, "checkout", "-q", "--detach", "pull" if is_merged else "change")
    target = git.run(folder, "rev-parse", "main").strip() if is_merged else ""
    variables = {
        **MERGE_REQUEST,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target,
    }
    code, log = _gitlab("codeartifact-tf review", folder, variables)
    assert code == 0, log
    (artifact,) = GITLAB["codeartifact-tf review"]["artifacts"]["paths"]
    report = (folder / artifact).read_text(encoding="utf-8")
    assert "public:pypi" in report
    assert "public:pypi" in log
    assert "crates-io" not in report


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("never", 0)])
def test_gitlab_fails_as_asked_and_has_the_review_all_the_same(
    tmp_path: Path, fail_on: str, code: int
) -> None:
    folder = teams.pull_request(tmp_path / "project", DELETES)
    variables = {
        **MERGE_REQUEST,
        "CODEARTIFACT_TF_FAIL_ON": fail_on,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git.run(folder, "rev-parse", "main").strip(),
    }
    assert _gitlab("codeartifact-tf review", folder, variables)[0] == code
    job = GITLAB["codeartifact-tf review"]
    assert job["artifacts"]["when"] == "always"
    report = (folder / job["artifacts"]["paths"][0]).read_text(encoding="utf-8")
    assert "Lost for good" in report


@pytest.mark.parametrize("is_stale", [False, True])
def test_gitlab_checks_the_committed_terraform(tmp_path: Path, is_stale: bool) -> None:
    folder = teams.pull_request(tmp_path / "project", REACHES_MORE, stale=is_stale)
    code, log = _gitlab("codeartifact-tf check", folder, MERGE_REQUEST)
    assert (code, "stale-file" in log) == (is_stale, is_stale)


@pytest.mark.xdist_group("pip")
def test_gitlab_runs_the_revision_that_is_named_with_packages_by_hash(tmp_path: Path) -> None:
    (command,) = GITLAB[".codeartifact-tf"]["before_script"]
    assert "--require-hashes --only-binary :all:" in command
    shell = ("sh", "-e", "-c")
    source = teams.copy_of_the_project(tmp_path / "source")
    given = {
        "CODEARTIFACT_TF_REPOSITORY": f"file://{source}",
        "CODEARTIFACT_TF_REVISION": git.run(source, "rev-parse", "HEAD").strip(),
    }
    for missing in given:
        variables = teams.environment(
            **{name: each for name, each in given.items() if name != missing}
        )
        done = teams.shell(command, tmp_path, variables, shell)
        assert done.returncode != 0
        assert f"{missing}: is not set" in done.stdout
    # What a merge request commits is not what runs.
    project = tmp_path / "project"
    project.mkdir()
    for name in ("venv.py", "pip.py", "click.py", "codeartifact_tf.py"):
        (project / name).write_text("raise SystemExit('code of the merge request')\n")
    script = f"{command}\ncodeartifact-tf --version"
    done = teams.shell(script, project, teams.environment(**given), shell)
    assert done.returncode == 0, done.stdout
    assert "codeartifact-tf" in done.stdout


def test_gitlab_is_given_variables_that_the_template_knows() -> None:
    include = teams.read(block("GitLab CI", "yaml"))
    assert (ROOT / include["include"][0]["file"]).is_file()
    known = {*GITLAB["variables"], "CODEARTIFACT_TF_REPOSITORY", "CODEARTIFACT_TF_REVISION"}
    assert set(include["variables"]) <= known


# pre-commit.

Attempt = Callable[[str, str], tuple[int, str]]


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Where the hooks come from, and an environment in which pre-commit installs them once."""
    source = teams.copy_of_the_project(tmp_path_factory.mktemp("hooks"))
    home = tmp_path_factory.mktemp("pre-commit")
    return source, _with_tools(PRE_COMMIT_HOME=str(home))


@pytest.fixture
def attempt(hooks: tuple[Path, dict[str, str]], tmp_path: Path) -> Attempt:
    """Stages all that is there and commits it with one hook."""
    source, variables = hooks
    git.run(tmp_path, "init", "-q", "-b", "main")
    config = teams.read(block("pre-commit", "yaml"))
    (repository,) = config["repos"]
    revision = git.run(source, "rev-parse", "HEAD").strip()

    def commit(hook: str, spec: str) -> tuple[int, str]:
        chosen = {"id": hook, "args": repository["hooks"][0]["args"]}
        shown = {"repos": [{"repo": str(source), "rev": revision, "hooks": [chosen]}]}
        (tmp_path / ".pre-commit-config.yaml").write_text(json.dumps(shown), encoding="utf-8")
        teams.write(tmp_path, spec)
        script = "pre-commit install && git add -A && git commit -m change"
        done = teams.shell(script, tmp_path, variables, ("bash", "-e", "-c"))
        return done.returncode, done.stdout

    return commit


@pytest.mark.xdist_group("pre-commit")
def test_hook_check_stops_a_commit_with_stale_terraform(attempt: Attempt, tmp_path: Path) -> None:
    teams.write(tmp_path, SPEC)
    teams.generate(tmp_path)
    code, log = attempt("codeartifact-tf-check", SPEC)
    assert code == 0, log
    assert "Passed" in log
    code, log = attempt("codeartifact-tf-check", REACHES_MORE)
    assert code == 1, log
    assert "error[stale-file]" in log
    assert git.run(tmp_path, "rev-list", "--count", "HEAD") == "1\n"
    teams.generate(tmp_path)
    assert attempt("codeartifact-tf-check", REACHES_MORE)[0] == 0
    assert git.run(tmp_path, "status", "--porcelain") == ""


@pytest.mark.xdist_group("pre-commit")
def test_hook_check_stops_a_commit_that_lacks_a_generated_file(
    attempt: Attempt, tmp_path: Path
) -> None:
    teams.write(tmp_path, SPEC)
    teams.generate(tmp_path)
    ignored = tmp_path / ".git" / "info" / "exclude"
    ignored.write_text("repositories.tf\n", encoding="utf-8")
    code, log = attempt("codeartifact-tf-check", SPEC)
    assert code == 1, log
    assert "registry/terraform/repositories.tf:1:1: error[stale-file]: this file was never" in log
    assert "Found 1 error." in log
    ignored.unlink()
    code, log = attempt("codeartifact-tf-check", SPEC)
    assert code == 0, log


@pytest.mark.xdist_group("pre-commit")
def test_hook_check_stops_a_commit_that_only_deletes_a_team_file(
    attempt: Attempt, tmp_path: Path
) -> None:
    spec = f"include: ['*.team.yaml']\n{SPEC}"
    teams.write(tmp_path, spec)
    web, data = (tmp_path / "registry" / f"{name}.team.yaml" for name in ("web", "data"))
    for file, name in ((web, "web"), (data, "data")):
        text = f"repositories: {{{name}: {{upstreams: [shared]}}}}\n"
        file.write_text(text, encoding="utf-8")
    teams.generate(tmp_path)
    assert attempt("codeartifact-tf-check", spec)[0] == 0
    web.unlink()
    code, log = attempt("codeartifact-tf-check", spec)
    assert code == 1, log
    assert "error[stale-file]" in log


@pytest.mark.xdist_group("pre-commit")
def test_hook_lint_stops_a_commit_with_an_invalid_spec(attempt: Attempt, tmp_path: Path) -> None:
    code, log = attempt("codeartifact-tf-lint", INVALID)
    assert code == 1, log
    assert "error[unknown-upstream]" in log
    code, log = attempt("codeartifact-tf-lint", SPEC)
    assert code == 0, log


@pytest.mark.xdist_group("pre-commit")
def test_hook_generate_writes_the_terraform_and_stops_until_it_is_added(
    attempt: Attempt, tmp_path: Path
) -> None:
    teams.write(tmp_path, SPEC)
    teams.generate(tmp_path)
    assert attempt("codeartifact-tf-generate", SPEC)[0] == 0
    code, log = attempt("codeartifact-tf-generate", REACHES_MORE)
    assert code == 1, log
    assert "files were modified by this hook" in log
    code, log = attempt("codeartifact-tf-generate", REACHES_MORE)
    assert code == 0, log
    assert "pypi_store" in git.run(tmp_path, "show", "HEAD:registry/terraform/repositories.tf")


def test_what_git_lacks_is_told_only_where_git_can_tell(run: Run, tmp_path: Path) -> None:
    teams.write(tmp_path, SPEC)
    command = ("check", "--tracked", tmp_path / "registry")
    assert "never added" not in run(*command).out  # there is nothing yet to add
    teams.generate(tmp_path)
    assert run("check", tmp_path / "registry").code == 0
    done = run(*command)
    assert done.code == 2
    assert "Error: git cannot tell which files were added to it: not a git" in done.err
    git.run(tmp_path, "init", "-q")
    assert run(*command).out.count("this file was never added to git") == 6
    git.run(tmp_path, "add", "registry/terraform")
    assert run(*command).code == 0


# Atlantis.


def _atlantis_checkout(origin: Path) -> Path:
    """As its working_dir.go does with --checkout-strategy=merge."""
    folder = origin.parent / "atlantis"
    git.run(
        origin.parent,
        "clone",
        "-q",
        "--branch",
        "main",
        "--single-branch",
        str(origin),
        folder.name,
    )
    git.run(folder, "remote", "add", "source", str(origin))
    git.run(folder, "fetch", "-q", "source", "+refs/heads/change:")
    git.run(folder, "merge", "-q", "--no-ff", "-m", "atlantis-merge", "FETCH_HEAD")
    return folder


@pytest.mark.parametrize(
    ("spec", "is_stale", "codes"),
    [(REACHES_MORE, False, [0, 0]), (REACHES_MORE, True, [1, 0]), (DELETES, False, [0, 1])],
    ids=["fine", "stale", "lost"],
)
def test_atlantis_is_stopped_before_the_plan(
    tmp_path: Path, spec: str, is_stale: bool, codes: list[int]
) -> None:
    origin = teams.pull_request(tmp_path / "origin", spec, stale=is_stale)
    folder = _atlantis_checkout(origin)
    (project,) = PROJECTS["projects"]
    place = folder / project["dir"]
    variables = _with_tools(BASE_BRANCH_NAME="main", DIR=str(place), REPO_REL_DIR=project["dir"])
    ran = [teams.shell(command, place, variables, ("sh", "-c")) for command in _commands()]
    assert [done.returncode for done in ran] == codes, ran
    assert "crates-io" not in ran[1].stdout
    assert ("payments" if spec == DELETES else "public:pypi") in ran[1].stdout


def test_atlantis_plans_where_a_spec_changed() -> None:
    (project,) = PROJECTS["projects"]
    patterns = project["autoplan"]["when_modified"]
    # .dockerignore's `**` is any number of folders, none of them as well.
    assert patterns == ["*.tf", "../**/*.yaml"]
    workflow = SERVER["repos"][0]["workflow"]
    assert workflow in SERVER["workflows"]


# .gitattributes.

FILES = (
    "registry/terraform/repositories.tf",
    "registry/eu/terraform/outputs.tf",
    "registry/terraform/backend.tf",
    "registry/terraform/stores_override.tf",
    "registry/domain.yaml",
    "network/main.tf",
)


def _attributes(folder: Path, text: str) -> dict[str, set[str]]:
    """What git says that GitHub and GitLab ask for, by file."""
    git.run(folder, "init", "-q")
    (folder / ".gitattributes").write_text(text, encoding="utf-8")
    names = ("linguist-generated", "gitlab-generated")
    out = git.run(folder, "check-attr", "-z", *names, "--", *FILES).split("\0")
    said: dict[str, set[str]] = {}
    for file, _, value in zip(out[::3], out[1::3], out[2::3], strict=False):
        said.setdefault(file, set()).add(value)
    return said


def test_generated_files_are_folded_and_no_others(tmp_path: Path) -> None:
    said = _attributes(tmp_path, block("Generated files in diffs", "gitattributes", 0))
    assert said == dict(zip(FILES, [{"set"}, {"set"}, *[{"unspecified"}] * 4], strict=True))
    folded = {line.split()[0].rpartition("/")[2] for line in _block_lines()}
    assert folded == {name.removesuffix(".j2") for name in template_names()}


def _block_lines() -> list[str]:
    return block("Generated files in diffs", "gitattributes", 0).splitlines()


def test_generated_files_are_shown_whatever_a_wider_pattern_says(tmp_path: Path) -> None:
    wider = "*.tf linguist-generated gitlab-generated\n"
    said = _attributes(tmp_path, wider + block("Generated files in diffs", "gitattributes", 1))
    assert said == dict(zip(FILES, [*[{"unset"}] * 4, {"unspecified"}, {"set"}], strict=True))
