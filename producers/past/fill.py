"""Publishes articles of the past that are not known yet: one at a time, so that what was done stays done when this is stopped.

Known and erased articles are passed over, which is also how a second run goes on where the first one stopped.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import msgspec

from brinkwatch.models import Feed, FeedState
from brinkwatch.models.analysis import Struct
from brinkwatch.models.article import Silence
from producers.identify.articles import candidate_ids, identify
from producers.identify.urls import link_key
from producers.pages.decide import is_teaser
from producers.pages.extract import Page
from producers.parse.model import ParsedEntry
from producers.past.sources import Past, Span
from producers.poll.one import completed
from producers.poll.pages import PageGetter
from producers.ports import Identities, Outbox


class Filled(Struct, frozen=True, kw_only=True):
    """How filling went: entries `seen` in the span, those `known` before, `filled` now, and `refused`: by robots.txt, a
    reservation, a wall, an error, or as there was nothing to show.
    """

    seen: int = 0
    known: int = 0
    filled: int = 0
    refused: int = 0


class Filler:
    """Fills from `past`. `deciding` is held where others publish beside it. `pages` allows the pages of entries that have no text; a feed's own `full_text` of `off` forbids them."""

    def __init__(
        self,
        past: Past,
        getter: PageGetter,
        identities: Identities,
        outbox: Outbox,
        *,
        clock: Callable[[], dt.datetime],
        max_chars: int,
        pages: bool = True,
        deciding: asyncio.Lock | None = None,
    ) -> None:
        self._past, self._getter, self._identities, self._outbox = past, getter, identities, outbox
        self._clock, self._max_chars, self._pages = clock, max_chars, pages
        self._deciding = deciding or asyncio.Lock()

    async def fill(
        self,
        feed: Feed,
        state: FeedState,
        span: Span,
        *,
        limit: int,
        silent: Silence | None,
        heard: Callable[[Filled], None] = lambda _: None,
    ) -> Filled:
        """Publish at most `limit` articles of the span and look at no more than four times as many pages."""
        done, tried = Filled(), 0
        tried_urls: set[str] = set()
        async for found in self._past.entries(feed, state, span):
            for entry in found.entries:
                if done.filled >= limit or tried >= 4 * limit:
                    return done
                if (entry.url or entry.guid) in tried_urls:
                    continue
                tried_urls.add(entry.url or entry.guid)
                outcome = self._look(feed, entry)
                if outcome == "new":
                    tried += 1
                    outcome = "filled" if await self._publish(feed, entry, span, silent, found.reserved) else "refused"
                done = msgspec.structs.replace(done, seen=done.seen + 1, **{outcome: getattr(done, outcome) + 1})
                heard(done)
        return done

    def _look(self, feed: Feed, entry: ParsedEntry) -> str:
        ids = candidate_ids(feed.id, [entry])
        if self._identities.known(ids):
            return "known"
        return "refused" if self._identities.erased(ids) or not (link_key(entry.url) or entry.guid) else "new"

    async def _publish(
        self, feed: Feed, entry: ParsedEntry, span: Span, silent: Silence | None, reserved: bool
    ) -> bool:
        page = await self._page(feed, entry)
        if page is not None and page.kind == "article":
            entry = msgspec.structs.replace(
                entry,
                title=entry.title or page.title,
                # a sitemap's `lastmod` is no date of publication
                published=entry.published or page.published,
            )
        if not entry.title or not span.holds(entry):
            return False
        async with self._deciding:
            ids = candidate_ids(feed.id, [entry])
            decided = identify(
                feed,
                [entry],
                known=self._identities.known(ids),
                erased=self._identities.erased(ids),
                now=self._clock(),
                silent=silent,
                language=entry.language,
                max_chars=self._max_chars,
            )
            if decided.new != 1:
                return False
            articles = [completed(article, page, reserved) for article in decided.articles]
            await self._outbox.publish(articles, decided.identities, None)
        return True

    async def _page(self, feed: Feed, entry: ParsedEntry) -> Page | None:
        mode = self._getter.mode(feed)
        wanted = mode == "on" or (mode == "auto" and is_teaser(entry))
        if not wanted and not entry.title and self._pages and feed.full_text != "off":
            wanted = True  # nothing but an address: the page is all there is
        return await self._getter.page(entry.url) if wanted and entry.url and link_key(entry.url) else None
