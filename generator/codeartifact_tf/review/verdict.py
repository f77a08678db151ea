"""What a reviewer reads first: how bad it is, what is worst, and where nothing changes."""

from codeartifact_tf.findings.phrases import LISTED, Name, Phrase, count, listed
from codeartifact_tf.findings.problem import Problem, Severity, Silenced
from codeartifact_tf.review.review import DomainReview, Review

_LISTED = 20
# Of several findings the one that costs most, or hides the most, is the worst. Fixed rules lead,
# because then nothing is compared; a rule that is not in the list comes last.
_WORST = (
    "old-version-unreadable",
    "domain-lost",
    "undeclared-deletion",
    "packages-lost",
    "access-gained",
    "internal-package-opened",
    "guard-weakened",
    "will-not-apply",
    "access-lost",
    "assertion",
    "blast-radius",
    "upstream-bypassed",
    "public-registry-gained",
    "public-registry-lost",
    "search-order-changed",
)


def sentence(review: Review) -> Phrase:
    """What nothing is known of, how many errors and warnings there are, and which is the worst."""
    problems = review.problems
    if not problems:
        return untouched(review) if _is_calm(review) else ("No findings.",)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    counts = [count(n, noun) for n, noun in ((errors, "error"), (warnings, "warning")) if n]
    worst = ordered(review)[0]
    found = (f"{' and '.join(counts)}. The worst: ", Name(worst.rule), ": ", Name(worst.message))
    return *_unknown(review), *found, "."


def _unknown(review: Review) -> Phrase:
    """The specs of which nothing is compared."""
    if not review.unknown:
        return ()
    is_, it = ("is", "it") if len(review.unknown) == 1 else ("are", "them")
    names = listed(review.unknown, LISTED)
    return *names, f" {is_} invalid, so nothing is known of what the change does to {it}. "


def _is_calm(review: Review) -> bool:
    """Whether there is nothing to tell."""
    is_same = all(domain.comparison.is_empty for domain in review.domains)
    return is_same and not review.problems


def ordered(review: Review) -> list[Problem]:
    """The findings, the worst first; of the same rule by place."""

    def rank(problem: Problem) -> tuple[bool, int]:
        rule = review.rules.get(problem.rule)
        leads = rule is not None and rule.fixed
        last = len(_WORST) if problem.rule not in _WORST else _WORST.index(problem.rule)
        return problem.severity is not Severity.ERROR, -1 if leads else last

    return sorted(review.problems, key=rank)


def told(review: Review) -> list[DomainReview]:
    """The domains in which something changes, those with something dangerous first."""
    found = [domain for domain in review.domains if not domain.comparison.is_empty]
    return sorted(found, key=_calm)


def _calm(domain: DomainReview) -> tuple[bool, ...]:
    comparison = domain.comparison
    others = [change for change in comparison.access.changes if not change.is_only_allowed]
    return (
        not comparison.losses,
        not comparison.guards,
        not any(change.is_gain for change in others),
        not any(change.is_open for change in comparison.exposures),
        not comparison.blocked,
        not others,
        not comparison.new_files,
        not comparison.shifts,
    )


def untouched(review: Review) -> Phrase:
    """The domains in which nothing changes; empty if there are none."""
    same = [
        domain.comparison.spec.domain for domain in review.domains if domain.comparison.is_empty
    ]
    if not same and (review.domains or review.problems):
        return ()
    names = [f"{domain.name} ({domain.region})" for domain in same]
    where = (" in ", *listed(names, _LISTED)) if names else ()
    return "Nothing changes", *where, "."


def besides(review: Review) -> list[Phrase]:
    """The line about domains in which nothing changes, where the verdict is about others."""
    line = () if _is_calm(review) else untouched(review)
    return [line] if line else []


def silenced(review: Review) -> str:
    """How many findings comments silence."""
    number = len(review.silenced)
    who = "a comment silences" if number == 1 else "comments silence"
    return f"{count(number, 'finding')} that {who}:"


def silence(each: Silenced) -> Phrase:
    """A finding that a comment silences: place, rule, sentence, and the reason."""
    problem = each.problem
    found = (Name(str(problem.location)), " ", Name(problem.rule), ": ", Name(problem.message))
    return *found, " (the comment says: ", Name(each.reason), ")"
