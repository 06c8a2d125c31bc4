"""How numbers, times and keywords are written in a query, and what they mean: no position, no field lookup.

Each function takes the words as written and raises `ValueError` with the reason, to be given its place by the parser.
"""

from __future__ import annotations

import datetime as dt
import math
import re

import msgspec

from sinks.query.nodes import Moment
from sinks.query.search_fields import micros

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_AGO = re.compile(r"now(?:-(\d{1,6})([smhdw]))?", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TIME = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6}))?)?"
    r"(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)


class Span(msgspec.Struct, frozen=True):
    """The time that a date means: `2026-09-06` is the whole day, from `start` until before `end`."""

    start: Moment
    end: Moment


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def number(text: str) -> float:
    """A decimal number with an optional sign and exponent."""
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        raise ValueError(f"“{_shown(text)}” is no number; numbers look like 3, -0.5 or 1e3")
    return float(text)


def times(text: str) -> Span:
    """An ISO date or time of any precision (UTC where no zone is given), `now`, or `now-24h` (s m h d w)."""
    ago = _AGO.fullmatch(text)
    if ago is not None:
        amount = dt.timedelta(**{_UNITS[ago[2]]: int(ago[1])}) if ago[1] else dt.timedelta()
        back = -(amount // dt.timedelta(microseconds=1))
        return Span(Moment(back, relative=True), Moment(back + 1, relative=True))
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"“{_shown(text)}” is no date; dates look like 2026-09-06, 2026-09-06T12:30:00Z or now-24h")
    try:
        start, width = _start(match), _width(match)
        zone = _zone(match["zone"])
    except ValueError as error:
        raise ValueError(f"“{_shown(text)}” is no date: {error}") from None
    # reckoned in whole numbers: the last day of year 9999 has no next day
    begin = micros(start) - zone // dt.timedelta(microseconds=1)
    return Span(Moment(begin), Moment(begin + width // dt.timedelta(microseconds=1)))


def _start(match: re.Match[str]) -> dt.datetime:
    date = [int(match[part] or 1) for part in ("year", "month", "day")]
    clock = [int(match[part] or 0) for part in ("hour", "minute", "second")]
    return dt.datetime(*date, *clock, int((match["fraction"] or "0").ljust(6, "0")), tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


def _width(match: re.Match[str]) -> dt.timedelta:
    if match["fraction"]:
        return dt.timedelta(microseconds=10 ** (6 - len(match["fraction"])))
    for part, width in (("second", "seconds"), ("hour", "minutes"), ("day", "days")):
        if match[part]:
            return dt.timedelta(**{width: 1})
    year, month = int(match["year"]), int(match["month"] or 0)
    if not month:
        return dt.timedelta(days=366 if _leap(year) else 365)
    return dt.timedelta(days=31 if month == 12 else (dt.date(year, month + 1, 1) - dt.date(year, month, 1)).days)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _zone(text: str | None) -> dt.timedelta:
    if text is None or text in "Zz":
        return dt.timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(f"{text} is no time zone")
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset
