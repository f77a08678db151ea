"""A resource has at most 50 tags.

Default tags count. Source: user guide, "Tag a repository" (tag-repositories).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_TAGS
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    too_many = {
        place.path[0]: (place, len(tags))
        for place, tags in spec.written.tags
        if len(tags) > MAX_TAGS and place.path[0] in {"domain", "defaults"}
    }
    for section, (place, count) in too_many.items():
        yield _finding(place.key(), f"{section} has", count)
    for declared in spec.groups:
        tags = len(declared.group.tags)
        if tags > MAX_TAGS:
            place = (declared.place / "tags").key()
            yield _finding(place, f"package group {declared.group.pattern!r} has", tags)
    if "defaults" in too_many:
        return  # then every repository has too many
    for name, declaration in spec.declarations.items():
        tags = len(declaration.repository.tags)
        if tags > MAX_TAGS:
            place = (declaration.place / "tags").key()
            yield _finding(place, f"repository {name!r}, with what it has from defaults, has", tags)


def _finding(place: Place, who: str, tags: int) -> Finding:
    return Finding(place, f"{who} {tags} tags; AWS allows {MAX_TAGS}", "remove some")
