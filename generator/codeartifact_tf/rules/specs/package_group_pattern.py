"""A package group has a pattern that CodeArtifact takes.

`/*` for everything; `/npm/*` for a format; `/maven/com.acme~` for what begins with a namespace;
`/npm/acme/*` for a namespace; `/npm/acme/ui~` for what begins with a name; `/npm/acme/ui-core$` for
one package. `~` stands after a letter or a number and means it up to the end of a word: `ui` and
`ui-core`, not `uid`. Packages of the formats pypi, nuget, ruby and cargo have no namespace
(`/pypi//acme~`). Names are written as CodeArtifact stores them: in lower case for nuget, swift and
pypi, and there with hyphens. The scope of an npm package stands without `@`. Source: user guide,
package-group-definition-syntax-matching-behavior.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.package_patterns import PatternError, parse
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for declared in spec.groups:
        try:
            parse(declared.group.pattern)
        except PatternError as error:
            yield Finding(declared.place.key(), str(error), error.fix)
