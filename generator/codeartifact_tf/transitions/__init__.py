"""What one `terraform apply` does with each kind of change, and what to do instead.

The table has a row per kind of change. What a row says was measured with Terraform 1.11.4 and
hashicorp/aws 5.100.0 on our own output against the double of CodeArtifact in tests/, and tests
measure it again, remedies included. `repository.go` and `domain.go` are files of the provider, in
`internal/service/codeartifact/`.
"""

from codeartifact_tf.transitions.detect import Change, changes, placeholders
from codeartifact_tf.transitions.kinds import Kind, Setting
from codeartifact_tf.transitions.page import markdown
from codeartifact_tf.transitions.row import (
    UNCONFIRMED,
    Answer,
    Lost,
    Outcome,
    Plan,
    Remedy,
    Row,
    Step,
    StepKind,
    When,
    failure,
    fill,
)
from codeartifact_tf.transitions.table import ALL, BY_KIND, NOT_IN_A_SPEC

__all__ = [
    "ALL",
    "BY_KIND",
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
    "Setting",
    "Step",
    "StepKind",
    "When",
    "changes",
    "failure",
    "fill",
    "markdown",
    "placeholders",
]
