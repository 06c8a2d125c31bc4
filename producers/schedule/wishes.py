"""What a feed and its server ask for: how long to stay away, and when to leave it alone altogether."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from brinkwatch.models.feed import FeedHints, Rhythm

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_BELIED = 0.5  # items in a skipped hour from which on the feed belies its own skipHours


class Wish(NamedTuple):
    """Somebody wants the feed left alone for so many seconds."""

    seconds: float
    who: str


def of_feed(hints: FeedHints, headers: Mapping[str, str], now: dt.datetime) -> Iterator[Wish]:
    """The wishes of the feed, its server and the caches on the way."""
    for seconds, who in (
        (hints.ttl, "the feed asks for it (ttl)"),
        (max_age(headers), "the server says that it stays fresh (Cache-Control)"),
        (expires(headers, now), "the server says that it stays fresh (Expires)"),
        (retry_after(headers, now), "the server asks for it (Retry-After)"),
    ):
        if seconds is not None and seconds > 0:
            yield Wish(seconds, who)


def after_skipped(hints: FeedHints, rhythm: Rhythm | None, at: dt.datetime) -> dt.datetime:
    """The time itself, or the end of the hours and days (UTC) that the feed asks to skip and does not publish in itself."""
    if not (hints.skip_hours or hints.skip_days):
        return at
    later = at
    for _ in range(7 * 24):
        busy = rhythm is not None and rhythm.hours[later.hour] >= _BELIED
        skipped = (later.hour in hints.skip_hours or later.weekday() in hints.skip_days) and not busy
        if not skipped:
            return later
        later = later.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    return at  # it asks to be skipped always


def max_age(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Cache-Control: max-age` that are left; none where the answer may not be kept."""
    control = headers.get("cache-control", "")
    match = _MAX_AGE.search(control)
    if match is None or "no-cache" in control.lower() or "no-store" in control.lower():
        return None
    age = headers.get("age", "").strip()
    spent = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return float(max(int(match[1]) - spent, 0))


def expires(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds until `Expires`, by the server's own clock where it tells it; `max-age` overrides it (RFC 9111)."""
    if _MAX_AGE.search(headers.get("cache-control", "")):
        return None
    time = http_date(headers.get("expires"))
    if time is None:
        return None
    return (time - (http_date(headers.get("date")) or now)).total_seconds()


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds of `Retry-After`, given as such or as a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:10])
    date = http_date(value)
    return (date - (http_date(headers.get("date")) or now)).total_seconds() if date is not None else None


def http_date(value: str | None) -> dt.datetime | None:
    """The time of a header, None where it is none."""
    if not value:
        return None
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date
