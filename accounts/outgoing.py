"""Requests to addresses that an admin typed: never into the private network, unless the operator allows it.

The name is resolved, the address is checked, and the connection goes to the checked address; no redirects, no proxy.
The operator lists exceptions in the environment (OUTGOING_ALLOWED, OUTGOING_CA_FILE), never in the console.
"""

import asyncio
import ssl
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection

Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")
LARGEST = 64 * 1024
__all__ = ["Answer", "SSRFProtectionError", "Unreachable", "client", "is_allowed", "is_secure", "post"]


class Unreachable(Exception):
    """No answer from there; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def is_allowed(host: str, address: Address, port: int) -> bool:
    """Public, or listed by the operator by name, address or network."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address) and address in NAT64:
        address = IPv4Address(address.packed[-4:])
    if address.is_global and not address.is_multicast:
        return True
    return any(_covers(each, host, address) for each in settings.OUTGOING_ALLOWED)


def _covers(listed: str, host: str, address: Address) -> bool:
    try:
        return address in ip_network(listed, strict=False)
    except ValueError:  # a name
        return listed.lower() == host.lower()


def is_secure(url: str) -> bool:
    """An https address; http only of servers that the operator names himself. Where it leads is checked again at every
    connection."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_listed(host)))


def _is_listed(host: str) -> bool:
    """The operator names it, or its address, himself."""
    try:
        address: Address | None = ip_address(host)
    except ValueError:
        address = None
    return any(
        each.lower() == host.lower() or (address and _covers(each, host, address)) for each in settings.OUTGOING_ALLOWED
    )


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.OUTGOING_CA_FILE or None)


def client(timeout: float) -> httpx.AsyncClient:
    """One client per request and event loop; `timeout` in seconds is for each read, bound the whole yourself."""
    made = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False, verify=_certificates())
    return httpx_ssrf_protection(made, check_globally_reachable=False, custom_validator=is_allowed)


def post(url: str, content: bytes, headers: dict[str, str], seconds: float) -> Answer:
    """Posts within `seconds` altogether, from a thread without an event loop. At most 64 KiB of the answer are read.
    Raises Unreachable."""
    try:
        return asyncio.run(_post(url, content, headers, seconds))
    except SSRFProtectionError:
        raise Unreachable("the address is private (OUTGOING_ALLOWED lists exceptions)") from None
    except (TimeoutError, httpx.TimeoutException):
        raise Unreachable(f"no answer within {seconds:.1f} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from None


async def _post(url: str, content: bytes, headers: dict[str, str], seconds: float) -> Answer:
    async with (
        asyncio.timeout(seconds),
        client(seconds) as connection,
        connection.stream("POST", url, content=content, headers=headers) as response,
    ):
        received = bytearray()
        async for chunk in response.aiter_bytes():
            received += chunk
            if len(received) > LARGEST:
                raise ValueError("the answer is larger than 64 KiB")
        return Answer(response.status_code, bytes(received))
