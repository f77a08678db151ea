"""Globs over names."""

import re
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from codeartifact_tf.domain.name_patterns import NamePatterns, is_within

_GLOBS = st.text("ab*?", min_size=1, max_size=5)


@given(_GLOBS, _GLOBS, st.data())
def test_what_a_glob_means_is_meant_by_the_one_around_it(
    glob: str, outer: str, data: st.DataObject
) -> None:
    assert is_within(glob, glob)
    pattern = "".join({"*": "[abc]{0,3}", "?": "[abc]"}.get(c, re.escape(c)) for c in glob)
    name = data.draw(st.from_regex(pattern, fullmatch=True))
    assert fnmatchcase(name, glob)
    if is_within(glob, outer):
        assert NamePatterns([outer]).meet(name)


def test_the_usual_narrowing_is_within() -> None:
    for glob in ("retail-shop", "retail-*", "retail-?", "retail-a-*", "retail-*-b"):
        assert is_within(glob, "retail-*")
    for glob in ("retail*", "*", "retail", "?etail-*", "retail.a"):
        assert not is_within(glob, "retail-*")
    assert is_within("a", "?")
    assert not is_within("*", "?")
