"""Which web pages may open our sockets: exact origins (AllowedHostsOriginValidator ignores scheme and port)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


def header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def is_own_page(scope: dict[str, Any]) -> bool:
    """Our own pages only: the Origin is PUBLIC_URL's, or the very host that was asked. No Origin: no browser."""
    origin = header(scope, b"origin")
    if not origin:
        return True
    parts, public = urlsplit(origin), urlsplit(settings.PUBLIC_URL)
    if (parts.scheme, parts.netloc) == (public.scheme, public.netloc):
        return True
    allowed = parts.hostname in settings.ALLOWED_HOSTS
    return allowed and parts.netloc == header(scope, b"host")
