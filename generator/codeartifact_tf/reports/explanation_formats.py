"""Every format of an explanation; FORMATS is the table."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from codeartifact_tf.reports.formats import later

if TYPE_CHECKING:
    from codeartifact_tf.reports.explanation import Explanation

_Format: TypeAlias = "Callable[[Sequence[Explanation]], str]"

_MODULE = f"{__package__}.explanation_text"

FORMATS: Mapping[str, _Format] = MappingProxyType(
    {"text": later(_MODULE, "text"), "json": later(_MODULE, "json_")}
)
