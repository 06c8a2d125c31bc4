"""Times as people type them at the command line."""

from __future__ import annotations

import datetime as dt
import re

from brinkwatch.errors import UsageError

_AGO = re.compile(r"(\d{1,6})\s*([mhdw])", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_time(written: str, option: str, now: dt.datetime | None = None) -> dt.datetime:
    """A date, an ISO time (UTC where it has no zone), or how long ago: 30m, 24h, 7d, 2w. Raises `UsageError`."""
    now = now or dt.datetime.now(dt.UTC)
    ago = _AGO.fullmatch(written.strip())
    try:
        if ago:
            return now - read_duration(written, option)
        found = dt.datetime.fromisoformat(written.strip())
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {written!r} is no time.", "Write 2026-09-06, 2026-09-06T12:30Z, or 24h, 7d."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def read_duration(written: str, option: str) -> dt.timedelta:
    """A length of time: 30m, 24h, 7d, 2w. Raises `UsageError`."""
    match = _AGO.fullmatch(written.strip())
    if not match:
        raise UsageError(f"{option} {written!r} is no length of time.", "Write 30m, 24h, 7d or 2w.")
    return dt.timedelta(**{_UNITS[match[2].lower()]: int(match[1])})
