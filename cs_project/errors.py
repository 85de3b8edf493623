"""Errors of the API: `{"errors": [{"field", "reason"}]}` with the right status code, in the user's language."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def api_errors(error: Exception, context: dict[str, Any]) -> Response | None:
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"errors": _rows(response.data)}
    return response


def _rows(data: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(data, dict):
        rows = [_rows(value, "" if key in ("detail", "non_field_errors") else str(key)) for key, value in data.items()]
        return [row for some in rows for row in some]
    if isinstance(data, list):
        return [row for value in data for row in _rows(value, field)]
    return [{"field": field, "reason": str(data)}]
