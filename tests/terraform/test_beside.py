"""Files beside the generated ones: what they do to ours, with Terraform as the judge."""

import shutil
from pathlib import Path

import pytest

from codeartifact_tf.files import beside
from codeartifact_tf.terraform.own_blocks import (
    ENDINGS,
    Unreadable,
    blocks_of,
    is_override,
    is_read,
)
from tests.conftest import ROOT, Run, Terraform

CASES = ROOT / "tests" / "terraform" / "beside"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def _lay(run: Run, name: str) -> Path:
    """A spec with its Terraform in the current folder, and beside it the files of a case."""
    shutil.copy(CASES / "domain.yaml", ".")
    assert run("generate", ".").code == 0
    shutil.copytree(CASES / name, "terraform", dirs_exist_ok=True)
    return Path("terraform")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_check_reports_what_a_file_does_to_ours(
    run: Run, request: pytest.FixtureRequest, name: str
) -> None:
    _lay(run, name)
    ran = run("check", ".")
    expected = CASES / f"{name}.expected"
    if request.config.getoption("record"):
        expected.write_text(ran.out, encoding="utf-8")
    assert ran.out == expected.read_text(encoding="utf-8")
    assert ran.code == (1 if ": error[" in ran.out else 0)


@pytest.mark.parametrize("name", NAMES)
def test_generate_reports_the_same_and_writes_nothing_where_it_is_an_error(
    run: Run, name: str
) -> None:
    folder = _lay(run, name)
    (folder / "outputs.tf").unlink()
    findings = [line for line in run("check", ".").out.splitlines() if "[" in line]
    ran = run("generate", ".")
    others = [line for line in findings if "[stale-file]" not in line and line[0].isalpha()]
    assert [line for line in others if line not in ran.out] == []
    assert (folder / "outputs.tf").exists() is (ran.code == 0)


def test_every_expected_report_belongs_to_a_case() -> None:
    assert sorted(path.stem for path in CASES.glob("*.expected")) == NAMES


@pytest.mark.parametrize(
    "name", [f"{stem}{end}" for stem in ("override", "x_override") for end in ENDINGS]
)
def test_these_are_override_files(name: str) -> None:
    assert is_override(name)
    assert is_read(name)


@pytest.mark.parametrize("name", ["overrides.tf", "x-override.tf", "X_OVERRIDE.tf"])
def test_these_are_none(name: str) -> None:
    assert not is_override(name)


@pytest.mark.parametrize("name", [".override.tf", "override.tf~", "x.tfvars", "#x.tf#", "x.tf.bak"])
def test_terraform_reads_none_of_these(name: str) -> None:
    assert not is_read(name)


def test_a_file_that_is_too_large_cannot_be_judged(run: Run) -> None:
    folder = _lay(run, "fine")
    (folder / "large.tf").write_bytes(b"#" * beside.MAX_FILE + b"\n")
    ran = run("check", ".")
    assert ran.code == 1
    assert "large.tf:1:1: error[terraform-unreadable]" in ran.out
    assert "it has more than 1 MB" in ran.out
    assert "#" * 10 not in ran.out


def test_many_files_cannot_be_judged_either(run: Run) -> None:
    folder = _lay(run, "fine")
    for number in range(5):
        (folder / f"large{number}.tf").write_bytes(b"#" + b"x" * (beside.MAX_FILE - 2) + b"\n")
    assert "more than 4 MB together" in run("check", ".").out


@pytest.mark.parametrize("text", ["a = " + "[" * 20000 + "]" * 20000, '{"a": ' + "[" * 20000])
def test_values_that_are_nested_deep_end_in_blocks_or_a_fault(text: str) -> None:
    if text[0] == "{":
        with pytest.raises(Unreadable, match="nested"):
            blocks_of("x.tf.json", text.encode())
    else:
        assert blocks_of("x.tf", text.encode()) == ()


def test_a_file_name_cannot_write_into_the_report(run: Run) -> None:
    folder = _lay(run, "fine")
    (folder / "a\n\x1b[31m_override.tf").write_bytes((CASES / "override/override.tf").read_bytes())
    out = run("check", ".").out
    assert "\x1b" not in out
    assert "a\\n\\x1b[31m_override.tf:1:1: error[terraform-overridden]" in out


# Generated files that no spec owns.


def test_the_terraform_of_a_moved_spec_is_an_error(run: Run) -> None:
    shutil.copytree(ROOT / "examples" / "quick-start", "old")
    assert run("check", ".").code == 0
    Path("new").mkdir()
    Path("old/domain.yaml").rename("new/domain.yaml")
    ran = run("generate", ".")
    assert ran.code == 1
    assert "old/terraform/domain.tf:1:1: error[unowned-terraform]" in ran.out
    assert not Path("new/terraform").exists()
    Path("old/terraform").rename("new/terraform")
    assert run("check", ".").code == 0


def test_the_terraform_of_a_spec_outside_of_the_path_is_no_matter(run: Run) -> None:
    shutil.copytree(ROOT / "examples" / "quick-start", "one")
    shutil.copytree(ROOT / "examples" / "quick-start", "two")
    Path("two/domain.yaml").unlink()
    assert run("check", "one").code == 0
    assert run("check", ".").code == 1


def test_an_output_folder_of_ones_choice_is_owned(run: Run) -> None:
    shutil.copytree(ROOT / "examples" / "quick-start", "one")
    assert run("generate", ".", "--output-dir", "elsewhere").code == 0
    assert run("check", ".", "--output-dir", "elsewhere").code == 0


# The real Terraform.


def _said(terraform: Terraform, folder: Path) -> str:
    done = terraform.try_(folder, "plan", "-refresh=false", "-input=false", "-no-color")
    return " ".join((done.stdout + done.stderr).replace("\u2502", " ").split())


@pytest.mark.terraform
def test_an_override_file_changes_the_plan_of_generated_files(
    run: Run, terraform: Terraform
) -> None:
    folder = _lay(run, "fine")
    (folder / "backend.tf").unlink()
    (folder / "own.tf").unlink()
    terraform.init(folder)
    spelled = ("override/stores_override.tf", "unreadable/string_override.tf")
    assert '"public:npmjs"' in _said(terraform, folder)
    shutil.copy(CASES / spelled[0], folder)
    assert '"public:pypi"' in _said(terraform, folder)
    assert '"public:npmjs"' not in _said(terraform, folder)
    (folder / "stores_override.tf").unlink()
    # What python-hcl2 takes for one string is a block to Terraform.
    shutil.copy(CASES / spelled[1], folder / "string.tf")
    assert "Duplicate resource" in _said(terraform, folder)
    shutil.copy(CASES / "unreadable/heredoc_override.tf", folder / "string.tf")
    assert "Duplicate resource" in _said(terraform, folder)


@pytest.mark.terraform
def test_blocks_for_one_apply_fail_as_reported(run: Run, terraform: Terraform) -> None:
    folder = _lay(run, "fine")
    (folder / "backend.tf").unlink()
    (folder / "own.tf").unlink()
    terraform.init(folder)
    messages = {
        "moved.tf": "Moved object still exists",
        "import.tf": "Configuration for import target does not exist",
        "removed_too.tf": "Removed resource still exists",
    }
    for name, message in messages.items():
        shutil.copy(CASES / "one-time-fails" / name, folder)
        assert message in _said(terraform, folder)
        (folder / name).unlink()
    shutil.copy(CASES / "one-time" / "adopt.tf", folder)
    validated = terraform.try_(folder, "validate", "-no-color")
    assert validated.returncode == 0, validated.stderr
