"""The errors of the service that the double raises; their HTTP codes are in the model."""

from typing import Literal

ResourceType = Literal["domain", "repository"]
Reason = Literal[
    "CANNOT_PARSE", "ENCRYPTION_KEY_ERROR", "FIELD_VALIDATION_FAILED", "UNKNOWN_OPERATION", "OTHER"
]


class ServiceError(Exception):
    """An error answer: the name of its shape in the model, and the members of that shape."""

    shape: str

    def __init__(self, message: str, **members: str | int) -> None:
        super().__init__(message)
        self.members: dict[str, str | int] = {"message": message, **members}


class AccessDenied(ServiceError):
    """HTTP 403."""

    shape = "AccessDeniedException"


class Validation(ServiceError):
    """HTTP 400."""

    shape = "ValidationException"

    def __init__(self, message: str, reason: Reason = "FIELD_VALIDATION_FAILED") -> None:
        super().__init__(message, reason=reason)


class _AboutResource(ServiceError):
    def __init__(self, message: str, kind: ResourceType | None = None, name: str = "") -> None:
        super().__init__(message, **({"resourceType": kind, "resourceId": name} if kind else {}))


class Conflict(_AboutResource):
    """HTTP 409."""

    shape = "ConflictException"


class NotFound(_AboutResource):
    """HTTP 404."""

    shape = "ResourceNotFoundException"


class QuotaExceeded(_AboutResource):
    """HTTP 402, which is unusual, and so in the model."""

    shape = "ServiceQuotaExceededException"


class Throttled(ServiceError):
    """HTTP 429 with a Retry-After header."""

    shape = "ThrottlingException"

    def __init__(self, seconds: int) -> None:
        super().__init__("Rate exceeded", retryAfterSeconds=seconds)


class NotImplementedByDouble(Exception):
    """The operation is one of the service's, but not of the double's."""
