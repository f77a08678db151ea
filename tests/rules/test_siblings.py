"""Several specs of one domain in a run: never silently two."""

import json
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf import rules
from tests.conftest import Run
from tests.support.reviews import spec_of
from tests.support.strategies import dump


def _domain(owner: str | None, *, managed: bool, **more: Any) -> dict[str, Any]:
    named = {"owner": owner} if owner else {}
    return {"name": "acme", "region": "eu-west-1", "managed": managed, **named, **more}


def _lay(folder: Path, name: str, domain: dict[str, Any], **upstreams: list[str]) -> Path:
    bodies = {key: {"upstreams": value} for key, value in upstreams.items()}
    path = folder / name / "domain.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(dump({"domain": domain, "repositories": bodies}))
    return path


def _two(folder: Path, one: str | None = None, other: str | None = None) -> Path:
    _lay(folder, "one", _domain(one, managed=True), base=["public:npmjs"])
    _lay(folder, "two", _domain(other, managed=False), base=[], app=["public:npmjs"])
    return folder


def _found(run: Run, *arguments: object) -> list[tuple[str, str]]:
    ran = run(*arguments, "--format", "json")
    found = json.loads(ran.out)["findings"]
    assert ran.code == any(each["severity"] == "error" for each in found)
    places = ((Path(each["file"]).parent.name, each["rule"]) for each in found)
    return sorted(place for place in places if place[1] != "stale-file")


_TWICE = [(name, "repository-defined-twice") for name in ("one", "one", "two", "two")]


def test_a_repository_of_two_specs_is_an_error_at_both(run: Run, tmp_path: Path) -> None:
    home = _two(tmp_path)
    for command in (("lint", home), ("check", home), ("generate", home), ("explain", home, "app")):
        assert _found(run, *command) == _TWICE  # base, and the store
    assert not list(home.rglob("*.tf"))
    text = run("lint", home / "one", home / "two").out
    assert "another spec of the domain defines the repository 'npm-store'" in text
    assert f"{home}/two/domain.yaml:" in text
    assert run("lint", home / "one").code == run("lint", home / "two").code == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (None, None, True),
        ("111122223333", None, True),
        (None, "111122223333", True),
        ("111122223333", "111122223333", True),
        ("111122223333", "444455556666", False),
    ],
)
def test_who_names_another_owner_has_another_domain(
    run: Run, tmp_path: Path, one: str | None, other: str | None, *, is_same: bool
) -> None:
    assert _found(run, "lint", _two(tmp_path, one, other)) == (_TWICE if is_same else [])


def test_two_that_manage_the_domain_are_errors(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        _lay(tmp_path, name, _domain(None, managed=True), **{f"app-{name}": []})
    assert _found(run, "lint", tmp_path) == [
        ("one", "domain-managed-twice"),
        ("two", "domain-managed-twice"),
    ]


def _many(folder: Path, sides: dict[str, int], settings: str = "") -> Path:
    for name, number in sides.items():
        repositories = {f"{name}-{n}": list[str]() for n in range(number)}
        path = _lay(folder, name, _domain(None, managed=name == "one"), **repositories)
        path.write_text(f"{path.read_text()}{settings}")
    return folder


def test_the_quota_counts_all_specs_of_the_domain(run: Run, tmp_path: Path) -> None:
    full = _many(tmp_path / "full", {"one": 700, "two": 300})
    assert _found(run, "lint", full) == []
    over = _many(tmp_path / "over", {"one": 700, "two": 301})
    assert _found(run, "lint", over) == [("one", "repository-quota")]
    assert "have 1,001 repositories together; the quota is 1,000" in run("lint", over).out
    lowered = "rules: {repository-quota: warning}\n"
    agreed = _many(tmp_path / "agreed", {"one": 700, "two": 301}, lowered)
    assert run("lint", agreed).code == 0
    assert "warning[repository-quota]" in run("lint", agreed).out


def test_an_invalid_sibling_does_not_keep_the_others_from_being_judged(
    run: Run, tmp_path: Path
) -> None:
    _two(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "domain.yaml").write_text("domain: [\n")
    assert _found(run, "lint", tmp_path) == [("broken", "yaml-syntax"), *_TWICE]


def test_a_review_tells_of_two_and_compares_each_with_its_own_old_version(
    run: Run, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for side, first, second in ((old, "one", "two"), (new, "three", "four")):
        _lay(side, first, _domain(None, managed=True), base=[], tool=["base"])
        _lay(side, second, _domain(None, managed=False), app=[], lib=["app"])
    assert _found(run, "review", old, new) == []
    out = run("review", old, new).out
    assert "The spec moved from one/domain.yaml to three/domain.yaml" in out
    assert "The spec moved from two/domain.yaml to four/domain.yaml" in out
    _lay(new, "five", _domain(None, managed=False), base=[])
    assert _found(run, "review", old, new) == [
        ("five", "repository-defined-twice"),
        ("three", "repository-defined-twice"),
    ]


def test_ten_thousand_specs_of_one_domain_take_no_square_of_time() -> None:
    domain = _domain(None, managed=False)
    siblings = [
        rules.sibling(spec_of({"domain": domain, "repositories": {f"app-{n % 5000}": {}}}))
        for n in range(10_000)
    ]
    found = rules.conflicts(siblings)
    assert {len(problems) for problems in found[1:]} == {1}
    assert len(found[0]) == 2  # and the quota
