"""What clients send, read with bounds: JSON of at most 64 KiB, in and out, whatever Accept says."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

LARGEST_BODY = 64 * 1024  # bytes, as a frame of the socket
DEEPEST = 20  # levels of JSON


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The request is larger than 64 KiB.")


class BoundedJSONParser(JSONParser):
    """Refuses what is too large, too deep or no Unicode before anything looks at it."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            data = json.loads(raw, parse_constant=_no_constant)
            json.dumps(data, ensure_ascii=False).encode()  # no lone surrogates
            _check(data, DEEPEST)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not JSON, is nested too deeply, or holds a NUL character.")) from None
        return data


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check(data: Any, levels: int) -> None:
    """Raises ValueError for what no database column takes."""
    if isinstance(data, str) and "\0" in data:
        raise ValueError("NUL")
    if not levels:
        raise ValueError("too deep")
    for part in (*data, *data.values()) if isinstance(data, dict) else data if isinstance(data, list) else ():
        _check(part, levels - 1)


class AlwaysJson(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        return next((parser for parser in parsers if _takes(parser, request.content_type or "")), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


def _takes(parser: BaseParser, content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == parser.media_type
