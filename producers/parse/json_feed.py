"""JSON Feed, versions 1.0 and 1.1 (jsonfeed.org), read leniently: one bad item does not spoil the feed."""

from __future__ import annotations

from typing import Any

import msgspec

from brinkwatch.errors import ParseError
from producers.parse.dates import read_iso
from producers.parse.links import absolute
from producers.parse.model import ParsedEntry, ParsedFeed
from producers.parse.text import cut, one_line, plain_from_html, tidy


def parse_json_feed(data: bytes, url: str, max_entries: int, max_chars: int) -> ParsedFeed:
    """The feed. Raises `ParseError` where the JSON is broken or is no feed."""
    try:
        feed = msgspec.json.decode(data.decode("utf-8-sig", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ParseError(f"The feed {url} is no JSON that can be read: {error}.", "Check the address.") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise ParseError(f"The feed {url} is JSON, but no JSON Feed.", "A JSON Feed has `version` and `items`.")
    problems = []
    if len(items) > max_entries:
        problems.append(f"It has {len(items):,} entries; the first {max_entries:,} were taken.")
    good = [item for item in items[:max_entries] if isinstance(item, dict)]
    if len(good) < min(len(items), max_entries):
        problems.append(f"{min(len(items), max_entries) - len(good)} entries are no objects and were left out.")
    return ParsedFeed(
        format="json11" if str(feed["version"]).endswith("1.1") else "json1",
        title=one_line(_text(feed, "title"), 500),
        site_url=absolute(_text(feed, "home_page_url"), url),
        language=_text(feed, "language") or None,
        older=absolute(_text(feed, "next_url"), url),
        entries=tuple(_entry(item, url, max_chars) for item in good),
        problems=tuple(problems),
        hubs=_hubs(feed.get("hubs"), url),
        self_url=absolute(_text(feed, "feed_url"), url),
    )


def _hubs(given: Any, base: str) -> tuple[str, ...]:
    """The addresses of hubs of the type WebSub, also under its old name."""
    hubs = [hub for hub in given[:20] if isinstance(hub, dict)] if isinstance(given, list) else []
    named = [hub for hub in hubs if _text(hub, "type").lower() in ("websub", "pubsubhubbub", "")]
    return tuple(dict.fromkeys(url for hub in named if (url := absolute(_text(hub, "url"), base))))


def _entry(item: dict[str, Any], base: str, max_chars: int) -> ParsedEntry:
    markup = _text(item, "content_html")
    body, body_cut = cut(plain_from_html(markup) if markup else tidy(_text(item, "content_text")), max_chars)
    summary, summary_cut = cut(tidy(_text(item, "summary")), max_chars)
    return ParsedEntry(
        guid=_text(item, "id"),
        url=absolute(_text(item, "url") or _text(item, "external_url"), base),
        title=one_line(tidy(_text(item, "title")), 1000),
        summary="" if summary == body else summary,
        body=body,
        authors=_authors(item),
        published=read_iso(_text(item, "date_published")),
        updated=read_iso(_text(item, "date_modified")),
        language=_text(item, "language") or None,
        truncated=body_cut or summary_cut,
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    authors = item.get("authors") or [item.get("author")]
    if not isinstance(authors, list):
        return ()
    names = [one_line(tidy(_text(author, "name")), 200) for author in authors[:20] if isinstance(author, dict)]
    return tuple(name for name in names if name)


def _text(record: dict[str, Any], name: str) -> str:
    """The string of that name; numbers count as one, as some feeds have numbers for ids."""
    value = record.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
