"""botocore's model of CodeArtifact: what AWS says of each shape of the service."""

from functools import cache
from typing import Any

from botocore.loaders import Loader


@cache
def model() -> dict[str, Any]:
    """The whole model."""
    found: dict[str, Any] = Loader().load_service_model("codeartifact", "service-2", "2018-09-22")
    return found


def shapes() -> dict[str, Any]:
    """All shapes of the service by name."""
    found: dict[str, Any] = model()["shapes"]
    return found


def shape(name: str) -> dict[str, Any]:
    """One shape."""
    found: dict[str, Any] = shapes()[name]
    return found
