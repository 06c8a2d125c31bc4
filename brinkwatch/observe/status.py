"""What `brinkwatch status` tells of a whole installation."""

from __future__ import annotations

from brinkwatch.models.analysis import Struct
from brinkwatch.observe.health import PartHealth


class FailingFeed(Struct, frozen=True, kw_only=True):
    url: str
    error: str
    failures: int


class FeedCounts(Struct, frozen=True, kw_only=True):
    total: int = 0
    paused: int = 0
    failing: tuple[FailingFeed, ...] = ()


class SystemStatus(Struct, frozen=True, kw_only=True):
    """`articles` counts stored documents, `not_read` those in languages that are not understood."""

    ready: bool
    profile: str
    parts: tuple[PartHealth, ...]
    feeds: FeedCounts = FeedCounts()
    articles: int = 0
    not_read: int = 0
    dead_letters: int = 0
