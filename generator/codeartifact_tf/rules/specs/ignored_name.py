"""A name that begins with `x-` is ignored, and is not meant as a repository.

Keys that begin with `x-` are for anchors and notes, also under `repositories` and `removed`; a
repository of such a name cannot be written. Keep shared values at the top of the file to be silent.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for name, place in spec.ignored_names:
        message = f"{name!r} is ignored: keys that begin with 'x-' are notes, not repositories"
        yield Finding(place, message, "move it to the top level of the file if it is a note")
