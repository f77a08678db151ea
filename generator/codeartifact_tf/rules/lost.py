"""What is said of repositories that are lost with their packages."""

from collections.abc import Sequence

from codeartifact_tf.changes.losses import Loss
from codeartifact_tf.findings.phrases import LISTED, listed, plain, repositories


def searched_by(losses: Sequence[Loss]) -> str:
    """Who searches them; empty if nobody does."""
    names = sorted({name for loss in losses for name in loss.dependants})
    if not names:
        return ""
    search = "searches" if len(names) == 1 else "search"
    them = "it" if len(losses) == 1 else "them"
    return f"; {repositories(len(names))} {search} {them}: {plain(listed(names, LISTED))}"
