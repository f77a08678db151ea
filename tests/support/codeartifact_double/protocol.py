"""REST-JSON as botocore's service model has it: requests, the limits of parameters, answers.

The rules of the protocol: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from botocore.loaders import Loader
from botocore.model import ServiceModel

from tests.support.codeartifact_double.errors import ServiceError, Validation

Shape = Any  # botocore has no types
OperationModel = Any


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: str


@cache
def model() -> ServiceModel:
    """The model of the service that the installed botocore brings."""
    name = "codeartifact"
    return ServiceModel(Loader().load_service_model(name, "service-2", "2018-09-22"), name)


def operation_models() -> list[OperationModel]:
    """Every operation of the service, with its method and path in `http`."""
    return [model().operation_model(name) for name in model().operation_names]


# Requests.


def parameters(operation: OperationModel, query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The parameters of a request by their names in the model, all of them checked."""
    document = _document(body) if _has_body(operation) else {}
    found: dict[str, Any] = {}
    for name, shape in operation.input_shape.members.items():
        location = shape.serialization.get("location")
        wire_name = shape.serialization.get("name", name)
        value = query.get(wire_name) if location == "querystring" else document.get(wire_name)
        if value is not None:  # null is the same as nothing
            found[name] = _number(value, shape) if location == "querystring" else value
    problems = list(_problems(found, operation.input_shape, ""))
    if problems:
        plural = "errors" if len(problems) > 1 else "error"
        raise Validation(f"{len(problems)} validation {plural} detected: {'; '.join(problems)}")
    return found


def _has_body(operation: OperationModel) -> bool:
    members = operation.input_shape.members.values()
    return any("location" not in shape.serialization for shape in members)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        raise Validation("The body is not JSON", "CANNOT_PARSE") from None
    if not isinstance(document, dict):
        raise Validation("The body is not an object", "CANNOT_PARSE")
    return document


def _number(value: str, shape: Shape) -> str | int:
    is_number = shape.type_name in {"integer", "long"} and re.fullmatch("-?[0-9]{1,18}", value)
    return int(value) if is_number else value


# Constraints. The messages are those that services of AWS give for the traits of Smithy.

_TYPES: Mapping[str, type] = {
    "structure": dict,
    "list": list,
    "string": str,
    "integer": int,
    "long": int,
}


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if not _has_type(value, shape):
        yield _problem(path, f"Member must be of type {shape.type_name}")
    elif shape.type_name == "structure":
        yield from _problems_of_structure(value, shape, path)
    elif shape.type_name == "list":
        yield from _problems_of_size(len(value), shape, path, "have length")
        for number, member in enumerate(value, 1):
            yield from _problems(member, shape.member, f"{path}.{number}.member")
    elif shape.type_name == "string":
        yield from _problems_of_text(value, shape, path)
    else:
        yield from _problems_of_size(value, shape, path, "have value")


def _has_type(value: Any, shape: Shape) -> bool:
    return isinstance(value, _TYPES[shape.type_name]) and not isinstance(value, bool)


def _problems_of_structure(value: dict[str, Any], shape: Shape, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        inner = f"{path}.{name}".removeprefix(".")
        if value.get(name) is not None:
            yield from _problems(value[name], member, inner)
        elif name in shape.required_members:
            yield _problem(inner, "Member must not be null")


def _problems_of_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    yield from _problems_of_size(len(value), shape, path, "have length")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _problem(path, f"Member must satisfy regular expression pattern: {pattern}")
    values = shape.metadata.get("enum")
    if values and value not in values:
        yield _problem(path, f"Member must satisfy enum value set: [{', '.join(values)}]")


def _problems_of_size(size: int, shape: Shape, path: str, words: str) -> Iterator[str]:
    if size < shape.metadata.get("min", size):
        yield _problem(path, f"Member must {words} greater than or equal to {_bound(shape, 'min')}")
    if size > shape.metadata.get("max", size):
        yield _problem(path, f"Member must {words} less than or equal to {_bound(shape, 'max')}")


def _bound(shape: Shape, name: str) -> int:
    return int(shape.metadata[name])


def _problem(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: {constraint}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    r"""A pattern of the model, which is Java's, as Python's.

    `\P{C}` is every character but those of Unicode's category C, inside a class too; `\s` and `\S`
    mean ASCII in Java. Services match the whole text.
    """
    inside = pattern.replace(r"[\P{C}", rf"[{_printable()}")
    return re.compile(inside.replace(r"\P{C}", f"[{_printable()}]"), re.ASCII)


@cache
def _printable() -> str:
    numbers = (n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n))[0] != "C")
    runs = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ranges = [[number for _, number in run] for _, run in runs]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges)


# Answers.


def success(operation: OperationModel, output: Mapping[str, Any]) -> Answer:
    """The answer with the output of an operation; what is None is left out."""
    return Answer(200, _headers(), json.dumps(_shaped(output, operation.output_shape)))


def failure(error: ServiceError) -> Answer:
    """The answer with an error, whose code and members are those of its shape."""
    shape = model().shape_for(error.shape)
    headers = _headers() | {"x-amzn-ErrorType": error.shape}
    document: dict[str, Any] = {}
    for name, value in error.members.items():
        member = shape.members[name]
        if member.serialization.get("location") == "header":
            headers[member.serialization["name"]] = str(value)
        else:
            document[member.serialization.get("name", name)] = value
    return Answer(shape.metadata["error"]["httpStatusCode"], headers, json.dumps(document))


def other_failure(status: int, code: str, message: str) -> Answer:
    """An answer that is none of the service's: it tells of the double."""
    return Answer(status, _headers() | {"x-amzn-ErrorType": code}, json.dumps({"message": message}))


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json"}


def _shaped(value: Any, shape: Shape) -> Any:
    if shape.type_name == "structure":
        # A name that the shape lacks is a mistake of the double's: KeyError.
        members = ((shape.members[name], name, inner) for name, inner in value.items())
        return {
            member.serialization.get("name", name): _shaped(inner, member)
            for member, name, inner in members
            if inner is not None
        }
    if shape.type_name == "list":
        return [_shaped(inner, shape.member) for inner in value]
    return value  # a timestamp is a number of seconds in the body of this protocol
