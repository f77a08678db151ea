"""Pairs of specs for `review`, and what it says of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codeartifact_tf import rules
from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.text import text
from codeartifact_tf.rules.run_on_change import judge_change
from codeartifact_tf.rules.table import severities
from codeartifact_tf.spec import yaml_reader
from codeartifact_tf.spec.builder import build
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.transitions import Change
from tests.conftest import ROOT
from tests.support.strategies import dump

SCENARIOS_FOLDER = ROOT / "tests" / "review" / "scenarios"
RULES_FOLDER = ROOT / "tests" / "rules" / "changes" / "cases"
SCENARIOS = sorted(path.name for path in SCENARIOS_FOLDER.iterdir())
SMALL = """\
domain: {name: acme, region: eu-west-1}
repositories:
  shared: {upstreams: [public:npmjs]}
"""
TAGGED = SMALL.replace("npmjs]", "npmjs], tags: {a: b}")


def versions_of(new: Path) -> tuple[Path, Path]:
    return new.with_name(new.name.replace(".new.", ".old.")), new


def copy_bad_case(rule: str, folder: Path, more: str = "", more_of_old: str = "") -> None:
    case = RULES_FOLDER / rule / "bad.new.yaml"
    for path, name in zip(versions_of(case), ("old.yaml", "new.yaml"), strict=True):
        content = path.read_text(encoding="utf-8")
        (folder / name).write_text(
            content + (more if name == "new.yaml" else more_of_old), encoding="utf-8"
        )


def spec_of(data: Mapping[str, Any], name: str = "domain.yaml") -> Spec:
    raw = dump(dict(data)).encode()
    return build(yaml_reader.parse(raw, Path(name), name), ())


def spec_with(**upstreams: list[str] | str) -> Spec:
    """A spec of repositories: a list is that of the upstreams, a text is a connection."""
    bodies = {
        name: {"external_connection": value} if isinstance(value, str) else {"upstreams": value}
        for name, value in upstreams.items()
    }
    return spec_of({"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": bodies})


def said(old: Spec, new: Spec) -> str:
    return text(Review([DomainReview(compare(old, new), "terraform")], []))


def bare(some: Deployment) -> Spec:
    """A spec of which only the domain and its configuration are known."""
    nowhere = Source("domain.yaml", Path("domain.yaml"))
    return Spec(nowhere, (), some.domain, some.configuration, {})


def lost_by(comparison: Comparison) -> Iterator[Change]:
    return (loss.change for loss in comparison.losses if loss.change)


def reviewed(*pairs: tuple[Spec | None, Spec | None]) -> Review:
    comparisons = [compare(old, new, severities()) for old, new in pairs]
    problems = [problem for one in comparisons for problem in judge_change(one).problems]
    domains = [DomainReview(comparison, "terraform") for comparison in comparisons]
    return Review(domains, problems, rules.BY_NAME)
