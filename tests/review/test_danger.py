"""However much is harmless, and however short a comment must be, what is dangerous stands first."""

import copy
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from codeartifact_tf.findings.problem import Location, Problem, Severity, Silenced
from codeartifact_tf.review import markdown as module
from codeartifact_tf.review.markdown import markdown
from codeartifact_tf.review.review import Review
from codeartifact_tf.rules import BY_NAME
from codeartifact_tf.spec.spec import Spec
from tests.support.reviews import reviewed, spec_of, spec_with

_Data: TypeAlias = dict[str, Any]


def _lower(old: _Data, new: _Data) -> None:
    old["rules"], new["rules"] = {"packages-lost": "error"}, {"packages-lost": "off"}


def _delete(_: _Data, new: _Data) -> None:
    del new["repositories"]["precious"]


def _refuse(old: _Data, new: _Data) -> None:
    old["repositories"]["precious"] = {"external_connection": "public:npmjs"}
    new["repositories"]["precious"] = {"external_connection": "public:pypi"}


def _let_in(_: _Data, new: _Data) -> None:
    new["domain"]["permissions"] = {"publish": ["999988887777"]}


def _open(old: _Data, new: _Data) -> None:
    for side in (old, new):
        side["internal_packages"] = [{"format": "npm", "pattern": "@acme/*"}]
    new["repositories"]["precious"]["upstreams"] = ["public:npmjs"]


_DANGERS: dict[str, Callable[[_Data, _Data], None]] = {
    "The rule `packages-lost` is lowered": _lower,
    "`precious`: repository deleted": _delete,
    "`precious`: connection changed for another": _refuse,
    "Account `999988887777` gains `publish`": _let_in,
    "A stranger's npm `@acme/*` can now come from": _open,
}


def _changed(count: int, change: Callable[[_Data, _Data], None] | None) -> tuple[Spec, Spec]:
    """A domain in which so many descriptions change, each in its own way, and one thing more."""
    old: _Data = {
        "domain": {"name": "acme", "region": "eu-west-1", "owner": "111122223333"},
        "repositories": {f"app-{n:04}": {"description": f"it is {n}"} for n in range(count)},
    }
    old["repositories"]["precious"] = {}
    new = copy.deepcopy(old)
    for name in list(new["repositories"])[:count]:
        new["repositories"][name]["description"] += " " + "x" * 150
    if change:
        change(old, new)
    return spec_of(old), spec_of(new)


def _unfolded(comment: str) -> str:
    return re.sub("<details>.*?</details>", "", comment, flags=re.DOTALL)


@pytest.mark.parametrize("room", [60_000, 20_000, 6_000, 2_500, 0])
@pytest.mark.parametrize("count", [260, 1000])
@pytest.mark.parametrize("head", _DANGERS)
def test_the_dangerous_stands_before_everything_harmless(
    monkeypatch: pytest.MonkeyPatch, head: str, count: int, room: int
) -> None:
    monkeypatch.setattr(module, "MAX_CHARACTERS", room)
    comment = markdown(reviewed(_changed(count, _DANGERS[head])))
    shown = _unfolded(comment)
    found = re.search(f"^- [*][*].*{re.escape(head)}", shown, re.MULTILINE)
    assert found
    front = shown[: found.start()]
    for harmless in ("flowchart", "description changed"):
        assert harmless not in front
    assert front.count("\n") < 25
    if room > 0:
        assert len(comment) <= room
    if room < 60_000:
        assert "the JSON has all" in front


@pytest.mark.parametrize("head", _DANGERS)
def test_a_dangerous_domain_is_not_pushed_out_by_calm_ones(head: str) -> None:
    pairs = [_changed(3, None)] * 300
    shown = _unfolded(markdown(reviewed(*pairs, _changed(3, _DANGERS[head]))))
    assert head in shown[: shown.index("description changed")]


def test_of_many_dangerous_domains_the_last_are_counted_with_the_first_of_each_kind() -> None:
    lost = _changed(3, _delete)
    comment = markdown(reviewed(*[lost] * 300, _changed(3, _let_in)))
    assert len(comment) <= module.MAX_CHARACTERS
    assert re.search(r"Lost for good: [0-9]+ more domains, such as `acme`: `precious`", comment)
    assert re.search(r"Access: 1 more domain, such as `acme`: .*`999988887777` gains", comment)


def _problems(rule: str, number: int) -> list[Problem]:
    places = (Location("registry/domain.yaml", n + 1) for n in range(number))
    return [Problem(place, Severity.ERROR, rule, f"it is {rule} " + "x" * 150) for place in places]


@pytest.mark.parametrize("room", [60_000, 20_000, 6_000, 0])
def test_of_every_rule_the_first_error_and_silenced_finding_is_told(
    monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(module, "MAX_CHARACTERS", room)
    same = spec_with(app=[])
    rules = ("undeclared-deletion", "access-gained", "assertion")
    errors = [problem for rule in rules for problem in _problems(rule, 400)]
    silenced = [Silenced(each, "we know") for each in errors]
    domains = reviewed((same, spec_with(app=[], other=[]))).domains
    comment = markdown(Review(domains, errors, BY_NAME, silenced=silenced))
    shown, quiet = _unfolded(comment).split("**1,200 findings that comments silence:**")
    assert "1200 errors" in shown or "1,200 errors" in shown
    for part, mark in ((shown, "**error** "), (quiet, "")):
        for rule in rules:
            told = part.count(f"- {mark}`registry/domain.yaml:1:1` `{rule}`")
            assert told == 1
            (more,) = (int(n) for n in re.findall(f"([0-9]+) `{rule}`", part.split("… and ")[1]))
            assert part.count(f"`{rule}`: ") - (part is shown and rule == rules[0]) == 400 - more


def test_a_spec_that_is_invalid_leads_with_its_errors() -> None:
    domains = reviewed(_changed(1000, _delete)).domains
    problems = [*_problems("undeclared-deletion", 3), *_problems("unknown-key", 1)]
    comment = markdown(Review(domains, problems, BY_NAME, unknown=["globex/domain.yaml"]))
    lines = comment.splitlines()
    assert lines[2].startswith(
        "**`globex/domain.yaml` is invalid, so nothing is known of what the change does to it. "
        "4 errors. The worst: `unknown-key`"
    )
    assert "`unknown-key`" in lines[4]
