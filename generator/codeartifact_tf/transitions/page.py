"""The transition table as the page docs/transitions.md."""

from collections.abc import Collection

from codeartifact_tf.transitions.kinds import Kind
from codeartifact_tf.transitions.row import (
    PLACEHOLDER,
    Answer,
    Lost,
    Outcome,
    Remedy,
    Row,
    Step,
    StepKind,
    When,
    fill,
)
from codeartifact_tf.transitions.table import ALL, PARTS

_HEAD = """\
# What Terraform does with a change

`make docs` writes this page from the table that `tests/transitions/test_transitions.py` proves:
each change is applied with the real Terraform (1.11.4) and hashicorp/aws (5.100.0) to a double of
CodeArtifact, from the output for the old spec to that for the new one, and so is each remedy. What
nobody has documented of AWS, the tests run both ways; such a row says *if*.

Package groups have no rows. They are resources of a second provider, hashicorp/awscc, and these
tests run only the first: what an apply does to them is not proven. As AWS documents them, settings
of a group are changed in place, another pattern is another group, what belonged to a deleted group
belongs to the one above it, and `/*` stays as it was last. A changed `terraform_label` needs a
`moved` block, or Terraform creates and deletes one and the same group.

- **plan**: what Terraform says that it will do;
- **one apply**: whether it succeeds;
- **then empty**: whether the next plan has nothing to do;
- **ends right**: whether the service then is what the new spec says;
- **lost**: what one apply costs.
"""


def markdown() -> str:
    """The page docs/transitions.md."""
    parts = [_HEAD]
    for title, rows in PARTS:
        parts += [f"## {title}\n", _table(rows)]
    parts.append("## What to do instead\n")
    parts += [_section(row) for row in ALL if row.remedies]
    parts.append("## Why\n")
    parts += [f"- **{row.title}**: {row.why}" for row in ALL if not row.remedies]
    return "\n".join(parts) + "\n"


def _table(rows: Collection[Row]) -> str:
    head = (
        "| change | plan | one apply | then empty | ends right | lost |\n|---|---|---|---|---|---|"
    )
    lines = [_line(row, outcome) for row in rows for outcome in reversed(row.outcomes)]
    return "\n".join([head, *lines]) + "\n"


def _line(row: Row, outcome: Outcome) -> str:
    name = f"[{row.title}](#{row.kind})" if row.remedies else row.title
    if outcome is not row.outcomes[-1]:
        name = f"*if {_conditions(outcome)}*"
    cells = [name, _plan(outcome), *_answers(outcome), _lost(outcome.lost)]
    return f"| {' | '.join(cells)} |"


def _conditions(outcome: Outcome) -> str:
    return " and ".join(when for when in When if when in outcome.when)


def _plan(outcome: Outcome) -> str:
    return " + ".join(outcome.plan)


def _answers(outcome: Outcome) -> list[str]:
    answers = (outcome.succeeds, outcome.second_plan_is_empty, outcome.is_right)
    return [answer if answer is Answer.YES else f"**{answer}**" for answer in answers]


def _lost(lost: tuple[Lost, ...]) -> str:
    return ", ".join(f"**{one}**" for one in lost) or "nothing"


def _section(row: Row) -> str:
    parts = [f'<a id="{row.kind}"></a>\n\n### {row.title}\n\n{row.why}\n']
    parts += [_remedy(row, remedy) for remedy in row.remedies]
    return "\n".join(parts)


def _remedy(row: Row, remedy: Remedy) -> str:
    lines = [_step(row, number, step) for number, step in enumerate(remedy.steps, start=1)]
    title = f"{remedy.title[0].upper()}{remedy.title[1:]}"
    return f"**{title}** ({_order(remedy)}):\n\n{''.join(lines)}"


def _order(remedy: Remedy) -> str:
    if not remedy.after:
        return "instead of the apply: afterwards it is too late"
    return (
        "instead of the apply, or after one that did not help"
        if remedy.instead
        else "after the apply"
    )


def _step(row: Row, number: int, step: Step) -> str:
    is_prose = step.kind in {StepKind.SPEC, StepKind.LATER}
    text = PLACEHOLDER.sub(r"`<\1>`" if is_prose else r"<\1>", step.text)
    match step.kind:
        case StepKind.APPLY:
            return f"{number}. {step.kind}\n"
        case StepKind.LATER:
            return f"{number}. {step.kind}: {text}\n"
        case StepKind.SPEC:
            return f"{number}. spec: {text}; generate, `terraform apply`\n"
        case StepKind.FILE:
            body = fill(step.text, {"module": "", "moved": _MOVED.get(row.kind, "")})
            return f"{number}. write `{step.file}`:\n\n{_indented(f'```hcl{chr(10)}{body}```')}\n"
        case _:
            return f"{number}. {step.kind}:\n\n{_indented(f'```sh{chr(10)}{text}{chr(10)}```')}\n"


# What moves depends on the change: the page shows its form.
_MOVED = {
    Kind.LABEL_CHANGED: """\
moved {
  from = aws_codeartifact_repository.OLD_LABEL
  to   = aws_codeartifact_repository.NEW_LABEL
}

# and the same for its aws_codeartifact_repository_permissions_policy, if it has one
""",
    Kind.LAYOUT_TO_MODULE: """\
moved {
  from = aws_codeartifact_domain.this
  to   = module.NAME.aws_codeartifact_domain.this
}

# and the same for each repository, each permissions policy and each package group
""",
    Kind.LAYOUT_TO_ROOT: """\
moved {
  from = module.NAME.aws_codeartifact_domain.this
  to   = aws_codeartifact_domain.this
}

# and the same for each repository, each permissions policy and each package group
""",
}


def _indented(text: str) -> str:
    return "".join(f"   {line}\n" if line else "\n" for line in text.splitlines())
