"""How HCL spells text and lines: quote, unquote, and align as `terraform fmt` does."""

import re
import sys
import unicodedata
from itertools import groupby


class HclError(Exception):
    """Text that is not HCL, or HCL of a kind that is never generated."""


class Hcl(str):
    """Text that is HCL already and must not be quoted."""

    __slots__ = ()


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {escape[1]: text for text, escape in _ESCAPES.items()}
# `$` and `%` begin a template only before `{`. Doubling them is the usual escape, but python-hcl2
# 8.1.4 cannot read `$${` without a later `}` (its grammar's ESCAPED_INTERPOLATION); an escape of
# the sign itself means the same text to it and to Terraform.
_SPECIAL = re.compile('["\\\\]|[$%](?=\\{)|[\x00-\x1f\x7f-\x9f\u2028\u2029]')
# Groups: a code, a longer code, the letter of another escape, the sign of `$${` or `%%{`; none of
# them for what a literal cannot hold.
_ESCAPED = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{|[$%]\{|[\r\n]", re.DOTALL
)


def quote(text: str) -> Hcl:
    """Text → an HCL string literal on one line that means exactly this text."""
    return Hcl(f'"{_SPECIAL.sub(_escape, text)}"')


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


# `terraform fmt` aligns by grapheme clusters (hclwrite's token columns). These blocks hold none of
# more than one character, so in them characters can be counted; others are escaped in keys.
_ONE_COLUMN = re.compile(
    "[\x20-\u02ff\u0370-\u0482\u048a-\u058f\u05d0-\u05ea\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]"
)


def quote_key(text: str) -> Hcl:
    """An object key: like `quote`, with characters escaped whose width in columns is not plain."""
    quoted = quote(text)
    return Hcl("".join(c if _ONE_COLUMN.match(c) else _unicode_escape(c) for c in quoted))


def _unicode_escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the BMP


def unquote(raw: str) -> str:
    """The text between the quotes of a string literal → the text that it means; inverse of quote.

    Raises HclError for what is no single-line literal: a template, a line break, an unknown escape.
    The result is in normalization form C, as every string of Terraform is.
    """
    return unicodedata.normalize("NFC", _ESCAPED.sub(_unescape, raw))


def _unescape(found: re.Match[str]) -> str:
    code, letter, sign = found[1] or found[2], found[3], found[4]
    if code:
        number = int(code, 16)
        if number > sys.maxunicode or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - surrogates
            raise HclError(f"the escape {found[0]} is no character")
        return chr(number)
    if sign:
        return f"{sign}{{"
    if letter not in _UNESCAPES:
        raise HclError(f"{found[0]!r} in a string: a template, a line break or an unknown escape")
    return _UNESCAPES[letter]


_ATTRIBUTE = re.compile(r'( *)("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*) = (.*)')


def align(text: str) -> str:
    """Line up `=` in runs of single-line attributes, byte for byte as `terraform fmt` does."""
    lines: list[str] = []
    found = ((line, _ATTRIBUTE.fullmatch(line)) for line in text.split("\n"))
    for indent, run in groupby(found, key=_indent):
        if indent is None:
            lines += (line for line, _ in run)
            continue
        parts = [attribute.groups() for _, attribute in run if attribute]
        width = max(len(key) for _, key, _ in parts)
        lines += [f"{indent}{key:<{width}} = {value}" for _, key, value in parts]
    return "\n".join(lines)


def _indent(line: tuple[str, re.Match[str] | None]) -> str | None:
    """What a single-line attribute begins with; one whose value goes on has no part in a run."""
    found = line[1]
    return found[1] if found and found[3][-1:] not in "{[(" else None
