"""All rules: those about a spec, those about a change, and those about input."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import Check, Rule, checks_in, names_in
from codeartifact_tf.spec.spec import Spec

if TYPE_CHECKING:
    from codeartifact_tf.changes.comparison import Comparison

ABOUT_SPECS: tuple[Check[Spec], ...] = checks_in("codeartifact_tf.rules.specs")
NAMES_ABOUT_CHANGES = frozenset(names_in("codeartifact_tf.rules.changes"))


@cache
def about_changes() -> "tuple[Check[Comparison], ...]":
    """The rules about a change, which only `review` needs, and what they import."""
    return checks_in("codeartifact_tf.rules.changes")


UNUSED_IGNORE = Rule(
    "unused-ignore",
    "Every ignore comment silences something.",
    "A comment that no longer silences anything hides the next fault at its place.",
    Severity.WARNING,
    fixed=False,
)

OLD_VERSION_FAULTY = Rule(
    "old-version-faulty",
    "The version that a change is compared with has no errors.",
    "Terraform may never have been generated from it, so what `review` says can differ from what"
    " happens. An ignore comment cannot stand there: set `rules` in the new version.",
    Severity.WARNING,
    fixed=False,
)


def _input(name: str, summary: str, details: str = "", severity: Severity = Severity.ERROR) -> Rule:
    return Rule(name, summary, details, severity, fixed=True)


# What the other stages report. Nothing can silence it: without its input there is nothing to check.
ABOUT_INPUT = (
    _input("alias-expansion", "Aliases do not expand without bound."),
    _input(
        "domain-managed-twice",
        "One spec of a run manages a domain.",
        "Each state would create the domain, and each domain policy would replace the other. Specs"
        " are of one domain if name and Region are the same, and the owner where both name it.",
    ),
    _input("duplicate-key", "A key stands once in its mapping."),
    _input("empty-file", "A spec is not empty."),
    _input(
        "file-outside",
        "The files of a spec lie in its repository.",
        "Without git, they lie in the folder that `--root` names. Neither a pattern of `include`"
        " nor a symbolic link leads to other files of the machine.",
    ),
    _input("file-too-large", "A YAML file has at most 10 MB, the team files together 40 MB."),
    _input("file-unreadable", "A file that is named exists and can be read."),
    _input("foreign-file", "A file that was not generated is never overwritten."),
    _input(
        "ignore-comment",
        "An ignore comment names rules that can be silenced, and gives a reason.",
        "The form is `# codeartifact-tf: ignore[rule-name] reason`, at the end of the line or on a"
        " line of its own above it.",
    ),
    _input("invalid-character", "A file holds only characters that YAML allows."),
    _input("invalid-value", "A value has the form that AWS or Terraform wants."),
    _input("merge-key", "Merge keys (`<<`) are not used; they are not part of YAML 1.2."),
    _input("missing-key", "Required keys are there."),
    _input("nesting-depth", "Values are nested at most 100 deep."),
    _input("not-utf8", "A file is UTF-8 text."),
    _input(
        "old-version-unreadable",
        "The version that a change is compared with can be read (reported by `review`).",
    ),
    _input(
        "one-time-block-fails",
        "A `moved`, `import` or `removed` block can do its work.",
        "Reported where a file beside the generated ones holds only such blocks, and one of them"
        " fails: what it moves or removes is still in the configuration, or what it moves or"
        " imports to is not.",
    ),
    _input(
        "one-time-blocks",
        "A file of `moved`, `import` and `removed` blocks is deleted after the apply.",
        "What is left of one fails later, when a resource of that label comes or goes.",
        Severity.WARNING,
    ),
    _input("output-folder", "Output goes into the output folder and nowhere else."),
    _input(
        "provider-overridden",
        "Account, Region and service are those of the spec.",
        "Reported where a file beside the generated ones sets `region`, `allowed_account_ids`,"
        " `profile`, `assume_role`, `assume_role_with_web_identity` or `endpoints` of the provider."
        " LocalStack's `tflocal` writes such a file: keep it out of git. In `review` a new or"
        " changed setting is a weakened guard.",
        Severity.WARNING,
    ),
    _input(
        "repository-defined-twice",
        "A repository is defined by one spec of a run.",
        "The second apply would fail, or both states would change the repository in turns. Stores"
        " that are created for an upstream count, too: give that of one spec a name of its own,"
        " with `external_connection`.",
    ),
    _input(
        "stale-file",
        "The committed Terraform is what the spec says.",
        "`check` reports every byte that differs. `review` warns where the Terraform means"
        " something else than the new version of the spec.",
    ),
    _input("several-documents", "A file holds one YAML document."),
    _input(
        "template",
        "A custom template renders, and what it renders says what the spec says.",
        "Custom templates run in a sandbox; their output is read back like any other.",
    ),
    _input(
        "terraform-overridden",
        "No other file changes what the generated Terraform means.",
        "Terraform reads all files of a folder as one. It merges the blocks of `override.tf` and"
        " `*_override.tf` (also `.tf.json`, and OpenTofu's `.tofu` and `.tofu.json`) into those of"
        " the other files, and OpenTofu reads `x.tofu` instead of `x.tf`. Reported for a block of"
        " an address, local value or output that the generated files have; for another CodeArtifact"
        " resource of a name that the spec has, or whose name is computed; and for"
        " `required_providers`. Your `backend` or `cloud` block, and other resources, are fine.\n\n"
        "See https://developer.hashicorp.com/terraform/language/files/override",
    ),
    _input(
        "terraform-unreadable",
        "Every file beside the generated Terraform can be read.",
        "What cannot be read could change what the generated files mean. A file has at most 1 MB,"
        " and all of a folder together 4 MB.",
    ),
    _input("unknown-key", "Only known keys are used, and keys that begin with `x-`."),
    _input(
        "unowned-terraform",
        "Every generated file belongs to a spec.",
        "The spec was moved or deleted and its Terraform was not, which is where the state is. Move"
        " the folder along with the spec. If the spec is gone, delete the folder once its resources"
        " are destroyed or forgotten.",
    ),
    _input("wrong-type", "A value is of the type that its key wants."),
    _input("yaml-alias", "An alias names an anchor that stands above it."),
    _input("yaml-key", "Keys are plain text."),
    _input("yaml-syntax", "The file is YAML."),
    _input("yaml-tag", "YAML tags such as `!!python/object` are not used."),
    _input(
        "yaml-version",
        "YAML 1.1 and YAML 1.2 read the file alike.",
        "This tool, an editor and the page on which a change is reviewed can have parsers of either"
        " version. What they would read differently is refused.",
    ),
)

_AT_HAND = {
    rule.name: rule
    for rule in (
        *(check.rule for check in ABOUT_SPECS),
        *(UNUSED_IGNORE, OLD_VERSION_FAULTY),
        *ABOUT_INPUT,
    )
}


class _Rules(Mapping[str, Rule]):
    """All rules by name, sorted; those about a change are loaded when one of them is asked for."""

    def __getitem__(self, name: str) -> Rule:
        if name in NAMES_ABOUT_CHANGES:
            return next(check.rule for check in about_changes() if check.rule.name == name)
        return _AT_HAND[name]

    def __contains__(self, name: object) -> bool:
        return name in _AT_HAND or name in NAMES_ABOUT_CHANGES

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(_AT_HAND.keys() | NAMES_ABOUT_CHANGES))

    def __len__(self) -> int:
        return len(_AT_HAND) + len(NAMES_ABOUT_CHANGES)


BY_NAME = _Rules()


def severities() -> dict[str, str]:
    """The severities of the rules that a spec may lower, if it does not."""
    return {name: rule.severity for name, rule in BY_NAME.items() if not rule.fixed}
