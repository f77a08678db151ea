"""Blocks whose parts are taken one by one: what is left over is never generated, and refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeVar, cast

from codeartifact_tf.domain.model import Tags
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.parse import parse
from codeartifact_tf.terraform.tree import Block, Object, Value

# The types and labels of resources that other blocks refer to.
DOMAIN = ("aws_codeartifact_domain", "this")
REPOSITORY = "aws_codeartifact_repository"

T = TypeVar("T")


class Blocks:
    """The top-level blocks of all files of a folder, until they are taken."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._left: dict[tuple[str, ...], Block] = {}
        for name, text in files.items():
            try:
                for block in parse(text):
                    self._add(block)
            except HclError as error:
                raise HclError(f"{name}: {error}") from None

    def _add(self, block: Block) -> None:
        address = (block.type, *block.labels)
        if block.type == "locals":  # these are one, however many blocks hold them
            found = self._left.pop(address, Block("locals", (), {}, ()))
            twice = sorted({*found.attributes} & {*block.attributes})
            if block.blocks or twice:
                raise HclError(f"locals hold a block, or twice: {', '.join(twice)}")
            block = Block("locals", (), found.attributes | block.attributes, ())
        if block.type == "removed":  # these have no labels to tell them apart
            address = (*address, str(len(self._left)))
        if address in self._left:
            raise HclError(f"{' '.join(address)} stands twice")
        self._left[address] = block

    def __contains__(self, address: tuple[str, ...]) -> bool:
        return address in self._left

    def take(self, *address: str) -> "Parts":
        """The block of a type and labels."""
        if address not in self._left:
            raise HclError(f"there is no {' '.join(address)}")
        return Parts(self._left.pop(address))

    def take_resources(self, kind: str) -> "dict[str, Parts]":
        """The resources of a type by label."""
        keys = [key for key in self._left if key[:2] == ("resource", kind) and len(key) == 3]  # noqa: PLR2004
        return {key[2]: self.take(*key) for key in keys}

    def take_removed(self) -> "list[Parts]":
        """All blocks `removed`."""
        return [self.take(*key) for key in list(self._left) if key[0] == "removed"]

    def refuse_rest(self) -> None:
        """Raise HclError if a block is left."""
        for address in self._left:
            raise HclError(f"{' '.join(address)} is never generated")


class Parts:
    """A block whose attributes and blocks are taken one by one, up to the end of its `with`."""

    def __init__(self, block: Block) -> None:
        self.where = " ".join((block.type, *block.labels))
        self.labels = block.labels
        self._attributes = dict(block.attributes)
        self._blocks = list(block.blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        left = [*self._attributes, *(block.type for block in self._blocks)]
        if kind is None and left:
            raise HclError(f"{self.where} holds {', '.join(left)}, which is never generated")

    def value(self, name: str) -> Value:
        """An attribute of any kind; None if there is none."""
        return self._attributes.pop(name, None)

    def optional(self, name: str, kind: type[T]) -> T | None:
        """An attribute of this kind; None if there is none."""
        value = self._attributes.pop(name, None)
        return None if value is None else self._as(name, value, kind)

    def required(self, name: str, kind: type[T]) -> T:
        """An attribute of this kind, which must be there."""
        if name not in self._attributes:
            raise HclError(f"{self.where} has no {name}")
        return self._as(name, self._attributes.pop(name), kind)

    def _as(self, name: str, value: Value, kind: type[T]) -> T:
        if type(value) is not kind:
            raise HclError(f"{name} of {self.where} is {value!r}")
        return value

    def blocks(self, kind: str) -> "list[Parts]":
        """The blocks of a type, which have no labels."""
        found = [block for block in self._blocks if block.type == kind]
        self._blocks = [block for block in self._blocks if block.type != kind]
        if any(block.labels for block in found):
            raise HclError(f"{kind} in {self.where} has labels")
        return [Parts(block) for block in found]

    def one(self, kind: str) -> "Parts":
        """The only block of a type."""
        found = self.blocks(kind)
        if len(found) != 1:
            raise HclError(f"{self.where} has {len(found)} blocks {kind}")
        return found[0]

    def tags(self) -> Tags:
        """The attribute `tags`, an object."""
        value = self.optional("tags", Object)
        items = value.items if value else ()
        if not all(isinstance(text, str) for _, text in items):
            raise HclError(f"a tag of {self.where} is not text")
        return tuple(sorted(cast("Tags", items)))

    def lifecycle(self) -> "Lifecycle":
        """The block `lifecycle`, always with create_before_destroy."""
        with self.one("lifecycle") as lifecycle:
            if lifecycle.required("create_before_destroy", bool) is not True:
                raise HclError(f"{self.where} is not created before it is destroyed")
            postconditions = tuple(lifecycle.blocks("postcondition"))
            protect = lifecycle.optional("prevent_destroy", bool) or False
            return Lifecycle(protect, postconditions)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A block `lifecycle`: whether it has prevent_destroy, and its postconditions."""

    protect: bool
    postconditions: tuple[Parts, ...]


def fields(value: Value, *keys: str) -> dict[str, Value]:
    """The values of an object that has these keys and no others."""
    found = dict(value.items) if isinstance(value, Object) else {}
    if found.keys() != set(keys):
        raise HclError(f"{value!r} is not an object of {', '.join(keys)}")
    return found


def texts(values: Value) -> tuple[str, ...]:
    """A list of texts."""
    if isinstance(values, tuple) and all(isinstance(value, str) for value in values):
        return cast("tuple[str, ...]", values)
    raise HclError(f"{values!r} is not a list of texts")
