"""Which foreign pages may read what the REST door answers: those of the channel's allowed sites, exactly. An empty
list lets any site embed the chat, but none read the API."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from sessions_flow.access import channel_of

CHANNEL_PATH = re.compile(r"/api/v1/channels/([0-9a-z]+)/")
METHODS = "GET, POST, PATCH, OPTIONS"
HEADERS = "authorization, content-type, accept-language, last-event-id"
PREFLIGHT_SECONDS = 600


def cors_headers(path: str, origin: str) -> dict[str, str]:
    """Headers for an answer to a page of `origin`; none where it is not the channel's. No cookies, ever."""
    found = CHANNEL_PATH.match(path)
    channel = channel_of(found[1]) if found and origin else None
    if channel is None or origin not in channel.allowed_sites:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"}


def preflight_headers(allowed: dict[str, str]) -> dict[str, str]:
    """What the answer to an OPTIONS request says besides."""
    if not allowed:
        return {}
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }


class ChannelOrigins:
    """The same for everything that Django answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not CHANNEL_PATH.match(request.path):
            return self.get_response(request)
        allowed = cors_headers(request.path, request.headers.get("Origin", ""))
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204, headers=preflight_headers(allowed))
        else:
            response = self.get_response(request)
        for name, value in allowed.items():
            response[name] = value
        patch_vary_headers(response, ["Origin"])
        return response
