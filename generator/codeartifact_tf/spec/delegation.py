"""What an entry of `include` says beside its pattern: bounds and defaults of its team files."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from codeartifact_tf.spec.spec import Bound, Include


def said(include: Include) -> Mapping[str, Any]:
    """The mapping that the entry is; of a glob alone, an empty one."""
    section, index = include.place.path
    written = include.place.source.data[section][index]
    return written if isinstance(written, dict) else {}


def bounded(include: Include) -> Include:
    """The entry with the bounds that it sets."""
    written = said(include)
    bounds = {bound: written[bound] for bound in Bound if bound in written}
    texts = {bound: texts_of(value) for bound, value in bounds.items()}
    return replace(include, bounds=MappingProxyType(texts))


def texts_of(written: str | Iterable[str]) -> tuple[str, ...]:
    """A text, or a list of them."""
    return (written,) if isinstance(written, str) else tuple(written)
