"""Pages of a listing: `maxResults` and an opaque `nextToken`."""

import base64
import binascii
from collections.abc import Callable, Sequence

from tests.support.codeartifact_double.errors import Validation
from tests.support.codeartifact_double.state import Call, Output


def page(call: Call, member: str, rows: Sequence[tuple[str, Callable[[], Output]]]) -> Output:
    """The page that a call asks for, of rows with a key to sort by.

    The token names the last row that was given, so a row that comes or goes between two pages
    moves no other. Default and limits: UG list-repos; the limits are also in the model.
    """
    after = _row_of(call.get("nextToken"))
    rest = sorted((key, describe) for key, describe in rows if key > after)
    size = call.get("maxResults") or call.limits.page
    shown = rest[:size]
    token = base64.urlsafe_b64encode(shown[-1][0].encode()).decode() if len(rest) > size else None
    return {member: [describe() for _, describe in shown], "nextToken": token}


def _row_of(token: str | None) -> str:
    if not token:
        return ""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Validation("The next token is not one that a page ended with") from None
