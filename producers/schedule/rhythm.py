"""When a feed publishes: learnt from the items that polls bring, asked for how many are to be expected when.

The rate is that of a self-exciting process: what the hour of the day usually brings, and more while items come in quick
succession. Half of it is the one, half the other; both are shrunk towards the feed's mean while little is known.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from brinkwatch.models.feed import Rhythm

FORGET_DAYS = 14.0
"""Days after which an item weighs half: a fortnight has each weekday twice."""
BURST_HOURS = 2.0
"""Hours after which an item has lost 1 − 1/e of its weight for what is to be expected next."""
EXCITED = 0.5
"""Share of the rate that recent items make; the other half is the hour's own."""
SMOOTH_DAYS = 2.0
"""Days of the mean rate that each hour of the day is mixed with."""
LONGEST_HISTORY = dt.timedelta(days=30)
STEP = dt.timedelta(minutes=10)
_AHEAD = dt.timedelta(minutes=5)  # a clock that is this far off is no reason to doubt a date
_HOUR = 3600.0


def begin(published: Sequence[dt.datetime | None], now: dt.datetime) -> Rhythm | None:
    """What the dates of a first poll tell; None where fewer than two entries have one."""
    dated = [time for time in published if time is not None and now - LONGEST_HISTORY <= time <= now + _AHEAD]
    if len(dated) < 2:
        return None
    hours, recent = [0.0] * 24, 0.0
    for time in dated:
        age = now - time
        weight = _kept(age)
        hours[time.hour] += weight
        recent += _excitement(age)
    days = (now - min(dated)) / dt.timedelta(days=1)
    return Rhythm(hours=tuple(hours), days=_watched(days), recent=recent, at=now)


def learn(
    rhythm: Rhythm | None,
    published: Sequence[dt.datetime | None],
    since: dt.datetime,
    now: dt.datetime,
    interval: float,
) -> Rhythm:
    """The rhythm after a poll that brought new items with these times, none where it brought nothing.

    Items without a believable time count as spread evenly since the last poll. `interval` is the usual one, in seconds:
    the rate of a feed of which nothing is known is one item in it.
    """
    before = rhythm or Rhythm(at=since)
    elapsed = max(now - before.at, dt.timedelta())
    faded = _kept(elapsed)
    hours = [count * faded for count in before.hours]
    recent = before.recent * _excitement(elapsed)
    spread = 0
    for time in published:
        if time is None or not since - dt.timedelta(hours=1) <= time <= now + _AHEAD:
            spread += 1
            continue
        hours[time.hour] += 1.0
        recent += _excitement(max(now - time, dt.timedelta()))
    if spread:
        times = [since + (now - since) * (i + 0.5) / 24 for i in range(24)]
        for time in times:
            hours[time.hour] += spread / 24
            recent += _excitement(now - time) * spread / 24
    quiet = 0.0 if published else before.quiet + expected(before, before.at, now, interval)
    days = before.days * faded + _watched(elapsed / dt.timedelta(days=1))
    return Rhythm(hours=tuple(round(h, 4) for h in hours), days=days, recent=recent, quiet=quiet, at=now)


def mean_rate(rhythm: Rhythm, interval: float) -> float:
    """Items an hour, over the whole day. One item in one usual interval is taken as seen before all watching."""
    return (sum(rhythm.hours) + 1.0) / (24.0 * rhythm.days + interval / _HOUR)


def rate(rhythm: Rhythm, at: dt.datetime, interval: float) -> float:
    """Items an hour that are to be expected at a time after `rhythm.at`, where none has come since."""
    mean = mean_rate(rhythm, interval)
    usual = (rhythm.hours[at.hour] + SMOOTH_DAYS * mean) / (rhythm.days + SMOOTH_DAYS)
    recent = rhythm.recent * _excitement(max(at - rhythm.at, dt.timedelta())) / BURST_HOURS
    return (1.0 - EXCITED) * usual + EXCITED * recent


def steps(rhythm: Rhythm, start: dt.datetime, interval: float) -> Iterator[tuple[float, float]]:
    """The rate ahead, in pieces of `STEP`: (hours of the piece, items an hour in it), without end."""
    hours = STEP.total_seconds() / _HOUR
    at = start
    while True:
        yield hours, rate(rhythm, at + STEP / 2, interval)
        at += STEP


def expected(rhythm: Rhythm, start: dt.datetime, end: dt.datetime, interval: float) -> float:
    """Items that a feed usually publishes between two times, by the hours of the day alone."""
    mean = mean_rate(rhythm, interval)
    total, at = 0.0, start
    whole_days = (end - start) // dt.timedelta(days=1)
    if whole_days > 0:
        day = sum((count + SMOOTH_DAYS * mean) / (rhythm.days + SMOOTH_DAYS) for count in rhythm.hours)
        total, at = whole_days * day, start + whole_days * dt.timedelta(days=1)
    while at < end:
        piece = min(end, at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1))
        usual = (rhythm.hours[at.hour] + SMOOTH_DAYS * mean) / (rhythm.days + SMOOTH_DAYS)
        total += usual * (piece - at) / dt.timedelta(hours=1)
        at = piece
    return total


def _kept(age: dt.timedelta) -> float:
    return float(0.5 ** (age / dt.timedelta(days=FORGET_DAYS)))


def _excitement(age: dt.timedelta) -> float:
    return math.exp(-(age / dt.timedelta(hours=BURST_HOURS)))


def _watched(days: float) -> float:
    """Days of watching as they weigh at their end: ∫ 2^(−t/FORGET_DAYS) dt."""
    scale = FORGET_DAYS / math.log(2)
    return scale * -math.expm1(-days / scale)
