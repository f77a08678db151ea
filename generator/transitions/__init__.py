"""What one `terraform apply` does with every kind of change of a spec, and what to do instead.

A row per kind of change. What a row says was measured with Terraform 1.11.4 and hashicorp/aws
5.100.0 on our own output against the double of CodeArtifact in tests/, and is measured again by
tests/test_transitions.py, remedies included. `repository.go` and `domain.go` are files of the
provider, in `internal/service/codeartifact/`.
"""

from generator.transitions.detection import Change, changes, placeholders
from generator.transitions.page import markdown
from generator.transitions.table import ALL, BY_NAME, NOT_IN_A_SPEC
from generator.transitions.terms import (
    UNCONFIRMED,
    Answer,
    Kind,
    Lost,
    Outcome,
    Plan,
    Remedy,
    Row,
    Step,
    When,
    failure,
    fill,
)

__all__ = [
    "ALL",
    "BY_NAME",
    "NOT_IN_A_SPEC",
    "UNCONFIRMED",
    "Answer",
    "Change",
    "Kind",
    "Lost",
    "Outcome",
    "Plan",
    "Remedy",
    "Row",
    "Step",
    "When",
    "changes",
    "failure",
    "fill",
    "markdown",
    "placeholders",
]
