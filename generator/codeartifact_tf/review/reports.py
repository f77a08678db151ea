"""Every format of a review; REPORTS is the table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from codeartifact_tf.reports.formats import later

if TYPE_CHECKING:
    from codeartifact_tf.review.review import Review

_Report: TypeAlias = "Callable[[Review], str]"


REPORTS: Mapping[str, _Report] = MappingProxyType(
    {
        "text": later(f"{__package__}.text", "text"),
        "markdown": later(f"{__package__}.markdown", "markdown"),
        "summary": later(f"{__package__}.markdown", "job_summary"),
        "json": later(f"{__package__}.document", "json_"),
        "github": later(f"{__package__}.annotations", "github"),
        "sarif": later(f"{__package__}.annotations", "sarif"),
        "shell": later(f"{__package__}.script", "shell"),
    }
)
