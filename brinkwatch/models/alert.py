"""Alert rules, the alerts they raise, and the deliveries of those to people."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from brinkwatch.ids import content_id
from brinkwatch.models.analysis import Direction, Level, Struct

DAY = 24 * 3600


class Rule(Struct, frozen=True, kw_only=True):
    """A saved query: what it finds in search is what it alerts on. `max_age` in seconds: older articles raise nothing.

    `webhooks` are the addresses that its alerts are delivered to.
    """

    schema_version: int = 1
    id: str
    name: str
    query: str
    enabled: bool = True
    max_age: int = DAY
    webhooks: tuple[str, ...] = ()
    created_at: dt.datetime | None = None


def rule_id(name: str) -> str:
    """Rules are known by their names: the same name is the same rule."""
    return content_id("rule", name.strip().casefold(), length=12)


def alert_id(rule: str, story: str) -> str:
    return content_id("alert", rule, story)


def delivery_id(alert: str, channel: str) -> str:
    return content_id("delivery", alert, channel)


class Alert(Struct, frozen=True, kw_only=True):
    """One alert: a rule met a story (topic alerts, key `id`). `sentence` is the evidence, `why` the level in words.

    `late` marks alerts of a backlog: they are delivered in one digest.
    """

    schema_version: int = 1
    id: str
    rule_id: str
    rule_name: str
    query: str
    story_id: str
    article_id: str
    title: str
    url: str
    feed_title: str
    level: Level | None
    score: float | None
    direction: Direction | None
    sentence: str
    why: str
    timestamp: dt.datetime
    raised_at: dt.datetime
    late: bool = False
    webhooks: tuple[str, ...] = ()
    acknowledged_at: dt.datetime | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """One alert on its way to one channel. `state` moves from pending to one of the other two and stays there."""

    schema_version: int = 1
    id: str
    alert_id: str
    channel: str
    state: Literal["pending", "delivered", "failed"] = "pending"
    attempts: int = 0
    next_attempt: dt.datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: dt.datetime | None = None
