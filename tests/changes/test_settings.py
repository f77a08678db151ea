"""Settings that no row of the transition table is about: each with what was before and after."""

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.settings import SettingChange
from codeartifact_tf.domain.differences import Difference, Field, Subject
from codeartifact_tf.domain.model import EVERYONE, Effect, PackageGroup, Statement
from codeartifact_tf.terraform.configuration import Deployment, Removed
from codeartifact_tf.transitions import Setting
from tests.support.deployments import changed
from tests.support.reviews import bare
from tests.support.transitions.cases import domain, repository

_APP = repository("app")
_GROUP = PackageGroup("/npm/acme/*")
_POLICY = (Statement(Effect.ALLOW, EVERYONE, ("codeartifact:GetAuthorizationToken",)),)


def _settings(old: Deployment, new: Deployment) -> tuple[Difference | SettingChange, ...]:
    return compare(bare(old), bare(new)).settings


def test_entries_of_removed_come_go_and_change() -> None:
    old = domain(_APP, removed=(Removed("goes", destroy=True), Removed("turns", destroy=False)))
    new = domain(_APP, removed=(Removed("comes", destroy=False), Removed("turns", destroy=True)))
    before, after = _settings(old, old), _settings(old, new)
    assert before == ()
    assert after == (
        SettingChange(Setting.REMOVED, "comes", None, False),
        SettingChange(Setting.REMOVED, "goes", True, None),
        SettingChange(Setting.REMOVED, "turns", False, True),
    )


def test_an_entry_of_removed_for_what_leaves_now_is_no_setting() -> None:
    assert _settings(domain(_APP), domain(removed=(Removed("app", destroy=False),))) == ()


def test_the_label_of_a_package_group_comes_before_its_fields() -> None:
    old = domain(package_groups=(_GROUP,))
    described = PackageGroup("/npm/acme/*", description="ours")
    new = changed(domain(package_groups=(described,)), labels={"/npm/acme/*": "ours"})
    label, field = _settings(old, new)
    assert label == SettingChange(Setting.LABEL, "/npm/acme/*", "npm_acme_any", "ours")
    assert field == Difference(
        Subject.PACKAGE_GROUP, "/npm/acme/*", Field.DESCRIPTION, None, "ours"
    )


def test_package_groups_are_in_the_order_of_their_patterns() -> None:
    first, last = PackageGroup("/npm/a/*"), PackageGroup("/npm/z/*")
    old = domain(package_groups=(last,))
    new = changed(domain(package_groups=(first, last)), labels={last.pattern: "other"})
    assert _settings(old, new) == (
        Difference(Subject.PACKAGE_GROUP, "/npm/a/*", None, None, first),
        SettingChange(Setting.LABEL, "/npm/z/*", "npm_z_any", "other"),
    )


def test_a_policy_that_comes_with_the_management_of_the_domain_is_told() -> None:
    old, new = domain(_APP, managed=False), domain(_APP, policy=_POLICY)
    assert _settings(old, new) == (Difference(Subject.POLICY, None, None, (), _POLICY),)


def test_a_policy_of_the_domain_that_has_a_row_is_no_setting() -> None:
    assert _settings(domain(_APP), domain(_APP, policy=_POLICY)) == ()
    tagged = repository("app", tags=(("a", "b"),))
    assert _settings(domain(_APP), domain(tagged, policy=_POLICY)) == ()


def test_a_change_of_a_setting_alone_is_a_change() -> None:
    old = domain(_APP)
    assert compare(bare(old), bare(old)).is_empty
    for some in ({"required_version": ">= 1.9.0"}, {"package_groups": (_GROUP,)}):
        comparison = compare(bare(old), bare(changed(old, **some)))
        assert comparison.settings
        assert not comparison.is_empty


def test_a_policy_of_a_repository_does_not_hide_that_of_the_domain() -> None:
    old = domain(_APP, managed=False)
    new = domain(repository("app", policy=_POLICY), policy=_POLICY)
    assert _settings(old, new) == (Difference(Subject.POLICY, None, None, (), _POLICY),)
