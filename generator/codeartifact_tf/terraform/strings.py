"""Text as Terraform has it."""

import unicodedata
from collections.abc import Mapping

from codeartifact_tf.domain.model import Tags


def normal(text: str) -> str:
    """Text in Unicode normalization form C, the only form that a Terraform string can have.

    Source: `cty.StringVal` of github.com/zclconf/go-cty, "string normalization".
    """
    return unicodedata.normalize("NFC", text)


def normal_tags(*layers: Mapping[str, str]) -> Tags:
    """Tags in normal form, sorted by key; a later layer replaces values of an earlier one."""
    merged = {normal(key): normal(value) for layer in layers for key, value in layer.items()}
    return tuple(sorted(merged.items()))
