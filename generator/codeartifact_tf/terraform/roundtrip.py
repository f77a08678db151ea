"""Files → nothing, or an error: proves that rendered files say what the Domain says."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import chain

from codeartifact_tf.domain.model import Domain
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read import read


class RoundTripError(Exception):
    """The files do not say what the spec says; the message names the differences."""


def prove(domain: Domain, files: Mapping[str, str], proven: Proofs) -> None:
    """Verify, unless exactly these files were read back as exactly this domain before."""
    statement = ("the round trip of", repr(domain), *chain.from_iterable(files.items()))
    if not proven.hold(*statement):
        verify(domain, files)
        proven.keep(*statement)


def verify(domain: Domain, files: Mapping[str, str]) -> None:
    """Read the files back; raises RoundTripError where they differ from the domain."""
    try:
        found = read(files)
    except HclError as error:
        raise RoundTripError(str(error)) from error
    if found != domain:
        raise RoundTripError("; ".join(_differences(domain, found)))


def _differences(wanted: Domain, found: Domain) -> Iterator[str]:
    for field in fields(Domain):
        one, other = getattr(wanted, field.name), getattr(found, field.name)
        if field.name == "repositories":
            by_name = {repository.name: repository for repository in other}
            for repository in one:
                if by_name.pop(repository.name, None) != repository:
                    yield f"repository {repository.name!r} does not read back as it was written"
            yield from (f"repository {name!r} is in the files only" for name in by_name)
        elif one != other:
            yield f"{field.name} is {one!r} in the spec and {other!r} in the files"
