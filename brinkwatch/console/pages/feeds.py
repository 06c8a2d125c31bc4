"""The feeds and how polling them goes, those that fail first."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from brinkwatch.console import wording
from brinkwatch.console.filters import page_number
from brinkwatch.console.render import Renderer
from brinkwatch.console.services import Services
from brinkwatch.models import Feed, FeedState
from producers.schedule.window import is_silent
from producers.schedule.words import gap_told

PAGE_SIZE = 100
SHOWN = ("failing", "silent", "paused", "waiting", "well")
_FAILED = ("temporary", "hard", "gone")


@dataclass(frozen=True)
class FeedHealth:
    """A feed as it is shown. `condition`: failing, silent against its own rhythm, paused, waiting (for its first poll) or well."""

    feed: Feed
    state: FeedState | None

    @property
    def condition(self) -> str:
        if self.feed.paused:
            return "paused"
        if self.state is None or (self.state.last_polled is None and not self.state.last_error):
            return "waiting"
        if self.state.failures or self.state.last_outcome in _FAILED:
            return "failing"
        return "silent" if is_silent(self.state.rhythm) else "well"

    @property
    def gap(self) -> str:
        """The last gap in words, empty where there is none."""
        return gap_told(self.state.gaps[-1]) if self.state is not None and self.state.gaps else ""

    @property
    def title(self) -> str:
        return self.feed.title or (self.state.title if self.state else "") or wording.host(self.feed.url)

    @property
    def rank(self) -> tuple[int, int, str]:
        failures = self.state.failures if self.state else 0
        return SHOWN.index(self.condition), -failures, self.title.casefold()


class FeedPages:
    def __init__(self, services: Services, render: Renderer) -> None:
        self._services = services
        self._render = render

    async def index(self, request: Request) -> Response:
        feeds = await run_in_threadpool(self._feeds)
        counts = {condition: sum(feed.condition == condition for feed in feeds) for condition in SHOWN}
        only = request.query_params.get("show", "")
        chosen = [feed for feed in feeds if only not in SHOWN or feed.condition == only]
        pages = max(1, -(-len(chosen) // PAGE_SIZE))
        page = page_number(request.query_params.get("page"), pages)
        return await self._render.page(
            request,
            "feeds.html",
            feeds=chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
            total=len(feeds),
            counts=counts,
            only=only if only in SHOWN else "",
            page=page,
            pages=pages,
        )

    def _feeds(self) -> list[FeedHealth]:
        states = self._services.feeds.feed_states()
        found = [FeedHealth(feed, states.get(feed.id)) for feed in self._services.feeds.feeds()]
        return sorted(found, key=lambda feed: feed.rank)
