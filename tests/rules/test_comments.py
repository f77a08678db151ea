"""What comments may silence, and where: never a promise of the spec in the file of a team."""

import json
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf import rules
from tests.conftest import Run

_SPEC = """\
domain: {name: acme, region: eu-west-1}
include: [team.yaml]
SETTINGS
assertions:
  - {repositories: [app, tool], must_not_reach: [public:pypi], because: it is not vetted}
repositories:
  pypi-store: {external_connection: public:pypi}
  # CENTRAL
  tool: {upstreams: [pypi-store]}
"""
_TEAM = """\
repositories:
  # TEAM
  app: {upstreams: [pypi-store], tags: {a: TAG}}
"""
_COMMENT = "codeartifact-tf: ignore[assertion] WHO agreed"


def _filled(text: str, words: dict[str, str]) -> str:
    for word, said in words.items():
        text = text.replace(word, said)
    return text


def _lay(folder: Path, *, central: bool = False, team: bool = False, **words: str) -> Path:
    """A spec and the file of a team, both of which violate an assertion."""
    words |= {"CENTRAL": _COMMENT.replace("WHO", "security") if central else "none"}
    words |= {"TEAM": _COMMENT.replace("WHO", "the team") if team else "none"}
    folder.mkdir()
    for name, text in (("domain.yaml", _SPEC), ("team.yaml", _TEAM)):
        (folder / name).write_text(_filled(text, {"SETTINGS": "", "TAG": "b", **words}))
    return folder


def _linted(run: Run, folder: Path) -> list[tuple[str, str]]:
    found = json.loads(run("lint", folder, "--format", "json").out)["findings"]
    return sorted((Path(each["file"]).name, each["rule"]) for each in found)


def _reviewed(run: Run, old: Path, new: Path) -> Any:
    return json.loads(run("review", old, new, "--format", "json").out)


_BOTH = [("domain.yaml", "assertion"), ("team.yaml", "assertion")]


def test_a_comment_of_the_spec_lifts_its_assertion_and_one_of_a_team_does_not(
    run: Run, tmp_path: Path
) -> None:
    assert _linted(run, _lay(tmp_path / "none")) == _BOTH
    assert _linted(run, _lay(tmp_path / "central", central=True)) == _BOTH[1:]
    team = _lay(tmp_path / "team", team=True)
    assert _linted(run, team) == [*_BOTH, ("team.yaml", "unused-ignore")]
    assert "does not silence 'assertion': the spec promises it" in run("lint", team).out


def test_a_review_lists_what_an_old_comment_silences(run: Run, tmp_path: Path) -> None:
    old = _lay(tmp_path / "old", central=True)
    new = _lay(tmp_path / "new", central=True, TAG="c")
    document = _reviewed(run, old, new)
    (silenced,) = document["silenced"]
    assert (silenced["finding"]["rule"], silenced["reason"]) == ("assertion", "security agreed")
    # That of the team, in both versions.
    assert [f["rule"] for f in document["findings"]] == ["assertion", "old-version-faulty"]
    for format_ in ("text", "markdown", "summary"):
        out = run("review", old, new, "--format", format_).out
        assert "1 finding that a comment silences" in out
        assert "security agreed" in out[out.index("Found 1 error") :]
    assert _reviewed(run, old, old)["silenced"] == []


def test_a_comment_that_the_change_adds_lifts_no_assertion(run: Run, tmp_path: Path) -> None:
    old, new = _lay(tmp_path / "old"), _lay(tmp_path / "new", central=True, team=True)
    document = _reviewed(run, old, new)
    found = [(f["rule"], f["severity"]) for f in document["findings"]]
    assert found.count(("assertion", "error")) == 2
    assert document["silenced"] == []
    assert len(document["domains"][0]["guards_weakened"]) == 2


_LIMITED = """\
domain: {name: acme, region: eu-west-1}
rules: {guard-weakened: error, internal-package-opened: error, public-registry-gained: error}
# LIMIT
review: {max_changed: 0}
internal_packages:
  # OWN
  - {format: npm, pattern: "@acme/*"}
repositories:
  # GAINED
  app: {UPSTREAMS, protect: PROTECT}
"""


@pytest.mark.parametrize("is_old", [False, True])
def test_a_new_comment_quotes_its_reason_but_lifts_no_promise(
    run: Run, tmp_path: Path, *, is_old: bool
) -> None:
    comments = {
        "LIMIT": "codeartifact-tf: ignore[blast-radius] we know",
        "OWN": "codeartifact-tf: ignore[internal-package-opened] we know",
        "GAINED": "codeartifact-tf: ignore[public-registry-gained, guard-weakened] we know",
    }
    plain = {"UPSTREAMS": "upstreams: []", "PROTECT": "true"}
    opened = {"UPSTREAMS": "upstreams: [public:npmjs]", "PROTECT": "false"}
    sides = (("old", plain | (comments if is_old else {})), ("new", opened | comments))
    for name, words in sides:
        (tmp_path / name).mkdir()
        (tmp_path / name / "domain.yaml").write_text(_filled(_LIMITED, words))
    document = _reviewed(run, tmp_path / "old", tmp_path / "new")
    errors = {f["rule"] for f in document["findings"] if f["severity"] == "error"}
    warnings = {f["rule"] for f in document["findings"] if f["severity"] == "warning"}
    silenced = {each["finding"]["rule"] for each in document["silenced"]}
    promises = {"blast-radius", "internal-package-opened", "guard-weakened"}
    assert errors == (set() if is_old else promises)
    assert ("public-registry-gained" in warnings) is not is_old
    assert silenced == ({*promises, "public-registry-gained"} if is_old else set())


def test_what_the_spec_promises_is_known_of_its_rules() -> None:
    assert {rule.name for rule in rules.BY_NAME.values() if rule.promise} == {
        "assertion",
        "blast-radius",
        "guard-weakened",
        "internal-package-exposed",
        "internal-package-opened",
        "require",
    }
    assert not [rule for rule in rules.BY_NAME.values() if rule.promise and rule.fixed]
