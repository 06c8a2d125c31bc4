"""What to do about a subscription now, and what a hub's question, or a poll's finding, makes of it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from brinkwatch.models import Subscription
from producers.schedule.decide import Push

LEASE_SECONDS = 5 * 86400
"""What is asked for; hubs give what they like."""
LEASE_SHORTEST, LEASE_LONGEST = 60, 30 * 86400
RENEW_AT = 0.8
"""Share of a lease after which it is renewed, less up to a tenth by chance so that not all are at once."""
ANSWER_SECONDS = 600
"""How long a hub may take to verify what it accepted."""
RETRY_SECONDS, RETRY_LONGEST, DENIED_SECONDS = 300.0, 86400.0, 7 * 86400.0
GRACE_SECONDS = 600
"""An item as young as this that a poll finds may still be on its way from the hub."""

Action = Literal["subscribe", "unsubscribe", "forget", "wait"]


def action(sub: Subscription, wanted: bool, now: dt.datetime) -> Action:
    """What is due: `wanted` is whether the feed is there and polled."""
    if not wanted:
        held = sub.until is not None and sub.until > now
        return "unsubscribe" if held or sub.phase == "asked" else "forget"
    return "subscribe" if sub.retry_at is None or sub.retry_at <= now else "wait"


def asked(sub: Subscription, now: dt.datetime) -> Subscription:
    """After the hub accepted; where it never verifies, it is asked again."""
    phase = sub.phase if lease_alive(sub, now) else "asked"
    return _with(sub, phase=phase, asked_at=now, retry_at=now + dt.timedelta(seconds=ANSWER_SECONDS), error=None)


def failed(sub: Subscription, reason: str, now: dt.datetime, jitter: float) -> Subscription:
    """After a hub refused or could not be asked: the next hub, and once all had their turn, later."""
    failures = sub.failures + 1
    rounds = failures // max(len(sub.hubs), 1)
    wait = RETRY_SECONDS * 2.0 ** min(rounds, 20) if failures % max(len(sub.hubs), 1) == 0 else 0.0
    at = now + dt.timedelta(seconds=min(wait, RETRY_LONGEST) * (1 + jitter / 2))
    alive = lease_alive(sub, now)
    return _with(
        sub,
        phase=sub.phase if alive else "failed",
        failures=failures,
        error=reason[:500],
        retry_at=at if not alive else max(at, now + dt.timedelta(seconds=RETRY_SECONDS)),
        hub=sub.hub if alive else _next_hub(sub),
    )


def denied(sub: Subscription, reason: str, now: dt.datetime) -> Subscription:
    told = f"The hub denied the subscription{f': {reason[:300]}' if reason else '.'}"
    wait = 0.0 if len(sub.hubs) > sub.failures + 1 else DENIED_SECONDS
    return _with(
        sub, phase="denied", until=None, failures=sub.failures + 1, error=told,
        retry_at=now + dt.timedelta(seconds=wait), hub=_next_hub(sub),
    )  # fmt: skip


def verified(sub: Subscription, lease: str | None, now: dt.datetime, jitter: float) -> Subscription:
    """After the hub's question was answered. Hubs of PubSubHubbub 0.3 name no lease: then what was asked for counts."""
    given = int(lease) if lease and lease.isascii() and lease.isdigit() and len(lease) < 12 else LEASE_SECONDS
    seconds = min(max(given, LEASE_SHORTEST), LEASE_LONGEST)
    renew = now + dt.timedelta(seconds=seconds * (RENEW_AT - 0.1 * jitter))
    return _with(
        sub, phase="active", until=now + dt.timedelta(seconds=seconds), retry_at=renew,
        verified_at=sub.verified_at if lease_alive(sub, now) else now, failures=0, error=None,
    )  # fmt: skip


def lease_alive(sub: Subscription, now: dt.datetime) -> bool:
    return sub.phase == "active" and sub.until is not None and sub.until > now


def push_of(sub: Subscription | None, interval: float, now: dt.datetime) -> Push | None:
    """What the schedule may rely on: a verified lease of a hub that is not known to be silent."""
    if sub is None or not lease_alive(sub, now) or sub.silent_since is not None or sub.until is None:
        return None
    return Push(sub.until, interval)


def missed_by_hub(
    sub: Subscription, last_polled: dt.datetime | None, published: Sequence[dt.datetime], now: dt.datetime
) -> bool:
    """Whether a poll found new items that the hub had the time to push and did not.

    Only what came since a poll within this lease counts: before it nobody had asked the hub.
    """
    if not lease_alive(sub, now) or sub.verified_at is None or last_polled is None or last_polled < sub.verified_at:
        return False
    young = now - dt.timedelta(seconds=GRACE_SECONDS)
    return any(last_polled < time < young for time in published)


def adopted(sub: Subscription | None, feed_id: str, hubs: tuple[str, ...], topic: str) -> Subscription | None:
    """The subscription after a poll read the feed: None where it names no hub any more."""
    if not hubs:
        return None
    if sub is None or sub.topic != topic:
        return Subscription(feed_id=feed_id, topic=topic, hubs=hubs, hub=hubs[0])
    if sub.hubs == hubs:
        return sub
    if sub.hub in hubs:
        return _with(sub, hubs=hubs)
    return Subscription(feed_id=feed_id, topic=topic, hubs=hubs, hub=hubs[0])


def told(sub: Subscription, now: dt.datetime) -> str:
    """The subscription in words."""
    if lease_alive(sub, now) and sub.until is not None:
        words = f"subscribed at {sub.hub} until {sub.until:%Y-%m-%d %H:%M} UTC"
        if sub.silent_since is not None:
            words += f"; silent: a poll on {sub.silent_since:%Y-%m-%d %H:%M} found what it had not pushed"
        elif sub.pushed_at is not None:
            words += f"; last push {sub.pushed_at:%Y-%m-%d %H:%M}"
        return words
    words = {"wanted": "to be asked for", "asked": "asked for", "active": "ended"}.get(sub.phase, sub.phase)
    return f"{words}, at {sub.hub}" + (f": {sub.error}" if sub.error else "")


def _next_hub(sub: Subscription) -> str:
    index = sub.hubs.index(sub.hub) if sub.hub in sub.hubs else -1
    return sub.hubs[(index + 1) % len(sub.hubs)] if sub.hubs else sub.hub


def _with(sub: Subscription, **changes: object) -> Subscription:
    return msgspec.structs.replace(sub, **changes)
