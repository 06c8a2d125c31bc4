"""The producers' ports in memory: a small real implementation that tests poll into."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from brinkwatch.models import Feed, FeedState, Identity, RawArticle
from producers.fetch.client import FetchRequest, FetchResult


class MemoryStore:
    """Registry, identities and outbox in one. `articles` keeps every message in the order of publication."""

    def __init__(self, feeds: Iterable[Feed] = ()) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        self.states: dict[str, FeedState] = {}
        self.identities: dict[str, Identity] = {}
        self.tombstones: set[str] = set()
        self.articles: list[RawArticle] = []
        self.fail_next: list[Exception] = []

    def feeds(self) -> Sequence[Feed]:
        return list(self._feeds.values())

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        self._feeds.update((feed.id, feed) for feed in feeds)

    def remove_feed(self, feed_id: str) -> bool:
        self.states.pop(feed_id, None)
        return self._feeds.pop(feed_id, None) is not None

    def feed_state(self, feed_id: str) -> FeedState | None:
        return self.states.get(feed_id)

    def feed_states(self) -> Mapping[str, FeedState]:
        return dict(self.states)

    def known(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        return {id_: self.identities[id_] for id_ in ids if id_ in self.identities}

    def erased(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(ids) & self.tombstones

    async def publish(
        self, articles: Sequence[RawArticle], identities: Sequence[Identity], state: FeedState | None
    ) -> None:
        await asyncio.sleep(0)
        if self.fail_next:
            raise self.fail_next.pop()
        self.articles += articles
        self.identities.update((identity.id, identity) for identity in identities)
        if state is not None:
            self.states[state.feed_id] = state


class InlineWorkers:
    """Parses in this process: for tests that are not about workers."""

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)


class ScriptedFetcher:
    """A `Fetcher` that answers from a function, and remembers what it was asked and how many at a time."""

    def __init__(self, answer: Callable[[FetchRequest], FetchResult | Exception]) -> None:
        self._answer = answer
        self.requests: list[FetchRequest] = []
        self.open: list[str] = []
        self.most_open = 0
        self.held: dict[str, asyncio.Event] = {}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.requests.append(request)
        self.open.append(request.url)
        self.most_open = max(self.most_open, len(self.open))
        try:
            await self.held[request.url].wait() if request.url in self.held else await asyncio.sleep(0)
            answer = self._answer(request)
        finally:
            self.open.remove(request.url)
        if isinstance(answer, Exception):
            raise answer
        return answer
