"""`parse_feed`: RSS, RDF and Atom by feedparser, JSON Feed by msgspec, news sitemaps by lxml, all into the same plain entries.

Runs in a worker: its arguments and results are plain, it reads no clock, no network and no file.
"""

from __future__ import annotations

import html
import io
import math
import re
from typing import Any

import feedparser
from feedparser.namespaces import mediarss

from brinkwatch.errors import ParseError
from brinkwatch.models.feed import FeedHints
from producers.parse.dates import DateReader
from producers.parse.json_feed import parse_json_feed
from producers.parse.links import absolute, feed_links
from producers.parse.model import ParsedEntry, ParsedFeed
from producers.parse.prepare import Prepared, prepare
from producers.parse.sitemap import ROOTS, news_feed
from producers.parse.text import cut, one_line, plain_from_html, tidy

_TITLE_CHARS = 1000
_AUTHORS = 20
_DAY = 86400.0
_ADDRESS = re.compile(r"https?://|/", re.IGNORECASE)
_SKIP_HOURS = re.compile(rb"<skipHours>([^&]{0,2000}?)</skipHours>", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>([^&]{0,1000}?)</skipDays>", re.IGNORECASE)
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_UNDECLARED_HTML = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|ul|ol|li|h[1-6]|blockquote)>|<(?:br|p|img)(?:\s[^<>]*)?/?>"
)


def _keep_captions_apart() -> None:
    """feedparser takes a second description for the content: with Media RSS that would be the caption of a picture."""

    def start(self: Any, attributes: Any) -> None:
        self.push("media_description", 1)

    def end(self: Any) -> None:
        self.pop("media_description")

    mediarss.Namespace._start_media_description = start
    mediarss.Namespace._end_media_description = end


_keep_captions_apart()


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    content_language: str = "",
    max_entries: int = 2000,
    max_chars: int = 100_000,
) -> ParsedFeed:
    """Read a feed of any format. Raises `ParseError` that names the feed and says what the bytes are instead.

    At most `max_entries` entries are taken, and `max_chars` characters of each text.
    """
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start and not body.strip():
        raise ParseError(f"The feed {url} is empty.", "It may be filled later; else check the address.")
    if start.startswith(b"{"):
        return parse_json_feed(body, url, max_entries, max_chars)
    prepared = prepare(body, max_entries, content_type)
    if prepared.root in ROOTS:
        return news_feed(prepared, url)
    headers = {"content-type": "application/xml; charset=utf-8" if prepared.utf8 else content_type or "application/xml"}
    # BytesIO and never bytes, str or an address: those feedparser may take for a file's name or fetch itself.
    try:
        result = feedparser.parse(
            io.BytesIO(prepared.data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except MemoryError:
        raise
    except Exception as error:  # feedparser lets errors of many kinds out on bytes that it did not foresee
        raise ParseError(
            f"The feed {url} is so malformed that it cannot be read ({type(error).__name__}: {str(error)[:200]}).",
            "Its publisher must mend it.",
        ) from error
    if not result.get("version") and not result.get("entries"):
        raise _no_feed(url, body, prepared)
    return _read(result, prepared, url, content_language, max_entries, max_chars)


def _no_feed(url: str, body: bytes, prepared: Prepared) -> ParseError:
    if prepared.looks_like_html or b"<html" in body[:5000].lower():
        links = feed_links(body, url)
        hint = f"It names a feed: {links[0]}" if links else "Look on the page for the address of its feed."
        return ParseError(f"The feed {url} is an HTML page, not a feed.", hint)
    if prepared.root:
        return ParseError(f"The feed {url} is XML (<{prepared.root[:60]}>), but no feed.", "Check the address.")
    return ParseError(f"The feed {url} is neither XML nor JSON, so it is no feed.", "Check the address.")


def _read(
    result: Any, prepared: Prepared, url: str, content_language: str, max_entries: int, max_chars: int
) -> ParsedFeed:
    feed = result.feed
    site = absolute(_string(feed.get("link")), url)
    language = _string(feed.get("language")) or content_language.split(",")[0].strip() or None
    dates = DateReader(_primary(language))
    entries = result.entries[:max_entries]
    problems = [*prepared.problems, *_bozo(result, told=bool(prepared.problems))]
    if len(entries) < len(result.entries):
        problems.append(f"It has {len(result.entries):,} entries; the first {max_entries:,} were taken.")
    parsed = tuple(_entry(entry, site or url, dates, max_chars, result.get("version") or "") for entry in entries)
    if dates.unreadable:
        problems.append(f"{dates.unreadable} dates could not be read.")
    if nameless := sum(1 for entry in parsed if not (entry.url or entry.guid)):
        problems.append(f"{nameless} entries have neither a link nor an id.")
    return ParsedFeed(
        format=result.get("version") or "unknown",
        title=one_line(_plain(feed, "title"), 500),
        site_url=site,
        language=tidy(language)[:35] if language else None,
        hints=FeedHints(ttl=_ttl(feed), **_skipped(prepared.data)),
        entries=parsed,
        problems=tuple(problems),
        cut=prepared.cut,
        older=_older(feed, url),
        pages_by_number="wordpress" in _string(feed.get("generator")).lower(),
        hubs=_linked(feed, "hub", url),
        self_url=next(iter(_linked(feed, "self", url)), ""),
    )


def _older(feed: Any, url: str) -> str:
    """Where older entries are: RFC 5005's archives before its pages."""
    links = {_string(link.get("rel")): _string(link.get("href")) for link in feed.get("links", ())[:50]}
    return absolute(links.get("prev-archive") or links.get("next") or "", url)


def _linked(feed: Any, rel: str, base: str) -> tuple[str, ...]:
    """The addresses of the feed's own links of this kind."""
    found = (absolute(_string(link.get("href")), base) for link in feed.get("links", ())[:50] if link.get("rel") == rel)
    return tuple(dict.fromkeys(url for url in found if url))


def _bozo(result: Any, told: bool) -> list[str]:
    """What feedparser complains of, in words. It is a warning: the entries were read all the same."""
    error = result.get("bozo_exception")
    if not result.get("bozo") or error is None:
        return []
    name = type(error).__name__
    if name == "CharacterEncodingOverride":
        return [f"Its declared character set is wrong; it was read as {result.get('encoding', 'another')}."]
    if name == "CharacterEncodingUnknown":
        return ["Its character set could not be found out; some letters may be wrong."]
    if name == "NonXMLContentType":
        return []  # as common as it is harmless
    if told and "Exception" in name:
        return []
    return [f"It is not well-formed ({tidy(str(error))[:200]}); it was read as far as possible."]


def _entry(entry: Any, base: str, dates: DateReader, max_chars: int, version: str) -> ParsedEntry:
    content = _content(entry)
    # a video's description is all there is of it, and podcasts may have their words in iTunes' elements alone
    description = _plain(entry, "summary") or _plain(entry, "media_description") or _plain(entry, "subtitle")
    if content and description in (content, content[:-1]):
        description = ""
    body, body_cut = cut(content, max_chars)
    summary, summary_cut = cut(description, max_chars)
    link = _string(entry.get("feedburner_origlink")) or _link(entry)
    return ParsedEntry(
        guid=_string(entry.get("id"))[:2000],
        url=absolute(link, base),
        title=one_line(_plain(entry, "title") or _plain(entry, "itunes_title"), _TITLE_CHARS),
        summary=summary,
        body=body,
        authors=_authors(entry),
        published=_date(entry, dates, "published") or _date(entry, dates, "created"),
        updated=_date(entry, dates, "updated"),
        language=_primary(_string(entry.get("language"))),
        truncated=body_cut or summary_cut,
    )


def _link(entry: Any) -> str:
    link = _string(entry.get("link"))
    # a GUID counts as a permalink unless it says otherwise; many that do not are no addresses
    if link and (not entry.get("guidislink") or _ADDRESS.match(link.strip())):
        return link
    for candidate in entry.get("links", ()):
        if candidate.get("rel", "alternate") == "alternate" and candidate.get("href"):
            return _string(candidate["href"])
    return ""


def _content(entry: Any) -> str:
    """The longest of the contents that are text: some feeds send one as HTML and one as plain text."""
    texts = [
        _text_of(_string(part.get("value")), _string(part.get("type")))
        for part in entry.get("content", ())[:5]
        if _string(part.get("type")) in ("text/html", "application/xhtml+xml", "text/plain", "")
    ]
    return max(texts, key=len, default="")


def _plain(record: Any, name: str) -> str:
    value = _string(record.get(name))
    detail = record.get(f"{name}_detail")
    return _text_of(value, _string(detail.get("type")) if isinstance(detail, dict) else "text/html")


def _text_of(value: str, kind: str) -> str:
    # RSS titles are "plain" to feedparser, yet publishers escape them twice; Atom's `type="text"` may hold "a < b", and
    # often holds HTML that nobody declared.
    if kind == "text/plain" and not _UNDECLARED_HTML.search(value):
        return tidy(value) if "&" not in value else tidy(html.unescape(value))
    return plain_from_html(value)


def _authors(entry: Any) -> tuple[str, ...]:
    people = entry.get("authors") or []
    names = [one_line(tidy(_string(person.get("name"))), 200) for person in people[:_AUTHORS]]
    if not any(names):
        names = [one_line(tidy(_string(entry.get("author"))), 200)]
    return tuple(dict.fromkeys(name for name in names if name))


def _date(entry: Any, dates: DateReader, name: str) -> Any:
    # `in` and not `get`: feedparser answers a question for `updated` with `published` where there is no `updated`.
    if not dict.__contains__(entry, name) and not dict.__contains__(entry, f"{name}_parsed"):
        return None
    return dates.read(dict.get(entry, f"{name}_parsed"), _string(dict.get(entry, name)))


def _ttl(feed: Any) -> float | None:
    """RSS `ttl`, in minutes; `sy:updatePeriod` divided by `sy:updateFrequency`."""
    with_ttl = _number(feed.get("ttl"))
    if with_ttl is not None and with_ttl > 0:
        return min(with_ttl * 60, 366 * _DAY)
    periods = {"hourly": 3600.0, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "yearly": 365 * _DAY}
    period = periods.get(_string(feed.get("sy_updateperiod")).strip().lower())
    if period is None:
        return None
    frequency = _number(feed.get("sy_updatefrequency"))
    return period / frequency if frequency and frequency >= 1 else period


def _skipped(data: bytes) -> dict[str, tuple[int, ...]]:
    """RSS `skipHours` (0 to 23, GMT) and `skipDays`, which feedparser does not keep."""
    found: dict[str, tuple[int, ...]] = {}
    if hours := _SKIP_HOURS.search(data):
        numbers = {int(n) % 24 for n in re.findall(rb">\s*(\d{1,2})\s*<", hours[1])}
        found["skip_hours"] = tuple(sorted(numbers))
    if days := _SKIP_DAYS.search(data):
        names = {name[:3].lower() for name in re.findall(rb">\s*([A-Za-z]{3,9})\s*<", days[1])}
        found["skip_days"] = tuple(i for i, day in enumerate(_DAYS) if day in names)
    return found


def _number(value: Any) -> float | None:
    try:
        number = float(_string(value).strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _primary(language: str | None) -> str | None:
    """`en` of `en-GB`; None where it is no language."""
    first = (language or "").strip().replace("_", "-").split("-")[0].lower()
    return first if len(first) in (2, 3) and first.isascii() and first.isalpha() else None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
