"""The argument of `jsonencode` in a resource of a policy → the policy."""

from codeartifact_tf.domain.model import EVERYONE, Condition, Effect, Policy, Principals, Statement
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read.blocks import texts
from codeartifact_tf.terraform.tree import Call, Object, Value


def policy_of(document: Call) -> Policy:
    """The policy of a resource whose `policy_document` is this."""
    match document:
        case Call("jsonencode", (Object() as content,)):
            return _statements(content)
    raise HclError(f"a policy is {document!r}")


def _statements(document: Object) -> Policy:
    items = dict(document.items)
    statements = items.pop("Statement", None)
    if items != {"Version": "2012-10-17"} or not isinstance(statements, tuple) or not statements:
        raise HclError(f"a policy holds {document!r}")
    return tuple(_statement(statement) for statement in statements)


def _statement(value: Value) -> Statement:
    if not isinstance(value, Object):
        raise HclError(f"a statement is {value!r}")
    items = dict(value.items)
    not_principals, principals = _either(items, "Principal")
    not_actions, actions = _either(items, "Action")
    not_resources, resources = _either(items, "Resource")
    sid, effect = items.pop("Sid", None), items.pop("Effect", None)
    conditions = _conditions(items.pop("Condition")) if "Condition" in items else ()
    if items or effect not in {*Effect} or not isinstance(sid, str | None):
        raise HclError(f"a statement is {value!r}")
    return Statement(
        effect=Effect(str(effect)),
        principals=EVERYONE if principals == "*" else _principals(principals),
        actions=_some_texts(actions),
        resources=("*",) if resources == "*" else _some_texts(resources),
        conditions=conditions,
        sid=sid,
        not_principals=not_principals,
        not_actions=not_actions,
        not_resources=not_resources,
    )


def _either(items: dict[str, Value], name: str) -> tuple[bool, Value]:
    """Whether a statement has the negated form of an element, and the value of the element."""
    found = [key for key in (name, f"Not{name}") if key in items]
    if len(found) != 1:
        raise HclError(f"a statement has {' and '.join(found) or f'no {name}'}")
    return found[0] != name, items.pop(found[0])


def _principals(value: Value) -> Principals:
    return tuple((kind, _some_texts(names)) for kind, names in _some_items(value))


def _conditions(value: Value) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, key, _some_texts(values))
        for operator, keys in _some_items(value)
        for key, values in _some_items(keys)
    )


def _some_items(value: Value) -> tuple[tuple[str, Value], ...]:
    if not isinstance(value, Object) or not value.items:
        raise HclError(f"{value!r} is not an object that holds something")
    return value.items


def _some_texts(value: Value) -> tuple[str, ...]:
    found = texts(value)
    if not found:
        raise HclError("a list of a policy is empty")
    return found
