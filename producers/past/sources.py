"""Finds entries of a time in the past: older pages of a feed (RFC 5005, JSON Feed, WordPress) and the site's sitemaps.

Asks at the host's pace and only for what robots.txt allows. Which of the entries are new, and their pages, is `fill`'s work.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
import urllib.parse
from collections.abc import AsyncIterator, Callable, Sequence
from importlib import resources
from typing import NamedTuple, TypeVar

import msgspec

from brinkwatch.errors import ParseError, WorkerFailed
from brinkwatch.models import Feed, FeedState
from brinkwatch.settings import Settings
from producers.fetch.client import FetchRequest, FetchResult
from producers.fetch.errors import FetchFailure
from producers.pages.site import reserved_by_header
from producers.parse.feed import parse_feed
from producers.parse.model import ParsedEntry, ParsedFeed
from producers.parse.sitemap import Child, Sitemap, parse_sitemap
from producers.poll.pages import PageGetter
from producers.ports import Workers

MOST_ARCHIVES = 200
"""Older pages of a feed that are read in one go."""
MOST_SITEMAPS = 50
"""Sitemaps of a site that are read in one go."""
T = TypeVar("T")


class Span(NamedTuple):
    """A time in the past, open where a side is None."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def may_hold(self, entry: ParsedEntry) -> bool:
        """Whether the entry may be of this time. A time of change tells only that it is not younger; it may be a bare day."""
        if entry.published is not None:
            return self._around(entry.published)
        if entry.updated is None or self.since is None:
            return True
        return entry.updated >= self.since.replace(hour=0, minute=0, second=0, microsecond=0)

    def holds(self, entry: ParsedEntry) -> bool:
        """Whether it is, as far as one can know; what has no date is of no time that is closed on both sides."""
        time = entry.published or entry.updated
        return self._around(time) if time is not None else self.since is None or self.until is None

    def _around(self, time: dt.datetime) -> bool:
        return (self.since is None or time >= self.since) and (self.until is None or time <= self.until)


class Found(NamedTuple):
    """Entries from one document, and whether it is an `archive` or a `sitemap`; `reserved` where its text and data mining is."""

    entries: Sequence[ParsedEntry]
    source: str
    reserved: bool = False


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    news: tuple[str, ...]
    all: tuple[str, ...]
    first: tuple[str, ...]
    never: tuple[str, ...]


@functools.cache
def known_places() -> _Known:
    """Where sitemaps are looked for, from `data/sitemaps.toml`."""
    text = resources.files("producers.past").joinpath("data/sitemaps.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Known)


class Past:
    """What the site of a feed has of the past. At most `documents` archives and as many sitemaps are read."""

    def __init__(
        self, getter: PageGetter, workers: Workers, settings: Settings, *, documents: int = MOST_ARCHIVES
    ) -> None:
        self._getter, self._workers, self._settings = getter, workers, settings
        self._archives_most, self._sitemaps_most = documents, min(documents, MOST_SITEMAPS)

    async def entries(self, feed: Feed, state: FeedState, span: Span) -> AsyncIterator[Found]:
        """Entries that may lie in the span, document by document: the feed's archives, and the sitemaps where those do not
        reach back to its beginning.
        """
        url, reached = state.url or feed.url, False
        async for found, oldest, reserved in self._archives(url):
            yield Found([e for e in found if span.may_hold(e)], "archive", reserved)
            if reached := oldest is not None and span.since is not None and oldest < span.since:
                break
        if not reached:
            site = feed.site_url or url  # a feed may live with a service of feeds
            async for listed in self._sitemaps(site, span):
                yield Found([e for e in listed if span.may_hold(e) and _same_site(e.url, site)], "sitemap")

    async def _archives(self, url: str) -> AsyncIterator[tuple[Sequence[ParsedEntry], dt.datetime | None, bool]]:
        seen, first, newest_of_all = {url}, True, set[str]()
        for number in range(1, self._archives_most + 1):
            page, reserved = await self._feed(url)
            if page is None or not page.entries:
                return
            marks = {entry.url or entry.guid for entry in page.entries}
            if not marks - newest_of_all:  # a server that ignores the number of the page
                return
            newest_of_all |= marks
            oldest = min((time for e in page.entries if (time := _time(e)) is not None), default=None)
            yield page.entries, oldest, reserved
            older = page.older or (_paged(url, number + 1) if page.pages_by_number else "")
            if not older or older in seen or not (first or _same_site(older, url)):
                return
            seen.add(older)
            url, first = older, False

    async def _feed(self, url: str) -> tuple[ParsedFeed | None, bool]:
        result = await self._fetch(url)
        if result is None:
            return None, False
        limits = {"max_entries": self._settings.max_entries, "max_chars": self._settings.max_stored_chars}
        reserved = self._settings.respect_tdm and reserved_by_header(result.headers)
        return await self._read(parse_feed, result, **limits), reserved

    async def _sitemaps(self, url: str, span: Span) -> AsyncIterator[Sequence[ParsedEntry]]:
        """The entries of the site's sitemaps, news first, then those that changed last."""
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
        places, named = known_places(), await self._getter.sites.sitemaps(url)
        waiting = [Child(url=link) for link in named if _same_site(link, url)]
        guesses = [] if waiting else [origin + path for path in (*places.news, *places.all)]
        seen: set[str] = set()
        for _ in range(self._sitemaps_most):
            if not waiting:
                if not guesses:
                    return
                waiting.append(Child(url=guesses.pop(0)))
            child = waiting.pop(0)
            if child.url in seen:
                continue
            seen.add(child.url)
            found = await self._sitemap(child.url)
            if found is None:
                continue
            if found.children:
                guesses.clear()
                waiting += [c for c in found.children if _worth(c, span) and _same_site(c.url, url)]
                waiting.sort(key=_promise)
            yield found.entries

    async def _sitemap(self, url: str) -> Sitemap | None:
        result = await self._fetch(url)
        return None if result is None else await self._read(parse_sitemap, result)

    async def _fetch(self, url: str) -> FetchResult | None:
        if not (await self._getter.sites.verdict(url)).allowed:
            return None
        try:
            return await self._getter.for_feeds.fetch(FetchRequest(url))
        except FetchFailure:
            return None

    async def _read(self, parser: Callable[..., T], result: FetchResult, **limits: int) -> T | None:
        content_type = result.headers.get("content-type", "")
        try:
            return await self._workers.run(
                parser, result.body, url=result.final_url, content_type=content_type, **limits
            )
        except (ParseError, WorkerFailed):
            return None


def _paged(url: str, number: int) -> str:
    """WordPress gives the next ten items of any feed under `?paged=2`."""
    parts = urllib.parse.urlsplit(url)
    query = [(name, value) for name, value in urllib.parse.parse_qsl(parts.query, True) if name != "paged"]
    return parts._replace(query=urllib.parse.urlencode([*query, ("paged", str(number))])).geturl()


def _worth(child: Child, span: Span) -> bool:
    """A sitemap that has not changed since the span began holds nothing of it."""
    if any(word in child.url.lower() for word in known_places().never):
        return False
    return child.modified is None or span.since is None or child.modified >= span.since


def _promise(child: Child) -> tuple[bool, float]:
    telling = any(word in urllib.parse.urlsplit(child.url).path.lower() for word in known_places().first)
    return not telling, -(child.modified.timestamp() if child.modified else 0.0)


def _same_site(link: str, url: str) -> bool:
    """Sitemaps and archives speak for their own host alone (sitemaps.org), with and without `www.`."""
    return _host(link) == _host(url)


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")


def _time(entry: ParsedEntry) -> dt.datetime | None:
    return entry.published or entry.updated
