"""Files → nothing, or an error: proves that rendered files say what the spec says."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import chain

from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.hcl import HclError


class RoundTripError(Exception):
    """The files do not say what the spec says; the message names the differences."""


def prove(deployment: Deployment, files: Mapping[str, str], proven: Proofs) -> None:
    """Verify, unless exactly these files were read back as exactly this before."""
    statement = ("the round trip of", repr(deployment), *chain.from_iterable(files.items()))
    if not proven.hold(*statement):
        verify(deployment, files)
        proven.keep(*statement)


def verify(wanted: Deployment, files: Mapping[str, str]) -> None:
    """Read the files back; raises RoundTripError where they say something else."""
    from codeartifact_tf.terraform.read import read  # noqa: PLC0415 - a cached proof needs no reader

    try:
        found = read(files)
    except HclError as error:
        raise RoundTripError(str(error)) from error
    if found != wanted:
        raise RoundTripError("; ".join(_differences(wanted, found)))


def _differences(wanted: Deployment, found: Deployment) -> Iterator[str]:
    sides = (wanted.domain, found.domain), (wanted.configuration, found.configuration)
    for one, other in sides:
        for name in (field.name for field in fields(one) if field.name != "repositories"):
            pair = getattr(one, name), getattr(other, name)
            if pair[0] != pair[1]:
                yield f"{name} is {pair[0]!r} in the spec and {pair[1]!r} in the files"
    before, after = _repositories(wanted), _repositories(found)
    for name, repository in before.items():
        if after.get(name) != repository:
            yield f"repository {name!r} does not read back as it was written"
    for name in after:
        if name not in before:
            yield f"repository {name!r} is in the files only"


def _repositories(deployment: Deployment) -> dict[str, object]:
    """Each repository by name, with its resource."""
    resources = deployment.configuration.repositories
    return {r.name: (r, resources[r.name]) for r in deployment.domain.repositories}
