"""A statement id stands once in a policy.

`read`, `publish` and the other keys have ids of their own: Login, Read, Publish, Link, Copy,
CreateRepositories, Administer, and the same with ByOrganization and ByOrganizationalUnit. Source:
IAM user guide, "IAM JSON policy elements: Sid".
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        seen: set[str] = set()
        for grant in permissions.grants:
            sid = grant.statement.sid
            if sid in seen:
                message = f"the statement id {sid!r} stands twice in the policy of"
                yield Finding(grant.place / "Sid", f"{message} {permissions.holder}", "rename it")
            seen |= {sid} if sid else set()
