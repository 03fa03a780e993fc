"""Where tokens and secrets may go: Microsoft's clouds, and this machine. Imports nothing, for the settings read it at start-up."""

from __future__ import annotations

import contextlib
import ipaddress
from urllib.parse import urlsplit

HOSTS = frozenset(
    {"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
)
"""Hosts of Graph."""
AUTHORITIES = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
    }
)
"""Hosts of Entra."""


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def check_host(url: str, hosts: frozenset[str], what: str) -> None:
    """Raise ValueError for an address that is neither https at one of `hosts` nor this machine."""
    parts = urlsplit(url)
    if not (parts.scheme == "https" and parts.hostname in hosts) and not is_loopback(url):
        raise ValueError(f"{url!r} is none of the addresses of {what}; nothing secret is sent there")
