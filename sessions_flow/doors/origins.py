"""Which web pages may open our sockets: exact origins (AllowedHostsOriginValidator ignores scheme and port)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from sessions_flow.models import Channel


def header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def is_listed_site(origin: str) -> bool:
    """Some channel says that pages of this origin may embed it; which one, its `hello` tells."""
    lists = Channel.objects.filter(is_active=True).values_list("allowed_sites", flat=True)
    return any(origin in sites for sites in lists)


def is_welcome(channel: Channel, origin: str, site: object) -> bool:
    """A page elsewhere (`origin`, empty for our own) must be on the channel's list; so must the site around our frame,
    unless the list is empty. Browsers keep `frame-ancestors` besides; this also holds where they do not."""
    if origin and origin not in channel.allowed_sites:
        return False
    return not (site and channel.allowed_sites) or site in channel.allowed_sites or is_own_site(str(site))


def is_own_site(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    public = urlsplit(settings.PUBLIC_URL)
    return (parts.scheme, parts.netloc) == (public.scheme, public.netloc)


def is_own_page(scope: dict[str, Any]) -> bool:
    """Our own pages only: the Origin is PUBLIC_URL's, or the very host that was asked. No Origin: no browser."""
    origin = header(scope, b"origin")
    if not origin:
        return True
    if is_own_site(origin):
        return True
    parts = urlsplit(origin)
    allowed = parts.hostname in settings.ALLOWED_HOSTS
    return allowed and parts.netloc == header(scope, b"host")
