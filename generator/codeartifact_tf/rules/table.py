"""All rules: those about a spec, those about a change, and those about input."""

from types import MappingProxyType

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import Check, Rule, checks_in
from codeartifact_tf.spec.spec import Spec

ABOUT_SPECS: tuple[Check[Spec], ...] = checks_in("codeartifact_tf.rules.specs")
ABOUT_CHANGES: tuple[Check[Comparison], ...] = checks_in("codeartifact_tf.rules.changes")

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


def _input(name: str, summary: str, details: str = "") -> Rule:
    return Rule(name, summary, details, Severity.ERROR, fixed=True)


# What the other stages report. Nothing can silence it: without its input there is nothing to check.
ABOUT_INPUT = (
    _input("alias-expansion", "Aliases do not expand without bound."),
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
    _input("output-folder", "Output goes into the output folder and nowhere else."),
    _input("stale-file", "The committed Terraform is what the spec says (reported by `check`)."),
    _input("several-documents", "A file holds one YAML document."),
    _input(
        "template",
        "A custom template renders, and what it renders says what the spec says.",
        "Custom templates run in a sandbox; their output is read back like any other.",
    ),
    _input("unknown-key", "Only known keys are used, and keys that begin with `x-`."),
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

ALL = tuple(
    sorted(
        (
            *(check.rule for check in ABOUT_SPECS),
            *(check.rule for check in ABOUT_CHANGES),
            *(UNUSED_IGNORE, OLD_VERSION_FAULTY),
            *ABOUT_INPUT,
        ),
        key=lambda rule: rule.name,
    )
)
BY_NAME = MappingProxyType({rule.name: rule for rule in ALL})
# What the rules have that a spec may lower.
SEVERITIES = MappingProxyType({rule.name: rule.severity for rule in ALL if not rule.fixed})
