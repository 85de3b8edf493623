"""Errors of the API: `{"errors": [{"field", "reason"}]}` with the right status code, in the user's language."""

import logging
import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from sessions_flow.doors.reasons import phrase_in_words
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

logger = logging.getLogger(__name__)
STATUSES = {
    errors.SESSION_OVER: 409,
    errors.BAD_DATA: 400,
    errors.DUPLICATE: 409,
    errors.INTERNAL: 503,
    errors.NO_STAFF: 409,
    errors.NOT_YOURS: 403,
    errors.NOT_FOUND: 404,
    errors.TOO_LATE: 409,
    errors.TOO_LARGE: 413,
    errors.TOO_FAST: 429,
}
NAMED = re.compile(r"([A-Za-z_]+): (.+)", re.DOTALL)  # how the protocol's own reasons begin


def api_errors(error: Exception, context: dict[str, Any]) -> Response:
    if isinstance(error, ProtocolError):
        set_rollback()
        headers = {"Retry-After": "1"} if error.code == errors.TOO_FAST else None
        return Response({"errors": [_row(error)], "code": error.code}, STATUSES[error.code], headers=headers)
    response = exception_handler(error, context)
    if response is None:
        logger.error("an API request failed", exc_info=error)
        set_rollback()
        return Response({"errors": _rows(_("Something went wrong here. Please try again."))}, 500)
    response.data = {"errors": _rows(response.data)}
    return response


def _row(error: ProtocolError) -> dict[str, str]:
    """Field and reason; the protocol's own English "field: what was expected" is taken apart and translated."""
    reason = str(error.reason)
    if error.field:
        return {"field": error.field, "reason": reason.removeprefix(f"{error.field}: ")}
    named = None if isinstance(error.reason, Promise) else NAMED.fullmatch(reason)
    return {"field": named[1], "reason": phrase_in_words(named[2])} if named else {"field": "", "reason": reason}


def _rows(data: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(data, dict):
        rows = [_rows(value, "" if key in ("detail", "non_field_errors") else str(key)) for key, value in data.items()]
        return [row for some in rows for row in some]
    if isinstance(data, list):
        return [row for value in data for row in _rows(value, field)]
    return [{"field": field, "reason": str(data)}]
