"""What people meant by a key or a value that stands where the schema has no place for it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from codeartifact_tf.aws.absent import key_lack
from codeartifact_tf.spec.source import SPEC_KEYS, YamlPath

# What other tools, and AWS elsewhere, call it.
_OTHER_WORDS = {
    "encryption_key": ("kms_key", "kms_key_arn", "kms_key_id", "kms", "key"),
    "external_connection": ("connection", "external", "public_registry", "registry"),
    "owner": ("account", "account_id", "aws_account", "domain_owner"),
    "package_groups": ("groups",),
    "permissions": ("policy_document", "permissions_policy", "access"),
    "protect": ("prevent_destroy", "deletion_protection"),
    "terraform_label": ("label", "resource_name"),
    "upstreams": ("parents", "sources"),
}
_MEANT_BY = {word: key for key, words in _OTHER_WORDS.items() for word in words}

# Where keys stand: the part of the schema, and the words for it. The first ones are named first.
_REPOSITORY = "repositories.NAME"
_HOMES = (
    ("properties", "domain", "domain"),
    ("$defs", "repository", _REPOSITORY),
    ("$defs", "defaults", "defaults"),
    ("$defs", "domainPermissions", "domain.permissions"),
    ("$defs", "repositoryPermissions", "repositories.NAME.permissions"),
    ("$defs", "packageGroup", "package_groups.PATTERN"),
    ("properties", "terraform", "terraform"),
    ("properties", "review", "review"),
)
# In a list, or below it, a key of that name has nothing to do with those.
_WITH_HOMES = frozenset({"domain", "repositories", "defaults", "terraform", "review"})
_MAX_HOMES = 3


class Keys:
    """The keys of a schema, by the mappings that have them."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._homes = {
            words: frozenset(schema[section][name]["properties"])
            for section, name, words in _HOMES
            if name in schema[section]
        }
        self._top = frozenset(schema["properties"])

    def fix(
        self, key: str, path: YamlPath, value: object, known: Sequence[str], near: str | None
    ) -> str | None:
        """What to do about a key that the mapping at a path cannot have; None: nothing is clear.

        `known` are the keys that it can have, and `near` is one of them that is spelt alike.
        """
        if not path and key not in SPEC_KEYS and self._is_repository(value):
            return "this looks like a repository: write it under `repositories`"
        if fix := key_lack(key) or self.without_name(path):
            return fix
        if (meant := _MEANT_BY.get(key.casefold().replace("-", "_"))) in known:
            near = meant
        elif homes := self._homes_of(key, path):
            return f"{key!r} stands {' or '.join(homes[:_MAX_HOMES])}"
        return f"did you mean {near!r}?" if near else None

    def without_name(self, path: YamlPath) -> str | None:
        """What to do where a key of a repository stands where its name should; else None."""
        match path:
            case ("repositories", str(name), *_) if name in self._homes[_REPOSITORY]:
                return f"the name of a repository stands above: repositories.NAME.{name}"
        return None

    def _is_repository(self, value: object) -> bool:
        keys = {key for key in value if not key.startswith("x-")} if type(value) is dict else ()
        return bool(keys) and self._homes[_REPOSITORY].issuperset(keys)

    def _homes_of(self, key: str, path: YamlPath) -> list[str]:
        """Where a key stands that does not stand at this path; near it, if it stands there too."""
        here = str(path[0]) if path else ""
        if path and (here not in _WITH_HOMES or key == "name"):
            return []  # the name of a repository is the key above
        if path and key in self._top:
            return ["at the top of the file"]
        homes = [words for words, keys in self._homes.items() if key in keys]
        near = [words for words in homes if words.split(".")[0] == here]
        return [f"under `{words}`" for words in near or homes]


_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_UNIT = re.compile(
    r"(?P<above>o-[a-z0-9]+/r-[a-z0-9]+/(?:ou-[a-z0-9-]+/)*)?(?P<unit>ou-[a-z0-9-]+)"
)
_ACCOUNT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")


def of_principal(text: object) -> str | None:
    """What to write for somebody whom IAM names otherwise."""
    if not isinstance(text, str):
        return None
    if _ORGANIZATION.fullmatch(text):
        return f"write {{organization: {text}}}"
    if unit := _UNIT.fullmatch(text):
        above = unit["above"] or "o-…/r-…/"
        return f"write {{organizational_unit: {above}{unit['unit']}}}"
    account = _ACCOUNT.fullmatch(text)
    return f'write "{account[1]}" in quotes, which is the same account' if account else None
