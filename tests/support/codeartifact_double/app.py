"""The double as a Flask application: the routes of the model, and STS at the root."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Flask, Response, request
from werkzeug.exceptions import InternalServerError, MethodNotAllowed, NotFound

from tests.support.codeartifact_double import protocol, sts
from tests.support.codeartifact_double.double import Double, Request
from tests.support.codeartifact_double.errors import (
    AccessDenied,
    NotImplementedByDouble,
    ServiceError,
    Validation,
)
from tests.support.codeartifact_double.operations import OPERATIONS
from tests.support.codeartifact_double.protocol import Answer, OperationModel

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html. The
# signature is not verified: the double has no secrets.
_SCOPE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/[0-9]{8}/([^/]+)/([^/]+)/aws4_request[, ]"
)


class Caller(NamedTuple):
    """Who signed a request, and for which Region."""

    account: str
    region: str


def create_app(double: Double) -> Flask:
    """An application that answers for a double."""
    app = Flask(__name__)
    for operation in protocol.operation_models():
        app.add_url_rule(
            operation.http["requestUri"],
            endpoint=operation.name,
            methods=[operation.http["method"]],
            view_func=lambda operation=operation: _response(_answer(double, operation)),
        )
    app.add_url_rule(
        "/", endpoint="sts", methods=["POST"], view_func=lambda: _response(_sts(double))
    )
    app.register_error_handler(NotFound, _unknown_operation)
    app.register_error_handler(MethodNotAllowed, _unknown_operation)
    app.register_error_handler(InternalServerError, _mistake_of_the_double)
    return app


def _answer(double: Double, operation: OperationModel) -> Answer:
    try:
        caller = _caller(double, "codeartifact")
        asked = Request(operation.name, _parameters(double, operation, caller), *caller)
        return protocol.success(operation, double.answer(asked))
    except ServiceError as error:
        return protocol.failure(error)
    except NotImplementedByDouble as error:
        return protocol.other_failure(501, "NotImplemented", str(error))  # clients do not retry it


def _parameters(double: Double, operation: OperationModel, caller: Caller) -> Mapping[str, Any]:
    query = request.args.to_dict()
    if operation.name not in OPERATIONS:  # nobody will look at them
        return query
    try:
        return protocol.parameters(operation, query, request.get_data())
    except Validation as error:
        double.refuse(Request(operation.name, query, *caller), error)
        raise


def _sts(double: Double) -> Answer:
    try:
        account, _ = _caller(double, "sts")
    except AccessDenied as error:
        return sts.refusal(403, "AccessDenied", str(error))
    action = request.form.get("Action", "")
    if action != "GetCallerIdentity":
        return sts.refusal(400, "InvalidAction", f"The double does not implement {action}")
    return sts.caller_identity(account)


def _caller(double: Double, service: str) -> Caller:
    match = _SCOPE.match(request.headers.get("Authorization", ""))
    if not match or match[3] != service:
        raise AccessDenied(f"The request is not signed for {service}")
    return Caller(double.account_of(match[1]), match[2])


def _unknown_operation(_: Exception) -> Response:
    error = Validation(f"No operation at {request.method} {request.path}", "UNKNOWN_OPERATION")
    return _response(protocol.failure(error))


def _mistake_of_the_double(error: InternalServerError) -> Response:
    message = f"The double failed: {error.original_exception!r}"
    return _response(protocol.other_failure(501, "DoubleFailed", message))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers)
