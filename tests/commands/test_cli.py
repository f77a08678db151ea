"""Commands, exit codes and formats, as a shell sees them."""

import errno
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from codeartifact_tf import __version__
from codeartifact_tf.commands.command_line import main
from codeartifact_tf.files import output
from tests.conftest import EXAMPLES, ROOT, Run

GOOD = """\
domain: {name: acme, region: eu-west-1}
repositories:
  shared: {upstreams: [public:npmjs]}
  team: {upstreams: [shared]}
"""
BAD = GOOD.replace("[shared]", "[shard]")
WARNED = GOOD.replace("eu-west-1", "eu-west-9")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "domain.yaml"
    path.write_text(GOOD)
    return path


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


def test_a_write_that_fails_is_said_without_a_traceback(spec: Path, run: Run) -> None:
    Path("somewhere").write_text("a file")
    ran = run("generate", "--output-dir", "somewhere/below")
    assert ran.code == 2
    assert "somewhere" in ran.err
    assert "Traceback" not in ran.err


def test_stale_files_are_findings_with_a_diff(spec: Path, run: Run) -> None:
    run("generate")
    spec.write_text(GOOD.replace("[shared]", "[public:npmjs, shared]"))
    ran = run("check")
    assert ran.code == 1
    assert "+    repository_name = aws_codeartifact_repository.npm_store.repository\n" in ran.out
    assert "terraform/repositories.tf:1:1: error[stale-file]" in ran.out


def test_check_shows_missing_and_orphaned_files(spec: Path, run: Run) -> None:
    run("generate")
    orphan = Path("terraform", "removed.tf")
    orphan.write_text(Path("terraform", "domain.tf").read_text())
    Path("terraform", "domain.tf").unlink()
    ran = run("check")
    assert ran.code == 1
    assert "--- /dev/null\n+++ b/terraform/domain.tf\n" in ran.out
    assert "--- a/terraform/removed.tf\n+++ /dev/null\n" in ran.out
    assert orphan.exists()
    assert run("generate").out.splitlines()[-1] == "1 written, 1 deleted, 5 unchanged."
    assert not orphan.exists()


def test_files_that_were_not_generated_are_left_alone_and_named(spec: Path, run: Run) -> None:
    Path("terraform").mkdir()
    Path("terraform", "backend.tf").write_text("terraform {}\n")
    assert "terraform/backend.tf: left alone, it was not generated\n" in run("generate").out
    assert Path("terraform", "backend.tf").read_text() == "terraform {}\n"


def test_a_foreign_file_in_the_way_is_an_error_and_nothing_is_written(spec: Path, run: Run) -> None:
    Path("terraform").mkdir()
    Path("terraform", "domain.tf").write_text("# mine\n")
    ran = run("generate")
    assert ran.code == 1
    assert "terraform/domain.tf:1:1: error[foreign-file]" in ran.out
    assert [path.name for path in Path("terraform").iterdir()] == ["domain.tf"]
    assert Path("terraform", "domain.tf").read_text() == "# mine\n"


def test_output_dir_is_another_folder(spec: Path, run: Run) -> None:
    assert run("generate", "--output-dir", "elsewhere/tf").code == 0
    assert Path("elsewhere", "tf", "domain.tf").exists()
    assert not Path("terraform").exists()
    assert run("check", "--output-dir", "elsewhere/tf").code == 0


def test_output_dir_is_for_one_spec(run: Run, tmp_path: Path) -> None:
    ran = run("generate", EXAMPLES, "--output-dir", tmp_path)
    assert ran.code == 2
    assert list(tmp_path.iterdir()) == []


def test_two_specs_of_one_folder_are_wrong_usage(spec: Path, run: Run) -> None:
    Path("second.yaml").write_text(GOOD)
    ran = run("generate", "domain.yaml", "second.yaml")
    assert ran.code == 2
    assert "would write to the same folder" in ran.err
    assert not Path("terraform").exists()


def test_a_file_of_another_spec_is_not_overwritten(spec: Path, run: Run) -> None:
    run("generate")
    before = Path("terraform", "domain.tf").read_text()
    Path("prod.yaml").write_text(GOOD.replace("acme", "beta"))
    ran = run("generate", "prod.yaml")
    assert ran.code == 1
    assert "error[foreign-file]: this file was generated from another spec" in ran.out
    assert Path("terraform", "domain.tf").read_text() == before


def test_two_specs_whose_folders_are_one_by_a_link_are_wrong_usage(spec: Path, run: Run) -> None:
    inner = Path("inner")
    inner.mkdir()
    (inner / "domain.yaml").write_text(GOOD)
    (inner / "terraform").mkdir()
    Path("terraform").symlink_to("inner/terraform")
    ran = run("generate", ".")
    assert ran.code == 2
    assert "would write to the same folder" in ran.err
    assert list(Path("inner/terraform").iterdir()) == []


def test_a_spec_that_is_named_twice_counts_once(spec: Path, run: Run) -> None:
    assert run("lint", "domain.yaml", ".", spec).out == "1 spec without findings.\n"


def test_a_dangling_link_as_output_folder_is_found_before_anything_is_written(
    spec: Path, run: Run
) -> None:
    other = Path("other")
    other.mkdir()
    (other / "domain.yaml").write_text(GOOD)
    (other / "terraform").symlink_to("nowhere")
    ran = run("generate", ".")
    assert ran.code == 1
    assert "other/terraform:1:1: error[output-folder]" in ran.out
    assert not Path("terraform").exists()


def test_an_output_folder_that_leads_to_itself_is_a_finding(spec: Path, run: Run) -> None:
    Path("terraform").symlink_to("terraform")
    ran = run("generate")
    assert ran.code == 1
    assert "terraform:1:1: error[output-folder]" in ran.out


def test_what_was_written_before_a_failure_is_said(
    spec: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path("other")
    other.mkdir()
    (other / "domain.yaml").write_text(GOOD.replace("acme", "globex"))
    whole = os.fsync
    calls = iter(range(100))

    def full(descriptor: int) -> None:
        if next(calls) == 7:  # in the second spec
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    ran = run("generate", ".")
    assert ran.code == 2
    assert "terraform/domain.tf: written\n" in ran.out
    assert "No space left on device" in ran.err


def test_what_was_not_written_in_the_end_is_not_said_to_be(
    spec: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = output.write

    def late(changes: output.Changes) -> output.Changes:
        Path("terraform").mkdir()
        Path("terraform", "domain.tf").write_text("theirs")
        return whole(changes)

    monkeypatch.setattr(output, "write", late)
    ran = run("generate")
    assert ran.code == 1
    assert "error[foreign-file]" in ran.out
    assert ": written" not in ran.out
    assert [path.name for path in Path("terraform").iterdir()] == ["domain.tf"]


def test_check_of_what_is_in_the_way_says_only_that(spec: Path, run: Run) -> None:
    Path("terraform").write_text("a file")
    ran = run("check")
    assert ran.code == 1
    assert ran.out.count("error[") == 1


def test_findings_of_shape_do_not_hide_those_of_rules(spec: Path, run: Run) -> None:
    spec.write_text(f"{BAD}bogus: 1\n")
    out = run("lint").out
    assert "error[unknown-upstream]" in out
    assert "error[unknown-key]" in out


def test_explain_of_an_invalid_spec_keeps_its_format(spec: Path, run: Run) -> None:
    spec.write_text(BAD)
    assert json.loads(run("explain", ".", "team", "--format", "json").out)["findings"]


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


def test_what_was_generated_is_no_team_file(spec: Path, run: Run) -> None:
    spec.write_text(f"{GOOD}include: ['t*/**/*']\n")
    Path("teams").mkdir()
    Path("teams", "a.yaml").write_text("repositories: {aa: }\n")
    for command in ("generate", "check", "generate"):
        assert run(command).code == 0


def test_json_names_findings_and_files(spec: Path, run: Run) -> None:
    document = json.loads(run("generate", "--format", "json").out)
    assert document["version"] == 1
    assert document["findings"] == []
    assert {"path": "terraform/domain.tf", "action": "written"} in document["files"]
    spec.write_text(BAD)
    document = json.loads(run("lint", "--format", "json").out)
    assert document["findings"] == [
        {
            "file": "domain.yaml",
            "line": 4,
            "column": 22,
            "severity": "error",
            "rule": "unknown-upstream",
            "message": (
                "repository 'team' has the upstream 'shard', which this spec does not define"
            ),
            "fix": "did you mean 'shared'?",
        }
    ]


def test_github_annotations_are_one_escaped_line_each(spec: Path, run: Run) -> None:
    spec.write_text(BAD.replace("acme", '"50%"'))
    out = run("lint", "--format", "github").out
    properties = "file=domain.yaml,line=1,col=16,title=invalid-value"
    assert out.startswith(
        f"::error {properties}::'50%25' is not a domain name%0A2 to 50 lower-case"
    )
    assert [line[:8] for line in out.splitlines()] == ["::error "] * 2


def test_sarif_names_rule_place_and_level(spec: Path, run: Run) -> None:
    spec.write_text(BAD)
    ran = run("lint", "--format", "sarif")
    assert ran.code == 1
    (found,) = json.loads(ran.out)["runs"]
    (rule,) = found["tool"]["driver"]["rules"]
    (result,) = found["results"]
    assert (rule["id"], result["ruleId"], result["level"]) == ("unknown-upstream",) * 2 + ("error",)
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "domain.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 22, "endColumn": 27}


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_machine_formats_print_a_document_when_there_is_nothing_to_say(
    format_: str, spec: Path, run: Run
) -> None:
    for command in ("lint", "generate", "check"):
        assert json.loads(run(command, "--format", format_).out)


def test_explain_as_json(run: Run) -> None:
    document = json.loads(
        run("explain", EXAMPLES / "quick-start", "payments", "--format", "json").out
    )
    (found,) = document["repositories"]
    assert [(step["repository"], step["via"]) for step in found["search_order"]] == [
        ("payments", None),
        ("shared", "payments"),
        ("npm-store", "shared"),
        ("pypi-store", "shared"),
    ]
    assert found["public_registries"][0]["retained_in"] == ["payments", "npm-store"]
    assert found["search_order_by_format"] == {
        **{name: ["payments", "shared"] for name in ("cargo", "maven", "nuget", "ruby", "swift")},
        "npm": ["payments", "shared", "npm-store"],
        "pypi": ["payments", "shared", "pypi-store"],
        "generic": ["payments"],
    }


def test_explain_of_an_unknown_repository_names_the_nearest(run: Run) -> None:
    ran = run("explain", EXAMPLES / "quick-start", "payment")
    assert ran.code == 2
    assert "did you mean 'payments'?" in ran.err


def test_rules_explains_one_rule_and_names_the_nearest(run: Run) -> None:
    assert run("rules", "searched-count").out.startswith("searched-count (error)\n\n")
    assert "did you mean 'searched-count'?" in run("rules", "search-count").err
    assert {rule["name"] for rule in json.loads(run("rules", "--format", "json").out)["rules"]} >= {
        "upstream-cycle"
    }


def test_schema_prints_the_published_file(run: Run) -> None:
    for kind in ("domain", "team"):
        published = (ROOT / "schemas" / f"{kind}.schema.json").read_text()
        assert run("schema", kind).out == published


def test_init_refuses_to_overwrite_and_checks_its_values(spec: Path, run: Run) -> None:
    assert run("init").code == 2
    assert spec.read_text() == GOOD
    assert run("init", "new", "--domain", "Not_A_Name").code == 2
    assert not Path("new").exists()


def test_init_takes_values_as_values(spec: Path, run: Run) -> None:
    for name in ("acme # x", "&a acme", 'acme\n  owner: "111122223333"', "acme, region: x"):
        assert run("init", "new", "--domain", name).code == 2
    Path("new").mkdir()
    Path("new", "domain.schema.json").write_text("{}")
    assert run("init", "new").code == 2
    assert not Path("new", "domain.yaml").exists()


def test_version_and_python_m() -> None:
    command = [sys.executable, "-m", "codeartifact_tf", "--version"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"codeartifact-tf {__version__}\n"


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


def test_main_gives_the_exit_code() -> None:
    assert main(["--help"]) == 0
