"""What HCL says once it is parsed: blocks, and the values of their attributes."""

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal such as `aws_codeartifact_repository.shared.repository`."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call with its arguments."""

    name: str
    arguments: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with names in it: `"https://${local.host}/"`."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class For:
    """An object from a collection: `{ for NAME, ... in COLLECTION : KEY => VALUE }`."""

    names: tuple[str, ...]
    collection: "Value"
    key: "Value"
    value: "Value"


Value: TypeAlias = Union[
    str, bool, int, Reference, Call, Template, For, tuple["Value", ...], "Object", None
]


@dataclass(frozen=True, slots=True)
class Object:
    """An object; its keys are text and each stands once."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block: type, labels, attributes in order (each name once), nested blocks in order."""

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Value]
    blocks: tuple["Block", ...]
