"""Dependency confusion: the internal packages that a stranger can answer for now, or no more."""

from collections.abc import Iterator
from dataclasses import dataclass

from codeartifact_tf.domain.package_origins import Opening, Origins, openings
from codeartifact_tf.spec.spec import InternalPackages, Spec


@dataclass(frozen=True, slots=True)
class ExposureChange:
    """Internal packages that a stranger can answer for now (`is_open`), or no more.

    `own` is the entry of the new version, if that has it.
    """

    own: InternalPackages
    is_open: bool
    opening: Opening


def exposures(old: Spec, new: Spec) -> Iterator[ExposureChange]:
    """For the names of both versions: a change cannot hide what it opens by taking out the name."""
    internal = {own.packages: own for own in (*old.internal_packages, *new.internal_packages)}
    if not internal:
        return
    before, after = Origins(old.domain), Origins(new.domain)
    for is_open, sides in ((True, (before, after)), (False, (after, before))):
        for packages, own in internal.items():
            for opening in openings(*sides, packages) if packages else ():
                yield ExposureChange(own, is_open, opening)
