"""Dates of entries, in UTC with whole seconds. feedparser reads most; dateparser is asked about the rest, sparingly."""

from __future__ import annotations

import datetime as dt
import re
import time
import warnings

_MAX_LENGTH = 80
_MAX_TRIES = (
    50  # dateparser takes milliseconds on what it cannot read; a feed whose dates are all broken is not worth more
)
# Where only a year can be read, feedparser fills in today's month and day: such an answer is a guess, and changes daily.
_NUMERIC = re.compile(r"\d{4}")
_WHOLE_DATE = re.compile(r"\d{4}(?:-\d{1,2}-\d{1,2}|\d{4})(?!\d)")
_OLDEST = 1980  # no feed is older; years such as 1 or 1970 stand for "no date"


class DateReader:
    """Reads the dates of one feed. `language` helps with names of months."""

    def __init__(self, language: str | None) -> None:
        self._language = language
        self._tries = 0
        self.unreadable = 0

    def read(self, parsed: time.struct_time | None, written: str | None) -> dt.datetime | None:
        """The time that feedparser parsed, else the written one as dateparser reads it; None where neither is one."""
        written = (written or "").strip()
        if parsed is not None and (not _NUMERIC.match(written) or _WHOLE_DATE.match(written)):
            return _plausible(_from_struct(parsed))
        if not written:
            return None
        found = self._by_dateparser(written)
        if found is None:
            self.unreadable += 1
        return _plausible(found)

    def _by_dateparser(self, written: str) -> dt.datetime | None:
        if len(written) > _MAX_LENGTH or self._tries >= _MAX_TRIES:
            return None
        self._tries += 1
        import dateparser  # 0.3 s that most feeds never need

        languages = [self._language] if self._language else None
        found: dt.datetime | None
        for attempt in (languages, None) if languages else (None,):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = dateparser.parse(
                        written,
                        languages=attempt,
                        settings={
                            "TIMEZONE": "UTC",
                            "TO_TIMEZONE": "UTC",
                            "RETURN_AS_TIMEZONE_AWARE": True,
                            # never "2 hours ago": the answer must not depend on when it is asked
                            "PARSERS": ["absolute-time"],
                            "REQUIRE_PARTS": ["day", "month", "year"],
                        },
                    )
            except (ValueError, OverflowError, KeyError):
                continue
            if found is not None:
                return found
        return None


def read_iso(written: str | None) -> dt.datetime | None:
    """An RFC 3339 time in UTC, None where it is none."""
    if not written:
        return None
    try:
        found = dt.datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return _plausible(found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found)


def _from_struct(parsed: time.struct_time) -> dt.datetime | None:
    try:
        return dt.datetime(*parsed[:5], min(parsed[5], 59), tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def _plausible(found: dt.datetime | None) -> dt.datetime | None:
    if found is None:
        return None
    try:
        found = found.astimezone(dt.UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _OLDEST else None
