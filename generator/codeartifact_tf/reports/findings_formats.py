"""Every format of findings; REPORTS is the table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from codeartifact_tf.reports.formats import later

if TYPE_CHECKING:
    from codeartifact_tf.reports.findings import Results

_Report: TypeAlias = "Callable[[Results], str]"

_MODULE = f"{__package__}.findings"

REPORTS: Mapping[str, _Report] = MappingProxyType(
    {
        "text": later(_MODULE, "text"),
        "json": later(_MODULE, "json_"),
        "github": later(_MODULE, "github"),
        "sarif": later(_MODULE, "sarif"),
    }
)
