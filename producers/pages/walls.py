"""Consent, login and paywall pages: what stands in the way of an article and must not be taken for it."""

from __future__ import annotations

import functools
import re
import tomllib
import urllib.parse
from importlib import resources
from typing import Literal

import msgspec

SHORT = 2500
"""Characters from which on a page's text is an article whatever else it says: walls let an opening through, no more."""

_WORD = re.compile(r"[a-z0-9_-]")
Wall = Literal["consent", "paywall", "login"]


class _Walls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    needed: int = 1
    phrases: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@functools.cache
def _walls() -> dict[Wall, _Walls]:
    text = resources.files("producers.pages").joinpath("data/walls.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[Wall, _Walls])


def wall_at(url: str) -> Wall | None:
    """The wall that an address tells, where readers were led somewhere else before the article."""
    parts = urllib.parse.urlsplit(url.lower())
    host, path = f".{parts.hostname or ''}", parts.path
    for wall, rule in _walls().items():
        if any(_stands_at(name, host, path) for name in rule.addresses):
            return wall
    return None


def _stands_at(name: str, host: str, path: str) -> bool:
    """`/name` is a path's beginning, `name.` of a host's names one, anything else may stand anywhere in either."""
    if name.startswith("/"):
        return path == name or (path.startswith(name) and not _WORD.match(path[len(name)]))
    return f".{name}" in host if name.endswith(".") else name in host or name in path


def wall_in(text: str, page: str, free: bool | None) -> Literal["consent", "paywall"] | None:
    """The wall that a page's words tell: `text` is its main text, `page` all of its words, `free` what its metadata says
    of access for everybody (None: nothing)."""
    words = page.lower()
    short = len(text) < SHORT
    if short and (free is False or _found("paywall", words)):
        return "paywall"
    if short and len(page) < 2 * SHORT and _found("consent", words):
        return "consent"
    return None


def _found(wall: Wall, words: str) -> bool:
    rule = _walls()[wall]
    return sum(phrase in words for phrase in rule.phrases) >= rule.needed
