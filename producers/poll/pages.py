"""Fetches the pages of new articles: asked for, allowed by the site, one at a time for each host, read in a worker."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from brinkwatch.errors import WorkerFailed
from brinkwatch.models import Feed
from brinkwatch.models.feed import FullText
from brinkwatch.settings import Settings
from producers import metrics
from producers.fetch.client import PAGE_ACCEPT, Fetcher, FetchRequest, FetchResult
from producers.fetch.errors import Challenged, FetchFailure
from producers.fetch.guard import read_policy
from producers.identify.urls import link_key
from producers.pages.decide import wants_page
from producers.pages.extract import Page, extract_page
from producers.pages.pace import Pacer
from producers.pages.site import Sites, reserved_by_header
from producers.pages.walls import wall_at
from producers.parse.model import ParsedEntry
from producers.ports import Workers

RESERVED = Page(kind="none", reserved=True)
_PATIENCE = (
    4.0  # times the fetch timeout: what all pages of one poll may take, so that the feed's news is not kept waiting
)


class PageGetter:
    """Pages for the entries of a feed. What fails costs the page alone: the article keeps what the feed gave."""

    def __init__(self, fetcher: Fetcher, workers: Workers, settings: Settings) -> None:
        policy = read_policy(settings.allow_private)
        self._fetcher, self._workers, self._settings = fetcher, workers, settings
        self._pacer = Pacer(lambda host: 0.0 if policy.is_own(_name(host)) else settings.host_pace)
        self.for_feeds = PacedFetcher(fetcher, self._pacer)
        self.sites = Sites(fetcher, self._pacer, settings.user_agent, respect_tdm=settings.respect_tdm)

    def wants(self, feed: Feed) -> bool:
        """Whether pages are fetched for this feed at all."""
        return self.mode(feed) != "off"

    def mode(self, feed: Feed) -> FullText:
        """The feed's own setting, else the operator's."""
        return feed.full_text or self._settings.full_text

    async def page(self, url: str) -> Page | None:
        """The page of one link, where it is allowed and can be read."""
        outcome = await self._page(url)
        metrics.PAGES.labels(outcome.told).inc()
        return outcome.page

    async def get(self, feed: Feed, entries: Sequence[ParsedEntry]) -> Mapping[str, Page]:
        """The pages by the links of the entries, of those that are wanted, allowed and could be read."""
        mode = self.mode(feed)
        wanted = [entry.url for entry in entries if wants_page(mode, entry) and link_key(entry.url)]
        found: dict[str, Page] = {}
        try:
            async with asyncio.timeout(self._settings.fetch_timeout * _PATIENCE):
                for url in list(dict.fromkeys(wanted))[: self._settings.pages_per_poll]:
                    outcome = await self._page(url)
                    metrics.PAGES.labels(outcome.told).inc()
                    if outcome.page is not None:
                        found[url] = outcome.page
        except TimeoutError:
            metrics.PAGES.labels("late").inc()
        return found

    async def _page(self, link: str) -> _Outcome:
        """The page of a link. Each hop of the way there is asked for only if its own site allows it, and at its host's pace."""
        url = link
        for _ in range(self._settings.fetch_max_redirects + 1):
            verdict = await self.sites.verdict(url)
            if not verdict.allowed:
                return _Outcome(verdict.reason, RESERVED if verdict.reason == "reserved" else None)
            try:
                async with self._pacer.turn(urllib.parse.urlsplit(url).netloc, verdict.pause):
                    result = await self._fetcher.fetch(FetchRequest(url, accept=PAGE_ACCEPT, follow=False))
            except FetchFailure as error:
                return _Outcome("challenge" if isinstance(error, Challenged) else "failed")
            if not result.redirects:
                return await self._read(link, result)
            if wall := wall_at(result.final_url):
                return _Outcome(wall)
            url = result.final_url
        return _Outcome("failed")

    async def _read(self, url: str, result: FetchResult) -> _Outcome:
        respect = self._settings.respect_tdm
        if respect and reserved_by_header(result.headers):
            return _Outcome("reserved", RESERVED)
        if wall := wall_at(result.final_url):
            return _Outcome(wall)
        if len(result.body) > self._settings.page_max_bytes or not link_key(result.final_url):
            return _Outcome("too-large" if link_key(result.final_url) else "none")
        try:
            page = await self._workers.run(
                extract_page,
                result.body,
                url=result.final_url,
                charset=_charset(result.headers.get("content-type", "")),
                max_chars=self._settings.max_stored_chars,
            )
        except WorkerFailed:
            return _Outcome("unreadable")
        except Exception:  # an extractor's fault on one page is that page's trouble
            return _Outcome("unreadable")
        if respect and page.reserved:
            return _Outcome("reserved", RESERVED)
        return _Outcome(page.kind, structs.replace(page, reserved=False) if page.kind == "article" else None)


class PacedFetcher:
    """A `Fetcher` that waits for the host's turn: a feed's host may have pages that are being fetched for another feed."""

    def __init__(self, fetcher: Fetcher, pacer: Pacer) -> None:
        self._fetcher, self._pacer = fetcher, pacer

    async def fetch(self, request: FetchRequest) -> FetchResult:
        async with self._pacer.turn(request.url.partition("://")[2].partition("/")[0]):
            return await self._fetcher.fetch(request)


class _Outcome(NamedTuple):
    told: str
    page: Page | None = None


def _name(host: str) -> str:
    return host.rpartition("@")[2].rpartition(":")[0] if ":" in host else host


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40] or None
    return None
