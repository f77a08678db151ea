"""The comment of a pull request: it fits, and text of others never becomes markup."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.review.markdown import MAX_CHARACTERS, markdown
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.spec.spec import Spec
from tests.support.amounts import examples
from tests.support.bench import domain as bench_domain
from tests.support.reviews import reviewed, said, spec_of, spec_with
from tests.support.strategies import descriptions


def _everything_changed(count: int = 1000) -> tuple[Spec, Spec]:
    old = bench_domain(0, count)
    new = copy.deepcopy(old)
    for number, (name, body) in enumerate(list(new["repositories"].items())):
        body["description"] = "x" * 900 + str(number)
        body["tags"] = {f"key-{number}": "v" * 200}
        upstreams = body.get("upstreams", [])
        match number % 5:
            case 0:
                body["upstreams"] = []
            case 1:
                body["upstreams"] = upstreams[::-1]
            case 2:
                body["terraform_label"] = f"label_{number}"
            case 3:
                body["upstreams"] = [*upstreams, "public:crates-io"]
            case _:
                del new["repositories"][name]
    new["domain"]["tags"] = {"a": "b"}
    gone = old["repositories"].keys() - new["repositories"].keys()
    for body in new["repositories"].values():
        body["upstreams"] = [up for up in body["upstreams"] if up not in gone]
    return spec_of(old), spec_of(new)


def test_a_thousand_repositories_that_all_change_make_one_comment() -> None:
    pair = _everything_changed()
    comment = markdown(reviewed(pair))
    assert MAX_CHARACTERS / 4 < len(comment) <= MAX_CHARACTERS
    assert len(markdown(reviewed(*[pair] * 10))) <= MAX_CHARACTERS
    assert "more" in comment
    _check_markup(comment)


def test_many_domains_make_one_comment() -> None:
    pairs = [(spec_with(AA=["BB"], BB=[]), spec_with(AA=[], BB=[]))] * 200
    comment = markdown(reviewed(*pairs))
    assert len(comment) <= MAX_CHARACTERS
    assert re.search("… and [0-9]+ more domains", comment)


def test_findings_for_which_there_is_no_room_are_counted() -> None:
    problems = [
        Problem(Location(f"{n}.yaml"), Severity.WARNING, "blast-radius", "x" * 300)
        for n in range(500)
    ]
    comment = markdown(Review([], problems))
    shown = re.findall(r"^[0-9]+\.yaml:1:1: warning", comment, re.MULTILINE)
    left = re.search("… and ([0-9]+) more findings", comment)
    assert left
    assert 0 < len(shown) == 500 - int(left[1])


def test_two_hundred_repositories_with_the_same_change_are_one_entry() -> None:
    teams = {f"team-{number}": ["shared"] for number in range(200)}
    old, new = spec_with(shared=[], **teams), spec_with(shared=["public:npmjs"], **teams)
    (entry,) = DomainReview(compare(old, new), "terraform").sections[0].entries
    head = "npm: 201 repositories now reach public:npmjs (npmjs.com), by shared → npm-store"
    assert plain(entry.head) == head
    assert len(entry.names) == 201
    words = said(old, new)
    assert "shared, team-0, team-1, team-10, team-100 and 196 more\n" in words
    assert 'n2["team-0 and 199 more"]' in markdown(reviewed((old, new)))


def test_repositories_behind_look_alikes_are_one_entry() -> None:
    divisions = {f"division-{number}": ["shared"] for number in range(20)}
    before = {f"team-{number}": [f"division-{number % 20}"] for number in range(100)}
    after = {name: [up, "public:npmjs"] for name, (up,) in before.items()}
    old = spec_with(shared=[], **divisions, **before)
    new = spec_with(shared=[], **divisions, **after)
    (entry,) = DomainReview(compare(old, new), "terraform").sections[0].entries
    head = "npm: 100 repositories now reach public:npmjs (npmjs.com), such as by team-0 → npm-store"
    assert plain(entry.head) == head
    lost = spec_with(shared=[], **divisions, **{name: list[str]() for name in before})
    (entry,) = DomainReview(compare(old, lost), "terraform").sections[1].entries
    assert plain(entry.head) == (
        "all formats: for 100 repositories (in the same way, such as team-0)"
        " division-0, shared are no longer searched"
    )


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inline(token.children or [])


def _check_markup(comment: str) -> list[Token]:
    """Everything that a parser of CommonMark finds is ours: folds, and nothing that leads away."""
    tokens = list(_inline(MarkdownIt("commonmark").parse(comment)))
    for token in tokens:
        assert token.type not in {"link_open", "image", "html_inline"}, token
        if token.type == "html_block":
            fold = r"(<details><summary>[\w ,:;.()-]+</summary>|</details>)\s*"
            assert re.fullmatch(f"({fold})+", token.content), token
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert html.count("<details>") == html.count("</details>")
    return tokens


def _hostile(value: str) -> tuple[Spec, Spec]:
    def data(upstreams: list[str], more: str) -> dict[str, Any]:
        return {
            "domain": {"name": value, "region": value, "tags": {value: more}},
            "repositories": {
                "app": {"upstreams": upstreams, "description": more, "tags": {value: more}},
                value: {"external_connection": value, "terraform_label": value},
                f"{value}2": {},
            },
            "removed": {value: {"destroy": True, "terraform_label": f"x{more}"}},
        }

    old, new = data([value, f"{value}2"], value), data([], f"{value}!")
    del new["repositories"][f"{value}2"]
    new["domain"]["name"] = "acme"
    return spec_of(old), spec_of(new)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "@marker",
            "<b>marker</b>",
            "```\nmarker",
            "`marker`",
            "``` marker",
            "[marker](http://x)",
        ),
        *("</details>marker", "marker\n\n# marker", "| marker |", "#1 marker", "~~~\nmarker"),
        *("<!-- marker", "&lt;marker&gt;", "$marker$", "https://marker.example", "marker\\`"),
    ],
)
def test_text_of_others_stays_in_code(value: str) -> None:
    comment = markdown(reviewed(_hostile(value)))
    assert "marker" in comment
    for token in _check_markup(comment):
        if token.type in {"text", "html_block"}:
            assert "marker" not in token.content


@settings(max_examples=examples(60))
@given(descriptions())
def test_any_description_leaves_the_markup_as_it_is(value: str) -> None:
    def parsed(description: str) -> list[Token]:
        domain = {"name": "acme", "region": "eu-west-1"}
        old, new = (
            spec_of({"domain": domain, "repositories": {"app": {"description": f"{text}{end}"}}})
            for text, end in ((description, "a"), (description, "b"))
        )
        return _check_markup(markdown(reviewed((old, new))))

    usual = [(token.type, token.content) for token in parsed("") if token.type != "inline"]
    found = [(token.type, token.content) for token in parsed(value[:150]) if token.type != "inline"]
    assert [kind for kind, _ in found] == [kind for kind, _ in usual]
    assert [t for t in found if t[0] == "text"] == [t for t in usual if t[0] == "text"]


_LABEL = r'"[A-Za-z0-9 ._:,-]*(?:#[0-9]+;[A-Za-z0-9 ._:,#;-]*)*"'
_MERMAID = re.compile(
    r"flowchart LR|  (?:n[0-9]+|more)\[" + _LABEL + r"\](?::::[a-z]+)?|"
    r"  p[0-9]+\(\[" + _LABEL + r"\]\)|"
    r'  n[0-9]+ (?:-->|==>|-\.->)(?:\|"[a-z0-9., ]+"\|)? [np][0-9]+|'
    r"  classDef [a-z]+ [a-z0-9#:,-]+"
)


@pytest.mark.parametrize(
    "value", ['"]; click n0 "javascript:x"', "%%{init: {}}%%", "`x`", "<script>", "#quot;", "```"]
)
def test_picture_holds_names_as_labels_and_nothing_else(value: str) -> None:
    comment = markdown(reviewed(_hostile(value)))
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", comment, re.DOTALL | re.MULTILINE)
    lines = picture.splitlines()
    assert len(lines) > 3
    assert [line for line in lines if not _MERMAID.fullmatch(line)] == []


def test_picture_is_bounded() -> None:
    comment = markdown(reviewed(_everything_changed()))
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", comment, re.DOTALL | re.MULTILINE)
    assert 10 < picture.count("\n") < 250


def test_errors_come_first_among_the_folded_findings() -> None:
    few = reviewed(_everything_changed(40))
    assert {problem.severity for problem in few.problems} == {*Severity}
    comment = markdown(few)
    folded = comment[comment.index("<details><summary>Found") :]
    assert 0 < folded.rindex(": error[") < folded.index(": warning[")


def _tagged(number: int, value: str) -> tuple[Spec, Spec]:
    """Repositories that all get a tag, each a value of its own: that many entries."""
    domain = {"name": "acme", "region": "eu-west-1"}
    tagged = {f"app-{n}": {"tags": dict.fromkeys("abc", f"{value}{n}")} for n in range(number)}
    old = spec_of({"domain": domain, "repositories": {name: {} for name in tagged}})
    return old, spec_of({"domain": domain, "repositories": tagged})


def test_what_fits_is_told_in_whole() -> None:
    comment = markdown(reviewed(_tagged(199, "")))
    assert comment.count("tags added") == 199
    assert "more entries" not in comment


def test_what_does_not_fit_is_told_in_part_and_counted() -> None:
    comment = markdown(reviewed(_tagged(199, "x" * 300)))
    told = comment.count("tags added")
    assert told == 60
    assert f"… and {199 - told} more entries" in comment


def test_a_command_that_is_too_long_for_a_comment_is_in_the_script_only() -> None:
    comment = markdown(reviewed((spec_with(VV="x" * 3000), spec_with(VV="public:pypi"))))
    assert "# too long for here: --format shell prints it" in comment
    assert "x" * 2000 not in comment


def test_up_to_five_names_are_in_the_line_and_more_are_folded() -> None:
    def comment(number: int) -> str:
        teams = {f"team-{n}": ["shared"] for n in range(number)}
        without = {name: list[str]() for name in teams}
        return markdown(reviewed((spec_with(shared=[], **without), spec_with(shared=[], **teams))))

    assert "  - `team-0`, `team-1`, `team-2`, `team-3`, `team-4`\n" in comment(5)
    assert "<summary>5 repositories</summary>" not in comment(5)
    assert "<summary>6 repositories</summary>" in comment(6)


def test_of_very_many_commands_the_rest_is_counted() -> None:
    teams = {f"team-{number}": ["base"] for number in range(102)}
    without = {name: list[str]() for name in teams}
    comment = markdown(reviewed((spec_with(base=[], **teams), spec_with(base=[], **without))))
    assert comment.count("aws codeartifact update-repository") == 100
    assert "… and 2 more; `--format shell` prints all\n" in comment


def test_a_review_of_no_domain_says_that_nothing_changes() -> None:
    assert markdown(Review([], [])).endswith("\n\n**Nothing changes.**\n")
