"""The remedies of a review as a shell script, in the order to run them."""

from collections.abc import Iterator, Sequence

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.reports.findings import printable
from codeartifact_tf.review.outline import title
from codeartifact_tf.review.remedies import Cure, Stage, by_row, cures, quoted_for_shell
from codeartifact_tf.review.review import Review
from codeartifact_tf.transitions import Change, StepKind

_HEAD = """\
#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail
"""


def shell(review: Review) -> str:
    """For each domain what comes before the apply, the apply, and what comes after it."""
    errors = [_told(p) for p in review.problems if p.severity is Severity.ERROR]
    parts = [_HEAD, *(["".join(errors)] if errors else [])]
    for domain in review.domains:
        parts += _domain(domain.comparison, domain.folder)
    if len(parts) == 1:
        parts.append("# Nothing is to be done besides the apply.\n")
    return "\n".join(parts)


def _told(problem: Problem) -> str:
    """An error as a comment: with some of them nothing is compared, and no remedy is known."""
    return f"# {printable(f'error[{problem.rule}] {problem.location}: {problem.message}')}\n"


def _domain(comparison: Comparison, folder: str) -> Iterator[str]:
    lost = [loss.change for loss in comparison.losses if loss.change]
    of_losses, of_others = (
        [(changes, next(iter(cures(changes)), None)) for changes in by_row(found)]
        for found in (lost, comparison.blocked)
    )
    chosen = [*of_losses, *of_others]
    if not chosen and not comparison.losses:
        return
    yield f"# {printable(plain(title(comparison)))}\n"
    for changes, cure in chosen:
        if cure is None or cure.remedy.instead:
            yield _part(changes, cure, folder)
    is_by_hand = any(cure is None or _is_by_hand(cure) for _, cure in chosen)
    is_safe = len(lost) == len(comparison.losses) and all(_spares(cure) for _, cure in of_losses)
    yield _apply(folder, is_safe=is_safe, is_by_hand=is_by_hand)
    for changes, cure in chosen:
        if cure is not None and not cure.remedy.instead:
            yield _part(changes, cure, folder)


def _spares(cure: Cure | None) -> bool:
    """Whether the script does what keeps the apply from losing anything."""
    return bool(cure and cure.remedy.instead and not cure.remedy.lost and not _is_by_hand(cure))


def _is_by_hand(cure: Cure) -> bool:
    return any(stage.is_by_hand for stage in cure.stages)


def _apply(folder: str, *, is_safe: bool, is_by_hand: bool) -> str:
    command = f"terraform -chdir={quoted_for_shell(folder)} apply"
    if not is_safe:
        return f"# This apply loses what the review says, for good:\n# {command}\n"
    if is_by_hand:
        return f"# When all of the above is done, with the new spec:\n# {command}\n"
    return f"# With the new spec:\n{command}\n"


def _part(changes: Sequence[Change], cure: Cure | None, folder: str) -> str:
    names = ", ".join(change.repository for change in changes if change.repository)
    lines = [f"# {changes[0].row.title}{f': {names}' if names else ''}"]
    if cure is None:
        return f"{_comment(lines[0])}# There is no remedy; the findings say what to do instead.\n"
    lines = [_comment(lines[0]), _comment(f"Remedy: {cure.remedy.title} ({cure.when}).")]
    is_by_hand = _is_by_hand(cure)
    for stage in cure.stages:
        if stage.kind is not StepKind.APPLY:  # one apply is enough for all
            text = _stage(stage, folder)
            lines.append(_comment(text) if is_by_hand else text)
    return "".join(lines)


def _comment(text: str) -> str:
    lines = (printable(line.removeprefix("# ")) for line in text.splitlines())
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _stage(stage: Stage, folder: str) -> str:
    texts = [plain(text) for text in stage.texts]
    match stage.kind:
        case StepKind.COMMAND:
            return "".join(f"{text}\n" for text in texts)
        case StepKind.FILE:
            content = "\n".join(texts)
            end = "EOF"
            while end in content.splitlines():
                end += "_"
            path = quoted_for_shell(f"{folder}/{stage.file}")
            return f"cat > {path} <<'{end}'\n{content}{end}\n"
        case _:
            return "".join(f"{stage.kind}: {text}\n" for text in texts)
