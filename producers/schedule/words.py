"""What is known of a feed's rhythm, wishes and gaps, in words for people."""

from __future__ import annotations

from brinkwatch.models.feed import FeedHints, Gap, Rhythm
from producers.schedule.decide import spoken
from producers.schedule.rhythm import mean_rate
from producers.schedule.window import is_silent

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_BUSY_SHARE = 0.8  # of all items are published in the hours that are told


def rhythm_told(rhythm: Rhythm | None, interval: float) -> str:
    """“about 12 items a day, most of them 06–18 UTC”; empty where nothing is known. `interval` is the usual one, in seconds."""
    if rhythm is None:
        return ""
    a_day = mean_rate(rhythm, interval) * 24
    amount = (
        f"about {a_day:.0f} items a day" if a_day >= 1.5 else f"about an item in {spoken(86400 / max(a_day, 1e-3))}"
    )
    busy = busy_hours(rhythm)
    told = f"{amount}, most of them {busy[0]:02}–{(busy[1]) % 24:02} UTC" if busy else amount
    if is_silent(rhythm):
        told += f"; silent: about {rhythm.quiet:.0f} should have come since the last one"
    return told


def busy_hours(rhythm: Rhythm) -> tuple[int, int] | None:
    """The shortest run of hours, `[from, to)`, that holds most of the items; None where it is longer than half a day."""
    total = sum(rhythm.hours)
    if total < 5:
        return None
    for length in range(1, 13):
        for first in range(24):
            if sum(rhythm.hours[(first + i) % 24] for i in range(length)) >= _BUSY_SHARE * total:
                return first, first + length
    return None


def hints_told(hints: FeedHints) -> str:
    """What a feed asks for."""
    parts = []
    if hints.ttl is not None:
        parts.append(f"a poll every {spoken(hints.ttl)}")
    if hints.skip_hours:
        parts.append(f"none at {', '.join(f'{hour:02}' for hour in hints.skip_hours)} UTC")
    if hints.skip_days:
        parts.append(f"none on {', '.join(_DAYS[day] for day in hints.skip_days)}")
    return "; ".join(parts)


def gap_told(gap: Gap) -> str:
    """“2026-09-07 10:00 to 12:30 UTC: about 14 items missed”."""
    until = f"{gap.until:%H:%M}" if gap.since.date() == gap.until.date() else f"{gap.until:%Y-%m-%d %H:%M}"
    items = "item" if gap.missed == 1 else "items"
    filled = f", {gap.filled:,} found since" if gap.filled else ""
    return f"{gap.since:%Y-%m-%d %H:%M} to {until} UTC: about {gap.missed:,} {items} missed{filled}"
