"""What a schema cannot say: the rules, one file each, and the runner that applies them."""

from codeartifact_tf.rules.folder import beside, stale, unowned
from codeartifact_tf.rules.rule import Rule
from codeartifact_tf.rules.run import Judged, check
from codeartifact_tf.rules.severities import severity
from codeartifact_tf.rules.siblings import conflicts, sibling
from codeartifact_tf.rules.table import (
    ABOUT_INPUT,
    ABOUT_SPECS,
    BY_NAME,
    OLD_VERSION_FAULTY,
    UNUSED_IGNORE,
)

__all__ = [
    "ABOUT_INPUT",
    "ABOUT_SPECS",
    "BY_NAME",
    "OLD_VERSION_FAULTY",
    "UNUSED_IGNORE",
    "Judged",
    "Rule",
    "beside",
    "check",
    "conflicts",
    "severity",
    "sibling",
    "stale",
    "unowned",
]
