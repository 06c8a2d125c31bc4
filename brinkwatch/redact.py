"""Addresses as they may be shown, logged and printed: without what opens doors."""

from __future__ import annotations

import urllib.parse


def shown(url: str) -> str:
    """An address without its user name and password."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return url
    if "@" not in parts.netloc:
        return url
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def channel(address: str) -> str:
    """Where a delivery goes: of a webhook, whose path is often the key to it, only scheme and host."""
    try:
        parts = urllib.parse.urlsplit(address)
        host = parts.hostname
    except ValueError:
        return "an address that cannot be read"
    if not parts.scheme or not host:
        return address.partition(":")[0]
    return f"{parts.scheme}://{host}{'/…' if parts.path.strip('/') or parts.query else ''}"
