"""Rules about a change: cases against their recorded reports, severities, and the blast radius."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf import rules
from tests.conftest import Run
from tests.support.reviews import RULES_FOLDER, SMALL, copy_bad_case, versions_of

RULE_CASES = sorted((RULES_FOLDER).glob("*/*.new.yaml"))


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda p: f"{p.parent.name}/{p.name[:-9]}")
def test_case_of_a_rule(
    run: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, case: Path
) -> None:
    monkeypatch.chdir(case.parent)
    old, new = (path.name for path in versions_of(case))
    findings = json.loads(run("review", old, new, "--format", "json").out)["findings"]
    is_found = case.parent.name in {finding["rule"] for finding in findings}
    assert is_found is case.name.startswith("bad")
    if is_found:
        out = run("review", old, new, "--format", "github").out
        expected = case.with_name(case.name.replace(".new.yaml", ".expected"))
        if request.config.getoption("record"):
            expected.write_text(out, encoding="utf-8")
        assert out == expected.read_text(encoding="utf-8")


OF_CHANGES = [*(check.rule for check in rules.ABOUT_CHANGES), rules.OLD_VERSION_FAULTY]


def test_every_rule_about_changes_has_a_good_and_a_bad_case() -> None:
    cases = {(path.parent.name, path.name.split(".")[0].split("-")[0]) for path in RULE_CASES}
    assert cases == {(rule.name, kind) for rule in OF_CHANGES for kind in ("good", "bad")}


def _findings(run: Run, folder: Path, *more: str) -> list[dict[str, Any]]:
    out = run("review", folder / "old.yaml", folder / "new.yaml", "--format", "json", *more).out
    found: list[dict[str, Any]] = json.loads(out)["findings"]
    return found


@pytest.mark.parametrize("severity", ["error", "warning", "off"])
@pytest.mark.parametrize(
    # The case of guard-weakened sets severities itself.
    "rule",
    [rule for rule in OF_CHANGES if rule.name != "guard-weakened"],
    ids=lambda rule: rule.name,
)
def test_rule_about_changes_has_the_severity_that_both_versions_set(
    run: Run, tmp_path: Path, rule: rules.Rule, severity: str
) -> None:
    sets = f'rules: {{{rule.name}: "{severity}"}}\n'
    copy_bad_case(rule.name, tmp_path, sets, sets)
    found = {f["severity"] for f in _findings(run, tmp_path) if f["rule"] == rule.name}
    assert found == ({severity} - {"off"})


_STRENGTH = ("off", "warning", "error")


@pytest.mark.parametrize("old", _STRENGTH)
@pytest.mark.parametrize("new", _STRENGTH)
def test_of_two_severities_the_stricter_one_counts(
    run: Run, tmp_path: Path, old: str, new: str
) -> None:
    of_new, of_old = (f'rules: {{undeclared-deletion: "{each}"}}\n' for each in (new, old))
    copy_bad_case("undeclared-deletion", tmp_path, of_new, of_old)
    findings = _findings(run, tmp_path)
    found = {f["severity"] for f in findings if f["rule"] == "undeclared-deletion"}
    assert found == {max(old, new, key=_STRENGTH.index)} - {"off"}
    is_lowered = _STRENGTH.index(new) < _STRENGTH.index(old)
    assert ("guard-weakened" in {f["rule"] for f in findings}) is is_lowered


_COMMENT = "  # codeartifact-tf: ignore[will-not-apply] done by hand on Monday\n  app:"


def _commented(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("  app:", _COMMENT), encoding="utf-8")


def test_a_comment_that_the_change_adds_hides_nothing(run: Run, tmp_path: Path) -> None:
    stricter = "rules: {will-not-apply: error}\n"
    copy_bad_case("will-not-apply", tmp_path, stricter, stricter)
    _commented(tmp_path / "new.yaml")
    found = [f for f in _findings(run, tmp_path) if f["rule"] == "will-not-apply"]
    (quoted,) = (f for f in found if "done by hand on Monday" in f["message"])
    assert quoted["severity"] == "warning"
    assert {f["severity"] for f in found if f is not quoted} == {"error"}


def test_a_comment_cannot_silence_that_it_was_added(run: Run, tmp_path: Path) -> None:
    comment = "# codeartifact-tf: ignore[guard-weakened, domain-lost] nothing to see here\n"
    (tmp_path / "old.yaml").write_text(SMALL)
    (tmp_path / "new.yaml").write_text(SMALL.replace("\n", f"  {comment}", 1))
    found = [f["message"] for f in _findings(run, tmp_path) if f["rule"] == "guard-weakened"]
    assert len(found) == 2
    assert all("nothing to see here" in message for message in found)


def test_a_comment_at_the_place_silences_a_finding_about_a_change(run: Run, tmp_path: Path) -> None:
    copy_bad_case("will-not-apply", tmp_path)
    before = [f for f in _findings(run, tmp_path) if f["rule"] == "will-not-apply"]
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    _commented(old)
    _commented(new)
    after = [f for f in _findings(run, tmp_path) if f["rule"] == "will-not-apply"]
    assert len(before) - len(after) == 1
    assert run("lint", new).code == 0
    assert "unused-ignore" not in run("lint", new).out


@pytest.mark.parametrize(("commented", "is_told"), [(("aa",), True), (("aa", "bb"), False)])
def test_a_finding_of_many_places_is_silenced_at_all_of_them(
    run: Run, tmp_path: Path, commented: tuple[str, ...], *, is_told: bool
) -> None:
    def content(upstreams: str) -> str:
        lines = [
            "domain: {name: acme, region: eu-west-1}",
            "repositories:",
            "  one: {}",
            "  two: {}",
        ]
        for name in ("aa", "bb"):
            if name in commented:
                lines.append("  # codeartifact-tf: ignore[search-order-changed] always in motion")
            lines.append(f"  {name}: {{upstreams: [{upstreams}]}}")
        return "\n".join(lines) + "\n"

    (tmp_path / "old.yaml").write_text(content("one, two"))
    (tmp_path / "new.yaml").write_text(content("two, one"))
    found = [f["rule"] for f in _findings(run, tmp_path)]
    assert found == ["search-order-changed"] * is_told


def test_a_comment_that_silences_no_change_is_told_of_by_review_alone(
    run: Run, tmp_path: Path
) -> None:
    comment = "# codeartifact-tf: ignore[domain-lost] it was lost last year\n"
    for name in ("old.yaml", "new.yaml"):
        (tmp_path / name).write_text(comment + SMALL)
    assert [f["rule"] for f in _findings(run, tmp_path)] == ["unused-ignore"]
    assert "unused-ignore" not in run("lint", tmp_path / "new.yaml").out


def test_findings_about_a_deletion_stand_at_the_repositories(run: Run, tmp_path: Path) -> None:
    copy_bad_case("undeclared-deletion", tmp_path)
    found = [f for f in _findings(run, tmp_path) if f["rule"] == "undeclared-deletion"]
    assert [(f["line"], f["column"]) for f in found] == [(2, 1)] * 3


@pytest.mark.parametrize(
    ("limit", "changed", "total", "is_exceeded"),
    [
        *(("20%", 2, 10, False), ("20%", 3, 10, True), ("0%", 0, 0, False), ("0", 1, 10, True)),
        *(("2", 2, 3, False), ("33%", 1, 3, True), ("34%", 1, 3, False)),
    ],
)
def test_a_limit_is_kept_to_the_repository(
    limit: str, changed: int, total: int, *, is_exceeded: bool
) -> None:
    from codeartifact_tf.changes.quotas import Radius

    radius = Radius(changed, total, limit, None)
    assert radius.is_exceeded is is_exceeded
    assert not replace(radius, limit=radius.needed).is_exceeded


def test_a_limit_that_the_change_itself_raises_is_said(run: Run, tmp_path: Path) -> None:
    case = RULES_FOLDER / "blast-radius"
    old, new = case / "bad.old.yaml", case / "good.new.yaml"
    out = run("review", old, new).out
    assert "within the limit of 3, which this change raises from 2" in out
    bare = tmp_path / "new.yaml"
    bare.write_text(new.read_text().replace("review: {max_changed: 3}\n", ""))
    assert "this change removes the limit of 2" in run("review", old, bare).out
