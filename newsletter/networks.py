"""From which network a request came: enough to prove a consent, too little to name a person. Pure."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
IPV4_BITS, IPV6_BITS = 24, 48  # a few hundred households; a site's whole line
# Some proxies write ports behind the addresses: 203.0.113.7:5678, [2001:db8::1]:443.
WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+", re.ASCII)
UNIX = "unix"  # among the proxies: whoever comes by a socket on this machine
# Private use (RFC 1918, 4193, 6598), loopback and link-local. Python's is_private also means the examples of books.
INSIDE = tuple(
    ip_network(inside)
    for inside in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("::/48", "fc00::/7", "fe80::/10"),
    )
)


def network_of(remote: str, *, forwarded: str = "", proxies: Sequence[str] = ()) -> str:
    """The caller's /24 or /48, such as 203.0.113.0/24; empty where the address makes no sense.

    `forwarded` is X-Forwarded-For, believed from the right as far as the hops are `proxies` of ours. `remote` is empty
    for whoever comes by a socket on this machine.
    """
    hops = [*(hop.strip() for hop in forwarded.split(",") if hop.strip()), remote]
    while len(hops) > 1 and _is_ours(hops[-1], proxies):
        hops.pop()
    address = _parse(hops[-1])
    if address is None:
        return ""
    return str(ip_network((address, IPV4_BITS if address.version == 4 else IPV6_BITS), strict=False))


def is_inside(network: str) -> bool:
    """Whether a network, as `network_of` says it, is one of machines that stand together, not of people elsewhere."""
    address = ip_network(network).network_address
    return any(address in inside for inside in INSIDE)


def _is_ours(hop: str, proxies: Sequence[str]) -> bool:
    if not hop:
        return UNIX in proxies
    address = _parse(hop)
    named = (ip_network(proxy, strict=False) for proxy in proxies if proxy != UNIX)
    return address is not None and any(address in proxy for proxy in named)


def _parse(text: str) -> Address | None:
    found = WITH_PORT.fullmatch(text)
    try:
        address = ip_address(found[1] or found[2] if found else text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
