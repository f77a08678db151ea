"""The transition table is true: the real Terraform applies every change, and every remedy."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from codeartifact_tf.domain.model import PackageGroup
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    Removed,
)
from codeartifact_tf.terraform.render import render
from codeartifact_tf.transitions import (
    ALL,
    BY_KIND,
    NOT_IN_A_SPEC,
    UNCONFIRMED,
    Answer,
    Kind,
    Lost,
    Row,
    StepKind,
    changes,
    fill,
    placeholders,
)
from tests.conftest import Terraform
from tests.support.codeartifact_double import Double, Limits, environment, serve
from tests.support.deployments import changed
from tests.support.strategies import sample
from tests.support.transitions.cases import CASES, REFUSED, Case, domain, repository
from tests.support.transitions.engine import LIKELY, OTHERWISE, Batch, Run, World, Worlds, runs_of

# The table against the real Terraform. Three batches: every case where AWS answers as is likelier;
# cases with upstreams where it answers otherwise; and what a plan refuses, which spoils the plan of
# everything else in its root.


def _always(row: Row, world: World) -> bool:
    return True


def _never(row: Row, world: World) -> bool:
    return False


def _if_it_matters(row: Row, world: World) -> bool:
    return any(outcome.when & world.facts for outcome in row.outcomes)


def _has_upstreams(case: Case) -> bool:
    repositories = (*case.old.domain.repositories, *case.new.domain.repositories)
    return case.old.configuration.managed and any(r.upstreams for r in repositories)


@cache
def _runs(batch: str) -> tuple[Run, ...]:
    match batch:
        case "likely":
            return tuple(runs_of(CASES, [LIKELY], with_remedy=_always))
        case "otherwise":
            cases = [case for case in CASES if _has_upstreams(case)]
            return tuple(runs_of(cases, OTHERWISE, with_remedy=_if_it_matters))
        case _:
            return tuple(runs_of(REFUSED, [LIKELY], with_remedy=_never))


class Results(NamedTuple):
    """What became of the runs of a batch, and whether a pipeline sees nothing to do in the end."""

    runs: tuple[Run, ...]
    is_settled: bool


ResultsOf: TypeAlias = Callable[[str], Results]


def _run(batch: str, terraform: Terraform, root: Path) -> Results:
    runs = list(_runs(batch))
    double = Worlds(limits=Limits(domains=1000))
    with serve(double) as url:
        engine = Batch(terraform, root, double, url, runs)
        engine.set_up()
        if batch == "refused":
            engine.refuse_new()
            engine.take_back()
        else:
            engine.apply_new()
            engine.run_remedies()
        return Results(tuple(runs), is_settled=engine.finish())


@pytest.fixture(scope="module")
def results_of(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> ResultsOf:
    """Runs a batch, all of it, when the first test asks for it; one that broke is not run again."""

    @cache
    def run(batch: str) -> Results | Exception:
        try:
            return _run(batch, terraform, tmp_path_factory.mktemp(batch))
        except (AssertionError, OSError, ValueError) as error:
            return error

    def results(batch: str) -> Results:
        found = run(batch)
        if isinstance(found, Exception):
            raise found
        return found

    return results


_BATCHES = ("likely", "otherwise", "refused")
_EACH = [
    (run, pytest.param(batch, run.number, id=run.title, marks=pytest.mark.xdist_group(batch)))
    for batch in _BATCHES
    for run in _runs(batch)
]
_APPLIED = [parameter for run, parameter in _EACH if not run.is_spared]
_WITH_REMEDY = [parameter for run, parameter in _EACH if run.chosen]


@pytest.mark.terraform
@pytest.mark.parametrize(("batch", "number"), _APPLIED)
def test_one_apply_does_what_the_row_says(batch: str, number: int, results_of: ResultsOf) -> None:
    run = results_of(batch).runs[number]
    measured, expected = run.measured, run.outcome
    assert measured
    assert measured.plan == {*expected.plan}
    assert measured.lost == {*expected.lost}
    for name in ("succeeds", "second_plan_is_empty", "is_right"):
        if getattr(expected, name) is not Answer.EITHER:
            assert (name, getattr(measured, name)) == (name, getattr(expected, name))


@pytest.mark.terraform
@pytest.mark.parametrize(("batch", "number"), _WITH_REMEDY)
def test_remedy_leaves_nothing_to_do_and_loses_only_what_it_says(
    batch: str, number: int, results_of: ResultsOf
) -> None:
    run = results_of(batch).runs[number]
    assert run.chosen
    assert not run.failures
    before = set() if run.is_spared else {*run.outcome.lost} - {Lost.BUILDS}
    assert run.lost <= {*run.chosen.lost} | before


@pytest.mark.terraform
@pytest.mark.parametrize(
    "batch", [pytest.param(b, marks=pytest.mark.xdist_group(b)) for b in ("likely", "refused")]
)
def test_in_the_end_a_pipeline_sees_nothing_to_do(batch: str, results_of: ResultsOf) -> None:
    assert results_of(batch).is_settled


@pytest.mark.terraform
@pytest.mark.xdist_group("refused")
def test_a_refused_plan_that_is_taken_back_leaves_no_trace(results_of: ResultsOf) -> None:
    runs = results_of("refused").runs
    assert [(run.title, run.failures) for run in runs if run.failures or run.lost] == []


@pytest.mark.terraform
def test_a_root_of_its_own_behaves_as_in_a_batch(terraform: Terraform, tmp_path: Path) -> None:
    row = BY_KIND[Kind.LAST_UPSTREAM_REMOVED]
    (case,) = (case for case in CASES if case.row == row.kind)
    (change,) = changes(case.old, case.new)
    command = change.steps(row.remedies[0])[0].text
    double = Double()
    with serve(double) as url:
        batch = Batch(terraform, tmp_path, double, url, [])
        batch.write_files(tmp_path, render(case.old, "domain.yaml"))
        terraform.init(tmp_path)
        apply = ("apply", "-auto-approve", "-input=false", "-no-color")
        terraform(tmp_path, *apply, environment=environment(url))
        batch.write_files(tmp_path, render(case.new, "domain.yaml"))
        terraform(tmp_path, *apply, environment=environment(url))
        assert not batch.plan_is_empty()
        assert batch.shell(command).returncode == 0
        assert batch.plan_is_empty()
    assert double.domain("acme")["repositories"]["app"]["upstreams"] == []


# The table itself.


def test_every_row_has_a_case_for_each_of_its_outcomes() -> None:
    shown = {
        (run.row.kind, run.row.outcomes.index(run.outcome)) for run, _ in _EACH if not run.is_spared
    }
    stated = {(row.kind, number) for row in ALL for number in range(len(row.outcomes))}
    assert shown == stated


def test_every_remedy_is_run_wherever_the_row_says_that_it_helps() -> None:
    run = {(r.row.kind, r.remedy, r.is_spared) for r, _ in _EACH if r.chosen}
    stated = {
        (row.kind, number, is_spared)
        for row in ALL
        for number, remedy in enumerate(row.remedies)
        for is_spared, helps in ((True, remedy.instead), (False, remedy.after))
        if helps
    }
    assert run == stated


def test_what_is_not_right_after_one_apply_has_a_remedy() -> None:
    without = {
        row.kind
        for row in ALL
        if not row.remedies
        for outcome in row.outcomes
        if outcome.is_right is not Answer.YES or outcome.second_plan_is_empty is not Answer.YES
    }
    assert not without


def test_names_are_unique_and_an_outcome_without_conditions_is_the_last() -> None:
    assert [*BY_KIND] == [row.kind for row in ALL]
    assert {*BY_KIND} == {*Kind}
    for row in ALL:
        assert [not outcome.when for outcome in row.outcomes].count(True) == 1
        assert not row.outcomes[-1].when


def test_remedies_that_can_come_before_the_apply_stand_first() -> None:
    for row in ALL:
        orders = [remedy.instead for remedy in row.remedies]
        assert orders == sorted(orders, reverse=True), row.kind


# Which rows apply.


@pytest.mark.parametrize("case", [*CASES, *REFUSED], ids=lambda case: case.name)
def test_changes_names_the_row_and_nothing_else(case: Case) -> None:
    found = changes(case.old, case.new)
    if case.subject:
        assert case.row in NOT_IN_A_SPEC
        assert not found
        return
    (change,) = found
    assert change.row.kind == case.row
    assert change.outcome == change.row.outcome(case.facts)


def _printed(case: Case) -> list[str]:
    """The steps of all remedies, except those that name packages: only a team knows its own."""
    return [
        step.text
        for change in changes(case.old, case.new)
        for remedy in change.row.remedies
        for step in change.steps(remedy)
        if step.kind is not StepKind.PACKAGES
    ]


_PRINTING = [case for case in (*CASES, *REFUSED) if _printed(case)]


def test_there_are_cases_with_remedies() -> None:
    assert len({case.row for case in _PRINTING}) > 10


@pytest.mark.parametrize("case", _PRINTING, ids=lambda case: case.name)
def test_printed_commands_have_no_open_ends(case: Case) -> None:
    assert [text for text in _printed(case) if re.search(r"<\w+>|\{[a-z_]+\}", text)] == []


def test_an_unknown_owner_is_left_to_the_credentials() -> None:
    old, new = (
        domain(repository("app", *up), repository("base"), owner=None) for up in (["base"], [])
    )
    (change,) = changes(old, new)
    (command, _) = change.steps(change.row.remedies[0])
    assert command.text == (
        "aws codeartifact update-repository --region eu-west-1 --domain acme"
        " --repository app --upstreams '[]'"
    )


def test_commands_are_for_the_domain_as_it_was() -> None:
    old = domain(repository("app", external_connection="public:npmjs"))
    new = domain(repository("app", external_connection="public:pypi"), region="eu-west-3")
    (command, _) = changes(old, new)[-1].steps(BY_KIND[Kind.CONNECTION_CHANGED].remedies[0])
    assert "--region eu-west-1" in command.text


def test_an_unfilled_placeholder_reads_as_one() -> None:
    assert fill("--format {format}", {"domain": "acme"}) == "--format <format>"


def test_several_changes_come_the_most_dangerous_first() -> None:
    old = domain(
        repository("app", "base", "shared", description="x"),
        repository("base"),
        repository("shared"),
        repository("store", external_connection="public:npmjs"),
    )
    new = domain(
        repository("app", "base", description="y"),
        repository("base", tags=(("a", "b"),)),
        repository("new"),
        repository("store", external_connection="public:pypi"),
        name="apex",
    )
    assert [(change.row.kind, change.repository) for change in changes(old, new)] == [
        (Kind.DOMAIN_RENAMED, None),
        (Kind.USED_REPOSITORY_DELETED, "shared"),
        (Kind.CONNECTION_CHANGED, "store"),
        (Kind.DESCRIPTION_CHANGED, "app"),
        (Kind.REPOSITORY_CREATED, "new"),
        (Kind.TAGS_ADDED, "base"),
    ]


def test_package_groups_move_with_the_layout_by_their_patterns() -> None:
    kept, gone = PackageGroup("/npm/acme/*"), PackageGroup("/npm/*")
    old = domain(package_groups=(gone, kept))
    new = changed(
        domain(package_groups=(kept,), layout=Layout.MODULE), labels={kept.pattern: "ours"}
    )
    (change,) = changes(old, new)
    (moved,) = (value for key, value in change.values if key == "moved")
    assert "from = awscc_codeartifact_package_group.npm_acme_any\n" in moved
    assert "to   = module.NAME.awscc_codeartifact_package_group.ours\n" in moved
    assert "package_group.npm_any" not in moved


def test_changes_of_package_groups_have_no_rows() -> None:
    old = domain(package_groups=(PackageGroup("/npm/acme/*"),))
    assert changes(old, domain()) == changes(domain(), old) == ()


def test_an_upstream_that_takes_the_place_of_another_is_one_added_and_one_removed() -> None:
    old, new = (
        domain(repository("app", name), repository("base"), repository("more"))
        for name in ("base", "more")
    )
    assert [change.row.kind for change in changes(old, new)] == [
        Kind.UPSTREAM_ADDED,
        Kind.UPSTREAM_REMOVED,
    ]


def test_two_that_are_not_alike_are_deleted_and_created() -> None:
    old = domain(repository("app", "base"), repository("base"))
    new = domain(repository("application", "base", description="x"), repository("base"))
    names = [change.row.kind for change in changes(old, new)]
    assert names == [Kind.REPOSITORY_DELETED, Kind.REPOSITORY_CREATED]


def test_two_bare_ones_are_not_taken_for_a_renaming() -> None:
    names = [c.row.kind for c in changes(domain(repository("a1")), domain(repository("b1")))]
    assert names == [Kind.REPOSITORY_DELETED, Kind.REPOSITORY_CREATED]


def test_of_several_that_are_alike_none_is_taken_for_a_renaming() -> None:
    old = domain(repository("app", description="x"))
    new = domain(repository("a1", description="x"), repository("a2", description="x"))
    names = [change.row.kind for change in changes(old, new)]
    assert names == [Kind.REPOSITORY_DELETED, Kind.REPOSITORY_CREATED, Kind.REPOSITORY_CREATED]


def test_a_forgotten_upstream_is_an_upstream_removed() -> None:
    old = domain(repository("app", "shared"), repository("shared"))
    new = domain(repository("app"), removed=(Removed("shared", destroy=False),))
    names = [change.row.kind for change in changes(old, new)]
    assert names == [Kind.LAST_UPSTREAM_REMOVED, Kind.REPOSITORY_REMOVED_AND_FORGOTTEN]


def test_a_module_is_addressed_by_its_caller() -> None:
    one = domain(repository("app"))
    values = placeholders(one, one.domain.repositories[0], "app", "module.registry.")
    assert values["address"] == "module.registry.aws_codeartifact_repository.app"


def test_tags_are_compared_key_by_key() -> None:
    old = domain(repository("app", tags=(("a", "1"), ("b", "2"))))
    new = domain(repository("app", tags=(("b", "3"), ("c", "4"))))
    names = [change.row.kind for change in changes(old, new)]
    assert names == [Kind.TAGS_ADDED, Kind.TAGS_CHANGED, Kind.TAGS_REMOVED]


def test_a_spec_that_stays_has_no_changes() -> None:
    assert not [some for some in sample() if changes(some, changed(some, removed=()))]


def _known(some: Deployment) -> Deployment:
    """Only what the table knows of; versions of Terraform, say, are not in it."""
    configuration = some.configuration
    domain = replace(
        some.domain,
        repositories=tuple(replace(r, formats=()) for r in some.domain.repositories),
        package_groups=(),
    )
    known = Configuration(
        managed=configuration.managed,
        protect=configuration.protect,
        layout=configuration.layout,
        repositories=configuration.repositories,
    )
    return Deployment(domain, known)


def test_changes_between_any_two_specs_are_found_the_most_dangerous_first() -> None:
    for old, new in itertools.pairwise(_known(one) for one in sample()):
        found = changes(old, new)
        assert [change.danger for change in found] == sorted(change.danger for change in found)
        assert bool(found) is (old != new)


def test_a_danger_that_is_not_confirmed_counts() -> None:
    old = domain(repository("app", "shared"), repository("shared"), repository("more"))
    new = domain(repository("app"), repository("more"))
    (change,) = changes(old, new)
    assert len(change.outcomes) == 1 + len(UNCONFIRMED)
