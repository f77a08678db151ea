"""The examples are golden files: what is committed is what is generated, and lint is silent."""

import shutil
from pathlib import Path

import pytest
import yaml

from codeartifact_tf.spec.loader import load
from tests.conftest import EXAMPLES, Run

NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/domain.yaml"))


def test_every_kind_of_example_is_there() -> None:
    assert NAMES == [
        "company",
        "direct-association",
        "every-registry",
        "module",
        "own-names",
        "quick-start",
        "shared-across-accounts",
        "shared-domain",
        "vetted",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_committed_terraform_is_what_the_spec_says(name: str, run: Run) -> None:
    ran = run("check", EXAMPLES / name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("files are up to date.\n")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_no_findings(name: str, run: Run) -> None:
    assert run("lint", EXAMPLES / name).out == "1 spec without findings.\n"


@pytest.mark.parametrize("name", NAMES)
def test_two_runs_write_the_same_bytes_and_the_second_writes_nothing(
    name: str, run: Run, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / name, tmp_path / name)
    generated = tmp_path / name / "terraform"
    committed = {path.name: path.read_bytes() for path in generated.glob("*.tf")}
    shutil.rmtree(generated)
    assert run("generate", tmp_path).code == 0
    first = {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in generated.iterdir()
    }
    assert {name: content for name, (content, _) in first.items()} == committed
    assert run("generate", tmp_path).out == f"0 written, {len(committed)} unchanged.\n"
    second = {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in generated.iterdir()
    }
    assert second == first


@pytest.mark.parametrize("name", NAMES)
def test_modelines_lead_to_the_schema(name: str) -> None:
    paths = [*(EXAMPLES / name).rglob("*.yaml")]
    assert paths
    for path in paths:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        prefix = "# yaml-language-server: $schema="
        assert first.startswith(prefix)
        schema = "team" if path.parent.name == "teams" else "domain"
        target = (path.parent / first.removeprefix(prefix)).resolve()
        assert target == EXAMPLES.parent / "schemas" / f"{schema}.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_other_yaml_readers_see_the_same_values(name: str) -> None:
    # People read these files with tools of YAML 1.1 too, PyYAML among them.
    loaded = load(EXAMPLES / name / "domain.yaml")
    assert loaded.sources
    for source in loaded.sources:
        assert yaml.safe_load(source.text) == source.data


def test_the_company_has_thirty_repositories_and_three_levels_of_upstreams(run: Run) -> None:
    spec = load(EXAMPLES / "company" / "domain.yaml").spec
    assert spec is not None
    assert len(spec.domain.repositories) >= 30
    assert len({str(include.files) for include in spec.includes}) == 1
    out = run("explain", EXAMPLES / "company", "payments").out
    assert "payments → retail → platform → npm-store" in out


@pytest.mark.parametrize(
    ("line", "leak", "path"),
    [
        ("    upstreams: [vetted]", "    upstreams: [vetted, npm-store]", "prod-web → npm-store"),
        ("    formats: [npm, pypi]", "    upstreams: [staging]", "vetted → staging"),
    ],
)
def test_a_leak_past_the_review_is_caught_where_it_was_opened(
    line: str, leak: str, path: str, run: Run, tmp_path: Path
) -> None:
    text = (EXAMPLES / "vetted" / "domain.yaml").read_text(encoding="utf-8")
    (tmp_path / "domain.yaml").write_text(text.replace(line, leak, 1), encoding="utf-8")
    code, out, _ = run("lint", tmp_path)
    number = text[: text.index(line)].count("\n") + 1
    place = (
        f"domain.yaml:{number}:{leak.rindex(path.rsplit(maxsplit=1)[-1]) + 1}: error[assertion]: "
    )
    assert code == 1
    errors = [line for line in out.splitlines() if "error[" in line]
    assert errors
    assert [line for line in errors if place not in line] == []
    assert path in out
