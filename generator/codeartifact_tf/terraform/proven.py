"""Deployment → files that are proven to say what it says, by our templates or the user's."""

from collections.abc import Mapping
from pathlib import Path

from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.terraform import custom_templates, render, roundtrip
from codeartifact_tf.terraform.configuration import Deployment


def files_of(
    deployment: Deployment, origin: str, templates: Path | None, proven: Proofs
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """File name → text, read back; or no files and the findings about the user's templates."""
    if templates:
        return custom_templates.render(deployment, origin, templates)
    files = render.render(deployment, origin)
    roundtrip.prove(deployment, files, proven)
    return files, ()
