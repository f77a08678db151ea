"""Properties of the round trip: what is rendered is read back, and nothing else passes for it."""

import re
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeartifact_tf import pipeline
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.outcome import Outcome
from codeartifact_tf.terraform import hcl
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.parse import parse
from codeartifact_tf.terraform.read import read
from codeartifact_tf.terraform.render import render
from codeartifact_tf.terraform.roundtrip import RoundTripError, verify
from codeartifact_tf.terraform.tree import Object
from tests.conftest import EXAMPLES
from tests.support import strategies
from tests.support.amounts import examples
from tests.support.deployments import changed, configured
from tests.support.mutations import MUTATIONS, Files, any_character, is_equivalent
from tests.support.strategies import Yaml, deployments, dump, reordered, specs

# Parsing HCL takes its time, and machines differ: time is the business of `make bench`.
_SETTINGS = settings(
    deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow]
)


def _rendered(some: Deployment) -> Files:
    return dict(render(some, "domain.yaml"))


def _unnoticed(some: Deployment, files: Files) -> bool:
    """Whether the files pass for the domain. An exception of another kind fails the test."""
    try:
        verify(some, files)
    except RoundTripError:
        return False
    return True


# Text


@settings(_SETTINGS, max_examples=examples(500))
@given(strategies.descriptions())
def test_unquote_is_the_inverse_of_quote(text: str) -> None:
    assert hcl.unquote(hcl.quote(text)[1:-1]) == text
    assert hcl.unquote(hcl.quote_key(text)[1:-1]) == text


@settings(_SETTINGS, max_examples=examples(200))
@given(st.lists(strategies.descriptions(), min_size=1, max_size=8))
def test_text_survives_the_parser(texts: list[str]) -> None:
    keys = sorted(set(texts))
    values = "".join(f"  a{number} = {hcl.quote(text)}\n" for number, text in enumerate(texts))
    items = "".join(f"    {hcl.quote_key(key)} = {hcl.quote(key)}\n" for key in keys)
    (block,) = parse(f"block {{\n{values}  object = {{\n{items}  }}\n}}\n")
    assert [block.attributes[f"a{number}"] for number in range(len(texts))] == texts
    assert block.attributes["object"] == Object(tuple((key, key) for key in keys))


@settings(_SETTINGS, max_examples=examples(200))
@given(strategies.descriptions())
def test_quoted_text_is_one_line_without_templates(text: str) -> None:
    for quoted in (hcl.quote(text), hcl.quote_key(text)):
        assert len(quoted.splitlines()) == 1
        assert "${" not in quoted
        assert "%{" not in quoted


# Domains


@settings(_SETTINGS, max_examples=examples(60))
@given(deployments())
def test_what_is_rendered_is_read_back(some: Deployment) -> None:
    files = _rendered(some)
    assert read(files) == some
    verify(some, files)


@cache
def _sampled() -> tuple[tuple[Deployment, Files], ...]:
    return tuple((some, _rendered(some)) for some in strategies.sample())


def test_rendering_twice_gives_the_same_bytes() -> None:
    for some, files in _sampled():
        assert list(_rendered(some).items()) == list(files.items())


def test_rendered_files_are_aligned_and_end_in_one_line_break() -> None:
    for text in (text for _, files in _sampled() for text in files.values()):
        assert hcl.align(text) == text
        assert text.endswith("\n")
        assert "\n\n\n" not in text
        assert not re.search(r"[ \t]$|\r|\t", text, re.MULTILINE)


_LINES = st.sampled_from(
    ("a = 1", "  a = 1", "  bcd = 2", '  "e = f" = 3', '  "\\"" = "="', "  m = {", "  }", "", "x {")
)


@settings(_SETTINGS, max_examples=examples(200))
@given(st.lists(_LINES).map("\n".join))
def test_aligning_twice_changes_nothing_more(text: str) -> None:
    assert hcl.align(hcl.align(text)) == hcl.align(text)


def test_addresses_are_unique() -> None:
    for _, files in _sampled():
        text = "".join(files.values())
        addresses = re.findall(
            r'^(resource "\S+" "\S+"|output "\S+"|  from += \S+)', text, re.MULTILINE
        )
        assert not [address for address, count in Counter(addresses).items() if count > 1]


@settings(_SETTINGS, max_examples=examples(20))
@given(deployments(), deployments())
def test_files_of_another_domain_do_not_pass(one: Deployment, other: Deployment) -> None:
    assert _unnoticed(one, _rendered(other)) == (one == other)


# Specs


def _generate(folder: Path, text: str) -> Outcome:
    path = folder / "domain.yaml"
    path.write_bytes(text.encode())
    return pipeline.generate(path)


@settings(_SETTINGS)
@given(specs(), st.booleans())
def test_a_valid_spec_generates_without_errors(spec: Yaml, ascii_only: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome = _generate(Path(folder), dump(spec, ascii_only=ascii_only))
        assert not outcome.errors, outcome.problems
        assert outcome.spec
        assert outcome.changes
        verify(outcome.spec.deployment, outcome.changes.files)


@settings(_SETTINGS)
@given(st.data())
def test_key_order_does_not_change_a_byte(data: st.DataObject) -> None:
    spec = data.draw(specs())
    shuffled = data.draw(reordered(spec))
    with tempfile.TemporaryDirectory() as folder:
        one, other = (_generate(Path(folder), dump(s)).changes for s in (spec, shuffled))
        assert one
        assert other
        assert list(one.files.items()) == list(other.files.items())


def test_order_of_upstreams_changes_the_files() -> None:
    pairs = [
        (some, repository.name)
        for some in strategies.sample()
        for repository in some.domain.repositories
        if len(repository.upstreams) > 1
    ]
    assert len(pairs) > 20
    for some, name in pairs[:20]:
        assert _unnoticed(some, _rendered(some))
        assert not _unnoticed(some, _rendered(strategies.with_upstreams_reversed(some, name)))


# Mutations


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_mutation_of_a_random_domain_is_noticed(kind: str) -> None:
    random, applied = Random(kind), 0
    for some, files in (*_sampled(), *_examples()):
        mutated = MUTATIONS[kind](dict(files), random)
        if mutated is not None:
            applied += 1
            assert mutated != files
            assert not _unnoticed(some, mutated)
        if applied == 4:
            break
    assert applied, f"no domain had a place for the mutation {kind!r}"


@cache
def _examples() -> tuple[tuple[Deployment, Files], ...]:
    """The examples: what the sample holds depends on what is loaded, what they hold does not."""
    specs = [spec for spec in (pipeline.lint(path).spec for path in _SPECS) if spec]
    return tuple((spec.deployment, _rendered(spec.deployment)) for spec in specs)


_SPECS = sorted(EXAMPLES.glob("*/domain.yaml"))


@pytest.mark.parametrize("path", _SPECS, ids=lambda path: path.parent.name)
def test_every_mutation_of_an_example_is_noticed(path: Path) -> None:
    outcome = pipeline.generate(path)
    assert outcome.spec
    assert outcome.changes
    files, random = dict(outcome.changes.files), Random(path.parent.name)
    mutants = {kind: mutate(files, random) for kind, mutate in MUTATIONS.items()}
    applied = {kind: mutated for kind, mutated in mutants.items() if mutated is not None}
    assert {"drop a file", "duplicate a block", "add an unknown attribute"} <= applied.keys()
    some = outcome.spec.deployment
    assert not [kind for kind, mutated in applied.items() if _unnoticed(some, mutated)]


@pytest.mark.parametrize("seed", range(4))
def test_a_change_of_any_character_is_noticed(seed: int) -> None:
    random = Random(seed)
    for some, files in _sampled():
        for _ in range(2):
            edited = any_character(files, random)
            if _unnoticed(some, edited.files):
                assert is_equivalent(edited), edited


# Text that Terraform cannot read, or reads as something else

_LENIENT = {
    "two attributes in a line": (r'(domain += .*)\n( +repository = ")', r"\1\2"),
    "two elements in a line": (r'( +"a" += "b")\n( +"c")', r"\1\2"),
    "an attribute after the opening brace": (r"(resource .*\{)\n( +domain)", r"\1\2"),
    "a closing brace after an attribute": (r"(create_before_destroy = true)\n  \}", r"\1 }"),
    "two blocks in a line": (r"\}\n\n(resource)", r"} \1"),
    "an opening brace in the next line": (r"(resource .*) \{\n", r"\1\n{\n"),
    "a comma in the next line": (r'("a" += "b")\n', r"\1\n,\n"),
    "a line break in a string": (r"(The repositories) by", "\\1\nby"),
    "a carriage return as line break": (r'(repository += "bb")\n', "\\1\r"),
    "an escape beyond Unicode": (r"The repositories by", r"\\UFFFFFFFF"),
    "a surrogate": (r"The repositories by", r"\\ud83d"),
}
_SMALL = configured(
    Domain(
        "acme",
        "eu-west-1",
        repositories=(
            Repository("aa", upstreams=("bb",)),
            Repository("bb", tags=(("a", "b"), ("c", "d"))),
        ),
    )
)


@pytest.mark.parametrize("kind", _LENIENT)
def test_what_terraform_cannot_read_is_refused(kind: str) -> None:
    files, (pattern, new) = _rendered(_SMALL), _LENIENT[kind]
    places = {name: re.subn(pattern, new, text, count=1) for name, text in files.items()}
    name = next(name for name, (_, count) in reversed(places.items()) if count)
    with pytest.raises(RoundTripError):
        verify(_SMALL, {**files, name: places[name][0]})


def test_the_provider_of_a_domain_that_is_not_managed_is_held_to_no_account() -> None:
    some = changed(_SMALL, managed=False, protect=False, owner="111122223333")
    files = _rendered(some)
    account = '  allowed_account_ids = ["444455556666"]\n}'
    files["providers.tf"] = files["providers.tf"].replace("}", account)
    with pytest.raises(RoundTripError, match="not managed here"):
        verify(some, files)
