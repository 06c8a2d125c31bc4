"""Codes, times, languages, countries and addresses as people read them. Pure functions; the words are in `data/words.toml`."""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
from importlib import resources
from urllib.parse import urlsplit

import pycountry
from babel import Locale
from babel.dates import format_date

from brinkwatch.models import Analysis, ArticleDocument

_ENGLISH = Locale("en")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_OTHER_COUNTRIES = {"XKX": "Kosovo"}  # in use, but not in ISO 3166-1


@functools.cache
def _tables() -> dict[str, dict[str, str]]:
    text = resources.files("brinkwatch.console").joinpath("data/words.toml").read_text("utf-8")
    return tomllib.loads(text)


def word(table: str, code: object) -> str:
    """The words for a code; the code itself where the table has none."""
    return _tables()[table].get(str(code), str(code))


def level_of(document: ArticleDocument | Analysis) -> str:
    """The level as shown: `unread` and `names` are no levels, and never look like one."""
    if document.coverage == "names":
        return "names"
    if document.coverage == "none" or document.escalation.level is None:
        return "unread"
    return document.escalation.level


def ago(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago, or in how long, in the largest unit that fits: `just now`, `5 min ago`, `in 2 h`, `3 d ago`."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "just now" if seconds >= 0 else "in a moment"
    for limit, unit, name in ((3570, 60, "min"), (84600, 3600, "h"), (31 * 86400, 86400, "d")):
        if size < limit:
            amount = f"{max(1, round(size / unit))} {name}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return format_date(moment, "d MMM y", locale=_ENGLISH)


def exact(moment: dt.datetime) -> str:
    """The moment in UTC, to the minute."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(moment: dt.datetime, now: dt.datetime) -> str:
    """The day in UTC as a heading: `Today`, `Yesterday`, `Sunday, 6 September 2026`."""
    date, today = moment.astimezone(dt.UTC).date(), now.astimezone(dt.UTC).date()
    if date == today:
        return "Today"
    if date == today - dt.timedelta(days=1):
        return "Yesterday"
    return str(format_date(date, "EEEE, d MMMM y", locale=_ENGLISH))


def duration(seconds: float) -> str:
    """Seconds in words, in the largest unit that divides them well: `24 h`, `90 min`, `3 d`."""
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0 and (unit != 86400 or seconds > 86400):
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:g} s"


@functools.cache
def language(code: str | None) -> str:
    """The English name of a language; the code where it has none."""
    if not code or code == "und":
        return "unknown language"
    return str(_ENGLISH.languages.get(code, code))


@functools.cache
def country(code: str | None) -> str:
    """The short English name of a country given as ISO 3166-1 alpha-3; empty where there is none."""
    if not code:
        return ""
    found = pycountry.countries.get(alpha_3=code)
    if found is None:
        return _OTHER_COUNTRIES.get(code, code)
    return str(_ENGLISH.territories.get(found.alpha_2, found.name))


def lang_attribute(code: str | None) -> str | None:
    """The code as a value of HTML's `lang`, None where the language is not known."""
    return code if code and code != "und" and _LANGUAGE_CODE.fullmatch(code) else None


def web_link(url: str) -> str | None:
    """The address where it may be linked to: http and https with a host, nothing else."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and host else None


def host(url: str) -> str:
    """The address's host; the address where it has none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
