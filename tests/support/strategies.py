"""Hypothesis strategies: any valid domain with its configuration, field by field, and any spec.

A record is drawn by walking its dataclass fields and looking each up in a table, so a new field of
the model or of the configuration that has no row here stops every property test with a KeyError.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from codeartifact_tf.aws.actions import ACTIONS
from codeartifact_tf.aws.catalog import (
    CONNECTION_OF_STORE,
    EXTERNAL_CONNECTIONS,
    MAX_DIRECT_UPSTREAMS,
    MAX_TAGS,
    PACKAGE_FORMATS,
    REGIONS,
)
from codeartifact_tf.domain.model import (
    EVERYONE,
    Condition,
    Control,
    Domain,
    Effect,
    Mode,
    PackageGroup,
    Policy,
    Principals,
    Repository,
    Statement,
    Tags,
)
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    Removed,
    RepositoryResource,
)
from codeartifact_tf.terraform.labels import label_of
from tests.support.deployments import changed

T = TypeVar("T")
Known: TypeAlias = Mapping[str, Any]
"""What has been drawn so far, by field name, and what the surroundings say."""

Fields: TypeAlias = Mapping[str, Callable[[Known], SearchStrategy[Any]]]


# Text

_NASTY = (
    *("${path.module}", "%{ if true }", "%{ endif }", "$${x", "%%{x", "$${x}", "%%{x}", "${", "%{"),
    *("$", "%", "$$", "%%", "$$$", "{", "}", '"', "'", "\\", "\\\\", "\\n", "\\u0024"),
    *("<<EOF", "<<-EOF", "EOF", "#", "//", "/*", "*/", "=", " = ", ":", ",", "[", "]", "(", ")"),
    *("`", "~", "null", "true", "false", "for", "for_each", "yes", "on", "1e3", "0o7", "007"),
    *("2024-01-01", "- ", "? ", ": ", " #", "&a", "*a", "!!str", "|", ">", "@", "é", "ﬁ", "ñ"),
    *("\\U0001F600", "日本語", "한국어"),
    *("\U0001f600", "\U0001f468\U0001f3fd", "\U0001f1ea\U0001f1fa", "\u2764\ufe0f"),
    *("ภาษาไทย", "हिन्दी", "עברית", "العربية", "q\u0323\u0307", "x\u0301\u0301", "\u0301", "\u0e33"),
    *("\u2028", "\u2029", "\xa0", "\u3000", "\u1100\u1161\u11a8", "𝔘𝔫𝔦", "\u20e3"),
)  # fmt: skip
# AWS's `\P{C}`: no control, format, surrogate, private or unassigned characters.
_CHARACTERS = st.characters(exclude_categories=["C"])


@cache
def _text(most: int, least: int = 0) -> SearchStrategy[str]:
    pieces = st.one_of(st.sampled_from(_NASTY), st.text(_CHARACTERS, max_size=4))
    joined = st.lists(pieces, max_size=6).map("".join)
    repeated = st.builds(lambda piece: piece * most, st.sampled_from((*_NASTY, "x", "word ")))
    # The prefix of a text in form C is in form C too. A repeated piece may grow in composing.
    # Terraform breaks up runs of more than 30 combining characters (Unicode TR 15, "Stream-Safe
    # Text Format"); no text that anybody writes has them.
    normal = st.one_of(joined, joined, joined, repeated).map(
        lambda text: unicodedata.normalize("NFC", text)[:most]
    )
    return normal.filter(lambda text: len(text) >= least and not has_long_run_of_marks(text))


def has_long_run_of_marks(text: str) -> bool:
    run = 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > 30:
            return True
    return False


@cache
def descriptions() -> SearchStrategy[str]:
    return _text(1000)


@cache
def _tag_keys() -> SearchStrategy[str]:
    return _text(128, least=1).filter(lambda key: key[:4].lower() != "aws:" and key[0] != "%")


@cache
def tags(most: int = MAX_TAGS) -> SearchStrategy[Tags]:
    few = st.dictionaries(_tag_keys(), _text(256), max_size=min(4, most))
    many = st.integers(0, most).map(lambda count: {f"key-{n}": "x" * n for n in range(count)})
    return st.one_of(st.just({}), few, few, many).map(lambda items: tuple(sorted(items.items())))


# Names

_WORDS = (
    *("for", "for_each", "if", "in", "else", "endif", "null", "true", "false", "on", "no", "1e3"),
    *("0o7", "089", "12", "1.5", "55", "2024-01-01", "a.b", "a-b", "a_b", "A.b", "a..b"),
    *("this", "self", "each", "count", "local", "var", "data", "npm", "npmjs", "aa", "aA", "AA"),
    *("shared", "shared2", "Shared", "a-", "a_", "a.", "0-", "0_", "00", "payments", "repository"),
)  # fmt: skip
_FIRST = "abzAZ09"
_NEXT = "abzAZ09._-"


@cache
def repository_names() -> SearchStrategy[str]:
    drawn = st.builds(
        lambda first, rest: first + rest,
        st.sampled_from(_FIRST),
        st.text(_NEXT, min_size=1, max_size=8),
    )
    long = st.builds(
        lambda first, rest: first * 90 + rest,
        st.sampled_from(_FIRST),
        st.text(_NEXT, min_size=9, max_size=10),
    )
    names = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_WORDS), drawn, drawn, long)
    return names.filter(lambda name: not name.startswith("x-"))


@cache
def labels() -> SearchStrategy[str]:
    words = [word for word in _WORDS if re.fullmatch(r"[A-Za-z_][\w-]*", word)]
    drawn = st.builds(
        lambda first, rest: first + rest, st.sampled_from("aZ_"), st.text("aZ9_-", max_size=6)
    )
    return st.one_of(st.sampled_from(words), drawn, st.sampled_from(("_", "__", "a" * 255)))


@cache
def domain_names() -> SearchStrategy[str]:
    middle = st.text("az09-", max_size=48)
    drawn = st.builds(
        lambda a, b, c: a + b + c, st.sampled_from("az"), middle, st.sampled_from("az09")
    )
    return st.one_of(st.sampled_from(("acme", "null", "for", "true")), drawn)


@cache
def account_ids() -> SearchStrategy[str]:
    return st.sampled_from(("111122223333", "000000000000", "012345678901", "089999999999"))


_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


# Model


def _draw_record(draw: DrawFn, record: type[T], fields: Fields, known: Known) -> T:
    assert dataclasses.is_dataclass(record)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        values[field.name] = draw(fields[field.name]({**known, **values}))
    return record(**values)


def _always(strategy: SearchStrategy[T]) -> Callable[[Known], SearchStrategy[T]]:
    """The same strategy whatever is drawn already; made once, for making one costs most."""
    return lambda _: strategy


def _upstreams(known: Known) -> SearchStrategy[tuple[str, ...]]:
    """Of the repositories drawn before this one, so that no cycle can come about."""
    if not known["earlier"]:
        return st.just(())
    names = st.sampled_from(sorted(known["earlier"]))
    return st.lists(names, unique=True, max_size=MAX_DIRECT_UPSTREAMS).map(tuple)


def _label(known: Known) -> SearchStrategy[str]:
    usual = label_of(known["name"])
    free = labels().filter(lambda label: label not in known["labels"])
    return free if usual in known["labels"] else st.one_of(st.just(usual), st.just(usual), free)


# Policies

_PRINCIPALS = (
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:role/ci",
    "arn:aws:iam::444455556666:user/team/ann.b+c=d,e@f_g-h",
    "444455556666",
)
_OPERATORS = ("StringEquals", "ForAnyValue:StringLike", "Bool", "NumericLessThanIfExists", "Null")
_KEYS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceTag/a = b", 'aws:x"y\\{$%')
_RESOURCES = ("*", "arn:aws:codeartifact:eu-west-1:111122223333:package/acme/*", "arn:${a}%{b}")


def _sets(strategy: SearchStrategy[str]) -> SearchStrategy[tuple[str, ...]]:
    return st.sets(strategy, min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))


@cache
def _principals() -> SearchStrategy[Principals]:
    kinds = st.fixed_dictionaries(
        {"AWS": _sets(st.sampled_from(_PRINCIPALS))},
        optional={"Service": st.just(("codebuild.amazonaws.com",)), "Federated": _sets(_text(20))},
    )
    return st.just(EVERYONE) | kinds.map(lambda found: tuple(sorted(found.items())))


@cache
def _conditions() -> SearchStrategy[tuple[Condition, ...]]:
    pairs = st.tuples(st.sampled_from(_OPERATORS), st.sampled_from(_KEYS))
    return st.dictionaries(pairs, _sets(_text(20)), max_size=3).map(
        lambda found: tuple(
            sorted(Condition(operator, key, values) for (operator, key), values in found.items())
        )
    )


_STATEMENT: Fields = {
    "effect": _always(st.sampled_from(Effect)),
    "principals": _always(_principals()),
    "actions": _always(
        _sets(st.sampled_from([f"codeartifact:{name}" for name in (*sorted(ACTIONS), "*", "Get*")]))
    ),
    "resources": _always(st.just(("*",)) | _sets(st.sampled_from(_RESOURCES))),
    "conditions": _always(_conditions()),
    "sid": lambda known: (
        st.none()
        | st.sampled_from(("Read", "a", "B7")).filter(lambda sid: sid not in known["sids"])
    ),
    "not_principals": _always(st.booleans()),
    "not_actions": _always(st.booleans()),
    "not_resources": _always(st.booleans()),
}


@st.composite
def policies(draw: DrawFn) -> Policy:
    """No policy, or one of a few statements."""
    drawn: list[Statement] = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        sids = {statement.sid for statement in drawn}
        drawn.append(_draw_record(draw, Statement, _STATEMENT, {"sids": sids}))
    return tuple(drawn)


@cache
def _formats() -> SearchStrategy[tuple[str, ...]]:
    some = st.sets(st.sampled_from(PACKAGE_FORMATS), max_size=3)
    return some.map(lambda found: tuple(sorted(found)))


_REPOSITORY: Fields = {
    "name": lambda known: repository_names().filter(lambda name: name not in known["earlier"]),
    "description": _always(st.none() | descriptions()),
    "upstreams": _upstreams,
    "external_connection": lambda known: (
        st.none()
        if known["upstreams"]
        else st.none() | st.sampled_from(sorted(EXTERNAL_CONNECTIONS))
    ),
    "formats": _always(_formats()),
    "tags": _always(tags()),
    "policy": _always(policies()),
}

_RESOURCE: Fields = {"label": _label, "protect": _always(st.booleans())}

# Package groups

_FORMATS_WITHOUT_NAMESPACE = ("pypi", "nuget", "ruby", "cargo")
_COMPONENTS = (
    "acme",
    "com.acme",
    "a",
    "a-b",
    "0",
    "com.acme.x-y",
    "日本",
    "x" * 200,
    "a~b",
    "${a}",
)


def _pattern(drawn: tuple[str, str, str, str]) -> str:
    """A format, a namespace, a name and a suffix → a pattern; an empty name is none."""
    package_format, namespace, name, suffix = drawn
    if package_format in _FORMATS_WITHOUT_NAMESPACE:
        namespace = ""
    if package_format == "pypi":
        name = name.replace(".", "-")
    if suffix == "*":
        whole = f"/{package_format}/{namespace}/*"
        return whole if namespace else f"/{package_format}/*"
    if suffix == "~" and namespace and not name:
        return f"/{package_format}/{namespace}~"
    return f"/{package_format}/{namespace}/{name or 'ui'}{suffix}"


@cache
def package_patterns() -> SearchStrategy[str]:
    """Any kind of pattern that CodeArtifact takes."""
    words = [word for word in _COMPONENTS if word[-1].isalnum()]
    parts = st.tuples(
        st.sampled_from(PACKAGE_FORMATS),
        st.sampled_from(words),
        st.sampled_from(("", *words)),
        st.sampled_from("$~*"),
    )
    return st.just("/*") | st.just("/npm//ui~") | parts.map(_pattern)


@cache
def _group_tags() -> SearchStrategy[Tags]:
    return tags(5).map(lambda drawn: tuple((key, value or "-") for key, value in drawn))


_PLAIN_CONTROLS = st.sampled_from(
    [Control(mode) for mode in Mode if mode is not Mode.ALLOW_SPECIFIC_REPOSITORIES]
)


def _controls(known: Known) -> SearchStrategy[Control]:
    names = sorted(repository.name for repository in known["repositories"])
    some = st.sets(st.sampled_from(names)) if names else st.just(set[str]())
    return _PLAIN_CONTROLS | some.map(
        lambda few: Control(Mode.ALLOW_SPECIFIC_REPOSITORIES, tuple(sorted(few)))
    )


_GROUP: Fields = {
    "pattern": lambda known: package_patterns().filter(lambda text: text not in known["patterns"]),
    "publish": _controls,
    "external_upstream": _controls,
    "internal_upstream": _controls,
    "description": _always(st.none() | descriptions()),
    "contact_info": _always(st.none() | descriptions()),
    "tags": _always(_group_tags()),
}


@st.composite
def _package_groups(draw: DrawFn, known: Known) -> tuple[PackageGroup, ...]:
    drawn: dict[str, PackageGroup] = {}
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        one = _draw_record(draw, PackageGroup, _GROUP, {**known, "patterns": drawn.keys()})
        drawn[one.pattern] = one
    return tuple(drawn[pattern] for pattern in sorted(drawn))


_REMOVED: Fields = {
    "label": lambda known: labels().filter(lambda label: label not in known["labels"]),
    "destroy": _always(st.booleans()),
}


@st.composite
def _repositories(draw: DrawFn) -> tuple[Repository, ...]:
    drawn: dict[str, Repository] = {}
    for _ in range(draw(st.integers(0, 14))):
        known = {"earlier": frozenset(drawn)}
        repository = _draw_record(draw, Repository, _REPOSITORY, known)
        drawn[repository.name] = repository
    return tuple(drawn[name] for name in sorted(drawn))


@st.composite
def _resources(draw: DrawFn, known: Known) -> Mapping[str, RepositoryResource]:
    """The resource of each repository of the domain."""
    drawn: dict[str, RepositoryResource] = {}
    for repository in known["domain"].repositories:
        taken = {resource.label for resource in drawn.values()}
        surroundings = {"name": repository.name, "labels": taken}
        drawn[repository.name] = _draw_record(draw, RepositoryResource, _RESOURCE, surroundings)
    return drawn


@st.composite
def _group_labels(draw: DrawFn, known: Known) -> Mapping[str, str]:
    """The label of each package group of the domain."""
    patterns = [group.pattern for group in known["domain"].package_groups]
    count = len(patterns)
    drawn = draw(st.lists(labels(), unique=True, min_size=count, max_size=count))
    return dict(zip(patterns, drawn, strict=True))


@st.composite
def _removed(draw: DrawFn, known: Known) -> tuple[Removed, ...]:
    drawn: dict[str, Removed] = {}
    taken = {resource.label for resource in known["repositories"].values()}
    for _ in range(draw(st.integers(0, 3))):
        one = _draw_record(draw, Removed, _REMOVED, {"labels": taken | drawn.keys()})
        drawn[one.label] = one
    return tuple(drawn[label] for label in sorted(drawn))


def _if_managed(strategy: SearchStrategy[T], otherwise: T) -> Callable[[Known], SearchStrategy[T]]:
    return lambda known: strategy if known["managed"] else st.just(otherwise)


_VERSIONS = (">= 1.7.0", "~> 1.9", "1.11.4", ">= 1.7, != 1.8.0, < 2.0", ">=1.7.0-beta1")
# Terraform takes no prerelease in a constraint on itself.
_RELEASES = tuple(version for version in _VERSIONS if "-" not in version)

_DOMAIN: Fields = {
    "name": _always(domain_names()),
    "region": _always(st.sampled_from(sorted({*REGIONS, "us-gov-west-1", "cn-north-1"}))),
    "owner": _always(st.none() | account_ids()),
    "encryption_key": _if_managed(st.none() | st.just(_KEY), None),
    "tags": _if_managed(tags(), ()),
    "policy": _if_managed(policies(), ()),
    "repositories": _always(_repositories()),
    "package_groups": _package_groups,
}
_CONFIGURATION: Fields = {
    "managed": lambda known: st.just(known["managed"]),
    "protect": _if_managed(st.booleans(), otherwise=False),
    "layout": _always(st.sampled_from(Layout)),
    "required_version": _always(st.sampled_from(_RELEASES)),
    "aws_provider_version": _always(st.sampled_from(_VERSIONS)),
    "awscc_provider_version": lambda known: (
        st.sampled_from(_VERSIONS) if known["domain"].package_groups else st.none()
    ),
    "repositories": _resources,
    "package_groups": _group_labels,
    "removed": _removed,
}


@st.composite
def deployments(draw: DrawFn) -> Deployment:
    """Any valid domain with any configuration of it."""
    managed = draw(st.sampled_from((True, True, False)))
    domain = _draw_record(draw, Domain, _DOMAIN, {"managed": managed})
    known = {"managed": managed, "domain": domain}
    return Deployment(domain, _draw_record(draw, Configuration, _CONFIGURATION, known))


def domains() -> SearchStrategy[Domain]:
    """Any valid domain."""
    return deployments().map(lambda drawn: drawn.domain)


@cache
def sample() -> tuple[Deployment, ...]:
    """Some deployments, from the nearly empty to the full.

    The same in every run of the same tests; Hypothesis draws constants from the modules loaded.
    """
    drawn: list[Deployment] = []

    @settings(
        max_examples=60,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(deployments())
    def draw(one: Deployment) -> None:
        drawn.append(one)

    draw()
    return tuple(drawn)


# Specs

Yaml: TypeAlias = dict[str, Any]

_STORE_LABELS = frozenset(label_of(store) for store in CONNECTION_OF_STORE)
_SEVERITIES = st.sampled_from(("warning", "off"))


class _Dumper(yaml.SafeDumper):
    """PyYAML writes YAML 1.1; text that YAML 1.2 would read as a number is quoted as well."""

    def check_simple_key(self) -> bool:
        """Write every key in one line: an explicit key (`? key`) is refused."""
        return True


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?",
               re.IGNORECASE),
    list("-+.0123456789"),
)  # fmt: skip


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """A spec may only escape the line breaks of YAML 1.1: PyYAML does so between double quotes."""
    style = '"' if set(text) & {"\u2028", "\u2029"} else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _quoted)

_LONGEST_KEY = 1000  # YAML allows a key 1,024 characters, escape sequences as they are written


def dump(spec: Yaml, *, ascii_only: bool = False) -> str:
    """A spec as YAML text, keys in the order of the dict; in ASCII if its lines stay short."""
    text = yaml.dump(spec, Dumper=_Dumper, sort_keys=False, allow_unicode=not ascii_only)
    if ascii_only and max(map(len, text.splitlines())) > _LONGEST_KEY:
        return dump(spec)
    return text


def _maybe(draw: DrawFn, body: Yaml, **optional: SearchStrategy[Any]) -> Yaml:
    """The body with some of the optional keys."""
    for key, strategy in optional.items():
        if draw(st.booleans()):
            body[key] = draw(strategy)
    return body


@cache
def _tag_mappings() -> SearchStrategy[dict[str, str]]:
    # Default tags and own tags together must stay below the quota.
    return tags(MAX_TAGS // 2).map(dict)


_SPEC_PRINCIPALS = (
    *("111122223333", "444455556666", "arn:aws:iam::444455556666:role/ci"),
    "arn:aws:iam::444455556666:user/team/ann",
    *({"organization": f"o-{letter * 10}"} for letter in "ab"),
    *({"organizational_unit": f"o-aaaaaaaaaa/r-ab12/ou-ab12-{n * 8}"} for n in "12"),
)


def _values(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """A value, or a list of some, as IAM takes them."""
    return strategy | st.lists(strategy, min_size=1, max_size=3)


@cache
def _statement(sid: str) -> SearchStrategy[Yaml]:
    """A statement of one's own that no rule objects to."""
    principal = st.fixed_dictionaries({"AWS": _values(st.sampled_from(_PRINCIPALS))})
    conditions = st.dictionaries(
        st.sampled_from(_OPERATORS),
        st.dictionaries(st.sampled_from(_KEYS), _values(_text(20)), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    )
    return st.fixed_dictionaries(
        {
            "Sid": st.just(sid),
            "Effect": st.sampled_from(["Allow", "Deny"]),
            "Principal": principal,
            "Action": _values(
                st.sampled_from(["codeartifact:ReadFromRepository", "codeartifact:List*"])
            ),
            "Resource": _values(st.sampled_from(_RESOURCES)),
        },
        optional={"Condition": conditions},
    )


@cache
def _permissions(*more: str) -> SearchStrategy[Yaml]:
    principals: SearchStrategy[Any] = st.lists(st.sampled_from(_SPEC_PRINCIPALS), max_size=4)
    own = st.integers(0, 2).flatmap(
        lambda count: st.tuples(*(_statement(f"Own{n}") for n in range(count))).map(list)
    )
    some = st.lists(st.sampled_from(_SPEC_PRINCIPALS), min_size=1, max_size=4)
    mapping = {"principals": some}
    only: SearchStrategy[Any] = st.fixed_dictionaries(mapping, optional={"only": st.booleans()})
    words = dict.fromkeys(("read", "publish", "link", "copy"), principals)
    # With `only` at the domain a repository can name nobody else, so these words have it at one.
    bounded = more or tuple(words)
    words |= dict.fromkeys(bounded, principals | only)
    return st.fixed_dictionaries({}, optional={**words, "administer": principals, "policy": own})


@st.composite
def _spec_domain(draw: DrawFn) -> Yaml:
    body = {"name": draw(domain_names()), "region": draw(st.sampled_from(sorted(REGIONS)))}
    body = _maybe(draw, body, owner=account_ids())
    if draw(st.sampled_from((True, True, False))):
        optional = {
            "encryption_key": st.just(_KEY),
            "tags": _tag_mappings(),
            "permissions": _permissions("login", "create_repositories"),
        }
        return _maybe(draw, body, **optional, managed=st.just(True), protect=st.booleans())
    return {**body, "managed": False}


_SPEC_NAMES = repository_names() | st.sampled_from(sorted(CONNECTION_OF_STORE))
_SPEC_FORMATS = st.lists(st.sampled_from(PACKAGE_FORMATS), max_size=3)
_NOTE = {"x-note": st.just([1, None, {"a": True}])}


@st.composite
def _spec_repositories(draw: DrawFn) -> Yaml:
    """Bodies by name. Few enough that no request can search more than 25, stores included."""
    bodies: Yaml = {}
    taken = set(_STORE_LABELS)
    holders: set[str] = set()
    for _ in range(draw(st.integers(0, 10))):
        name = draw(_SPEC_NAMES.filter(lambda name: name not in bodies))
        body = _maybe(
            draw,
            {},
            description=descriptions(),
            tags=_tag_mappings(),
            protect=st.booleans(),
            formats=_SPEC_FORMATS,
            permissions=_permissions(),
            **_NOTE,
        )
        if name in CONNECTION_OF_STORE:  # by this name it cannot be anything else
            bodies[name] = {**body, "external_connection": CONNECTION_OF_STORE[name]}
            holders.add(name)
            continue
        label = label_of(name)
        if label in taken or draw(st.booleans()):
            label = draw(labels().filter(lambda label: label not in taken))
            body["terraform_label"] = label
        taken.add(label)
        match draw(st.sampled_from(("nothing", "connection", "upstreams", "upstreams"))):
            case "connection":
                body["external_connection"] = draw(st.sampled_from(sorted(EXTERNAL_CONNECTIONS)))
                holders.add(name)
            case "upstreams":
                body["upstreams"] = draw(_entries(sorted(bodies), holders))
        bodies[name] = body
    for name in bodies:
        if not bodies[name] and draw(st.booleans()):
            bodies[name] = None
    return bodies


def _entries(earlier: list[str], holders: set[str]) -> SearchStrategy[list[str]]:
    """Upstream entries: connections, and names; a connection and its holder would be one twice."""
    plain = [name for name in earlier if name not in holders]
    choices = [[*plain, *sorted(EXTERNAL_CONNECTIONS)], earlier or sorted(EXTERNAL_CONNECTIONS)]
    return st.sampled_from(choices).flatmap(
        lambda names: st.lists(
            st.sampled_from(names), unique=True, min_size=1, max_size=MAX_DIRECT_UPSTREAMS
        )
    )


@st.composite
def _spec_removed(draw: DrawFn, bodies: Yaml) -> Yaml:
    taken = {label_of(name) for name in bodies} | _STORE_LABELS
    taken |= {
        body["terraform_label"] for body in bodies.values() if body and "terraform_label" in body
    }
    graves: Yaml = {}
    for _ in range(draw(st.integers(0, 2))):
        name = draw(repository_names().filter(lambda name: name not in {*bodies, *graves}))
        grave: Yaml = {"destroy": draw(st.booleans())}
        label = label_of(name)
        if label in taken:
            label = draw(labels().filter(lambda label: label not in taken))
            grave["terraform_label"] = label
        taken.add(label)
        graves[name] = grave
    return graves


@st.composite
def _spec_groups(draw: DrawFn, bodies: Yaml) -> Yaml:
    """Bodies by pattern, with labels of their own."""
    controls: SearchStrategy[Any] = st.sampled_from(["ALLOW", "BLOCK"])
    if bodies:
        globs = [*bodies, *(f"{name[:1]}*" for name in bodies)]
        controls |= st.lists(st.sampled_from(globs), max_size=3)
    groups: Yaml = {}
    for number, pattern in enumerate(draw(st.lists(package_patterns(), unique=True, max_size=3))):
        groups[pattern] = _maybe(
            draw,
            {"terraform_label": f"group{number}"},
            **dict.fromkeys(("publish", "external_upstream", "internal_upstream"), controls),
            description=descriptions(),
            contact_info=descriptions(),
            tags=_group_tags().map(dict),
        )
    return groups


@st.composite
def _spec_assertions(draw: DrawFn, bodies: Yaml) -> list[Yaml]:
    """Assertions that hold whatever the upstreams are."""
    patterns = st.sampled_from([*bodies, "*"])
    asserted = st.lists(patterns, max_size=3) | patterns
    return [
        _maybe(
            draw,
            {"repositories": draw(asserted)},
            must_not_reach=st.lists(st.sampled_from(["public:brand-new", "zzzz*"]), max_size=2),
            only_reach=st.just("*"),
            must_reach=st.just([]),
            because=descriptions(),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]


_OWN_NAMES = tuple(
    {"format": package_format, "pattern": pattern}
    for package_format, pattern in (
        *(("npm", "@acme/*"), ("npm", "a-b"), ("npm", "@a/acme-*"), ("maven", "com.acme.*")),
        *(("maven", "acme:a-b"), ("pypi", "Acme.*"), ("nuget", "Acme.Core"), ("cargo", "acme_*")),
    )
)


_INTERNAL = st.lists(st.sampled_from(_OWN_NAMES), max_size=3)
_CONNECTIONS = st.sampled_from(sorted(EXTERNAL_CONNECTIONS))
_SPEC_DEFAULTS = st.fixed_dictionaries(
    {},
    optional={
        "tags": _tag_mappings(),
        # Connections only: a repository that inherits another by name may be that one.
        "upstreams": st.lists(
            st.sampled_from(sorted(EXTERNAL_CONNECTIONS)), unique=True, max_size=3
        ),
        "description": descriptions(),
        "protect": st.booleans(),
    },
)
_SPEC_TERRAFORM = st.fixed_dictionaries(
    {},
    optional={
        "layout": st.sampled_from(["root", "module"]),
        "required_version": st.sampled_from(_RELEASES),
        "aws_provider_version": st.sampled_from(_VERSIONS),
        "awscc_provider_version": st.sampled_from(_VERSIONS),
    },
)
_SPEC_RULES = st.fixed_dictionaries(
    {}, optional={"unused-connection": _SEVERITIES, "duplicate-connection": _SEVERITIES}
)


@st.composite
def specs(draw: DrawFn) -> Yaml:
    """Any valid spec of one file, as the dict that its YAML holds."""
    bodies = draw(_spec_repositories())
    return _maybe(
        draw,
        {"domain": draw(_spec_domain()), **({"repositories": bodies} if bodies else {})},
        defaults=_SPEC_DEFAULTS,
        removed=_spec_removed(bodies),
        assertions=_spec_assertions(bodies),
        internal_packages=_INTERNAL,
        package_groups=_spec_groups(bodies),
        terraform=_SPEC_TERRAFORM,
        rules=_SPEC_RULES,
        **{"x-anchors": descriptions()},
    )


@st.composite
def reordered(draw: DrawFn, spec: Yaml) -> Yaml:
    """The same spec with the keys of every mapping in another order; lists stay as they are."""

    def again(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: again(value[key]) for key in draw(st.permutations(list(value)))}
        return value

    drawn = again(spec)
    assert isinstance(drawn, dict)
    return drawn


def with_upstreams_reversed(some: Deployment, name: str) -> Deployment:
    """The same with the upstreams of one repository in the opposite order."""
    repositories = tuple(
        dataclasses.replace(repository, upstreams=repository.upstreams[::-1])
        if repository.name == name
        else repository
        for repository in some.domain.repositories
    )
    return changed(some, repositories=repositories)
