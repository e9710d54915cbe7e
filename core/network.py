"""Network addresses."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

IPV6_NETWORK_BITS = 64
"""One household or phone has at least this network to itself (RFC 6177)."""


def network_of(address: str | None) -> str:
    """What one client can choose its address from: the address itself, with IPv6 its network."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return f"{IPv6Address(int(known) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS)}/{IPV6_NETWORK_BITS}"
    return str(known)
