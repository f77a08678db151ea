"""The demands of `require`, at the top of a spec or in an entry of `include`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from codeartifact_tf.spec.delegation import said, texts_of
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Include, Place, Required, Requirement
from codeartifact_tf.terraform.strings import normal

ANY_VALUE = "*"


def requirements(source: Source, includes: Iterable[Include]) -> Iterator[Requirement]:
    """What every repository has to have, then what those of some team files have to."""
    yield from _demands(source.data.get("require") or {}, Place(source, ("require",)), None)
    for include in includes:
        yield from _demands(said(include).get("require", {}), include.place / "require", include)


def _demands(
    body: Mapping[str, Any], place: Place, include: Include | None
) -> Iterator[Requirement]:
    tags = body.get("tags", {})
    values = tags if isinstance(tags, dict) else dict.fromkeys(tags, ANY_VALUE)
    for tag, glob in values.items():
        yield Requirement(Required.TAGS, (normal(tag), normal(glob)), place / "tags", include)
    if body.get("description"):
        yield Requirement(Required.DESCRIPTION, (), place / "description", include)
    if "names" in body:
        yield Requirement(Required.NAMES, texts_of(body["names"]), place / "names", include)
    for glob in texts_of(body.get("protect", ())):
        yield Requirement(Required.PROTECT, (glob,), place / "protect", include)
