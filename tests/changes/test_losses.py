"""What is lost for good, and who searched it."""

from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.changes.settings import SettingChange
from codeartifact_tf.terraform.configuration import Deployment, Removed
from codeartifact_tf.transitions import Kind, Setting
from tests.support.deployments import changed, edited
from tests.support.reviews import bare
from tests.support.transitions.cases import domain, repository


def _lost(old: Deployment, new: Deployment) -> list[tuple[str | None, Kind | None, bool]]:
    return [
        (loss.repository, loss.change.row.kind if loss.change else None, loss.in_removed)
        for loss in _compared(old, new).losses
    ]


def _compared(old: Deployment, new: Deployment) -> Comparison:
    return compare(bare(old), bare(new))


_CHAIN = domain(repository("app", "lib"), repository("lib", "base"), repository("base"))


def test_all_that_stay_and_searched_what_is_lost_depend_on_it() -> None:
    new = domain(repository("app", "lib"), repository("lib"))
    (loss,) = _compared(_CHAIN, new).losses
    assert (loss.repository, loss.dependants) == ("base", ("app", "lib"))
    (loss,) = _compared(_CHAIN, domain(repository("app"), repository("base"))).losses
    assert (loss.repository, loss.dependants) == ("lib", ("app",))


def test_a_repository_that_goes_with_its_last_reference_is_lost_without_a_row() -> None:
    new = domain(repository("app", "lib"), repository("lib"))
    assert _lost(_CHAIN, new) == [("base", None, False)]
    removed = changed(new, removed=(Removed("base", destroy=True),))
    assert _lost(_CHAIN, removed) == [("base", None, True)]


def test_a_loss_without_a_row_does_not_hide_others() -> None:
    old = domain(repository("app", "lib"), repository("lib"), repository("zoo"))
    new = domain(repository("app"), edited(repository("zoo"), label="other"))
    assert _lost(old, new) == [("lib", None, False), ("zoo", Kind.LABEL_CHANGED, False)]


def test_a_repository_that_is_forgotten_is_not_lost() -> None:
    new = domain(repository("app", "lib"), repository("lib"), removed=(Removed("base", False),))
    assert _lost(_CHAIN, new) == []


def test_a_repository_that_stays_but_is_replaced_is_lost_and_not_removed() -> None:
    old = domain(repository("app"))
    new = domain(edited(repository("app"), label="other"), removed=(Removed("app", False),))
    assert _lost(old, new) == [("app", Kind.LABEL_CHANGED, False)]


def test_the_domain_is_lost_before_its_repositories() -> None:
    old, new = domain(repository("app")), domain(name="apex")
    assert _lost(old, new)[0] == (None, Kind.DOMAIN_RENAMED, False)


def test_a_spec_that_is_gone_is_the_loss_of_the_domain_and_nothing_else() -> None:
    comparison = compare(bare(_CHAIN), None)
    assert [(loss.repository, loss.change) for loss in comparison.losses] == [(None, None)]
    assert not comparison.is_empty


def test_of_a_new_spec_everything_is_created_and_nothing_is_shifted() -> None:
    comparison = compare(None, bare(_CHAIN))
    kinds = {(change.row.kind, change.repository) for change in comparison.done}
    assert kinds == {(Kind.REPOSITORY_CREATED, name) for name in ("app", "lib", "base")}
    found = (comparison.losses, comparison.blocked, comparison.shifts, comparison.exposures)
    assert found == ((), (), (), ())
    with_entry = changed(_CHAIN, removed=(Removed("gone", destroy=True),))
    settings = compare(None, bare(with_entry)).settings
    assert settings == (SettingChange(Setting.REMOVED, "gone", None, True),)
    assert not comparison.is_empty
    assert not compare(None, bare(domain())).is_empty
