"""Who turned a reader away: services that stand before sites, told by their headers and by the words of their pages.

Nothing here gets around them. What an operator can do is to be recognisable and to ask the publisher.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources

import msgspec

_PAGE_BYTES = 20_000  # of a page that are looked at: the marks stand at its beginning


class Blocker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service of data/blockers.toml: headers by name and what their value holds, words of its pages."""

    name: str
    headers: dict[str, str] = {}
    challenge: dict[str, str] = {}
    pages: tuple[str, ...] = ()


@functools.cache
def blockers() -> tuple[Blocker, ...]:
    text = resources.files("producers.fetch").joinpath("data/blockers.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["blocker"], tuple[Blocker, ...])


def who_refuses(headers: Mapping[str, str]) -> str | None:
    """The service whose headers a refusal (401, 403, 429, 451, 503) carries; None where the site itself speaks."""
    return next((b.name for b in blockers() if _carries(headers, b.challenge) or _carries(headers, b.headers)), None)


def who_challenges(headers: Mapping[str, str], body: bytes = b"") -> str | None:
    """The service that sent a challenge instead of an answer, whatever the status says; None where none did."""
    page = body[:_PAGE_BYTES].lower().decode("utf-8", "replace") if body else ""
    return next(
        (b.name for b in blockers() if _carries(headers, b.challenge) or any(words in page for words in b.pages)), None
    )


def _carries(headers: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return any(name in headers and value in headers[name].lower() for name, value in wanted.items())
