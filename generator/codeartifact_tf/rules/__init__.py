"""What a schema cannot say: the rules about a spec, one file each, and how they are run.

A rule is a module: its docstring is its documentation (the first line says what must hold),
`SEVERITY` how bad a violation is, `FIXED` whether a spec may not change that, and `check` yields
what violates it. A rule is fixed where Terraform or AWS would certainly refuse the result. A rule
about a change has `compare` in place of `check`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.rules import (
    assertion,
    assertion_matches_nothing,
    connection_and_upstreams,
    cross_account_login,
    duplicate_connection,
    duplicate_repository,
    duplicate_statement_id,
    duplicate_tag,
    duplicate_upstream,
    ignored_name,
    include_matches_nothing,
    internal_package_exposed,
    internal_package_pattern,
    label_collision,
    misplaced_action,
    package_group_list,
    package_group_pattern,
    package_group_repository,
    package_group_root,
    policy_size,
    removed_and_defined,
    removed_protected,
    removed_store,
    removed_upstream,
    repository_headroom,
    repository_quota,
    reserved_tag,
    searched_count,
    self_upstream,
    store_name_taken,
    sts_action,
    tag_count,
    text_limits,
    unicode_normalization,
    unknown_action,
    unknown_connection,
    unknown_region,
    unknown_upstream,
    unmanaged_domain,
    unused_connection,
    upstream_count,
    upstream_cycle,
    wildcard_principal,
)
from codeartifact_tf.rules.changes import (
    blast_radius,
    domain_lost,
    internal_package_opened,
    packages_lost,
    public_registry_gained,
    public_registry_lost,
    search_order_changed,
    undeclared_deletion,
    will_not_apply,
)
from codeartifact_tf.spec.source import Ignore
from codeartifact_tf.spec.spec import Finding, Spec


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the catalogue. `check` and `compare` are None for what other stages report."""

    name: str
    summary: str
    details: str
    severity: Severity
    fixed: bool
    check: Callable[[Spec], Iterator[Finding]] | None = None
    compare: Callable[[Comparison], Iterator[Finding]] | None = None


def _rule(module: ModuleType) -> Rule:
    summary, _, details = (module.__doc__ or "").strip().partition("\n")
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    run = {key: getattr(module, key, None) for key in ("check", "compare")}
    return Rule(name, summary, details.strip(), module.SEVERITY, module.FIXED, **run)


RULES = tuple(
    _rule(module)
    for module in (
        assertion,
        assertion_matches_nothing,
        blast_radius,
        connection_and_upstreams,
        cross_account_login,
        domain_lost,
        duplicate_connection,
        duplicate_repository,
        duplicate_statement_id,
        duplicate_tag,
        duplicate_upstream,
        ignored_name,
        include_matches_nothing,
        internal_package_exposed,
        internal_package_opened,
        internal_package_pattern,
        label_collision,
        misplaced_action,
        package_group_list,
        package_group_pattern,
        package_group_repository,
        package_group_root,
        packages_lost,
        policy_size,
        public_registry_gained,
        public_registry_lost,
        removed_and_defined,
        removed_protected,
        removed_store,
        removed_upstream,
        repository_headroom,
        repository_quota,
        reserved_tag,
        search_order_changed,
        searched_count,
        self_upstream,
        store_name_taken,
        sts_action,
        tag_count,
        text_limits,
        undeclared_deletion,
        unicode_normalization,
        unknown_action,
        unknown_connection,
        unknown_region,
        unknown_upstream,
        unmanaged_domain,
        unused_connection,
        upstream_count,
        upstream_cycle,
        wildcard_principal,
        will_not_apply,
    )
)

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


# What the other stages report. None of it can be silenced: without it there is nothing to check.
INPUT_RULES = (
    _input("alias-expansion", "Aliases do not expand without bound."),
    _input("duplicate-key", "A key stands once in its mapping."),
    _input("empty-file", "A spec is not empty."),
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
)

ALL = tuple(
    sorted((*RULES, UNUSED_IGNORE, OLD_VERSION_FAULTY, *INPUT_RULES), key=lambda rule: rule.name)
)
BY_NAME = {rule.name: rule for rule in ALL}


def check(spec: Spec) -> tuple[Problem, ...]:
    """What violates the rules, at the severities that the spec sets, less what comments silence."""
    found = ((rule, rule.check(spec)) for rule in RULES if rule.check)
    problems = [problem for rule, findings in found for problem in _forced(rule, spec, findings)]
    kept, silenced = _silence(problems, spec)
    return (*kept, *_faulty_comments(spec), *_unused_comments(spec, silenced, of_changes=False))


def compare(comparison: Comparison) -> tuple[Problem, ...]:
    """What a change violates, at the severities of its new version, less what is silenced."""
    spec = comparison.spec
    found = ((rule, rule.compare(comparison)) for rule in RULES if rule.compare)
    problems = [problem for rule, findings in found for problem in _forced(rule, spec, findings)]
    kept, silenced = _silence(problems, spec)
    return (*kept, *_unused_comments(spec, silenced, of_changes=True))


def severity(rule: Rule, spec: Spec) -> Severity | None:
    """What a spec makes of a rule; None: it is off."""
    chosen = rule.severity if rule.fixed else spec.severities.get(rule.name, rule.severity)
    if chosen not in {"error", "warning", "off"}:
        chosen = rule.severity  # the schema has said so
    return None if chosen == "off" else Severity(chosen)


def _forced(rule: Rule, spec: Spec, findings: Iterator[Finding]) -> Iterator[Problem]:
    force = severity(rule, spec)
    if force is None:
        return
    for place, message, fix in findings:
        span = place.source.span(place.path, on_key=place.on_key)
        yield place.source.problem(span, rule.name, message, fix, force)


def _silence(
    problems: list[Problem], spec: Spec
) -> tuple[list[Problem], set[tuple[str, int, str]]]:
    ignores = {
        (source.file, ignore.line, rule)
        for source in spec.sources
        for ignore in source.ignores
        if ignore.reason
        for rule in ignore.rules
        if rule in BY_NAME and not BY_NAME[rule].fixed
    }
    kept, silenced = [], set()
    for problem in problems:
        key = (problem.location.file, problem.location.line, problem.rule)
        if key in ignores:
            silenced.add(key)
        else:
            kept.append(problem)
    return kept, silenced


def _faulty_comments(spec: Spec) -> Iterator[Problem]:
    for source in spec.sources:
        for ignore in source.ignores:
            fault = _fault(ignore)
            if fault:
                yield source.problem((ignore.start, ignore.end), "ignore-comment", *fault)


def _unused_comments(
    spec: Spec, silenced: set[tuple[str, int, str]], *, of_changes: bool
) -> Iterator[Problem]:
    """The comments that silence nothing; those about changes can only be judged beside one."""
    unused = severity(UNUSED_IGNORE, spec)
    if unused is None:
        return
    for source in spec.sources:
        for ignore in source.ignores:
            for name in () if _fault(ignore) else ignore.rules:
                rule = BY_NAME[name]
                if (rule.compare is not None) is not of_changes or severity(rule, spec) is None:
                    continue
                if (source.file, ignore.line, name) not in silenced:
                    span = (ignore.start, ignore.end)
                    message = f"nothing here violates {name!r}"
                    yield source.problem(span, UNUSED_IGNORE.name, message, "remove it", unused)


def _fault(ignore: Ignore) -> tuple[str, str] | None:
    form = "write `# codeartifact-tf: ignore[rule-name] reason`"
    if not ignore.rules:
        return "this comment names no rule to ignore", form
    for rule in ignore.rules:
        if rule not in BY_NAME:
            return f"there is no rule {rule!r}", "`codeartifact-tf rules` lists them"
        if BY_NAME[rule].fixed:
            return f"the rule {rule!r} cannot be ignored", "remove the cause"
    if not ignore.reason:
        return "this comment gives no reason", form
    return None
