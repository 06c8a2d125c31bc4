"""Fills the gaps that polls find, beside the polling: from archives and sitemaps, bounded, at the host's pace.

Articles found late are no first poll's: they may raise alerts as far as a rule's `max_age` lets their date.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from brinkwatch.models import Feed, FeedState
from brinkwatch.models.feed import Gap
from brinkwatch.settings import Settings
from producers import metrics
from producers.past.fill import Filler
from producers.past.sources import Past, Span
from producers.poll.pages import PageGetter
from producers.ports import Identities, Outbox, Workers
from producers.schedule.words import gap_told

log = structlog.get_logger("producers.poll")

_DOCUMENTS = 12  # archives, and sitemaps, that are read for one gap: it is young, and news sitemaps come first
_AT_ONCE = 4  # gaps: after an outage nearly every feed may have one


class Mender:
    """`mended` is told of each gap that something was found for, while `deciding` is held."""

    def __init__(
        self,
        getter: PageGetter,
        workers: Workers,
        identities: Identities,
        outbox: Outbox,
        settings: Settings,
        clock: Callable[[], dt.datetime],
        deciding: asyncio.Lock,
        mended: Callable[[str, Gap], Awaitable[None]],
    ) -> None:
        self._filler = Filler(
            Past(getter, workers, settings, documents=_DOCUMENTS),
            getter,
            identities,
            outbox,
            clock=clock,
            max_chars=settings.max_stored_chars,
            pages=settings.full_text != "off",
            deciding=deciding,
        )
        self._limit, self._deciding, self._mended = settings.gap_fill_limit, deciding, mended
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, feed: Feed, state: FeedState) -> None:
        """Fill the last gap of the feed, unless an earlier one of it is being filled."""
        if self._limit and feed.id not in self._tasks:
            task = asyncio.create_task(self._fill(feed, state, state.gaps[-1]), name=f"gap {feed.id}")
            self._tasks[feed.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(feed.id, None))

    async def finished(self) -> None:
        """Return when no gap is being filled."""
        await asyncio.gather(*self._tasks.values())

    async def abandon(self) -> None:
        """Give up what is being filled; what was found stays."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fill(self, feed: Feed, state: FeedState, gap: Gap) -> None:
        try:
            async with self._turns:
                span = Span(gap.since, gap.until)
                done = await self._filler.fill(feed, state, span, limit=self._limit, silent=None)
            if done.filled:
                metrics.FILLED.inc(done.filled)
                gap = msgspec.structs.replace(gap, filled=done.filled)
                async with self._deciding:
                    await self._mended(feed.id, gap)
                log.info("a gap was filled", feed=feed.id, gap=gap_told(gap))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # filling is a favour: polling goes on whatever becomes of it
            log.warning("a gap could not be filled", feed=feed.id, error=str(error) or type(error).__name__)
