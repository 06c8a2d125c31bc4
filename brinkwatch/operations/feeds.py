"""Feeds as people name them, OPML files and addresses, to feeds of the registry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from brinkwatch.errors import UsageError
from brinkwatch.models import Feed
from producers.registry.feeds import make_feed
from producers.registry.opml import read_opml


def read_feeds(given: Sequence[str], now: dt.datetime) -> list[Feed]:
    """Feeds of OPML files and addresses. Raises `UsageError` naming what is neither."""
    feeds: list[Feed] = []
    for item in given:
        path = Path(item)
        if "://" not in item and not path.is_file():
            raise UsageError(
                f"{item!r} is neither an address nor a file.",
                "Give an OPML file, or an address with http:// or https://.",
            )
        if "://" in item:
            feeds.append(make_feed(item, now=now))
        else:
            feeds += read_opml(path.read_bytes(), item, now=now).feeds
    return feeds
