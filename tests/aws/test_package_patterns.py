"""Patterns of package groups: AWS's own examples, and what must hold for any of them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeartifact_tf.aws.package_patterns import (
    MAX_LENGTH,
    MIN_LENGTH,
    PatternError,
    PatternIndex,
    normalized,
    of_own_names,
    parse,
)
from tests.support import service_model
from tests.support.strategies import package_patterns

# User guide, "Package group definition syntax and matching behavior".

DOCUMENTED = (
    *("/*", "/npm/*", "/maven/com.anycompany~", "/npm/space/*", "/npm/space/anycompany-ui~"),
    *("/maven/org.apache.logging.log4j/log4j-core$", "/npm//AsyncStorage$", "/nuget//name$"),
    "/npm//anycompany-spicy-client$",
)


@pytest.mark.parametrize("text", DOCUMENTED)
def test_documented_patterns_are_taken(text: str) -> None:
    assert str(parse(text)) == text


def _covers(pattern: str, path: str) -> bool:
    return parse(pattern).covers(parse(f"{path}$"))


def _covers_weakly(pattern: str, path: str) -> bool:
    return parse(pattern).covers_weakly(parse(f"{path}$"))


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("/*", ["/npm//react", "/maven/a/b", "/pypi//x"], []),
        ("/npm/*", ["/npm//react", "/npm/space/aui.components"], ["/pypi//react"]),
        ("/npm/space/*", ["/npm/space/amplify-ui-core"], ["/npm//react", "/npm/spaces/x"]),
        ("/npm/space/foo~", ["/npm/space/foo", "/npm/space/foo-bar"], ["/npm/space/food"]),
        ("/npm/space/foo~", [], ["/npm/space/foot", "/npm//foo"]),
        ("/maven/com.acme~", ["/maven/com.acme/a", "/maven/com.acme.x/a"], ["/maven/com.acmes/a"]),
        (
            "/npm//AsyncStorage$",
            ["/npm//AsyncStorage"],
            ["/npm//asyncStorage", "/npm//AsyncStorag"],
        ),
        ("/npm//a~", ["/npm//a_b", "/npm//a.b"], ["/npm//a1", "/npm//aé", "/npm//a日"]),
    ],
)
def test_a_pattern_means_what_is_documented(
    pattern: str, inside: list[str], outside: list[str]
) -> None:
    assert [path for path in inside if not _covers(pattern, path)] == []
    assert [path for path in outside if _covers(pattern, path)] == []


def test_case_and_separators_make_a_weak_match() -> None:
    for path in ("/npm//asyncstorage", "/npm//ASYNCSTORAGE"):
        assert _covers_weakly("/npm//AsyncStorage$", path)
    for path in ("/npm//foo-bar", "/npm//foo.bar", "/npm//foo..bar", "/npm//foo_bar"):
        assert _covers_weakly("/npm//foo.bar$", path)
    assert not _covers_weakly("/npm//foo.bar$", "/npm//foobar")


def _group(patterns: list[str], path: str) -> tuple[str, bool]:
    match = PatternIndex(map(parse, patterns)).nearest(parse(f"{path}$"))
    return str(match.pattern), match.is_strong


def test_a_package_belongs_to_the_most_specific_group() -> None:
    groups = ["/npm/*", "/npm/space/*"]
    assert _group(groups, "/npm//react") == ("/npm/*", True)
    assert _group(groups, "/npm/space/aui.components") == ("/npm/space/*", True)
    assert _group(groups, "/maven/a/b") == ("/*", True)
    assert _group([*groups, "/npm/space/aui~", "/npm/space/aui$"], "/npm/space/aui")[0][-1] == "$"


def test_a_variation_belongs_to_the_group_too_but_is_blocked() -> None:
    groups = ["/npm/*", "/npm//anycompany-spicy-client$"]
    assert _group(groups, "/npm//anycompany-spicy-client") == (groups[1], True)
    assert _group(groups, "/npm//AnyCompany-spicy-client") == (groups[1], False)
    # "An administrator may create a new package group for a specific variation."
    groups = ["/npm//AsyncStorage$", "/npm//asyncstorage$"]
    assert _group(groups, "/npm//asyncstorage") == (groups[1], True)
    assert _group(groups, "/npm//asyncStorage")[1] is False


@pytest.mark.parametrize(
    ("package_format", "text", "stored"),
    [
        ("nuget", "Newtonsoft.JSON", "newtonsoft.json"),
        ("pypi", "Zope.Interface__x", "zope-interface-x"),
        ("swift", "myScope", "myscope"),
        ("npm", "AsyncStorage", "AsyncStorage"),
        ("maven", "com.Acme", "com.Acme"),
    ],
)
def test_names_are_normalized_as_documented(package_format: str, text: str, stored: str) -> None:
    assert normalized(package_format, text) == stored


def test_a_pattern_is_as_long_as_the_service_allows() -> None:
    facts = service_model.shape("PackageGroupPattern")
    assert (facts["min"], facts["max"]) == (MIN_LENGTH, MAX_LENGTH)


# Names as people write them.


@pytest.mark.parametrize(
    ("package_format", "text", "pattern"),
    [
        ("npm", "@acme/*", "/npm/acme/*"),
        ("npm", "@acme/ui", "/npm/acme/ui$"),
        ("npm", "@acme/ui-*", "/npm/acme/ui~"),
        ("npm", "acme-*", "/npm//acme~"),
        ("npm", "Acme", "/npm//Acme$"),
        ("maven", "com.acme", "/maven/com.acme/*"),
        ("maven", "com.acme:*", "/maven/com.acme/*"),
        ("maven", "com.acme.*", "/maven/com.acme~"),
        ("maven", "com.acme:core", "/maven/com.acme/core$"),
        ("maven", "com.acme:core-*", "/maven/com.acme/core~"),
        ("pypi", "Acme_Core", "/pypi//acme-core$"),
        ("pypi", "Acme.*", "/pypi//acme~"),
        ("nuget", "Acme.Core.*", "/nuget//acme.core~"),
        ("ruby", "acme_core", "/ruby//acme_core$"),
        ("cargo", "acme-*", "/cargo//acme~"),
    ],
)
def test_names_mean_a_pattern(package_format: str, text: str, pattern: str) -> None:
    assert str(of_own_names(package_format, text)) == pattern


# What must hold for any of them.


@given(package_patterns())
def test_a_pattern_is_read_as_it_is_written(text: str) -> None:
    assert str(parse(text)) == text


_PIECES = st.lists(
    st.sampled_from(("/", "/npm", "/pypi", "/maven", "npm", "@", "acme", "é", "A", "-", "*~$")),
    max_size=8,
).map("".join)


@given(
    st.text(st.sampled_from("/npmyi@acA.-_~$*# é"), max_size=14)
    | st.text(max_size=8)
    | st.tuples(_PIECES, st.sampled_from(("*", "/*", "~", "$", ""))).map("".join)
)
def test_any_text_is_a_pattern_or_has_a_reason_not_to_be_one(text: str) -> None:
    try:
        assert str(parse(text)) == text
    except PatternError as error:
        # Who follows a proposal is done.
        for proposed in re.findall(r"^write (\S+)", error.fix):
            assert str(parse(proposed)) == proposed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/npm//acme/*", "/npm/acme/*"),
        ("npm//my-scope/*", "/npm/my-scope/*"),
        ("/npm//acme/ui$", "/npm/acme/ui$"),
        ("@acme/*", "/npm/acme/*"),
        ("@acme/ui", "/npm/acme/ui$"),
        ("/npm/@acme/ui~", "/npm/acme/ui~"),
        ("/npm/@acme~", "/npm/acme~"),
        ("/pypi/acme/ui~", "/pypi//ui~"),
        ("/pypi/acme/*", "/pypi//acme~"),
        ("//npm/acme/*", "/npm/acme/*"),
    ],
)
def test_what_is_meant_is_proposed_as_a_whole(text: str, meant: str) -> None:
    with pytest.raises(PatternError) as found:
        parse(text)
    assert found.value.fix.split(" for ")[0] == f"write {meant}"


def test_where_no_pattern_is_near_the_form_is_shown() -> None:
    with pytest.raises(PatternError) as found:
        parse("globex/*")
    assert found.value.fix.startswith("such as /npm/")


@given(
    st.sampled_from(("npm", "maven", "pypi", "nuget")),
    st.text(st.sampled_from("acA1@/:.-_*$~é"), min_size=1, max_size=10),
)
def test_any_names_mean_a_pattern_or_have_a_reason_not_to(package_format: str, text: str) -> None:
    try:
        pattern = of_own_names(package_format, text)
    except PatternError as error:
        meant = error.fix.removeprefix("write ")
        if meant != error.fix and " " not in meant:
            assert meant != text
        return
    assert parse(str(pattern)) == pattern
    assert pattern.package_format == package_format
    # Names are never everybody's, and without a star they mean one package.
    assert parse(f"/{package_format}/*").covers(pattern)
    assert pattern.namespace or pattern.name
    if "*" not in text and package_format != "maven":
        assert pattern.suffix == "$"


@given(st.lists(package_patterns(), unique=True, max_size=8), package_patterns())
def test_groups_of_a_package_stand_one_above_the_other(texts: list[str], path: str) -> None:
    patterns, packages = [parse(text) for text in texts], parse(path)
    above = [pattern for pattern in patterns if pattern.covers(packages)]
    for one in above:
        for other in above:
            assert one.covers(other) or other.covers(one)
    match = PatternIndex(patterns).nearest(packages)
    if match.is_strong:
        assert all(pattern.covers(match.pattern) for pattern in above)
        assert match.pattern.covers(packages)


@given(st.lists(package_patterns(), unique=True, max_size=8), package_patterns())
def test_a_chain_leads_from_a_pattern_up(texts: list[str], path: str) -> None:
    above = PatternIndex(map(parse, texts)).chain(parse(path))
    assert above[0] == parse(path)
    for lower, upper in pairwise(above):
        assert upper.covers(lower)
        assert not lower.covers(upper)


@given(st.lists(package_patterns(), unique=True, max_size=12), package_patterns())
def test_an_index_finds_all_that_a_look_at_each_would(texts: list[str], path: str) -> None:
    patterns, packages = [parse(text) for text in texts], parse(path)
    index = PatternIndex(patterns)
    assert {*index.chain(packages)} == {packages, *(p for p in patterns if p.covers(packages))}
    assert {*index.within(packages)} == {
        p for p in patterns if packages.covers(p) and p != packages
    }
    weak = [p for p in patterns if p.covers_weakly(packages)]
    nearest = max((p.specificity for p in weak), default=(1, False))
    assert index.nearest(packages).pattern.specificity == nearest


@given(package_patterns(), package_patterns(), package_patterns())
def test_covering_is_an_order(one: str, other: str, third: str) -> None:
    a, b, c = parse(one), parse(other), parse(third)
    assert a.covers(a)
    assert not (a.covers(b) and b.covers(a)) or a == b
    assert not (a.covers(b) and b.covers(c)) or a.covers(c)
    assert not a.covers(b) or a.covers_weakly(b)
