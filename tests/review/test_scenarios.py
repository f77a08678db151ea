"""Every report of every scenario, a change of a repository of git's."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from codeartifact_tf import pipeline
from codeartifact_tf.files.file_tree import DISK
from codeartifact_tf.files.paths import SCHEMAS
from codeartifact_tf.reports.findings import plain as unstyled
from codeartifact_tf.review.review import Review
from codeartifact_tf.sides import Side
from tests.conftest import Run
from tests.support.git import Git, commit
from tests.support.reviews import SCENARIOS, SCENARIOS_FOLDER

SUFFIXES = {
    "text": "txt",
    "markdown": "md",
    "json": "json",
    "github": "github",
    "sarif": "sarif",
    "shell": "sh",
}


def _lay(folder: Path) -> None:
    """Make the current folder hold what another does, and nothing else but git's."""
    for path in Path().iterdir():
        if path.name != ".git":
            shutil.rmtree(path)
    shutil.copytree(folder, ".", dirs_exist_ok=True)


@pytest.mark.parametrize("format_", SUFFIXES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_report_of_a_pull_request(
    run: Run, git: Git, request: pytest.FixtureRequest, name: str, format_: str
) -> None:
    folder = SCENARIOS_FOLDER / name
    _lay(folder / "old")
    commit({})
    git("checkout", "-q", "-b", "topic")
    _lay(folder / "new")
    commit({})
    code, out, err = run("review", "--against", "main", "--format", format_)
    expected = folder / f"expected.{SUFFIXES[format_]}"
    if request.config.getoption("record"):
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")
    findings = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["findings"]
    assert code == any(finding["severity"] == "error" for finding in findings)
    assert err == ""


def test_scenarios_show_every_section() -> None:
    titles = set()
    for name in SCENARIOS:
        titles |= {section.title for section in _scenario(name).domains[0].sections}
    assert titles == {
        "Guards weakened",
        "Lost for good",
        "Will not apply as it stands",
        "Access",
        "Resolution",
        "Changes to the repositories",
        "New files beside the generated Terraform",
        "Headroom",
    }


def _scenario(name: str) -> Review:
    folder = SCENARIOS_FOLDER / name
    sides = []
    for side in ("old", "new"):
        files = sorted((folder / side).glob("*/domain.yaml"))
        keys = {path.relative_to(folder / side).as_posix(): path for path in files}
        sides.append(Side(DISK, keys))
    return pipeline.review(sides[0], sides[1], unstyled)[0]


@pytest.mark.parametrize("name", SCENARIOS)
def test_json_is_as_its_schema_says(name: str) -> None:
    schema = json.loads((SCHEMAS / "review.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads((SCENARIOS_FOLDER / name / "expected.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_schema_of_json_is_closed_and_every_part_is_described() -> None:
    schema = json.loads((SCHEMAS / "review.schema.json").read_text(encoding="utf-8"))
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])
        for field in (part, *part["properties"].values()):
            assert "$ref" in field or {"title", "description"} <= set(field)
