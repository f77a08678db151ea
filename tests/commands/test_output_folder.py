"""`generate` and `check`, and the folder that the Terraform goes to."""

import errno
import os
from pathlib import Path

import pytest

from codeartifact_tf.files import output
from tests.commands.conftest import GOOD
from tests.conftest import EXAMPLES, Run


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


def test_what_was_generated_is_no_team_file(spec: Path, run: Run) -> None:
    spec.write_text(f"{GOOD}include: ['t*/**/*']\n")
    Path("teams").mkdir()
    Path("teams", "a.yaml").write_text("repositories: {aa: }\n")
    for command in ("generate", "check", "generate"):
        assert run(command).code == 0
