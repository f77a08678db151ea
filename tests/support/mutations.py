"""Ways to make rendered Terraform say something else than its spec, by editing its text.

A mutation takes files and a source of chance; it gives the edited files, or None where there is no
place for it. It knows the rendered text only: neither the model nor the reader.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

Files: TypeAlias = dict[str, str]
Mutation: TypeAlias = Callable[[Files, Random], Files | None]
Change: TypeAlias = Callable[[re.Match[str], Random], str]


def _replace(files: Files, name: str, found: re.Match[str], new: str) -> Files:
    text = files[name]
    return {**files, name: f"{text[: found.start()]}{new}{text[found.end() :]}"}


def _places(files: Files, pattern: str, within: str = "") -> list[tuple[str, re.Match[str]]]:
    compiled = re.compile(pattern, re.MULTILINE)
    return [
        (name, found)
        for name, text in files.items()
        if name.startswith(within)
        for found in compiled.finditer(text)
    ]


def _edit(pattern: str, change: Change, within: str = "") -> Mutation:
    """Change one match of a pattern, any of them."""

    def mutate(files: Files, random: Random) -> Files | None:
        places = _places(files, pattern, within)
        if not places:
            return None
        name, found = random.choice(places)
        return _replace(files, name, found, change(found, random))

    return mutate


def _drop(pattern: str, within: str = "") -> Mutation:
    return _edit(pattern, lambda *_: "", within)


def _twice(pattern: str) -> Mutation:
    return _edit(pattern, lambda found, _: found[0] * 2)


def _becomes(new: str) -> Change:
    return lambda found, _: found.expand(new)


# A character of a string as HCL spells it.
_UNIT = re.compile(r"\\u[0-9a-f]{4}|\\U[0-9a-f]{8}|\\.|.", re.DOTALL)


def _flip(found: re.Match[str], random: Random) -> str:
    """The match with one character of its group `text` made another; or one added to none."""
    units = _UNIT.findall(found["text"]) or [""]
    at = random.randrange(len(units))
    units[at] = "7" if units[at] != "7" else "3"
    start, end = (place - found.start() for place in found.span("text"))
    return found[0][:start] + "".join(units) + found[0][end:]


_TEXT = r'"(?P<text>(?:[^"\\\n]|\\.)*)"'
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_TAG = rf"^    {_STRING} += {_STRING}\n"
_LABEL = r"aws_codeartifact_repository\.(?P<text>[\w-]+)"
_UPSTREAM = r"\n  upstream \{\n.*\n  \}\n"
_OPENING = (
    r"^( *)(?:resource|provider|output|terraform|required_providers|removed|lifecycle|upstream"
    r"|external_connections|postcondition)\b.*\{\n"
)
_BLOCK = r"^(?:resource|provider|output|terraform|removed)\b.*\{\n(?:[ \n].*\n|\n)*?\}\n"
_INNER_BLOCK = (
    r"^  (?:lifecycle|upstream|external_connections|required_providers) \{\n(?:   .*\n|\n)*?  \}\n"
)
_REPOSITORY = r'^resource "aws_codeartifact_repository".*\{\n(?:[ ].*\n|\n)*?\}\n'
_ATTRIBUTE = rf"^ +(?:[a-z_]+|{_STRING}) += .*[^{{\[(\n]\n"

# What the templates say in their own words. The model knows nothing of it, so it is not compared:
# to Terraform the description of an output and the text of an error are notes to people.
_OURS = r'(?:"The CodeArtifact domain\."|"The repositories by name, .*")'


# Policies: the elements of a statement, by how deep they stand.
_STATEMENT = r"^      \{\n(?:        .*\n)*?      \},\n"
_PRINCIPAL = rf"^            {_TEXT},\n"
_ACTION = rf"^          {_TEXT},\n"
_CONDITION_VALUE = rf"^              {_TEXT},\n"
_POLICY = r'^resource "aws_codeartifact_\w+_permissions_policy".*\{\n(?:[ ].*\n|\n)*?\}\n'


def _flip_value(attribute: str, within: str = "") -> Mutation:
    return _edit(rf"^ +{attribute} += \[?{_TEXT}\]?$", _flip, within)


def _drop_a_file(files: Files, random: Random) -> Files:
    gone = random.choice(sorted(files))
    return {name: text for name, text in files.items() if name != gone}


def _drop_repository_and_output(files: Files, random: Random) -> Files | None:
    places = _places(files, _REPOSITORY)
    if not places:
        return None
    name, found = random.choice(places)
    label = found[0].split('"')[3]
    entry = re.compile(
        rf"^    {_STRING} = \{{\n.*\n.* = aws_codeartifact_repository\.{label}\n    \}}\n",
        re.MULTILINE,
    )
    outputs, count = entry.subn("", files["outputs.tf"])
    assert count == 1
    formats, count = re.subn(rf"(?m)^  formats_{label} = .*\n\n?", "", files["formats.tf"])
    assert count == 1
    rest = {"outputs.tf": outputs, "formats.tf": formats}
    return {**_replace(files, name, found, ""), **rest}


def _swap(pattern: str, within: str = "") -> Mutation:
    """Swap the group `text` of two matches that differ in it."""

    def mutate(files: Files, random: Random) -> Files | None:
        by_file: dict[str, list[re.Match[str]]] = {}
        for name, found in _places(files, pattern, within):
            by_file.setdefault(name, []).append(found)
        pairs = [
            (name, one, other)
            for name, matches in by_file.items()
            for one, other in pairwise(matches)
            if one["text"] != other["text"]
        ]
        if not pairs:
            return None
        name, one, other = random.choice(pairs)
        text = files[name]
        (a, b), (c, d) = one.span("text"), other.span("text")
        return {**files, name: text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]}

    return mutate


def _rename_everywhere(files: Files, random: Random) -> Files | None:
    """A repository renamed in its resource and in the output: consistent, but not the spec."""
    places = _places(files, rf"^  repository += {_TEXT}$")
    if not places:
        return None
    old = random.choice(places)[1]["text"]
    new = f"{old}7"
    return {
        name: re.sub(
            rf'^((?:  repository +=|   ) )"{re.escape(old)}"', rf'\1"{new}"', text, flags=re.M
        )
        for name, text in files.items()
    }


def _append(code: str) -> Mutation:
    def mutate(files: Files, random: Random) -> Files:
        name = random.choice(sorted(files))
        return {**files, name: f"{files[name]}\n{code}\n"}

    return mutate


def _inside_string(code: str) -> Mutation:
    return _edit(rf"= {_TEXT}$", lambda found, _: f'= "{found["text"]}{code}"')


MUTATIONS: MappingProxyType[str, Mutation] = MappingProxyType(
    {
        "drop an upstream": _drop(_UPSTREAM),
        "swap two upstreams": _edit(f"({_UPSTREAM})({_UPSTREAM})", _becomes(r"\2\1")),
        "duplicate an upstream": _twice(_UPSTREAM),
        "flip a repository name": _flip_value("repository"),
        "rename a repository everywhere": _rename_everywhere,
        "flip a domain name": _flip_value("domain"),
        "flip a label": _edit(rf'^resource "aws_codeartifact_repository" {_TEXT}', _flip),
        "flip a resource type": _edit(r'^resource "(?P<text>[a-z_]+)"', _flip),
        "flip an upstream reference": _edit(rf"repository_name = {_LABEL}", _flip),
        "flip the reference of an output": _edit(rf"= {_LABEL}", _flip, "outputs"),
        "flip the attribute of a reference": _edit(
            r"= aws_[\w.-]+\.(?P<text>repository|domain|arn|owner)$", _flip
        ),
        "flip a label in removed": _edit(rf"from = {_LABEL}", _flip),
        "flip a description": _flip_value("description", "repositories"),
        "flip a tag key": _edit(rf"^    {_TEXT} += {_STRING}$", _flip),
        "flip a tag value": _edit(rf"^    {_STRING} += {_TEXT}$", _flip),
        "flip a connection": _flip_value("external_connection_name"),
        "flip a region": _flip_value("region"),
        "flip an owner": _flip_value("(?:allowed_account_ids|domain_owner|owner)"),
        "flip the guard of a module": _edit(rf"can\(regex\({_TEXT}", _flip),
        "flip a key": _flip_value("encryption_key"),
        "flip a version": _flip_value("(?:required_version|version)"),
        "flip the provider's source": _flip_value("source"),
        "flip a name in an output": _edit(rf"^    (?:name +=|(?=\")) ?{_TEXT}", _flip, "outputs"),
        "drop a description": _drop(r"^  description .*\n", "repositories"),
        "drop a connection": _drop(r"\n  external_connections \{\n.*\n  \}\n"),
        "drop a key": _drop(r"^  encryption_key .*\n"),
        "drop an owner": _drop(r"^ +(?:allowed_account_ids|domain_owner|owner) .*\n"),
        "drop the guard of a module": _drop(r"\n    postcondition \{\n(?:.*\n)*?    \}\n"),
        "drop a tag": _drop(_TAG),
        "add a tag": _edit(r"^  tags = \{\n", lambda found, _: f'{found[0]}    "zz-new" = "x"\n'),
        "add tags": _edit(r"\n  lifecycle", lambda found, _: f'  tags = {{ a = "b" }}\n{found[0]}'),
        "add a description": _edit(
            r"^(  repository += .*\n)(?!  description)", _becomes(r'\1  description = ""\n')
        ),
        "add an upstream": _edit(
            r'(^resource "aws_codeartifact_repository" "(.*)" \{\n(?:[ ].*\n|\n)*?)(\n  lifecycle)',
            _becomes(
                r"\1  upstream {\n    repository_name = aws_codeartifact_repository.\2.repository"
                r"\n  }\n\3"
            ),
        ),
        "swap two tag values": _swap(rf"^    {_STRING} += {_TEXT}$"),
        "swap two tag keys": _swap(rf"^    {_TEXT} += {_STRING}$"),
        "swap two repository names": _swap(rf"^  repository += {_TEXT}$"),
        "swap two labels": _swap(rf'^resource "aws_codeartifact_repository" {_TEXT}'),
        "swap two references of outputs": _swap(rf"= {_LABEL}", "outputs"),
        "swap two attributes of outputs": _swap(r"aws_[\w-]+\.[\w-]+\.(?P<text>\w+)$", "outputs"),
        "add an unknown attribute": _edit(_OPENING, _becomes(r'\g<0>\1  surprise = "x"\n')),
        "add count": _edit(_OPENING, _becomes(r"\g<0>\1  count = 0\n")),
        "add an unknown block": _edit(_OPENING, _becomes(r"\g<0>\1  surprise {\n\1  }\n")),
        "add a dynamic block": _edit(
            _OPENING, _becomes(r'\g<0>\1  dynamic "upstream" {\n    for_each = []\n\1  }\n')
        ),
        "add an unknown top-level block": _append('data "aws_caller_identity" "x" {}'),
        "add locals": _append('locals {\n  x = "y"\n}'),
        "add a top-level attribute": _append('x = "y"'),
        "add an output": _append('output "x" {\n  value = {}\n}'),
        "add a removed block": _append(
            "removed {\n  from = aws_codeartifact_repository.zz-7\n  lifecycle {\n"
            "    destroy = true\n  }\n}"
        ),
        "add an alias of the provider": _append('provider "aws" {\n  region = "eu-west-1"\n}'),
        "add an ignored change": _edit(
            r"^ +create_before_destroy .*\n", _becomes(r"\g<0>    ignore_changes = [upstream]\n")
        ),
        "duplicate an attribute": _twice(_ATTRIBUTE),
        "duplicate a block": _twice(_BLOCK),
        "duplicate an inner block": _twice(_INNER_BLOCK),
        "duplicate a line of labels": _edit(
            r'^(resource|output|provider) (".*") \{', _becomes(r'\1 \2 "more" {')
        ),
        "drop a block": _drop(_BLOCK),
        "drop an inner block": _drop(_INNER_BLOCK),
        "comment an attribute out": _edit(
            rf"^(?!  description = {_OURS}){_ATTRIBUTE[1:]}", lambda found, _: f"# {found[0]}"
        ),
        "toggle prevent_destroy on": _edit(
            r"^ +create_before_destroy .*\n(?! +prevent_destroy)",
            _becomes(r"\g<0>    prevent_destroy = true\n"),
        ),
        "toggle prevent_destroy off": _edit(r"^( +prevent_destroy +=) true", _becomes(r"\1 false")),
        "drop prevent_destroy": _drop(r"^ +prevent_destroy .*\n"),
        "drop create_before_destroy": _drop(r"^ +create_before_destroy .*\n"),
        "toggle create_before_destroy": _edit(
            r"^( +create_before_destroy +=) true", _becomes(r"\1 false")
        ),
        "toggle destroy": _edit(
            r"^    destroy = (true|false)$",
            lambda found, _: f"    destroy = {'false' if found[1] == 'true' else 'true'}",
        ),
        "drop a repository": _drop(_REPOSITORY),
        "drop a repository and its output": _drop_repository_and_output,
        "drop a file": _drop_a_file,
        "drop a policy": _drop(_POLICY),
        "drop a statement": _drop(_STATEMENT, "permissions"),
        "duplicate a statement": _edit(_STATEMENT, _becomes(r"\g<0>\g<0>"), "permissions"),
        "swap two statements": _edit(
            f"({_STATEMENT})({_STATEMENT[1:]})", _becomes(r"\2\1"), "permissions"
        ),
        "drop a principal": _drop(_PRINCIPAL, "permissions"),
        "flip a principal": _edit(_PRINCIPAL, _flip, "permissions"),
        "add a principal": _edit(
            r"^          AWS = \[\n", _becomes(r'\g<0>            "*",\n'), "permissions"
        ),
        "swap two principals": _swap(_PRINCIPAL, "permissions"),
        "make everyone the principal": _edit(
            r"^(        (?:Not)?Principal) = \{\n(?:          .*\n)*?        \}\n",
            _becomes(r'\1 = "*"\n'),
        ),
        "flip a kind of principal": _edit(r"^          (?P<text>AWS|Service) = \[", _flip),
        "drop an action": _drop(_ACTION, "permissions"),
        "flip an action": _edit(_ACTION, _flip, "permissions"),
        "add an action": _edit(
            r"^        (?:Not)?Action = \[\n", _becomes(r'\g<0>          "codeartifact:D*",\n')
        ),
        "swap the effect": _edit(
            r'^( +Effect += )"(Allow|Deny)"',
            lambda found, _: f'{found[1]}"{"Deny" if found[2] == "Allow" else "Allow"}"',
        ),
        "drop the effect": _drop(r"^ +Effect .*\n"),
        "negate an element": _edit(
            r"^        (Principal|Action|Resource)\b", _becomes(r"        Not\1")
        ),
        "affirm an element": _edit(
            r"^        Not(Principal|Action|Resource)\b", _becomes(r"        \1")
        ),
        "flip a statement id": _flip_value("Sid"),
        "drop a statement id": _drop(r"^ +Sid .*\n"),
        "flip a resource": _edit(rf"^        (?:Not)?Resource += {_TEXT}", _flip),
        "drop a condition": _drop(r"^        Condition = \{\n(?:          .*\n)*?        \}\n"),
        "flip an operator": _edit(rf"^          {_TEXT} = \{{$", _flip, "permissions"),
        "flip a condition key": _edit(rf"^            {_TEXT} = \[$", _flip, "permissions"),
        "flip a condition value": _edit(_CONDITION_VALUE, _flip, "permissions"),
        "drop a condition value": _drop(_CONDITION_VALUE, "permissions"),
        "flip the version of a policy": _flip_value("Version"),
        "flip the repository of a policy": _edit(rf"repository = {_LABEL}", _flip, "permissions"),
        "swap the repositories of two policies": _swap(rf"repository = {_LABEL}", "permissions"),
        "swap the labels of two policies": _swap(
            rf'^resource "aws_codeartifact_repository_permissions_policy" {_TEXT}'
        ),
        "add a revision of a policy": _edit(
            r"^  policy_document = ", _becomes(r'  policy_revision = "x"\n\g<0>')
        ),
        "make a policy text": _edit(
            r"^(  policy_document =) jsonencode\(\{\n(?:   .*\n)*?  \}\)\n",
            _becomes(r'\1 "{}"\n'),
        ),
        "expand the argument of a call": _edit(r"^  \}\)$", _becomes("  }...)"), "permissions"),
        "call a function of a provider": _edit(
            r"= (jsonencode|toset|setunion)\(", _becomes(r"= provider::aws::\1(")
        ),
        "flip a pattern": _flip_value("pattern"),
        "flip a mode": _flip_value("restriction_mode"),
        "change a mode": _edit(
            r'(?<=restriction_mode = )"(ALLOW|BLOCK|INHERIT)"',
            lambda found, _: '"BLOCK"' if found[1] == "INHERIT" else '"INHERIT"',
        ),
        "allow all instead of some": _edit(
            r'(?<=restriction_mode = )"ALLOW_SPECIFIC_REPOSITORIES"\n +repositories = (?s:.*?)\]',
            _becomes('"ALLOW"'),
        ),
        "name repositories beside another mode": _edit(
            r'(?<=restriction_mode = )"ALLOW_SPECIFIC_REPOSITORIES"', _becomes('"ALLOW"')
        ),
        "drop a list of repositories": _drop(r"^        repositories = \[\n(?: {10}.*\n)* {8}\]\n"),
        "drop an allowed repository": _drop(rf"^ {{10}}{_LABEL}\.repository,\n", "packages"),
        "duplicate an allowed repository": _edit(
            rf"^ {{10}}{_LABEL}\.repository,\n", _becomes(r"\g<0>\g<0>"), "packages"
        ),
        "swap two allowed repositories": _swap(rf"^ {{10}}{_LABEL}\.repository,\n", "packages"),
        "flip an allowed repository": _edit(rf"{_LABEL}\.repository,", _flip, "packages"),
        "make an allowed repository a literal": _edit(
            rf"{_LABEL}\.repository,", lambda found, _: f'"{found["text"]}",', "packages"
        ),
        "drop a control": _drop(
            r"^      (?:publish|external_upstream|internal_upstream) = \{\n(?: {8}.*\n)* {6}\}\n",
            "packages",
        ),
        "swap two modes": _swap(rf"restriction_mode = {_TEXT}"),
        "swap two patterns": _swap(rf"^  pattern += {_TEXT}$"),
        "swap two labels of groups": _swap(
            rf'^resource "awscc_codeartifact_package_group" {_TEXT}'
        ),
        "drop a package group": _drop(
            r'^resource "awscc_codeartifact_package_group".*\{\n(?:[ ].*\n|\n)*?\}\n'
        ),
        "drop a contact": _drop(r"^  contact_info .*\n"),
        "flip a contact": _flip_value("contact_info"),
        "drop the description of a group": _drop(r"^  description .*\n", "packages"),
        "flip the description of a group": _flip_value("description", "packages"),
        "drop a tag of a group": _drop(
            r"^    \{\n      key .*\n      value .*\n    \},\n", "packages"
        ),
        "flip the key of a tag of a group": _flip_value("key", "packages"),
        "flip the value of a tag of a group": _flip_value("value", "packages"),
        "add a tag of a group": _edit(
            r"^  tags = \[\n",
            _becomes('\\g<0>    {\n      key = "zz-new"\n      value = "x"\n    },\n'),
        ),
        "drop the provider of package groups": _drop(r'^provider "awscc" \{\n.*\n\}\n'),
        "require no provider of package groups": _drop(r"^    awscc = \{\n.*\n.*\n    \}\n"),
        "drop a format": _edit(r'(?P<text>"[a-z]+"(?:, )?)(?=.*\])', _becomes(""), "formats"),
        "flip a format": _edit(r'"(?P<text>[a-z]+)"', _flip, "formats"),
        "add a format": _edit(r"toset\(\[(\]|(?=\"))", _becomes(r'toset(["x"])#'), "formats"),
        "drop an upstream from formats": _edit(r"(?:, )?local\.\w+\)", _becomes(")"), "formats"),
        "intersect formats": _edit("setunion", _becomes("setintersection"), "formats"),
        "add a local": _edit(r"^locals \{\n", _becomes('\\g<0>  surprise = "x"\n')),
        "flip the formats of an output": _edit(
            r"local\.formats_(?P<text>[\w-]+)", _flip, "outputs"
        ),
        "swap the formats of two outputs": _swap(r"local\.formats_(?P<text>[\w-]+)", "outputs"),
        "change the URL of endpoints": _edit(
            r"\$\{format\}(?=/)|https|amazonaws|codeartifact(?=\.)|_owner(?=\})",
            lambda found, _: found[0][:-1],
            "outputs",
        ),
        "flip the region of endpoints": _edit(
            r"codeartifact\.(?P<text>[a-z0-9-]+)\.amazonaws", _flip, "outputs"
        ),
        "filter endpoints": _edit(r"^( +format => .*)$", _becomes(r'\1 if format != "npm"')),
        "group endpoints": _edit(r"^( +format => .*)$", _becomes(r"\1...")),
        "empty a file": _edit(r"\A[^\n]*\n\n(?:.*\n)*\Z", lambda *_: ""),
        "make a string a heredoc": _edit(
            rf"= {_TEXT}$", lambda found, _: f"= <<EOF\n{found['text']}\nEOF"
        ),
        "make a string an indented heredoc": _edit(
            rf"= {_TEXT}$", lambda found, _: f"= <<-EOF\n{found['text']}\nEOF"
        ),
        "add an interpolation": _inside_string("${path.module}"),
        "add an empty interpolation": _inside_string('${""}'),
        "add a directive": _inside_string("%{ if true }x%{ endif }"),
        "make an upstream a literal": _edit(
            r"(repository_name = )aws_codeartifact_repository\.([\w-]+)\.repository",
            _becomes(r'\1"\2"'),
        ),
        "make the domain a literal": _edit(
            r"(domain +=) aws_codeartifact_domain.this.domain", _becomes(r'\1 "acme"')
        ),
        "make a reference indexed": _edit(
            r"(repository_name = aws_codeartifact_repository\.[\w-]+)", _becomes(r"\1[0]")
        ),
        "make a value a call": _edit(rf"= ({_STRING})$", _becomes(r"= upper(\1)")),
        "make a value a number": _edit(rf"= {_TEXT}$", lambda *_: "= 7"),
        "make a value a condition": _edit(rf"= ({_STRING})$", _becomes(r"= true ? \1 : null")),
        "make a value null": _edit(
            rf"^(?!  description = {_OURS})( +(?:[a-z_]+|{_STRING}) +=) {_STRING}$",
            _becomes(r"\1 null"),
        ),
    }
)


# Any character


class Edited(NamedTuple):
    """One character of a file deleted (`new` is empty) or replaced."""

    files: Files
    name: str
    at: int
    old: str
    new: str
    line: str
    column: int

    def __str__(self) -> str:
        return f"{self.name}@{self.at}: {self.old!r} → {self.new!r} in {self.line!r}"


# No line break: python-hcl2 is lenient about them, which has tests of its own.
_REPLACEMENTS = "abefnrtuzAUZ0179_-.:,;=#/*\\\"'`$%{}[]()<>!?&|+~^@ \té"


def _characters(text: str) -> Iterator[int]:
    """The offsets of what is neither white space nor part of a comment."""
    offset = 0
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            yield from (offset + at for at, char in enumerate(line) if not char.isspace())
        offset += len(line)


def any_character(files: Files, random: Random) -> Edited:
    """Delete a random character of the code, or put another in its place."""
    name = random.choice(sorted(files))
    text = files[name]
    at = random.choice(list(_characters(text)))
    new = random.choice(("", *(c for c in _REPLACEMENTS if c != text[at])))
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    edited = {**files, name: f"{text[:at]}{new}{text[at + 1 :]}"}
    return Edited(edited, name, at, text[at], new, text[start:end], at - start)


# `=` and `:` both stand between the key and the value of an object element (HCL, "ObjectElem").
# Objects are where the lines are indented by four or more and no block's attribute can stand.
_ELEMENT = re.compile(
    r"^ {4,}(?!create_before_|prevent_|destroy|repository_name|external_|condition|error_)"
    rf"(?:\w+|{_STRING}) +(?P<sign>=) .*$"
)
_OWN_WORDS = re.compile(rf"^  description = {_STRING}$|^      error_message = {_STRING}$")
_HEX = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}")


def is_equivalent(edited: Edited) -> bool:
    """Whether Terraform reads the edited line as it reads the old one, or as a note to people."""
    text = edited.files[edited.name]
    start = edited.at - edited.column
    line = text[start:].split("\n", 1)[0]
    # Words of the templates' own; the spec has none that they could differ from.
    is_ours = edited.name == "outputs.tf" or "error_message" in edited.line
    if is_ours and _OWN_WORDS.fullmatch(edited.line) and _OWN_WORDS.fullmatch(line):
        return True
    element = _ELEMENT.fullmatch(edited.line)
    if element and element.start("sign") == edited.column and edited.new == ":":
        return True
    # A comma may stand after the last element of a list.
    after = edited.files[edited.name].split("\n")[text.count("\n", 0, edited.at) + 1]
    if edited.old == "," and not edited.new.strip() and line.rstrip() == edited.line[:-1]:
        return after.strip() == "]"
    # The digits of an escape may be written in capitals.
    inside = any(start < edited.column < end for start, end in _spans(_HEX, edited.line))
    return inside and edited.new.lower() == edited.old


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in pattern.finditer(text))
