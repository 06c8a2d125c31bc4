"""How often feeds are polled, how late their items are seen, and what is missed: beside a fixed interval, on the same feeds.

    python -m benchmarks polling

The feeds are simulated, four kinds of them, by the hours and in the numbers in which such publishers publish; the clock
is simulated, too: the decisions are those of `producers.schedule`, minute by minute, over four weeks, of which the
first is for learning and is not counted.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from brinkwatch.models import FeedState
from producers.parse.model import ParsedEntry
from producers.schedule.decide import Record, ScheduleLimits, next_poll
from producers.schedule.record import learnt

LIMITS = ScheduleLimits(interval=900, shortest=120, longest=86400)
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
LEARNING, DAYS = dt.timedelta(days=7), 28
_END = START + dt.timedelta(days=DAYS)

Times = list[dt.datetime]


class Kind(NamedTuple):
    """A kind of feed: how it publishes, how many items it shows at a time."""

    name: str
    publish: Callable[[random.Random], Iterator[dt.datetime]]
    shows: int


def wire(draw: random.Random) -> Iterator[dt.datetime]:
    """An agency: all day long, eight items an hour in the night and thirty by day."""
    yield from _by_hours(draw, [8] * 6 + [30] * 14 + [8] * 4)


def think_tank(draw: random.Random) -> Iterator[dt.datetime]:
    """One to three items about 14:00 UTC, Monday to Friday."""
    for day in range(DAYS):
        date = START + dt.timedelta(days=day)
        if date.weekday() < 5:
            for _ in range(draw.choice((1, 1, 2, 3))):
                yield date + dt.timedelta(hours=14, minutes=draw.gauss(0, 40))


def bursts(draw: random.Random) -> Iterator[dt.datetime]:
    """A ministry: nothing for a day or two, then up to sixty items within an hour or two."""
    at = START
    while at < _END:
        at += dt.timedelta(hours=draw.expovariate(1 / 36))
        for _ in range(draw.randint(5, 60)):
            yield at + dt.timedelta(minutes=draw.uniform(0, 100))


def dead(draw: random.Random) -> Iterator[dt.datetime]:
    """A blog: an item in three weeks."""
    yield START - dt.timedelta(days=20)
    yield START - dt.timedelta(days=2, hours=draw.uniform(0, 9))
    yield START + dt.timedelta(days=17, hours=draw.uniform(0, 20))


KINDS = (Kind("busy wire", wire, 50), Kind("daily think-tank", think_tank, 10), Kind("bursty ministry", bursts, 20),
         Kind("dead blog", dead, 10))  # fmt: skip


class Outcome(NamedTuple):
    """Of one feed or several: polls, delays of the items in minutes, items missed, and of these how many a gap tells."""

    polls: int
    delays: list[float]
    missed: int
    told: int

    def __add__(self, other: Outcome) -> Outcome:  # type: ignore[override]
        return Outcome(
            self.polls + other.polls, self.delays + other.delays, self.missed + other.missed, self.told + other.told
        )


Next = Callable[[FeedState, dt.datetime], dt.datetime]


def adaptive(state: FeedState, now: dt.datetime) -> dt.datetime:
    record = Record(state.rhythm, state.hints, state.entries, state.gaps)
    decision = next_poll("changed", failures=0, headers={}, record=record, limits=LIMITS, now=now, jitter=0.5)
    assert decision.at is not None
    return decision.at


def fixed(_state: FeedState, now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=LIMITS.interval)


def simulate(times: Times, shows: int, decide: Next) -> Outcome:
    """Poll one feed for four weeks."""
    state, now = FeedState(feed_id="simulated"), START + dt.timedelta(minutes=7)
    seen: set[dt.datetime] = set()
    polls, delays, published = 0, [], 0
    while now < _END:
        while published < len(times) and times[published] <= now:
            published += 1
        shown = times[max(0, published - shows) : published]
        entries = [ParsedEntry(url=f"https://feed.example/{t.timestamp()}", published=t) for t in reversed(shown)]
        after = msgspec.structs.replace(state, last_polled=now, first_poll=False, entries=len(entries) or state.entries)
        state = learnt(after, state, entries, LIMITS.interval, now)
        if now >= START + LEARNING:
            polls += 1
            delays += [(now - t) / dt.timedelta(minutes=1) for t in shown if t not in seen and t >= START + LEARNING]
        seen.update(shown)
        now = decide(state, now)
    lost = [t for t in times[: max(0, published - shows)] if t not in seen and t >= START + LEARNING]
    told = sum(any(gap.since <= t <= gap.until for gap in state.gaps) for t in lost)
    return Outcome(polls, delays, len(lost), told)


def measure(feeds: int = 5) -> str:
    """The table: of each kind so many feeds, polled both ways."""
    rows = [f"{'feeds':20} {'polls a day':>24} {'median delay, min':>24} {'missed (told)':>24}",
            f"{'':20} {'fixed':>12}{'ours':>12} {'fixed':>12}{'ours':>12} {'fixed':>12}{'ours':>12}"]  # fmt: skip
    totals = [Outcome(0, [], 0, 0), Outcome(0, [], 0, 0)]
    for kind in KINDS:
        found = [Outcome(0, [], 0, 0), Outcome(0, [], 0, 0)]
        for seed in range(feeds):
            times = sorted({t for t in kind.publish(random.Random(f"{kind.name} {seed}")) if t < _END})
            for i, decide in enumerate((fixed, adaptive)):
                found[i] += simulate(times, kind.shows, decide)
        totals = [total + one for total, one in zip(totals, found, strict=True)]
        rows.append(_row(kind.name, found, feeds))
    rows.append(_row("all, each once", totals, feeds))
    return "\n".join(rows)


def _row(name: str, found: list[Outcome], feeds: int) -> str:
    days = DAYS - LEARNING.days
    cells = "".join(f"{o.polls / feeds / days:12.1f}" for o in found) + " "
    cells += "".join(f"{statistics.median(o.delays):12.1f}" for o in found) + " "
    cells += "".join(f"{f'{o.missed} ({o.told})':>12}" for o in found)
    return f"{name:20} {cells}"


def _by_hours(draw: random.Random, items: list[int]) -> Iterator[dt.datetime]:
    for hour in range(24 * DAYS):
        for _ in range(round(draw.gauss(items[hour % 24], items[hour % 24] ** 0.5))):
            yield START + dt.timedelta(hours=hour + draw.random())


if __name__ == "__main__":
    print(measure())
