"""Parsing texts of one shape once gives what parsing each of them by itself gives."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark.exceptions import LarkError

from codeartifact_tf.terraform import parse, parse_cache, tree
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES
from tests.support.amounts import examples
from tests.support.mutations import any_character
from tests.support.strategies import deployments

# Lines that open, close, join and break: most texts of them are no HCL, the others are odd HCL.
_LINES = tuple(
    """\
resource "a" "b" {
locals {
in {
}
  }
    }
  a = "b"
  b = "if"
  a = 1
  tags = {
    x = 1
    "y" = "z"
    "y" = "w",
    if = 2
  for = x
  true = false
  y = null
# c
  # tags = {
  /* a
*/
  c = <<EOT
EOT
  EOT
  d = "${a.b}"
  e = "a\\"b"
  f = a.b.c
  g = [1, 2]
  h = [
    "q",
  ]
  i = f(
    a,
  )
  j = a ? b
  : c
  + 1
  k = "
"
  l = ""
  m = ""y"
  o = { for a in b : a => a }
    for a, b in c : a => {
  p = x.0
  q = 1e5
  r = 5.a
  s = a-b
  t { u = 1 }
  u = "é"
  v = " x // #"
  w = "$"
  x = "%%{a}"
      deep = {
      }
""".splitlines()
)
_OPENINGS = st.sampled_from([[], ['resource "a" "b" {'], ["locals {"], ["locals {", "  tags = {"]])


@st.composite
def _texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(["", *_LINES]), max_size=8)) * draw(st.integers(1, 2))
    opening = draw(_OPENINGS)
    closing = [*(["  }"] if len(opening) > 1 else []), *(["}"] if opening else [])]
    return "\n".join([*opening, *lines, *closing, ""])


def _at_once(text: str) -> tuple[tree.Block, ...] | None:
    """What the text says when python-hcl2 parses the whole of it; None if it is refused."""
    if "\r" in text:
        return None
    try:
        attributes, blocks = parse._items(hcl2.parses_to_tree(text))
    except (LarkError, HclError):
        return None
    return None if attributes else blocks


def _in_parts(text: str) -> tuple[tree.Block, ...] | None:
    try:
        return parse.parse(text)
    except HclError:
        return None


@pytest.fixture(params=[0, parse._LONG], ids=["cut where possible", "cut where long"])
def long(request: pytest.FixtureRequest) -> Iterator[None]:
    """With 0 even the shortest block is cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "_LONG", request.param)
        yield


@pytest.mark.usefixtures("long")
def test_odd_text_is_read_as_at_once() -> None:
    @settings(max_examples=examples(400))
    @given(_texts())
    def same(text: str) -> None:
        assert _in_parts(text) == _at_once(text)

    same()


@pytest.mark.usefixtures("long")
def test_domains_are_read_as_at_once_whatever_character_is_changed() -> None:
    @settings(max_examples=examples(30))
    @given(deployments(), st.randoms(use_true_random=False))
    def same(domain: Deployment, random: Random) -> None:
        files = dict(render(domain, "domain.yaml"))
        for text in (*files.values(), *any_character(files, random).files.values()):
            assert _in_parts(text) == _at_once(text)

    same()


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/terraform/*.tf")), ids=str)
def test_examples_are_read_as_at_once(path: Path) -> None:
    text = path.read_text()
    assert parse.parse(text) == _at_once(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('a = "b"\n', "a = b\n"),
        ('a = "b"\n', 'a = ""\n'),
        ("a = b\n", "a = true\n"),
        ("a = b\n", "a = 1\n"),
        ("for = b\n", "a = b\n"),
        ("a = b.c\n", "a = b\n"),
        ('a = "b"\n', 'a = "${b}"\n'),
        ('a = "b"\n', 'a = "\\""\n'),
        ("a = b\n", "a  = b\n"),
    ],
)
def test_texts_of_two_shapes_are_not_taken_for_one(one: str, other: str) -> None:
    both = parse_cache.Shapes()
    for text in (one, other, one, other):
        assert parse._items(both.parse(text)) == parse._items(hcl2.parses_to_tree(text))


def test_a_thousand_blocks_of_one_shape_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counted(text: str) -> object:
        parsed.append(text)
        return parses_to_tree(text)

    parses_to_tree = hcl2.parses_to_tree
    monkeypatch.setattr(hcl2, "parses_to_tree", counted)
    text = "".join(
        f'resource "a" "b{n}" {{\n  c = "d {n}"\n  e = f.g{n}\n}}\n' for n in range(1000)
    )
    blocks = parse.parse(text)
    assert len(parsed) == 1
    assert [b.labels[1] for b in blocks] == [f"b{n}" for n in range(1000)]
    assert [b.attributes["c"] for b in blocks] == [f"d {n}" for n in range(1000)]


def test_shapes_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_cache, "_MOST", 3)
    few = parse_cache.Shapes()
    for text in [f"a = {'b.' * n}c\n" for n in range(10)] * 2:
        assert parse._items(few.parse(text)) == parse._items(hcl2.parses_to_tree(text))
    assert len(few._seen) == 3


def test_an_attribute_that_stands_twice_is_refused_wherever_the_text_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parse, "_LONG", 0)
    for text in ("a {\n  b = 1\n  b = 2\n}\n", "a {\n  b = {\n    c = 1\n    c = 2\n  }\n}\n"):
        with pytest.raises(HclError, match="stands twice"):
            parse.parse(text)
