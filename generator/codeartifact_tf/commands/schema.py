"""`codeartifact-tf schema`: prints a JSON Schema."""

from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.printing import echo
from codeartifact_tf.files.paths import SCHEMAS


def schema(kind: str) -> int:
    """Print the JSON Schema of a domain spec, of a team file, or of a review as JSON."""
    echo((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return exit_codes.FINE
