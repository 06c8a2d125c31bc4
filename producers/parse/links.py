"""Links of entries made absolute, and the feeds that an HTML page names."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
from html.parser import HTMLParser

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_LOOK_AT = 300_000  # bytes of a page in which its links are looked for
_MAX_LENGTH = 4000
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def absolute(link: str, base: str) -> str:
    """The link as an absolute http(s) address, empty where it is none."""
    link = "".join(link.split()) if "\n" in link or "\t" in link else link.strip()
    if not link or len(link) > _MAX_LENGTH or _UNPRINTABLE.search(link):
        return ""
    try:
        joined = urllib.parse.urljoin(base, link)
        parts = urllib.parse.urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return ""
    return joined.replace(" ", "%20") if parts.scheme in ("http", "https") and host else ""


def feed_links(page: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page names in `<link rel="alternate">`, best first: in the page's order, comments' feeds last."""
    finder = _Finder()
    with contextlib.suppress(AssertionError, ValueError):  # what html.parser raises on some broken declarations
        finder.feed(page[:_LOOK_AT].decode("utf-8", "replace"))
    base = absolute(finder.base, url) or url
    found = [(absolute(link, base), "comment" in f"{title} {link}".lower()) for link, title in finder.links]
    ordered = sorted((entry for entry in found if entry[0]), key=lambda entry: entry[1])
    return tuple(dict.fromkeys(link for link, _ in ordered))


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = given.get("href", "")
        elif (
            tag == "link"
            and "alternate" in given.get("rel", "").lower().split()
            and given.get("type", "").lower().strip() in _FEED_TYPES
            and len(self.links) < 50
        ):
            self.links.append((given.get("href", ""), given.get("title", "")))
