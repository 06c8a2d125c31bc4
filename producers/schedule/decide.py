"""When to poll a feed next, and why in words.

After a success the usual interval is scaled by the feed's own rhythm: polls are √(rate ÷ interval) as dense, which for a
given number of polls makes the sum of all delays smallest (Sia, Cho, Cho: Efficient Monitoring Algorithm for Fast News
Alerts, IEEE TKDE 19(7), 2007). Of a feed of which nothing is known that is the usual interval. Half of what the feed
shows may be new at the next poll, no more, so that nothing is missed; a wait after which items were missed is halved, and
grows again by and by. What the feed or its server asks for (`ttl`, `skipHours`, `Cache-Control`, `Expires`, `Retry-After`)
only ever puts a poll off; the operator's limits hold whatever they say.

Failures: temporary ones from the shortest interval, doubling; soft ones (404, 403, no feed) from twice the usual interval,
doubling; hard ones (an address that cannot be fetched) at the longest interval; 410 ends the feed. Jitter only ever adds,
so that nothing comes sooner than was asked for.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from brinkwatch.models.feed import FeedHints, Gap, PollOutcome, Rhythm
from brinkwatch.settings import Settings
from producers.schedule import wishes
from producers.schedule.rhythm import mean_rate, steps

JITTER = 0.1  # of an interval: spreads feeds that were added together
FAILURE_JITTER = 0.5  # of a back-off: keeps those that failed together from coming back together
TURNOVER = 0.5
"""Share of the items that a feed shows that may be new at the next poll."""
WAKES_WITHIN = 24.0
"""Usual intervals: the longest wait for the sake of a feed's rhythm alone. A feed that was silent for a year may wake."""
FORGIVEN_DAYS = 5.0
"""Days after which a wait that missed items may be tried again: its half doubles in so many."""
_TEMPORARY_MAX = 4.0  # times the usual interval: an outage ends some time, and news has waited
_HOUR = 3600.0


class ScheduleLimits(NamedTuple):
    """Seconds: the usual interval, the shortest, the longest."""

    interval: float
    shortest: float
    longest: float


class Record(NamedTuple):
    """What a feed's polls have shown: its rhythm, what it asks for, how many items it shows, when items were missed."""

    rhythm: Rhythm | None = None
    hints: FeedHints = FeedHints()
    entries: int = 0
    gaps: Sequence[Gap] = ()
    push: Push | None = None


class Push(NamedTuple):
    """A hub that pushes the feed: the end of its verified lease, and seconds between polls meanwhile."""

    until: dt.datetime
    interval: float


class Decision(NamedTuple):
    """When to poll next (None: never again) and why, as a sentence."""

    at: dt.datetime | None
    why: str


class _Wait(NamedTuple):
    seconds: float
    why: str


def schedule_limits(settings: Settings) -> ScheduleLimits:
    shortest = settings.poll_interval_min
    longest = max(settings.poll_interval_max, shortest)
    return ScheduleLimits(min(max(settings.poll_interval, shortest), longest), shortest, longest)


def next_poll(
    outcome: PollOutcome,
    *,
    failures: int,
    headers: Mapping[str, str],
    record: Record,
    limits: ScheduleLimits,
    now: dt.datetime,
    jitter: float,
) -> Decision:
    """The next poll after one with this outcome.

    `failures` counts those in a row, this one included; `headers` are the answer's, names in lower case; `jitter` is a
    random number in [0, 1).
    """
    if outcome == "gone":
        return Decision(None, "The feed has ended (410): it is not polled again until it is resumed.")
    if outcome in ("changed", "unchanged", "not-modified"):
        return _after_success(headers, record, limits, now, jitter)
    return _after_failure(outcome, max(failures, 1), wishes.retry_after(headers, now), limits, now, jitter)


def _after_success(
    headers: Mapping[str, str], record: Record, limits: ScheduleLimits, now: dt.datetime, jitter: float
) -> Decision:
    wait = _by_rhythm(record, limits, now)
    for wish in wishes.of_feed(record.hints, headers, now):
        if wish.seconds > wait.seconds:
            wait = _Wait(wish.seconds, wish.who)
    wait = _pushed(wait, record.push, now)
    seconds, why = wait
    if seconds > limits.longest:
        seconds, why = limits.longest, f"the longest interval that is set, though {why}"
    elif seconds < limits.shortest:
        seconds, why = limits.shortest, f"the shortest interval that is set; {why}"
    decision = _in(seconds, seconds * JITTER * jitter, why, limits, now)
    assert decision.at is not None
    later = wishes.after_skipped(record.hints, record.rhythm, decision.at)
    if later == decision.at or later - now > dt.timedelta(seconds=limits.longest):
        return decision
    return Decision(later, f"In {spoken((later - now).total_seconds())}: the feed asks to be left alone until then.")


def _pushed(wait: _Wait, push: Push | None, now: dt.datetime) -> _Wait:
    """The wait where a hub pushes: polls are a safety net then, until the lease ends."""
    if push is None or push.until <= now:
        return wait
    seconds = min(push.interval, (push.until - now).total_seconds())
    if seconds <= wait.seconds:
        return wait
    return _Wait(
        seconds, f"its hub pushes what is new (lease until {push.until:%d %B %H:%M} UTC); this poll is for safety"
    )


def _by_rhythm(record: Record, limits: ScheduleLimits, now: dt.datetime) -> _Wait:
    """The wait that the feed's own rhythm asks for, before anybody's wish is heard."""
    rhythm = record.rhythm
    if rhythm is None:
        wait = _Wait(limits.interval, "the usual interval")
    else:
        wait = _dense_enough(rhythm, record.entries, limits, now)
    safe = min((_safe(gap, now) for gap in record.gaps), default=math.inf)
    if safe < wait.seconds:
        last = max(gap.noted for gap in record.gaps)
        return _Wait(safe, f"items were missed between two polls on {last:%d %B}")
    return wait


def _safe(gap: Gap, now: dt.datetime) -> float:
    """Seconds that one may wait since a longer wait missed items."""
    return gap.waited / 2 * float(2 ** min((now - gap.noted) / dt.timedelta(days=FORGIVEN_DAYS), 60.0))


def _dense_enough(rhythm: Rhythm, entries: int, limits: ScheduleLimits, now: dt.datetime) -> _Wait:
    """Goes ahead through the rates until one poll is due, or half of what the feed shows is to be expected."""
    polls = seconds = items = 0.0
    most = max(entries * TURNOVER, 1.0) if entries else math.inf
    for hours, items_an_hour in steps(rhythm, now, limits.interval):
        density = math.sqrt(items_an_hour / (limits.interval / _HOUR))  # polls an hour
        # how much of this piece is needed, for the one reason or the other
        share = (1.0 - polls) / (density * hours) if density > 0 else math.inf
        fill = (most - items) / (items_an_hour * hours) if items_an_hour > 0 else math.inf
        if min(share, fill) <= 1.0:
            seconds += min(share, fill) * hours * _HOUR
            break
        polls += density * hours
        items += items_an_hour * hours
        seconds += hours * _HOUR
        if seconds >= min(limits.longest, WAKES_WITHIN * limits.interval):
            break
    told = _rate_told(items_an_hour if seconds < 2 * _HOUR else mean_rate(rhythm, limits.interval))
    if fill < share:
        return _Wait(seconds, f"{told}, and it shows {entries} at a time")
    return _Wait(seconds, told)


def _rate_told(items_an_hour: float) -> str:
    if items_an_hour >= 1.5:
        return f"about {items_an_hour:.0f} new items an hour are expected"
    gap = _HOUR / max(items_an_hour, 1e-6)
    if gap > 30 * 24 * _HOUR:
        return "hardly anything new is expected"
    return f"about one new item in {spoken(gap)} is expected"


def _after_failure(
    outcome: PollOutcome,
    failures: int,
    retry_after: float | None,
    limits: ScheduleLimits,
    now: dt.datetime,
    jitter: float,
) -> Decision:
    if outcome == "hard":
        seconds, longest = limits.longest, limits.longest
    elif outcome == "soft":
        seconds, longest = limits.interval * 2.0 ** min(failures, 30), limits.longest
    else:
        longest = max(min(limits.interval * _TEMPORARY_MAX, limits.longest), limits.shortest)
        seconds = limits.shortest * 2.0 ** min(failures - 1, 30)
    seconds = min(seconds, longest)
    count = "the first failure" if failures == 1 else f"{failures} failures in a row"
    why = f"after {count} ({outcome})"
    if retry_after is not None and retry_after > seconds:
        seconds = min(retry_after, limits.longest)
        why = "the server asks for it (Retry-After)" if seconds == retry_after else "the longest interval that is set"
    return _in(seconds, seconds * FAILURE_JITTER * jitter, why, limits, now)


def _in(seconds: float, extra: float, why: str, limits: ScheduleLimits, now: dt.datetime) -> Decision:
    # jitter must not break the operator's longest interval, except where that is the interval itself
    whole = seconds + (extra if seconds < limits.longest else min(extra, seconds * JITTER))
    at = (now + dt.timedelta(seconds=whole)).replace(microsecond=0) + dt.timedelta(seconds=1)
    return Decision(at, f"In {spoken(seconds)}: {why}.")


def spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * _HOUR:
        return f"{seconds / 3600:.3g} h"
    return f"{seconds / 86400:.0f} days"
