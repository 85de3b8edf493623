"""Addresses people come from. Pure."""

import ipaddress


def network_of(address: str) -> str:
    """Who shares a limit: an IPv4 address, an IPv6 /64. Empty for loopback, which is no visitor: it is a reverse proxy
    that nobody named in TRUSTED_PROXIES, or whoever tries the desk out."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return network_of(str(found.ipv4_mapped))
        return "" if found.is_loopback else str(ipaddress.ip_network((found, 64), strict=False))
    return "" if found.is_loopback else str(found)
