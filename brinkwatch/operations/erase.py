"""What an erasure means: which stored articles go, and the tombstones that stay. Decides only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from brinkwatch.errors import UsageError
from brinkwatch.models import Feed, Tombstone
from brinkwatch.models.analysis import Struct
from producers.registry.feeds import find_feed


class Erasure(Struct, frozen=True, kw_only=True):
    """`ids` are stored articles; a source's tombstone also forbids what of it is still on its way."""

    ids: tuple[str, ...]
    source: str | None = None

    def tombstones(self, now: dt.datetime, reason: str) -> list[Tombstone]:
        marks = [Tombstone(kind="source", key=self.source, erased_at=now, reason=reason)] if self.source else []
        return marks + [Tombstone(kind="article", key=i, erased_at=now, reason=reason) for i in self.ids]


def erasure(
    *,
    articles: Sequence[str],
    source: str | None,
    query: str | None,
    feeds: Callable[[], Sequence[Feed]],
    of_feed: Callable[[str], Sequence[str]],
    of_query: Callable[[str], Sequence[str]],
) -> Erasure:
    """What is meant by ids of articles, by a feed's address or id, or by a query.

    `of_feed` and `of_query` give the ids of stored articles. Raises `UsageError` where there is no such source.
    """
    if source is not None:
        feed = find_feed(feeds(), source)
        feed_id = feed.id if feed is not None else source
        ids = of_feed(feed_id)
        if feed is None and not ids:
            raise UsageError(f"There is no source {source!r}.", "Give a feed's address or id: `brinkwatch feeds list`.")
        return Erasure(ids=tuple(ids), source=feed_id)
    return Erasure(ids=tuple(of_query(query) if query is not None else articles))
