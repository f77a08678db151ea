"""The formats of findings and explanations, as commands print them."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import BAD
from tests.conftest import EXAMPLES, Run


def test_explain_of_an_invalid_spec_keeps_its_format(spec: Path, run: Run) -> None:
    spec.write_text(BAD)
    assert json.loads(run("explain", ".", "team", "--format", "json").out)["findings"]


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
