"""Back-fill of one feed: from the archives of the feed and the sitemaps of its site to silent, searchable articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from brinkwatch.models import Feed, FeedState
from brinkwatch.settings import Settings
from producers.fetch.client import Client
from producers.past.fill import Filled, Filler
from producers.past.sources import Past, Span
from producers.poll.one import parse_workers
from producers.poll.pages import PageGetter
from producers.ports import Identities, Outbox


async def backfill(
    settings: Settings,
    feed: Feed,
    state: FeedState | None,
    identities: Identities,
    outbox: Outbox,
    *,
    since: dt.datetime | None,
    limit: int,
    clock: Callable[[], dt.datetime],
    heard: Callable[[Filled], None],
) -> Filled:
    """Publish at most `limit` articles since that time. Those known already are passed over: run again, it goes on."""
    workers = parse_workers(settings, 1)
    try:
        async with Client(settings) as client:
            getter = PageGetter(client, workers, settings)
            filler = Filler(
                Past(getter, workers, settings),
                getter,
                identities,
                outbox,
                clock=clock,
                max_chars=settings.max_stored_chars,
            )
            return await filler.fill(
                feed,
                state or FeedState(feed_id=feed.id),
                Span(since),
                limit=limit,
                silent="first-poll",
                heard=heard,
            )
    finally:
        workers.close()
