"""A `Source` less what the schema refuses, so that the rules see only well-formed values.

A refused value is left out, and with it what means nothing without it, until the schema accepts
what remains. What remains keeps its places in the text. Names stay as written: others refer to
them, no rule takes them apart, and what is wrong with the rest of a repository is still found.
"""

from dataclasses import replace
from typing import TypeAlias

from codeartifact_tf.spec import schema
from codeartifact_tf.spec.schema import Kind
from codeartifact_tf.spec.source import Field, Node, Source, YamlPath
from codeartifact_tf.terraform.labels import label_of

# Paths by their steps; None is the end of a path.
_Steps: TypeAlias = dict[str | int, "_Steps | None"]

# What a statement does without a part of these can be judged; without a condition it cannot.
_SEPARABLE = frozenset({"Action", "Principal", "Resource", "Sid"})


def well_formed(source: Source, kind: Kind) -> Source:
    """The source without what its schema refuses. Needs a source in which every type is right."""
    root = source.root
    assert root is not None
    while refused := _steps(root, kind):
        root = _without(root, refused)
    return replace(source, root=root)


def _steps(root: Node, kind: Kind) -> _Steps:
    refused: _Steps = {}
    for path in schema.refused(root.data, kind):
        if is_name(path):
            continue
        *before, last = _whole(path)
        steps: _Steps | None = refused
        for step in before:
            steps = steps.setdefault(step, {}) if steps is not None else None
        if steps is not None:
            steps[last] = None
    return refused


def is_name(path: YamlPath) -> bool:
    """Whether a path leads to what names a domain or a repository."""
    match path:
        case ("domain", "name" | "region"):
            return True
        case ("repositories" | "removed", str(name)):
            return name != ""
    return False


def _whole(path: YamlPath) -> YamlPath:  # noqa: PLR0911 - one case for each
    """The largest part of the spec that means something else without the value at a path."""
    match path:
        case ("assertions", int(), key, *_) if key != "because":
            return path[:2]
        case ("include", int(), "names" | "fields" | "upstreams", *_):
            return path[:3]
        case ("include", int(), "require", "names", *_):
            return path[:4]
        case ("include", int(), "files", *_) | ("require", "names", *_):
            return path[:2]
        case ("domain", "permissions", "policy", int(), key, *_) if key not in _SEPARABLE:
            return path[:4]
        case ("repositories", _, "permissions", "policy", int(), key, *_) if key not in _SEPARABLE:
            return path[:5]
    return path


def _without(node: Node, refused: _Steps) -> Node:
    """A mapping or a list less what is refused of it."""
    if node.items is not None:
        items = tuple(
            item if index not in refused else _without(item, steps)
            for index, item in enumerate(node.items)
            if (steps := refused.get(index, {})) is not None
        )
        return node._replace(data=[item.data for item in items], items=items)
    fields = {}
    for key, field in (node.fields or {}).items():
        steps = refused.get(key, {})
        if key not in refused:
            fields[key] = field
        elif steps is not None:
            fields[key] = field._replace(node=_without(field.node, steps))
        else:
            fields |= _instead(key, field, node)
    return node._replace(
        data={key: field.node.data for key, field in fields.items()}, fields=fields
    )


def _instead(key: str, field: Field, mapping: Node) -> dict[str, Field]:
    """What takes the place of a refused value, if its absence would mean something else."""
    text = field.node.data
    if key == "terraform_label" and isinstance(text, str) and text != label_of(text):
        # People set a label because another repository has the usual one.
        return {key: field._replace(node=field.node._replace(data=label_of(text)))}
    if key == "external_connection" and "upstreams" not in (mapping.fields or {}):
        # Without either, the repository would have the default upstreams.
        return {"upstreams": field._replace(node=field.node._replace(data=[], items=()))}
    return {}
