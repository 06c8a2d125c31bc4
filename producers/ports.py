"""What the producers need from a runtime: a registry of feeds, the identities of known articles, and a log to publish to.

The embedded runtime implements these on SQLite, the cluster on compacted Kafka topics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ParamSpec, Protocol, TypeVar

from brinkwatch.models import Feed, FeedState, Identity, RawArticle, Subscription

P = ParamSpec("P")
R = TypeVar("R")


class FeedRegistry(Protocol):
    """The feeds that are polled, and what polling has learnt of each."""

    def feeds(self) -> Sequence[Feed]:
        """All feeds, paused ones too, in the order they were added."""

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        """Add or replace feeds by id."""

    def remove_feed(self, feed_id: str) -> bool:
        """Forget a feed and its state; False where there was none."""

    def feed_state(self, feed_id: str) -> FeedState | None:
        """What the last poll left, None before the first."""

    def feed_states(self) -> Mapping[str, FeedState]:
        """The states of all feeds, by feed id."""


class Subscriptions(Protocol):
    """The subscriptions at hubs. They outlive their feeds, so that a removed feed's can be ended."""

    def subscription(self, feed_id: str) -> Subscription | None:
        """The subscription of a feed."""

    def subscriptions(self) -> Mapping[str, Subscription]:
        """All, by feed id."""

    def put_subscription(self, feed_id: str, sub: Subscription | None) -> None:
        """Keep it, or forget it where it is None."""


class Identities(Protocol):
    """What is remembered of every article ever published: when first seen, which revision, the hash of its text."""

    def known(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        """The identities of those ids that are known."""

    def erased(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that a tombstone forbids to come back."""


class Outbox(Protocol):
    """Where polled articles go. What `publish` returned from is durable; it waits while the log cannot be reached."""

    async def publish(
        self, articles: Sequence[RawArticle], identities: Sequence[Identity], state: FeedState | None
    ) -> None:
        """Publish the articles, then remember their identities and the feed's state: in one transaction where the log
        has them, else in this order, so that a crash in between repeats articles and never loses one."""


class Workers(Protocol):
    """What parsing runs in: `brinkwatch.workers.WorkerPool`, or anything that keeps its promises."""

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result; `WorkerFailed` where its worker was killed."""
