"""Networks: what is kept of a caller's address."""

import pytest

from newsletter.networks import is_inside, network_of


@pytest.mark.parametrize(
    ("remote", "forwarded", "network"),
    [
        ("203.0.113.7", "", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "", "203.0.113.0/24"),
        ("", "", ""),
        ("unix:", "", ""),
        ("203.0.113.7", "198.51.100.9", "203.0.113.0/24"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        ("10.0.0.1", "192.0.2.1, 198.51.100.9, 10.0.0.2", "198.51.100.0/24"),
        ("10.0.0.1", "nonsense", ""),
        ("10.0.0.1", "198.51.100.9:5678", "198.51.100.0/24"),
        ("10.0.0.1", "198.51.100.9:5678, 10.0.0.2:80", "198.51.100.0/24"),
        ("10.0.0.1", "[2001:db8:1:2::3]:443", "2001:db8:1::/48"),
        ("10.0.0.1", "[2001:db8:1:2::3]", "2001:db8:1::/48"),
        ("10.0.0.1", "[::ffff:198.51.100.9]:443", "198.51.100.0/24"),
        ("10.0.0.1", "198.51.100.9:", ""),
        ("10.0.0.1", "198.51.100:80", ""),
        ("10.0.0.1", "[]:80", ""),
        ("10.0.0.1", "[2001:db8::1", ""),
        ("", "198.51.100.9", ""),
        ("10.0.0.1", "", "10.0.0.0/24"),
    ],
)
def test_a_caller_is_known_by_network_alone(remote: str, forwarded: str, network: str) -> None:
    assert network_of(remote, forwarded=forwarded, proxies=["10.0.0.0/8"]) == network


@pytest.mark.parametrize(
    ("remote", "forwarded", "network"),
    [
        ("", "198.51.100.9", "198.51.100.0/24"),
        ("", "192.0.2.1, 198.51.100.9, 10.0.0.2", "198.51.100.0/24"),
        ("", "198.51.100.9, unix:", ""),
        ("", "", ""),
        ("203.0.113.7", "198.51.100.9", "203.0.113.0/24"),
    ],
)
def test_a_proxy_that_comes_by_a_socket_is_believed_where_it_is_named(
    remote: str, forwarded: str, network: str
) -> None:
    assert network_of(remote, forwarded=forwarded, proxies=["10.0.0.0/8", "unix"]) == network


@pytest.mark.parametrize(
    ("network", "inside"),
    [
        ("203.0.113.0/24", False),
        ("8.8.8.0/24", False),
        ("2001:db8:1::/48", False),
        ("172.32.0.0/24", False),
        ("172.31.255.0/24", True),
        ("127.0.0.0/24", True),
        ("192.168.1.0/24", True),
        ("100.64.7.0/24", True),
        ("::/48", True),
        ("fd12:3456:789a::/48", True),
        ("fe80::/48", True),
    ],
)
def test_a_network_of_machines_that_stand_together_is_told_from_others(network: str, inside: bool) -> None:
    assert is_inside(network) is inside
