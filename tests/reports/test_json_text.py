"""JSON says the same whether a character is escaped or not, and shows none that deceives."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from codeartifact_tf.reports.json_text import json_text
from tests.conftest import Run

_EVERY = [chr(number) for number in range(sys.maxunicode + 1)]


def _deceives(character: str) -> bool:
    """Whether it moves a cursor, breaks a line or turns the direction of writing."""
    is_control = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
    return is_control or unicodedata.bidirectional(character) in {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
    }


def test_every_character_comes_back_and_none_that_deceives_is_shown() -> None:
    text = json_text(_EVERY)
    assert json.loads(text) == _EVERY
    shown = {character for character in text if _deceives(character)}
    assert shown == {"\n"}
    assert {"\u200e", "\u200f", "\u061c", "\ufeff"}.isdisjoint(text)
    assert {"é", "中", "🐍"} <= set(text)


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_reports_for_programs_escape_text_of_others(run: Run, tmp_path: Path, format_: str) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    head = "domain: {name: acme, region: eu-west-1}\nrepositories: {app: {}}\n"
    old.write_text(f"{head}internal_packages: [{{format: npm, pattern: own}}]\n")
    comment = "# codeartifact-tf: ignore[domain-lost] safe \u202egnihton\u2066\u200b"
    new.write_text(f"{comment}\n{head}x-\u202ex: 1\n")
    for command in (("lint", new), ("review", old, new)):
        out = run(*command, "--format", format_).out
        assert not any(map(_deceives, out.replace("\n", "")))
    assert "\\u202egnihton\\u2066\\u200b" in out
