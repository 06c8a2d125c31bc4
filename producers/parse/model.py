"""What parsing gives: plain text and UTC times, no HTML and nothing of the parser's own types."""

from __future__ import annotations

import datetime as dt

from brinkwatch.models.analysis import Struct
from brinkwatch.models.feed import FeedHints


class ParsedEntry(Struct, frozen=True, kw_only=True):
    """One entry as the feed gives it. `url` is absolute or empty, `guid` as written or empty; texts are plain.

    `body` is the full text where the feed sends one, `summary` its description; `truncated` tells that one was cut.
    `keywords` are a news sitemap's.
    """

    guid: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    published: dt.datetime | None = None
    updated: dt.datetime | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    truncated: bool = False


class ParsedFeed(Struct, frozen=True, kw_only=True):
    """A feed that could be read. `format` is such as `rss20`, `atom10` or `json11`; `problems` are in words.

    `cut` tells that its end is missing. `older` is where its older entries are (RFC 5005, JSON Feed), `pages_by_number` that
    it gives them under `?paged=2` as WordPress does.
    `hubs` push it (WebSub), under the name `self_url` where it gives one.
    """

    format: str
    title: str = ""
    site_url: str = ""
    language: str | None = None
    hints: FeedHints = FeedHints()
    entries: tuple[ParsedEntry, ...] = ()
    problems: tuple[str, ...] = ()
    cut: bool = False
    older: str = ""
    pages_by_number: bool = False
    hubs: tuple[str, ...] = ()
    self_url: str = ""
