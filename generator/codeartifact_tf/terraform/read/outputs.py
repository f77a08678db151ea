"""Local values and outputs: the formats of repositories, and what a module says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read.blocks import DOMAIN, REPOSITORY, Parts, texts
from codeartifact_tf.terraform.tree import Call, For, Object, Reference, Template


def formats(local: Parts, label: str, upstreams: tuple[str, ...]) -> tuple[str, ...]:
    """The formats that the repository of a label serves itself.

    To these the local value must add the formats of the upstreams, which are given by label.
    """
    name = f"formats_{label}"
    value = local.required(name, Call)
    united = tuple(Reference(("local", f"formats_{upstream}")) for upstream in upstreams)
    match value:
        case Call("toset", (tuple() as own,)) if not united:
            return texts(own)
        case Call("setunion", (tuple() as own, *others)) if own and united == tuple(others):
            return texts(own)
        case Call("setunion", others) if united and united == others:
            return ()
    raise HclError(f"{name} is {value!r}")


def check_collection(local: Parts, labels: Mapping[str, str]) -> None:
    """The local value `repositories`, from which the output of the repositories is made.

    `labels` are those of the repositories by name.
    """
    expected = {
        name: Object(
            (
                ("formats", Reference(("local", f"formats_{label}"))),
                ("resource", Reference((REPOSITORY, label))),
            )
        )
        for name, label in labels.items()
    }
    if dict(local.required("repositories", Object).items) != expected:
        raise HclError("local.repositories does not name each repository once")


@dataclass(frozen=True, slots=True)
class DomainOutput:
    """The output `domain`. A domain that has a resource here has neither name nor owner in it."""

    region: str
    name: str | None = None
    owner: str | None = None


def domain_output(output: Parts, *, managed: bool) -> DomainOutput:
    """The values of the output `domain`."""
    with output:
        output.optional("description", str)
        value = dict(output.required("value", Object).items)
    region = value.pop("region", None)
    if managed:
        expected = {"arn": "arn", "name": "domain", "owner": "owner"}
        references = {key: Reference((*DOMAIN, name)) for key, name in expected.items()}
        if value != references:
            raise HclError(f"the output of the domain is {value!r}")
        value = {}
    stated = {key: text for key, text in value.items() if isinstance(text, str)}
    if stated != value or not stated.keys() <= {"name", "owner"} or not isinstance(region, str):
        raise HclError(f"the output of the domain is {value!r}")
    return DomainOutput(region, stated.get("name"), stated.get("owner"))


_EACH = ("repository", "resource")
_HOST = (".d.codeartifact.", ".amazonaws.com/")


def region_of_endpoints(output: Parts) -> str:
    """The Region in the URLs of the output `repositories`, which must be what we generate."""
    with output:
        output.optional("description", str)
        value = output.required("value", For)
    endpoints = For(
        ("format",),
        Reference(("repository", "formats")),
        Reference(("format",)),
        Template(
            (
                "https://",
                Reference((*_EACH, "domain")),
                "-",
                Reference((*_EACH, "domain_owner")),
                _host(value),
                Reference(("format",)),
                "/",
                Reference((*_EACH, "repository")),
                "/",
            )
        ),
    )
    of_each = Object(
        (
            ("arn", Reference((*_EACH, "arn"))),
            ("endpoints", endpoints),
            ("name", Reference((*_EACH, "repository"))),
        )
    )
    names = ("name", "repository")
    collection = Reference(("local", "repositories"))
    if value != For(names, collection, Reference(("name",)), of_each):
        raise HclError(f"the output of the repositories is {value!r}")
    return _host(value).removeprefix(_HOST[0]).removesuffix(_HOST[1])


def _host(value: For) -> str:
    """The text with the Region in it, where the URL is in the expression."""
    match value.value:
        case Object((_, (_, For(value=Template((_, _, _, _, str() as host, *_)))), _)):
            if host.startswith(_HOST[0]) and host.endswith(_HOST[1]):
                return host
    raise HclError("the output of the repositories has no endpoints")
