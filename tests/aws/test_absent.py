"""What CodeArtifact does not have, by the words of people."""

import pytest

from codeartifact_tf.aws.absent import format_lack, key_lack
from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, MISTAKEN_CONNECTIONS, PACKAGE_FORMATS


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("go", "Go modules"),
        ("Go-Modules", "Go modules"),
        ("public:docker-hub", "container images"),
        ("helm_charts", "Helm charts"),
        ("terraform-registry", "Terraform modules"),
        ("conda-forge", "conda packages"),
    ],
)
def test_a_format_that_is_not_there_is_known_by_its_words(text: str, what: str) -> None:
    assert (format_lack(text) or "").startswith(f"CodeArtifact has no {what}")


def test_nothing_that_is_there_is_said_not_to_be() -> None:
    there = (*PACKAGE_FORMATS, *EXTERNAL_CONNECTIONS, *MISTAKEN_CONNECTIONS)
    there += tuple(connection.store for connection in EXTERNAL_CONNECTIONS.values())
    assert [text for text in there if format_lack(text)] == []
    assert [key for key in ("label", "tags", "protect", "keep") if key_lack(key)] == []


@pytest.mark.parametrize("key", ["lifecycle_policy", "LifecyclePolicy", "retentionDays", "ttl"])
def test_rules_of_clean_up_are_not_there(key: str) -> None:
    assert "no lifecycle policies" in (key_lack(key) or "")
