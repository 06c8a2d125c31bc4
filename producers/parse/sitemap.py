"""Sitemaps and news sitemaps (sitemaps.org, Google's news extension): the addresses they list, or the sitemaps they name.

Runs in a worker like all parsing: plain arguments and results, no clock, no network. Fetching is others' work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from lxml import etree

from brinkwatch.errors import ParseError
from brinkwatch.models.analysis import Struct
from producers.parse.dates import DateReader, read_iso
from producers.parse.links import absolute
from producers.parse.model import ParsedEntry, ParsedFeed
from producers.parse.prepare import Prepared, prepare
from producers.parse.text import one_line, plain_from_html, tidy

SITEMAP_ENTRIES = 50_000
"""Entries of one sitemap that are read: what the protocol allows (sitemaps.org, "Sitemap file requirements")."""
ROOTS = ("urlset", "sitemapindex")
_TITLE_CHARS = 1000
_KEYWORDS = 20


class Child(Struct, frozen=True, kw_only=True):
    """A sitemap that an index names, with the time it says it changed."""

    url: str
    modified: dt.datetime | None = None


class Sitemap(Struct, frozen=True, kw_only=True):
    """What a sitemap holds: `entries` of a list of addresses, `children` of an index. `news` tells the news extension."""

    entries: tuple[ParsedEntry, ...] = ()
    children: tuple[Child, ...] = ()
    publication: str = ""
    language: str | None = None
    news: bool = False
    problems: tuple[str, ...] = ()
    cut: bool = False


def parse_sitemap(body: bytes, *, url: str, content_type: str = "", max_entries: int = SITEMAP_ENTRIES) -> Sitemap:
    """Read a sitemap. Raises `ParseError` where the bytes are none; at most `max_entries` entries are taken."""
    prepared = prepare(body, max_entries, content_type)
    if prepared.root not in ROOTS:
        raise ParseError(f"{url} is no sitemap.", "Check the address; robots.txt names a site's sitemaps.")
    return read_sitemap(prepared, url)


def news_feed(prepared: Prepared, url: str) -> ParsedFeed:
    """A news sitemap as a feed. Raises `ParseError` for other sitemaps, which have nothing to tell news by."""
    found = read_sitemap(prepared, url)
    if found.children:
        first = found.children[0].url
        raise ParseError(
            f"The feed {url} is an index of {len(found.children)} sitemaps, not a feed.", f"It names {first}, for one."
        )
    if not found.news:
        raise ParseError(
            f"The feed {url} is a sitemap without news: its addresses have no headlines.",
            "Add the site's feed or news sitemap; this one is of use to `brinkwatch feeds backfill`.",
        )
    return ParsedFeed(
        format="sitemap-news",
        title=found.publication,
        site_url=absolute("/", url),
        language=found.language,
        entries=found.entries,
        problems=found.problems,
        cut=found.cut,
    )


def read_sitemap(prepared: Prepared, url: str) -> Sitemap:
    """What stands in the bytes, as far as it can be read. Elements count by their local names: namespaces are often wrong."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8" if prepared.utf8 else None,
    )
    try:
        root = etree.fromstring(prepared.data, parser)
    except etree.XMLSyntaxError as error:
        root, why = None, str(error)[:200]
    else:
        why = "nothing in it is XML"
    if root is None:
        raise ParseError(f"The sitemap {url} cannot be read ({why}).", "Its publisher must mend it.")
    dates, problems = DateReader(None), list(prepared.problems)
    if parser.error_log and not problems:
        problems.append(
            f"It is not well-formed ({tidy(parser.error_log[0].message)[:200]}); it was read as far as possible."
        )
    if _local(root) == "sitemapindex":
        children = [
            Child(url=link, modified=_date(_text(element, "lastmod"), dates))
            for element in _named(root, "sitemap")
            if (link := absolute(_text(element, "loc"), url))
        ]
        return Sitemap(children=tuple(children), problems=tuple(problems), cut=prepared.cut)
    listed = [_Listed(element, url, dates) for element in _named(root, "url")]
    if dates.unreadable:
        problems.append(f"{dates.unreadable} dates could not be read.")
    if nameless := sum(1 for one in listed if not one.entry.url):
        problems.append(f"{nameless} entries have no link.")
    declares = any("news" in namespace for namespace in root.nsmap.values() if namespace)
    return Sitemap(
        entries=tuple(one.entry for one in listed if one.entry.url),
        publication=next((one.publication for one in listed if one.publication), ""),
        language=next((one.entry.language for one in listed if one.entry.language), None),
        news=any(one.news for one in listed) or (declares and not listed),
        problems=tuple(problems),
        cut=prepared.cut,
    )


class _Listed:
    """One `<url>`: its entry, and the publication that its news element names."""

    def __init__(self, element: etree._Element, base: str, dates: DateReader) -> None:
        news = next(_named(element, "news"), None)
        publication = next(_named(news, "publication"), None) if news is not None else None
        self.news = news is not None
        self.publication = one_line(plain_from_html(_text(publication, "name")), 500)
        self.entry = ParsedEntry(
            url=absolute(_text(element, "loc"), base),
            title=one_line(plain_from_html(_text(news, "title")), _TITLE_CHARS),
            published=_date(_text(news, "publication_date"), dates),
            updated=_date(_text(element, "lastmod"), dates),
            language=_language(_text(publication, "language") or _text(news, "language")),
            keywords=_keywords(_text(news, "keywords")),
        )


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _local(child) == name)


def _local(element: etree._Element) -> str:
    # what is no element (a reference that was not resolved) has no name; an undeclared prefix stays in it
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _text(element: etree._Element | None, name: str) -> str:
    if element is None:
        return ""
    child = next(_named(element, name), None)
    return (child.text or "").strip() if child is not None else ""


def _date(written: str, dates: DateReader) -> dt.datetime | None:
    return read_iso(written) or dates.read(None, written)


def _language(written: str) -> str | None:
    first = written.replace("_", "-").split("-")[0].lower()
    return first if len(first) in (2, 3) and first.isascii() and first.isalpha() else None


def _keywords(written: str) -> tuple[str, ...]:
    words = (one_line(plain_from_html(word), 100) for word in written.split(",")[:_KEYWORDS])
    return tuple(dict.fromkeys(word for word in words if word))
