"""Which guards a change weakens, and at which place."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.guards import Guard, Weakened, grouped, weakened
from codeartifact_tf.spec import yaml_reader
from codeartifact_tf.spec.builder import build
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import (
    Bound,
    Include,
    Place,
    Required,
    Requirement,
    Spec,
    WrittenRepository,
)
from tests.support.reviews import spec_of


def _spec(domain: dict[str, Any] | None = None, **others: Any) -> Spec:
    data = {"repositories": {"app": {}}, **others}
    return spec_of({"domain": {"name": "acme", "region": "eu-west-1", **(domain or {})}, **data})


def _weakened(old: Spec, new: Spec) -> list[tuple[Guard, str | None]]:
    return [(each.guard, each.subject) for each in weakened(old, new, {})]


def _limited(limit: str | None) -> Spec:
    return _spec(review={"max_changed": limit}) if limit else _spec()


def _of_limits(before: str | None, after: str | None) -> tuple[Weakened, ...]:
    return weakened(_limited(before), _limited(after), {})


def test_a_limit_is_weaker_if_it_is_higher_or_gone_or_of_another_unit() -> None:
    for before, after in (("20%", "21%"), ("3", "4"), ("20%", None), ("20%", "3"), ("3", "20%")):
        (found,) = _of_limits(before, after)
        assert (found.guard, found.before, found.after) == (Guard.MAX_CHANGED, before, after)
    for same in (("20%", "20%"), ("20%", "19%"), ("4", "3"), (None, "3"), (None, None)):
        assert _of_limits(*same) == ()


def test_a_limit_that_is_raised_is_found_at_its_value() -> None:
    new = _limited("40%")
    (found,) = weakened(_limited("20%"), new, {})
    assert found.place == new.place("review", "max_changed")
    (found,) = weakened(_limited("20%"), _limited(None), {})
    assert found.place.path == ("domain",)  # where there is no section, the first key
    without = _spec(review={})
    (found,) = weakened(_limited("20%"), without, {})
    assert found.place == without.section("review")


def test_protection_of_a_domain_counts_where_both_versions_manage_it() -> None:
    on, off = _spec({"protect": True}), _spec({"protect": False})
    elsewhere = _spec({"managed": False, "protect": False})
    was_elsewhere = _spec({"managed": False, "protect": True})
    assert _weakened(on, off) == [(Guard.PROTECTION, None)]
    assert _weakened(off, on) == _weakened(on, on) == _weakened(off, off) == []
    assert _weakened(on, elsewhere) == _weakened(was_elsewhere, off) == []


def _with_formats(**formats: list[str]) -> Spec:
    bodies = {name: {"formats": each} if each else {} for name, each in formats.items()}
    return _spec(repositories=bodies)


def test_formats_are_a_guard_where_fewer_may_move() -> None:
    old = _with_formats(bb=["npm", "pypi"], cc=[], dd=["npm"], ee=["npm"])
    new = _with_formats(aa=["npm"], bb=["npm"], cc=["npm"], dd=["npm", "pypi"], ee=[])
    found = [
        (each.subject, each.before, each.after)
        for each in weakened(old, new, {})
        if each.guard is Guard.FORMATS
    ]
    assert found == [("bb", ("npm", "pypi"), ("npm",)), ("cc", (), ("npm",))]


def test_guards_of_repositories_are_one_only_if_they_weaken_in_the_same_way() -> None:
    old = _with_formats(aa=[], bb=[], cc=["npm", "pypi"], dd=[])
    new = _with_formats(aa=["npm"], bb=["pypi"], cc=["npm"], dd=["npm"])
    groups = [[each.subject for each in group] for group in grouped(weakened(old, new, {}))]
    assert groups == [["aa", "dd"], ["bb"], ["cc"]]


def test_an_assertion_is_weakened_if_any_of_its_demands_changes() -> None:
    demands = {"must_not_reach": ["public:pypi"], "must_reach": ["lib"], "only_reach": ["lib"]}

    def spec(changes: dict[str, Any] | None = None) -> Spec:
        body = {"repositories": "app", **demands, **(changes or {})}
        return _spec(assertions=[{name: each for name, each in body.items() if each}])

    assert _weakened(spec(), spec({"because": "other words"})) == []
    for name in demands:
        assert _weakened(spec(), spec({name: ["other"]})) == [(Guard.ASSERTION, None)]
        assert _weakened(spec(), spec({name: None})) == [(Guard.ASSERTION, None)]
    assert _weakened(spec(), spec({"repositories": "other"})) == [(Guard.ASSERTION, None)]


def test_of_two_equal_assertions_one_may_not_go_unseen() -> None:
    one = {"repositories": "app", "must_not_reach": ["public:pypi"]}
    old, new = _spec(assertions=[one, one]), _spec(assertions=[one])
    assert _weakened(old, new) == [(Guard.ASSERTION, None)]
    assert _weakened(new, old) == []


def _including(**files: list[str]) -> Spec:
    """A spec with these patterns, and the files of teams that each of them finds."""
    spec = _spec()
    includes = [
        Include(
            pattern,
            spec.place("domain"),
            tuple(Source(f"{name}.yaml", Path(f"{name}.yaml")) for name in names),
        )
        for pattern, names in files.items()
    ]
    return replace(spec, includes=tuple(includes))


def test_a_file_of_a_team_is_a_guard_while_an_entry_names_it() -> None:
    old = _including(first=["b", "a"], second=["c", "b"])
    (found,) = weakened(old, _including(first=["a", "b"]), {})
    assert (found.guard, found.subject, found.before) == (Guard.TEAM_FILE, "c.yaml", "second")
    assert _weakened(old, _including(first=["a", "b"], second=[])) == []  # the file is gone
    # Two entries found it: the one that is left would find it, if it were there.
    assert _weakened(old, _including(first=["a"], other=["c"])) == []
    all_found = weakened(old, _including(), {})
    assert [(each.subject, each.before) for each in all_found] == [
        ("a.yaml", "first"),
        ("b.yaml", "first"),
        ("c.yaml", "second"),
    ]
    assert _weakened(old, _including(other=["a", "b", "c"])) == []


def _bounded(*entries: tuple[str, dict[Bound, tuple[str, ...]]], files: str = "a.yaml") -> Spec:
    """A spec whose entries all find one team file."""
    spec, file = _spec(), Source(files, Path(files))
    includes = [
        Include(pattern, spec.place("domain"), (file,), bounds) for pattern, bounds in entries
    ]
    return replace(spec, includes=tuple(includes))


_NAMES: dict[Bound, tuple[str, ...]] = {Bound.NAMES: ("retail-*", "shop")}


@pytest.mark.parametrize(
    "bounds",
    [
        {Bound.NAMES: ("shop",)},
        {Bound.NAMES: ("retail-a-*", "retail-?")},
        {Bound.NAMES: ()},
        {**_NAMES, Bound.FIELDS: ("tags",)},
    ],
)
def test_a_bound_that_is_kept_or_narrower_is_as_strong(bounds: dict[Bound, Any]) -> None:
    old = _bounded(("*.yaml", _NAMES))
    assert _weakened(old, _bounded(("*.yaml", bounds))) == []
    assert _weakened(old, _bounded(("*.yaml", {}), ("*.yaml", bounds))) == []


@pytest.mark.parametrize(
    "bounds",
    [{}, {Bound.NAMES: ("retail-*", "shop*")}, {Bound.NAMES: ("*",)}, {Bound.UPSTREAMS: ()}],
)
def test_a_bound_that_is_wider_or_gone_is_a_guard(bounds: dict[Bound, Any]) -> None:
    old, new = _bounded(("*.yaml", _NAMES)), _bounded(("*.yaml", bounds))
    assert _weakened(old, new) == [(Guard.BOUNDS, "*.yaml")]
    # An entry of another pattern may find fewer files, now or later.
    assert _weakened(old, _bounded(("*.yaml", bounds), ("a.yaml", _NAMES))) == [
        (Guard.BOUNDS, "*.yaml")
    ]
    assert _weakened(new, _bounded(("*.yaml", {**bounds, **_NAMES}))) == []


def test_a_bound_counts_while_its_files_are_read() -> None:
    old = _bounded(("a.yaml", _NAMES))
    assert _weakened(old, _bounded(("*.yaml", {}))) == [(Guard.BOUNDS, "a.yaml")]
    assert _weakened(old, _bounded(("b.yaml", {}), files="b.yaml")) == [(Guard.TEAM_FILE, "a.yaml")]


def _defining(file: str, *entries: tuple[str, dict[Bound, tuple[str, ...]]]) -> Spec:
    """The same, and the team file defines a repository."""
    spec = _bounded(*entries, files=file)
    source = spec.includes[0].files[0] if file != "domain.yaml" else spec.source
    place = Place(source, ("repositories", "retail-a"))
    repository = WrittenRepository("retail-a", place, (), ())
    return replace(spec, written=replace(spec.written, repositories=(repository,)))


def test_a_repository_that_leaves_the_file_of_a_bound_is_a_guard() -> None:
    old = _defining("retail.yaml", ("retail*.yaml", _NAMES))
    other = (Guard.BOUNDED_REPOSITORY, "retail-a")
    assert _weakened(old, _defining("a.yaml", ("a.yaml", {}), ("retail*.yaml", _NAMES))) == []
    assert other in _weakened(old, _defining("a.yaml", ("a.yaml", {})))
    assert other not in _weakened(old, _defining("a.yaml", ("a.yaml", _NAMES)))
    assert other not in _weakened(old, _defining("domain.yaml", ("a.yaml", {})))
    assert _weakened(old, old) == []


def test_fields_are_bound_by_their_names_alone() -> None:
    def spec(*fields: str) -> Spec:
        return _bounded(("*.yaml", {Bound.FIELDS: fields}))

    assert _weakened(spec("tags", "upstreams"), spec("tags")) == []
    (found,) = weakened(spec("tags"), spec("tags", "upstreams"), {})
    assert isinstance(found.before, Include)
    assert isinstance(found.after, Include)
    assert found.before.bounds == {Bound.FIELDS: ("tags",)}
    assert found.after.bounds == {Bound.FIELDS: ("tags", "upstreams")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"tags": ["team", "cost"]}, {"tags": ["team"]}),
        ({"tags": {"team": "a*"}}, {"tags": ["team"]}),
        ({"description": True}, {"description": False}),
        ({"names": ["team-*"]}, {"names": ["team-*", "other"]}),
        ({"names": "team-*"}, {}),
        ({"protect": ["public:*"]}, {"protect": ["public:npmjs"]}),
    ],
)
def test_what_is_required_no_longer_is_a_guard(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = _spec(require=before), _spec(require=after)
    assert _weakened(old, new) == [(Guard.REQUIREMENT, None)]
    assert _weakened(new, old) == _weakened(old, old) == []


def test_what_is_required_more_strictly_is_as_strong() -> None:
    old = _spec(require={"tags": ["team"], "names": ["a*", "b"], "protect": "public:npmjs"})
    strict = {"tags": {"team": "a*"}, "names": ["ab*"], "protect": ["public:*"]}
    assert _weakened(old, _spec(require={**strict, "description": True})) == []


def _requiring(pattern: str | None) -> Spec:
    """A spec that reads one team file, and requires a description of it, or of everything."""
    spec = _bounded((pattern or "*.yaml", {}))
    (include,) = spec.includes
    of = include if pattern else None
    place = spec.place("domain")
    return replace(spec, requirements=(Requirement(Required.DESCRIPTION, (), place, of),))


def test_what_an_entry_requires_is_kept_by_the_same_entry_or_by_the_spec() -> None:
    old = _requiring("*.yaml")
    assert _weakened(old, old) == _weakened(old, _requiring(None)) == []
    assert _weakened(old, _requiring("a.yaml")) == [(Guard.REQUIREMENT, "*.yaml")]
    assert _weakened(old, _bounded(("*.yaml", {}))) == [(Guard.REQUIREMENT, "*.yaml")]
    assert _weakened(_requiring(None), old) == [(Guard.REQUIREMENT, None)]
    assert _weakened(old, _spec()) == [(Guard.TEAM_FILE, "a.yaml")]


def test_an_internal_package_is_a_guard_in_its_format() -> None:
    def spec(*entries: tuple[str, str]) -> Spec:
        listed = [{"format": name, "pattern": pattern} for name, pattern in entries]
        return _spec(internal_packages=listed)

    old = spec(("npm", "acme-*"), ("pypi", "acme-*"))
    assert _weakened(old, spec(("pypi", "acme-*"), ("npm", "acme-*"))) == []
    assert _weakened(old, spec(("npm", "acme-*"))) == [(Guard.INTERNAL_PACKAGE, "pypi:acme-*")]
    assert _weakened(spec(("npm", "acme-*")), spec(("pypi", "acme-*"))) == [
        (Guard.INTERNAL_PACKAGE, "npm:acme-*")
    ]


_COMMENT = "  # codeartifact-tf: ignore[domain-lost] we know\n"
_HEAD = "domain: {name: acme, region: eu-west-1}\nrepositories:\n"


def test_a_comment_that_is_there_once_more_is_new() -> None:
    def read(text: str) -> Spec:
        return build(yaml_reader.parse(text.encode(), Path("domain.yaml"), "domain.yaml"), ())

    one = read(f"{_HEAD}{_COMMENT}  aa: {{}}\n  bb: {{}}\n")
    lower = read(f"# More.\n{_HEAD}  aaa: {{}}\n{_COMMENT}  aa: {{}}\n  bb: {{}}\n")
    two = read(f"{_HEAD}{_COMMENT}  aa: {{}}\n{_COMMENT}  bb: {{}}\n")
    assert _weakened(one, lower) == _weakened(two, one) == []
    assert _weakened(one, two) == [(Guard.IGNORE_COMMENT, "domain-lost")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  # IGNORE\n  aa: {}\n  bb: {}\n", "  aa: {}\n  # IGNORE\n  bb: {}\n"),
        ("  aa: {}  # IGNORE\n  bb: {}\n", "  aa: {}\n  bb: {}  # IGNORE\n"),
        (
            "  aa:\n    upstreams:\n      - one  # IGNORE\n      - two\n",
            "  aa:\n    upstreams:\n      - one\n      - two  # IGNORE\n",
        ),
        (
            "  aa: {upstreams: [\n    one,  # IGNORE\n    two]}\n",
            "  aa: {upstreams: [\n    one,\n    two]}  # IGNORE\n",
        ),
    ],
)
def test_a_comment_that_moves_to_another_thing_is_new(before: str, after: str) -> None:
    def read(text: str) -> Spec:
        comment = "codeartifact-tf: ignore[assertion] we know"
        raw = f"{_HEAD}{text}".replace("IGNORE", comment).encode()
        return build(yaml_reader.parse(raw, Path("domain.yaml"), "domain.yaml"), ())

    assert _weakened(read(before), read(after)) == [(Guard.IGNORE_COMMENT, "assertion")]
    assert _weakened(read(before), read(before)) == []


def test_a_comment_that_moves_to_another_file_is_new() -> None:
    def read(name: str, comment: str) -> Source:
        return yaml_reader.parse(f"{_HEAD}{comment}  aa: {{}}\n".encode(), Path(name), name)

    def spec(first: str, second: str) -> Spec:
        home = build(read("domain.yaml", first), ())
        include = Include("team.yaml", home.place("domain"), (read("team.yaml", second),))
        return replace(home, includes=(include,))

    old, new = spec(_COMMENT, ""), spec("", _COMMENT)
    assert _weakened(old, new) == [(Guard.IGNORE_COMMENT, "domain-lost")]
    assert _weakened(old, old) == []


def test_a_severity_that_is_lowered_is_found_where_it_is_written_or_would_be() -> None:
    defaults = {"domain-lost": "warning", "packages-lost": "warning"}
    strict = _spec(rules={"domain-lost": "error"})
    lower = _spec(rules={"domain-lost": "off"})
    without = _spec(rules={})
    (found,) = weakened(strict, lower, defaults)
    assert found.place == lower.place("rules", "domain-lost")
    (found,) = weakened(strict, without, defaults)
    assert (found.before, found.after) == ("error", "warning")
    assert found.place == without.section("rules")
    assert weakened(lower, without, defaults) == weakened(lower, strict, defaults) == ()


def test_a_guard_that_is_weakened_alone_is_a_change() -> None:
    comparison = compare(_limited("20%"), _limited("30%"))
    assert comparison.guards
    assert not comparison.is_empty
