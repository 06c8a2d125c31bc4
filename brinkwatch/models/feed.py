"""A feed of the registry and what polling has learnt of it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from brinkwatch.ids import content_id
from brinkwatch.models.analysis import Struct

FeedClass = Literal["wire", "state", "official", "independent", "partisan", "think-tank", "unknown"]
Storage = Literal["full", "excerpt", "metadata"]
FullText = Literal["off", "on", "auto"]
PollOutcome = Literal["changed", "unchanged", "not-modified", "temporary", "soft", "hard", "gone"]

FEED_CLASSES: tuple[FeedClass, ...] = (
    "wire", "state", "official", "independent", "partisan", "think-tank", "unknown",
)  # fmt: skip


def feed_id(url: str) -> str:
    """The id of a feed: 12 hexadecimal digits over its address as registered."""
    return content_id("feed", url, length=12)


class Feed(Struct, frozen=True, kw_only=True):
    """One feed of the registry. `country` is ISO 3166-1 alpha-3, `language` ISO 639-1; `class_source` says who classed it.

    `full_text`: are article pages fetched, `on` always, `auto` where the feed gives a teaser; null as the setting says.
    """

    schema_version: int = 1
    id: str
    url: str
    title: str = ""
    site_url: str = ""
    language: str | None = None
    country: str | None = None
    class_: FeedClass = msgspec.field(default="unknown", name="class")
    class_source: str = ""
    tags: tuple[str, ...] = ()
    storage: Storage = "full"
    full_text: FullText | None = None
    paused: bool = False
    added_at: dt.datetime | None = None


class FeedHints(Struct, frozen=True, kw_only=True):
    """What a feed says about when to come again: seconds between polls, hours (UTC) and days (0 is Monday) to leave it alone."""

    ttl: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


class Rhythm(Struct, frozen=True, kw_only=True):
    """When a feed publishes: items by hour of the day (UTC) over the days watched, both forgotten by halves.

    `recent` is the number of items of the last hours, each weighing less by the hour; `quiet` how many were expected
    since the last one came. `at` is when all this was true.
    """

    hours: tuple[float, ...] = (0.0,) * 24
    days: float = 0.0
    recent: float = 0.0
    quiet: float = 0.0
    at: dt.datetime


class Gap(Struct, frozen=True, kw_only=True):
    """A time of which items of a feed were probably missed: two polls, `waited` seconds apart, had none in common.

    `missed` is an estimate from the feed's rhythm, `filled` how many of them were found elsewhere.
    """

    since: dt.datetime
    until: dt.datetime
    missed: int
    noted: dt.datetime
    waited: float = 0.0
    filled: int = 0


class Move(Struct, frozen=True, kw_only=True):
    """Where a feed says that it has moved for good, since when, and how often it said so."""

    url: str
    since: dt.datetime
    seen: int = 1


SubscriptionPhase = Literal["wanted", "asked", "active", "denied", "failed"]


class Subscription(Struct, frozen=True, kw_only=True):
    """A feed's subscription at a hub (WebSub). Nothing in it is secret: address and key are derived when they are needed.

    `hubs` are those that the feed names, `hub` the one that was asked. `until` is the end of the verified lease, `asked_at` and
    `retry_at` when the hub was asked last and is next. `ping_at` is when a hub last sent something that only says that a
    poll is due; `silent_since` when a poll found items that the hub had not pushed.
    """

    schema_version: int = 1
    feed_id: str
    topic: str
    hubs: tuple[str, ...]
    hub: str
    phase: SubscriptionPhase = "wanted"
    asked_at: dt.datetime | None = None
    retry_at: dt.datetime | None = None
    verified_at: dt.datetime | None = None
    until: dt.datetime | None = None
    failures: int = 0
    error: str | None = None
    pushed_at: dt.datetime | None = None
    ping_at: dt.datetime | None = None
    silent_since: dt.datetime | None = None


class FeedState(Struct, frozen=True, kw_only=True):
    """What the last polls of a feed brought: validators, hash, schedule, failures. Times are UTC.

    `first_poll` is true until one poll has been stored whole: its articles raise no alerts.
    `url` is where the feed is fetched from if not from its registered address, `move` what may become it.
    `why` tells in words why the next poll is due when it is. `window` holds short hashes of the items of the last poll,
    `newest` the time of the newest of them, `overlap` the share of them that the poll before had too; `gaps` the last
    gaps, oldest first. `whole_at` is when the feed was last sent whole; `validators_lie` tells that they stayed the same while
    its articles changed: they are not sent any more.
    """

    schema_version: int = 1
    feed_id: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    whole_at: dt.datetime | None = None
    validators_lie: bool = False
    body_hash: str | None = None
    first_poll: bool = True
    last_polled: dt.datetime | None = None
    last_changed: dt.datetime | None = None
    next_poll: dt.datetime | None = None
    why: str = ""
    last_status: int | None = None
    last_outcome: PollOutcome | None = None
    last_error: str | None = None
    failures: int = 0
    polls: int = 0
    entries: int = 0
    new_entries: int = 0
    articles: int = 0
    title: str = ""
    hints: FeedHints = FeedHints()
    rhythm: Rhythm | None = None
    window: tuple[str, ...] = ()
    newest: dt.datetime | None = None
    overlap: float | None = None
    gaps: tuple[Gap, ...] = ()
    missed: int = 0
    move: Move | None = None
