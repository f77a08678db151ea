"""Every file of `invalid` against its recorded report; every file of `valid` is accepted.

Input that cannot be a file of the repository (huge,
missing, without permission, a pipe) is made here.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from codeartifact_tf.files import globs
from codeartifact_tf.spec import loader, yaml_reader
from tests.conftest import Run
from tests.support.cases import (
    WITHOUT_FINDINGS,
    case_name,
    compare,
    is_refused_by_published_schema,
    specs_in,
)

INVALID = specs_in(Path(__file__).parent / "invalid")
VALID = specs_in(Path(__file__).parent / "valid")

# The rules of shape: what they refuse, every other validator must refuse too.
OF_SHAPE = {"invalid-value", "unknown-key", "wrong-type", "missing-key"}


def _is_of_shape(spec: Path) -> bool:
    expected = spec.with_suffix(".expected")
    found = re.findall(r": error\[(.+?)\]", expected.read_text(encoding="utf-8"))
    return set(found) <= OF_SHAPE


def _copy(spec: Path, folder: Path) -> Path:
    """A case where `generate` may write, under the name that its report has."""
    if spec.name != "domain.yaml":
        return Path(shutil.copy(spec, folder))
    return Path(shutil.copytree(spec.parent, folder / "case")) / spec.name


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_there_are_cases() -> None:
    assert INVALID
    assert VALID


@pytest.mark.parametrize("spec", INVALID, ids=case_name)
def test_invalid_case_is_reported(
    run: Run, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, spec: Path
) -> None:
    monkeypatch.chdir(spec.parent)
    code, out, err = run("lint", spec.name)
    compare(out, spec, record=request.config.getoption("record"))
    assert (code, err) == (1, "")


@pytest.mark.parametrize("spec", INVALID, ids=case_name)
def test_generate_reports_the_same_and_writes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spec: Path
) -> None:
    copy = _copy(spec, tmp_path)
    before = _files(tmp_path)
    monkeypatch.chdir(copy.parent)
    expected = spec.with_suffix(".expected").read_text(encoding="utf-8")
    assert run("generate", copy.name) == (1, expected, "")
    assert _files(tmp_path) == before


@pytest.mark.parametrize("spec", INVALID, ids=case_name)
def test_every_format_can_say_it(run: Run, spec: Path) -> None:
    for format_ in ("json", "github", "sarif"):
        code, out, err = run("lint", "--format", format_, spec)
        assert (code, err) == (1, "")
        out.encode("utf-8")


_OF_SHAPE_ALONE = [spec for spec in INVALID if _is_of_shape(spec)]


def test_there_are_cases_of_shape_alone() -> None:
    assert _OF_SHAPE_ALONE


@pytest.mark.parametrize("spec", _OF_SHAPE_ALONE, ids=case_name)
def test_published_schema_alone_refuses_a_wrong_shape(spec: Path) -> None:
    assert is_refused_by_published_schema(spec)


@pytest.mark.parametrize("spec", VALID, ids=case_name)
def test_valid_case_has_no_findings(run: Run, spec: Path) -> None:
    assert run("lint", spec) == (0, WITHOUT_FINDINGS, "")


@pytest.mark.parametrize("spec", VALID, ids=case_name)
def test_published_schema_alone_accepts_a_valid_case(spec: Path) -> None:
    assert not is_refused_by_published_schema(spec)


@pytest.mark.parametrize("spec", VALID, ids=case_name)
def test_valid_case_can_be_generated_and_is_then_up_to_date(
    run: Run, tmp_path: Path, spec: Path
) -> None:
    copy = _copy(spec, tmp_path)
    assert run("generate", copy).code == 0
    assert run("check", copy).code == 0


@pytest.mark.parametrize(
    "name",
    ["on", "off", "yes", "no", "true", "1e3", "0x10", "007", "1_000", "2024-01-01", "null", "NaN"],
)
def test_unquoted_name_is_taken_as_it_is_written(run: Run, name: str) -> None:
    spec = Path(__file__).parent / "valid" / "unquoted-names.yaml"
    code, out, _ = run("explain", spec, name)
    assert (code, out.partition("\n")[0]) == (0, f"{name} in the domain acme (eu-west-1)")


def test_byte_order_mark_does_not_shift_columns(run: Run) -> None:
    spec = Path(__file__).parent / "invalid" / "byte-order-mark.yaml"
    assert "byte-order-mark.yaml:3:11: " in run("lint", spec).out


# What is not a file of the repository.


def test_missing_file_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    code, out, err = run("lint", tmp_path / "absent.yaml")
    assert (code, err) == (2, "")
    assert "absent.yaml:1:1: error[file-unreadable]: there is no such file\n" in out


def test_folder_without_a_spec_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    code, out, err = run("lint", tmp_path)
    assert (code, out) == (2, "")
    assert f"there is no domain.yaml in {tmp_path}; `init` writes a first one" in err


def test_spec_of_another_suffix_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "domain.yml").write_text("domain: {name: acme, region: eu-west-1}\n")
    code, out, err = run("lint", tmp_path)
    assert (code, out) == (2, "")
    assert f"there is no domain.yaml in {tmp_path}; rename {tmp_path}/registry/domain.yml" in err


def test_folder_named_like_a_spec_is_searched_and_reported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").mkdir()
    assert run("lint", tmp_path).code == 2
    assert run("lint", tmp_path / "domain.yaml").code == 2


def test_path_through_a_file_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, out, _ = run("lint", tmp_path / "file" / "domain.yaml")
    assert code == 2
    assert "error[file-unreadable]" in out


def test_link_to_nothing_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").symlink_to("absent.yaml")
    code, out, _ = run("lint", tmp_path / "domain.yaml")
    assert code == 2
    assert "there is no such file" in out


def test_link_to_itself_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").symlink_to("domain.yaml")
    code, out, _ = run("lint", tmp_path / "domain.yaml")
    assert code == 2
    assert "error[file-unreadable]" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    spec.write_text("domain: {name: acme, region: eu-west-1}\n")
    spec.chmod(0)
    code, out, _ = run("lint", spec)
    assert code == 2
    assert "error[file-unreadable]: the file cannot be read: Permission denied\n" in out


def test_named_pipe_is_refused_and_not_waited_for(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "domain.yaml")
    code, out, _ = run("lint", tmp_path / "domain.yaml")
    assert code == 2
    assert "error[file-unreadable]: this is not a regular file\n" in out


def test_missing_permission_in_one_spec_keeps_all_from_being_written(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "domain.yaml").write_text("domain: {name: acme, region: eu-west-1}\n")
    assert run("generate", tmp_path / "good", tmp_path / "absent.yaml").code == 2
    assert _files(tmp_path / "good") == {tmp_path / "good" / "domain.yaml"}


def test_file_of_50_mb_is_refused_without_being_read(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    with spec.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    code, out, _ = run("generate", spec)
    assert code == 1
    assert "domain.yaml:1:1: error[file-too-large]: the file is larger than 10 MB\n" in out
    assert _files(tmp_path) == {spec}


def test_file_of_exactly_10_mb_is_read(tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    comment = b"# padding\n"
    head = b"domain: {name: acme, region: eu-west-1}\n"
    spec.write_bytes((head + comment * yaml_reader.MAX_BYTES)[: yaml_reader.MAX_BYTES])
    assert yaml_reader.read(spec).problems == ()


def test_team_files_of_any_size_are_not_all_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "domain: {name: acme, region: eu-west-1}\ninclude: [one.yaml, '../**']\n"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "domain.yaml").write_text(text)
    (tmp_path / "home" / "one.yaml").write_text("repositories: {aa: }\n")
    monkeypatch.setattr(loader, "MAX_TEAM_CHARACTERS", 390_000)  # reading 40 MB takes seconds
    line = b"# " + b"x" * 1022
    for number in range(8):  # twice what is read
        (tmp_path / f"{number:03}.yaml").write_bytes(line * (100_000 // len(line)))
    code, out, _ = run("lint", tmp_path / "home" / "domain.yaml")
    assert code == 1
    assert ":2:21: error[file-too-large]: the team files have more than 40 MB together\n" in out
    assert "003.yaml" in out
    assert "004.yaml" not in out


def test_a_pattern_is_not_looked_for_everywhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(globs, "MAX_FOLDERS", 10)
    text = "domain: {name: acme, region: eu-west-1}\ninclude: ['*/**/x.yaml', no.yaml]\n"
    (tmp_path / "domain.yaml").write_text(text)
    for number in range(20):
        (tmp_path / "a" / str(number)).mkdir(parents=True)
    code, out, _ = run("lint", tmp_path)
    assert code == 1
    assert ":2:11: error[file-too-large]: the pattern leads into more than 100,000 folders\n" in out


def test_team_file_that_cannot_be_read_is_unreadable_input(run: Run, tmp_path: Path) -> None:
    text = "domain: {name: acme, region: eu-west-1}\ninclude: [team.yaml]\n"
    (tmp_path / "domain.yaml").write_text(text)
    os.mkfifo(tmp_path / "team.yaml")
    code, out, _ = run("generate", tmp_path)
    assert code == 2
    assert "team.yaml:1:1: error[file-unreadable]: this is not a regular file\n" in out


@pytest.mark.parametrize("depth", [yaml_reader.MAX_DEPTH - 1, yaml_reader.MAX_DEPTH])
def test_nesting_up_to_the_limit_is_accepted(run: Run, tmp_path: Path, depth: int) -> None:
    nested = "[" * (depth - 1) + "]" * (depth - 1)
    spec = tmp_path / "domain.yaml"
    spec.write_text(f"domain: {{name: acme, region: eu-west-1}}\nx-deep: {nested}\n")
    assert run("lint", spec) == (0, WITHOUT_FINDINGS, "")


def test_more_nesting_than_the_limit_is_refused(run: Run, tmp_path: Path) -> None:
    nested = "[" * yaml_reader.MAX_DEPTH + "]" * yaml_reader.MAX_DEPTH
    spec = tmp_path / "domain.yaml"
    spec.write_text(f"domain: {{name: acme, region: eu-west-1}}\nx-deep: {nested}\n")
    code, out, _ = run("lint", spec)
    assert code == 1
    assert f":2:{9 + yaml_reader.MAX_DEPTH - 1}: error[nesting-depth]" in out


def test_file_name_with_odd_characters_is_shown_harmlessly(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "a\x1b[31m\nb.yaml"
    spec.write_text("")
    out = run("lint", spec).out
    assert "\x1b" not in out
    assert "error[empty-file]" in out
