"""A feed's record after a poll: what its rhythm is now, what the poll had in common with the last one, what was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from brinkwatch.models.feed import FeedState
from producers.parse.model import ParsedEntry
from producers.schedule import rhythm, window


def learnt(
    state: FeedState, before: FeedState, entries: Sequence[ParsedEntry], interval: float, now: dt.datetime
) -> FeedState:
    """`state` with what the entries tell of the feed, none where it had not changed. `before` is the state before the poll."""
    if before.first_poll or before.last_polled is None:
        own = rhythm.begin([window.time_of(e) for e in entries], now)
        return _seen(msgspec.structs.replace(state, rhythm=own), before, entries, now)
    fresh = [window.time_of(entry) for entry in window.fresh(before, entries)]
    heard = rhythm.learn(before.rhythm, fresh, before.last_polled, now, interval)
    common = window.overlap(before.window, entries)
    gap = window.gap(before, entries, common, now, interval)
    if not entries:
        return msgspec.structs.replace(state, rhythm=heard)
    found = msgspec.structs.replace(state, rhythm=heard, overlap=common)
    if gap is not None:
        found = msgspec.structs.replace(
            found, gaps=(*before.gaps, gap)[-window.KEPT_GAPS :], missed=before.missed + gap.missed
        )
    return _seen(found, before, entries, now)


def _seen(state: FeedState, before: FeedState, entries: Sequence[ParsedEntry], now: dt.datetime) -> FeedState:
    if not entries:
        return state
    return msgspec.structs.replace(
        state, window=window.marks(entries), newest=window.newest(entries, now) or before.newest
    )
