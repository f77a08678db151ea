"""The report for a terminal: what it leaves out it counts, and nothing in it moves the cursor."""

import re
from typing import Any

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.review.markdown import markdown
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.script import shell
from tests.support.reviews import said, spec_of, spec_with


def test_twelve_lines_are_told_in_whole() -> None:
    lost: dict[str, list[str] | str] = {f"gone-{number}": [] for number in range(10)}
    old, new = spec_with(app=[*lost], base=[], **lost), spec_with(app=["base"], base=[])
    assert "gone-9 is searched by app" in said(old, new)
    assert "… and" not in said(old, new)


def test_of_many_lines_the_rest_is_counted() -> None:
    lost: dict[str, list[str] | str] = {f"gone-{number}": [] for number in range(20)}
    old, new = spec_with(app=[*lost], base=[], **lost), spec_with(app=["base"], base=[])
    lines = [line.strip() for line in said(old, new).splitlines()]
    first = lines.index("gone-0 is searched by app")
    told = [line for line in lines if line.endswith("is searched by app")]
    assert len(told) == 10  # with what is lost, and that `removed` has none, there are 12 lines
    assert lines[first + 10] == "… and 10 more"


def test_of_many_commands_the_rest_is_counted() -> None:
    teams = [f"team-{number:02}" for number in range(13)]
    old = spec_with(base=[], **{name: ["base"] for name in teams})
    new = spec_with(base=[], **{name: list[str]() for name in teams})
    words = said(old, new)
    assert words.count("aws codeartifact update-repository") == 10
    assert "… and 3 more; `--format shell` prints all" in words
    script = shell(Review([DomainReview(compare(old, new), "terraform")], []))
    assert script.count("aws codeartifact update-repository") == 13


def test_nothing_that_others_write_reaches_a_terminal_as_it_is() -> None:
    mark = "\x1b[31mred"

    def data(more: str, upstreams: list[str]) -> dict[str, Any]:
        return {
            "domain": {"name": f"acme{mark}", "region": f"eu{mark}", "tags": {mark: more}},
            "repositories": {
                "app": {"description": f"{mark}{more}", "upstreams": upstreams},
                f"up{mark}": {"external_connection": f"x{mark}{more}"},
                "many": {"upstreams": [f"up{mark}", "app"]},
            },
            "review": {"max_changed": "20%"},
            "internal_packages": [{"format": "npm", "pattern": mark}] if more == "a" else [],
        }

    old, new = spec_of(data("a", [f"up{mark}"])), spec_of(data("b", []))
    review = Review([DomainReview(compare(old, new), "terraform")], [])
    comments = [line for line in shell(review).splitlines() if line.startswith("#")]
    for report in (said(old, new), markdown(review), "\n".join(comments)):
        assert "[31mred" in report
        assert re.findall("[^\n]*\x1b[^\n]*", report) == []
