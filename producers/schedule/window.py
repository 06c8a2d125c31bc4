"""What two polls of a feed have in common, and what was probably missed between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from brinkwatch.ids import content_id
from brinkwatch.models.feed import FeedState, Gap, Rhythm
from producers.parse.model import ParsedEntry
from producers.schedule.rhythm import expected

REMEMBERED = 64
"""Items of a poll that are remembered to compare the next one with."""
KEPT_GAPS = 20
SILENT_AFTER = 12.0
"""Items that should have come and did not: by chance that happens to a steady feed once in e¹² such times."""


def marks(entries: Sequence[ParsedEntry]) -> tuple[str, ...]:
    """Short hashes of the newest entries, which are the last to leave a feed; of the first where they have no times."""
    return tuple(dict.fromkeys(_mark(e) for e in _newest_first(entries)[:REMEMBERED]))


def fresh(state: FeedState, entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """The entries that the poll before did not have."""
    before = set(state.window)
    return [
        entry
        for i, entry in enumerate(_newest_first(entries))
        if _mark(entry) not in before and (i < REMEMBERED or _after(entry, state.newest))
    ]


def overlap(before: Sequence[str], entries: Sequence[ParsedEntry]) -> float | None:
    """Items that the last poll had too ÷ items in the feed, among those remembered; None where there is nothing to compare."""
    now = {_mark(e) for e in entries}
    if not before or not now:
        return None
    return len(now.intersection(before)) / min(len(now), REMEMBERED)


def gap(
    state: FeedState, entries: Sequence[ParsedEntry], common: float | None, now: dt.datetime, interval: float
) -> Gap | None:
    """The time of which items were missed, None where the polls join.

    No item in common is no gap where the feed shows items from before the last poll: then it was sorted anew, or its
    links change at every poll.
    """
    if common is None or common > 0 or state.last_polled is None:
        return None
    since = state.newest or state.last_polled
    until = min((time for e in entries if (time := time_of(e)) is not None), default=now)
    if until <= since or until > now:
        return None
    return Gap(
        since=since,
        until=until,
        missed=_missed(state.rhythm, since, until, interval),
        noted=now,
        waited=(now - state.last_polled).total_seconds(),
    )


def newest(entries: Sequence[ParsedEntry], now: dt.datetime) -> dt.datetime | None:
    """The latest time of an entry that is not in the future."""
    return max((time for e in entries if (time := time_of(e)) is not None and time <= now), default=None)


def is_silent(rhythm: Rhythm | None) -> bool:
    """Whether a feed has brought nothing for so long that, by its own rhythm, something is wrong."""
    return rhythm is not None and rhythm.quiet >= SILENT_AFTER


def time_of(entry: ParsedEntry) -> dt.datetime | None:
    return entry.published or entry.updated


def _newest_first(entries: Sequence[ParsedEntry]) -> Sequence[ParsedEntry]:
    """In order of their times where all have one, else as they stand."""
    dated = [(time, -i, e) for i, e in enumerate(entries) if (time := time_of(e)) is not None]
    return [e for _, _, e in sorted(dated, reverse=True)] if len(dated) == len(entries) else entries


def _after(entry: ParsedEntry, time: dt.datetime | None) -> bool:
    own = time_of(entry)
    return own is not None and time is not None and own > time


def _mark(entry: ParsedEntry) -> str:
    return content_id("item", entry.url or entry.guid or entry.title, length=8)


def _missed(rhythm: Rhythm | None, since: dt.datetime, until: dt.datetime, interval: float) -> int:
    if rhythm is None:
        return 1
    return max(1, round(expected(rhythm, since, until, interval)))
