"""No public registry can answer for an internal package.

Dependency confusion: a search is for one version. If a stranger publishes a higher version of
`@acme/ui` at npmjs.com, builds get theirs from every repository that reaches npmjs.com, even if a
repository with your package is searched first. Names under `internal_packages` are nobody else's; a
package group with `external_upstream: BLOCK` keeps strangers out, for the whole domain. There is
one finding for each entry and store of a public registry, with the way of the repository that is
farthest from it, and one more for a package group within the entry that lets in more.

A store is asked by `external_upstream`, and the repository whose endpoint is used by
`internal_upstream`; that those in between are not asked is our reading of AWS's example. Only the
package groups of this spec are known, and `/*` allows everything unless the spec has it. A package
that is published already may block upstreams where it was published, by its own origin controls;
that is no protection for names of tomorrow or for other repositories, so it does not count. It is a
warning because package groups need a second provider; set it to `error` once you have them.
Sources: user guide, package-group-origin-controls and package-origin-controls.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS
from codeartifact_tf.aws.package_patterns import Pattern
from codeartifact_tf.domain.package_origins import Exposure, Origins
from codeartifact_tf.domain.search import counted, shortened
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False, promise=True)
def check(spec: Spec) -> Iterator[Finding]:
    groups = {group.pattern for group in spec.domain.package_groups}
    origins = Origins(spec.domain)
    for own in spec.internal_packages:
        for exposure in origins.exposures(own.packages) if own.packages else ():
            part = ""
            if exposure.packages != own.packages:
                part = f" (in the package group {str(exposure.packages)!r})"
            message = (
                f"{counted(exposure.repositories)} can get a stranger's {own.text!r}{part} from"
                f" {EXTERNAL_CONNECTIONS[exposure.registry.connection].registry}: {_path(exposure)}"
            )
            yield Finding(own.place / "pattern", message, _fix(exposure.packages, groups))


def _path(exposure: Exposure) -> str:
    return " → ".join(shortened(exposure.registry.longest(exposure.repositories)))


def _fix(packages: Pattern, groups: set[str]) -> str:
    if str(packages) in groups:
        return f"set external_upstream: BLOCK in the package group {str(packages)!r}"
    return f"add the package group {str(packages)!r} with external_upstream: BLOCK"
