"""What other files in the output folder do to the generated ones. Pure.

Terraform reads all files of a folder as one: an override file changes blocks of other files, a
second block of an address is refused, and two resources can have the same repository. OpenTofu
reads `x.tofu` instead of `x.tf`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from codeartifact_tf.files.paths import escaped
from codeartifact_tf.terraform.configuration import Deployment, Layout
from codeartifact_tf.terraform.own_blocks import OwnBlock, Written, is_override, stem


class Effect(StrEnum):
    """What a file does; the value is the name of the rule."""

    OVERRIDES = "terraform-overridden"
    UNREADABLE = "terraform-unreadable"
    SETS_PROVIDER = "provider-overridden"
    IS_TEMPORARY = "one-time-blocks"
    FAILS = "one-time-block-fails"
    UNOWNED = "unowned-terraform"


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of the folder that is not generated from the spec, by its name.

    `fault` says why it cannot be read. It is left behind if a spec that is gone generated it.
    """

    name: str
    blocks: tuple[OwnBlock, ...] = ()
    fault: str | None = None
    fault_line: int = 1
    is_left_behind: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """The files in the folder of a spec's Terraform that are not generated from it."""

    folder: Path
    shown: str
    files: tuple[OwnFile, ...] = ()


NOTHING = Beside(Path(), "")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One thing that a file does to ours."""

    effect: Effect
    file: str
    line: int
    message: str
    fix: str


# What decides to which account, Region and service Terraform speaks.
GUARDED = (
    *("region", "allowed_account_ids", "profile"),
    *("assume_role", "assume_role_with_web_identity", "endpoints"),
)
_ONE_TIME = frozenset({"moved", "import", "removed"})
_CODEARTIFACT = re.compile(r"(?:aws|awscc)_codeartifact_\w+")
# Where a resource says which of AWS's objects it is.
_NAMED_BY = {
    "aws_codeartifact_domain": "domain",
    "aws_codeartifact_domain_permissions_policy": "domain",
    "aws_codeartifact_repository": "repository",
    "aws_codeartifact_repository_permissions_policy": "repository",
    "awscc_codeartifact_domain": "domain_name",
    "awscc_codeartifact_repository": "repository_name",
    "awscc_codeartifact_package_group": "pattern",
}
_DOMAIN_NAMED_BY = {"aws": "domain", "awscc": "domain_name"}
_ADDRESS = re.compile(r"(?:\$\{)?([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)(\[[^\]]*\])?\}?")


@dataclass(frozen=True)
class Generated:
    """The names that the generated files of a deployment take."""

    deployment: Deployment
    files: frozenset[str]

    @cached_property
    def resources(self) -> frozenset[str]:
        """The addresses of the resources."""
        domain, configuration = self.deployment.domain, self.deployment.configuration
        found = {"aws_codeartifact_domain.this"} if configuration.managed else set()
        if domain.policy:
            found.add("aws_codeartifact_domain_permissions_policy.this")
        for repository in domain.repositories:
            label = configuration.repositories[repository.name].label
            found.add(f"aws_codeartifact_repository.{label}")
            if repository.policy:
                found.add(f"aws_codeartifact_repository_permissions_policy.{label}")
        labels = configuration.package_groups.values()
        return frozenset(found | {f"awscc_codeartifact_package_group.{each}" for each in labels})

    @cached_property
    def removed(self) -> frozenset[str]:
        """The addresses of the `removed` blocks."""
        configuration = self.deployment.configuration
        found = {(f"repository{end}", r.label) for r in configuration.removed for end in _POLICIES}
        if not configuration.managed:
            found |= {(f"domain{end}", "this") for end in _POLICIES}
        return frozenset(f"aws_codeartifact_{kind}.{label}" for kind, label in found)

    @cached_property
    def locals(self) -> frozenset[str]:
        """The names of local values."""
        resources = self.deployment.configuration.repositories.values()
        return frozenset({"repositories", *(f"formats_{each.label}" for each in resources)})

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The names of the spec, by the attribute in which a resource gives one."""
        domain = self.deployment.domain
        repositories = frozenset(each.name for each in domain.repositories)
        of_domain = frozenset({domain.name})
        return {
            "domain": of_domain,
            "domain_name": of_domain,
            "repository": repositories,
            "repository_name": repositories,
            "pattern": frozenset(each.pattern for each in domain.package_groups),
        }

    @property
    def is_root(self) -> bool:
        """Whether the generated files configure the provider."""
        return self.deployment.configuration.layout is Layout.ROOT


_POLICIES = ("", "_permissions_policy")
_OUTPUTS = frozenset({"domain", "repositories"})
_PROVIDERS = frozenset({"aws", "awscc"})


def judge(generated: Generated, files: Sequence[OwnFile]) -> tuple[Neighbour, ...]:
    """What the files do to the generated ones, by file and line."""
    there = generated.resources | {
        ".".join(block.labels)
        for file in files
        if not is_override(file.name)
        for block in file.blocks
        if block.type == "resource"
    }
    found = [each for file in files for each in _file(generated, there, file)]
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.message)))


def _file(generated: Generated, there: frozenset[str], file: OwnFile) -> Iterator[Neighbour]:
    if file.is_left_behind:
        message = "this file was generated from a spec that is not there"
        fix = "delete it, or move it along with the spec and its state"
        yield Neighbour(Effect.UNOWNED, file.name, 1, message, fix)
        return
    if file.fault:
        message = f"what this file does to the generated ones cannot be judged: {file.fault}"
        fix = "write it so that this tool can read it, or move it to another folder"
        yield Neighbour(Effect.UNREADABLE, file.name, file.fault_line, message, fix)
        return
    if file.name.endswith(".tofu") and f"{stem(file.name)}.tf" in generated.files:
        message = f"OpenTofu reads this file instead of the generated {stem(file.name)}.tf"
        yield Neighbour(Effect.OVERRIDES, file.name, 1, message, "give it another name")
    if is_one_time(file):
        yield from _one_time_file(generated, there, file)
        return
    for block in file.blocks:
        for effect, message, fix in _block(generated, block, is_merged=is_override(file.name)):
            yield Neighbour(effect, file.name, block.line, message, fix)


def is_one_time(file: OwnFile) -> bool:
    """Whether a file is for one apply: it holds `moved`, `import` and `removed` blocks only."""
    kinds = {block.type for block in file.blocks}
    return bool(kinds) and kinds <= _ONE_TIME and not is_override(file.name)


_Judged = tuple[Effect, str, str]


def _block(generated: Generated, block: OwnBlock, *, is_merged: bool) -> Iterator[_Judged]:
    label = block.labels[0] if block.labels else ""
    match block.type:
        case "resource":
            yield from _resource(generated, block, is_merged=is_merged)
        case "locals":
            for name in sorted(block.content.keys() & generated.locals):
                yield _touched(f"local.{name}", is_merged=is_merged)
        case "output" if label in _OUTPUTS:
            yield _touched(f"output.{label}", is_merged=is_merged)
        case "provider" if label in _PROVIDERS and "alias" not in block.content:
            yield from _provider(generated, block, is_merged=is_merged)
        case "terraform":
            yield from _settings(block, is_merged=is_merged)
        case "moved" | "import" | "removed":
            yield from _one_time_block(generated, block, is_merged=is_merged)


def _touched(address: str, *, is_merged: bool) -> _Judged:
    message = f"this is a second {address}, which Terraform refuses; the spec defines it"
    if is_merged:
        message = f"this changes {address}: Terraform merges it into what the spec defines"
    return Effect.OVERRIDES, message, "take it out; what the spec defines is changed in the spec"


def _resource(generated: Generated, block: OwnBlock, *, is_merged: bool) -> Iterator[_Judged]:
    address = ".".join(block.labels)
    kind = block.labels[0] if block.labels else ""
    if address in generated.resources:
        yield _touched(address, is_merged=is_merged)
        return
    if not _CODEARTIFACT.fullmatch(kind) or _is_of_another_domain(generated, kind, block.content):
        return
    attribute = _NAMED_BY.get(kind)
    written = block.content.get(attribute) if attribute else None
    if attribute is None or written is None:
        return
    name = _meant(generated, written)
    if name is None:
        message = f"the name of this {escaped(kind)} is computed, so it could be one of the spec"
        yield Effect.OVERRIDES, message, f"write {attribute} as plain text"
    elif name in generated.names[attribute]:
        message = f"this is another {escaped(kind)} of {name!r}, which the spec has"
        yield Effect.OVERRIDES, message, "take it out; what the spec has is changed in the spec"


def _is_of_another_domain(generated: Generated, kind: str, content: Mapping[str, Written]) -> bool:
    """Whether a resource certainly lies in a domain of another name."""
    written = content.get(_DOMAIN_NAMED_BY[kind.partition("_")[0]])
    literal = written.literal if written else None
    return literal is not None and literal != generated.deployment.domain.name


def _meant(generated: Generated, written: Written) -> str | None:
    """The name that an attribute gives: as text, or by the address of a resource of ours."""
    if written.literal is not None:
        return written.literal
    found = _ADDRESS.match(written.text)
    address = f"{found[1]}.{found[2]}" if found else ""
    if address == "aws_codeartifact_domain.this" and address in generated.resources:
        return generated.deployment.domain.name
    labels = generated.deployment.configuration.repositories.items()
    by_address = {f"aws_codeartifact_repository.{each.label}": name for name, each in labels}
    return by_address.get(address)


def _provider(generated: Generated, block: OwnBlock, *, is_merged: bool) -> Iterator[_Judged]:
    name = f"provider.{block.labels[0]}"
    if generated.is_root and not is_merged:
        yield _touched(name, is_merged=False)
        return
    settings = sorted(guarded_settings(block))
    if settings:
        message = f"this sets {', '.join(settings)} of {name}, beside what the spec says"
        fix = "it can lead Terraform to another account, Region or service: keep it out of git"
        yield Effect.SETS_PROVIDER, message, fix


class Setting(NamedTuple):
    """The text of a setting, and the line of its block."""

    text: str
    line: int


def guarded_settings(block: OwnBlock) -> Mapping[str, Setting]:
    """What a provider block says of account, Region and service, by name."""
    return {
        name: Setting(block.content[name].text, block.line)
        for name in GUARDED
        if name in block.content
    }


def provider_settings(file: OwnFile) -> Mapping[str, Mapping[str, Setting]]:
    """The guarded settings in a file, by provider."""
    found: dict[str, dict[str, Setting]] = {}
    for block in file.blocks:
        label = block.labels[0] if block.labels else ""
        if block.type == "provider" and label in _PROVIDERS and "alias" not in block.content:
            settings = guarded_settings(block)
            if settings:
                found.setdefault(label, {}).update(settings)
    return found


def _settings(block: OwnBlock, *, is_merged: bool) -> Iterator[_Judged]:
    if "required_providers" in block.content:
        yield _touched("terraform.required_providers", is_merged=is_merged)
    if "required_version" in block.content and is_merged:
        yield _touched("terraform.required_version", is_merged=True)


# Blocks for one apply. Each of these facts about Terraform is tested with the real one.


def _one_time_block(generated: Generated, block: OwnBlock, *, is_merged: bool) -> Iterator[_Judged]:
    if is_merged:
        message = f"an override file cannot hold {block.type} blocks"
        yield Effect.OVERRIDES, message, "move it to a file of another name"
        return
    ours = generated.resources | generated.removed
    for name in ("from", "to"):
        address = _address(block, name)
        if address in ours:
            message = f"this {block.type} block is about {address}, which the spec defines"
            fix = "move it to a file of its own, and delete that after the apply"
            yield Effect.OVERRIDES, message, fix


def _one_time_file(
    generated: Generated, there: frozenset[str], file: OwnFile
) -> Iterator[Neighbour]:
    failing = [
        Neighbour(Effect.FAILS, file.name, block.line, message, "take the block out")
        for block in file.blocks
        for message in [_failure(generated, there, block)]
        if message
    ]
    yield from failing
    if not failing:
        message = f"this file is for one apply: it holds only {_kinds(file)} blocks"
        yield Neighbour(
            Effect.IS_TEMPORARY, file.name, file.blocks[0].line, message, "delete it afterwards"
        )


def _kinds(file: OwnFile) -> str:
    *most, last = sorted({block.type for block in file.blocks})
    return f"{', '.join(most)} and {last}" if most else last


def _failure(generated: Generated, there: frozenset[str], block: OwnBlock) -> str | None:
    """Why a block for one apply cannot do its work, if that is so."""
    source, target = _address(block, "from"), _address(block, "to")
    if block.type == "removed":
        if source in generated.removed:
            return f"the spec has a removed block of {source} already"
        return f"{_said(source)} is still there, so it is not removed" if source in there else None
    if block.type == "moved" and source in there and source != target:
        return f"{_said(source)} is still there: its label is taken"
    if target is not None and target not in there:
        return f"there is no {_said(target)} to {'import' if block.type == 'import' else 'move'} to"
    return None


def _said(address: str | None) -> str:
    return escaped(address or "")


def _address(block: OwnBlock, name: str) -> str | None:
    """The resource that a block names, without an index; None for a module or anything else."""
    written = block.content.get(name)
    found = _ADDRESS.fullmatch(written.text) if written else None
    if found is None or found[1] in {"module", "data"}:
        return None
    return f"{found[1]}.{found[2]}"
