"""When to poll a feed next, and why in words: a pure decision from what the poll brought. Waiting is the poller's work.

Successes: the largest of the usual interval, the feed's TTL, `Cache-Control`, `Expires` and `Retry-After`, within the
operator's limits (the rule of miniflux). Failures: temporary ones from the shortest interval, doubling; soft ones (404,
403, no feed) from twice the usual interval, doubling; hard ones (an address that cannot be fetched) at the longest
interval; 410 ends the feed. Jitter only ever adds, so that nothing comes sooner than was asked for.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Mapping
from typing import NamedTuple

from brinkwatch.models.feed import PollOutcome
from brinkwatch.settings import Settings

JITTER = 0.1  # of an interval: spreads feeds that were added together
FAILURE_JITTER = 0.5  # of a back-off: keeps those that failed together from coming back together
_TEMPORARY_MAX = 4.0  # times the usual interval: an outage ends some time, and news has waited
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)


class ScheduleLimits(NamedTuple):
    """Seconds: the usual interval, the shortest, the longest."""

    interval: float
    shortest: float
    longest: float


class Decision(NamedTuple):
    """When to poll next (None: never again) and why, as a sentence."""

    at: dt.datetime | None
    why: str


class Wish(NamedTuple):
    """Somebody wants the feed left alone for so many seconds."""

    seconds: float
    who: str


def schedule_limits(settings: Settings) -> ScheduleLimits:
    shortest = settings.poll_interval_min
    longest = max(settings.poll_interval_max, shortest)
    return ScheduleLimits(min(max(settings.poll_interval, shortest), longest), shortest, longest)


def next_poll(
    outcome: PollOutcome,
    *,
    failures: int,
    headers: Mapping[str, str],
    ttl: float | None,
    limits: ScheduleLimits,
    now: dt.datetime,
    jitter: float,
) -> Decision:
    """The next poll after one with this outcome.

    `failures` counts those in a row, this one included; `headers` are the answer's, names in lower case; `ttl` is what
    the feed itself asks for, in seconds; `jitter` is a random number in [0, 1).
    """
    if outcome == "gone":
        return Decision(None, "The feed has ended (410): it is not polled again until it is resumed.")
    retry_after = _retry_after(headers, now)
    if outcome in ("changed", "unchanged", "not-modified"):
        return _after_success(headers, ttl, retry_after, limits, now, jitter)
    return _after_failure(outcome, max(failures, 1), retry_after, limits, now, jitter)


def _after_success(
    headers: Mapping[str, str],
    ttl: float | None,
    retry_after: float | None,
    limits: ScheduleLimits,
    now: dt.datetime,
    jitter: float,
) -> Decision:
    wishes = [Wish(limits.interval, "the usual interval")]
    for seconds, who in (
        (ttl, "the feed asks for it (ttl)"),
        (_max_age(headers), "the server says that it stays fresh (Cache-Control)"),
        (_expires(headers, now), "the server says that it stays fresh (Expires)"),
        (retry_after, "the server asks for it (Retry-After)"),
    ):
        if seconds is not None and seconds > 0:
            wishes.append(Wish(seconds, who))
    wish = max(wishes, key=lambda wish: wish.seconds)
    seconds, why = wish
    if seconds > limits.longest:
        seconds, why = limits.longest, f"the longest interval that is set, though {why}"
    elif seconds < limits.shortest:
        seconds, why = limits.shortest, "the shortest interval that is set"
    return _in(seconds, seconds * JITTER * jitter, why, limits, now)


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
    return Decision(at, f"In {_spoken(seconds)}: {why}.")


def _max_age(headers: Mapping[str, str]) -> float | None:
    control = headers.get("cache-control", "")
    match = _MAX_AGE.search(control)
    if match is None or "no-cache" in control.lower() or "no-store" in control.lower():
        return None
    age = headers.get("age", "").strip()
    spent = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return float(max(int(match[1]) - spent, 0))


def _expires(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds until `Expires`, by the server's own clock where it tells it; `max-age` overrides it (RFC 9111)."""
    if _MAX_AGE.search(headers.get("cache-control", "")):
        return None
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return None
    return (expires - (_http_date(headers.get("date")) or now)).total_seconds()


def _retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds of `Retry-After`, given as such or as a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:10])
    date = _http_date(value)
    return (date - (_http_date(headers.get("date")) or now)).total_seconds() if date is not None else None


def _http_date(value: str | None) -> dt.datetime | None:
    if not value:
        return None
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date


def _spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.3g} h"
