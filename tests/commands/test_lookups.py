"""`explain`, `rules`, `schema` and `init`."""

import json
from pathlib import Path

from tests.commands.conftest import GOOD
from tests.conftest import EXAMPLES, ROOT, Run


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
