"""A resource has at most 50 tags.

Default tags count. Source: user guide, "Tag a repository" (tag-repositories).
"""

from collections.abc import Iterator

from generator.catalog import MAX_TAGS
from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = True


def check(spec: Spec) -> Iterator[Finding]:
    tags = len(spec.domain.tags)
    if tags > MAX_TAGS:
        message = f"the domain has {tags} tags; AWS allows {MAX_TAGS}"
        yield Finding(spec.place("domain", "tags").key(), message, "remove some")
    for name, declaration in spec.declarations.items():
        tags = len(declaration.repository.tags)
        if tags > MAX_TAGS:
            message = (
                f"repository {name!r} has {tags} tags with its defaults; AWS allows {MAX_TAGS}"
            )
            yield Finding(declaration.place, message, "remove some")
