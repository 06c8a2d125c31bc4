"""What `brinkwatch status` tells of a whole installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brinkwatch.models import Feed, FeedState
from brinkwatch.models.analysis import Struct
from brinkwatch.observe.health import PartHealth
from brinkwatch.redact import shown


class FailingFeed(Struct, frozen=True, kw_only=True):
    url: str
    error: str
    failures: int


class FeedCounts(Struct, frozen=True, kw_only=True):
    total: int = 0
    paused: int = 0
    failing: tuple[FailingFeed, ...] = ()


def count_feeds(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> FeedCounts:
    """The registry in numbers, with the feeds whose last poll failed."""
    failing = ((feed, states[feed.id]) for feed in feeds if feed.id in states and states[feed.id].failures)
    return FeedCounts(
        total=len(feeds),
        paused=sum(feed.paused for feed in feeds),
        failing=tuple(
            FailingFeed(url=shown(feed.url), error=state.last_error or "", failures=state.failures)
            for feed, state in failing
        ),
    )


class SystemStatus(Struct, frozen=True, kw_only=True):
    """`articles` counts stored documents, `not_read` those in languages that are not understood."""

    ready: bool
    profile: str
    parts: tuple[PartHealth, ...]
    feeds: FeedCounts = FeedCounts()
    articles: int = 0
    not_read: int = 0
    dead_letters: int = 0
