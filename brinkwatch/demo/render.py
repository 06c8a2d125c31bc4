"""Writes issued items as RSS 2.0, Atom, RSS 1.0 (RDF), JSON Feed, OPML and simple HTML pages. Pure: items in, bytes out.

Names with a prefix are written as they stand, with the namespaces declared on the root: ElementTree's own prefixes
are a setting of the whole process.
"""

from __future__ import annotations

import datetime as dt
import html
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from email.utils import format_datetime

import msgspec

from brinkwatch.demo.samples import DemoFeed
from brinkwatch.demo.timetable import Issued

CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS1 = "http://purl.org/rss/1.0/"


def render_feed(feed: DemoFeed, items: Sequence[Issued], base_url: str) -> bytes:
    """The feed's document, newest item first. `base_url` has no slash at its end."""
    newest_first = sorted(items, key=lambda item: item.number, reverse=True)
    renderer = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[feed.format]
    return renderer(feed, newest_first, base_url)


def render_opml(feeds: Sequence[DemoFeed], base_url: str) -> bytes:
    """OPML 2.0 of the server's own feeds, with the attributes of `seeds/feeds.opml`."""
    root = ET.Element("opml", {"version": "2.0"})
    _add(_add(root, "head"), "title", "brinkwatch demo feeds")
    folder = _add(_add(root, "body"), "outline", text="Demo")
    for feed in feeds:
        attributes = {
            "type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": base_url + feed.path,
            "htmlUrl": f"{base_url}/#{feed.id}", "language": feed.language, "country": feed.country,
            "class": feed.class_,
        }  # fmt: skip
        ET.SubElement(folder, "outline", attributes)
    return _document(root)


def render_article(feed: DemoFeed, item: Issued) -> str:
    """The article's page."""
    return _page(
        item.title,
        feed.language,
        f"<article><h1>{html.escape(item.title)}</h1>"
        f'<p class="byline">{html.escape(item.sample.author)} · '
        f'<time datetime="{item.published.isoformat()}">{item.published:%Y-%m-%d %H:%M} UTC</time></p>'
        f"<p><strong>{html.escape(item.summary)}</strong></p>{_paragraphs(item.text)}</article>"
        f'<p><a href="/">{html.escape(feed.title)}</a></p>',
    )


def render_index(feeds: Sequence[DemoFeed]) -> str:
    """The front page: what is served here."""
    rows = "".join(
        f'<li id="{feed.id}"><a href="{feed.path}">{html.escape(feed.title)}</a> ({feed.format}, {feed.language})</li>'
        for feed in feeds
    )
    return _page(
        "Demo feeds",
        "en",
        "<h1>Demo feeds</h1><p>Invented articles of invented outlets, served for the brinkwatch demo."
        f' <a href="/feeds.opml">All as OPML</a></p><ul>{rows}</ul>',
    )


def updated_at(items: Sequence[Issued]) -> dt.datetime | None:
    """When the feed last changed; None for a feed without items."""
    return max((item.updated for item in items), default=None)


def _rss(feed: DemoFeed, items: Sequence[Issued], base_url: str) -> bytes:
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:content": _CONTENT, "xmlns:dc": _DC})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", base_url + "/")
    _add(channel, "description", f"{feed.title}: sample articles")
    _add(channel, "language", feed.language)
    ET.SubElement(channel, "atom:link", {"rel": "self", "href": base_url + feed.path, "type": CONTENT_TYPES["rss"]})
    if (changed := updated_at(items)) is not None:
        _add(channel, "lastBuildDate", format_datetime(changed, usegmt=True))
    for item in items:
        node = _add(channel, "item")
        _add(node, "title", item.title)
        _add(node, "link", base_url + item.path)
        _add(node, "guid", base_url + item.path, isPermaLink="true")
        _add(node, "pubDate", format_datetime(item.published, usegmt=True))
        _add(node, "dc:creator", item.sample.author)
        _add(node, "description", item.summary)
        if feed.delivers == "text":
            _add(node, "content:encoded", _paragraphs(item.text))
    return _document(root)


def _atom(feed: DemoFeed, items: Sequence[Issued], base_url: str) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _add(root, "id", base_url + feed.path)
    _add(root, "title", feed.title)
    _add(root, "updated", (updated_at(items) or dt.datetime.fromtimestamp(0, dt.UTC)).isoformat())
    _add(root, "link", rel="self", href=base_url + feed.path, type=CONTENT_TYPES["atom"])
    _add(root, "link", rel="alternate", href=base_url + "/", type="text/html")
    for item in items:
        node = _add(root, "entry")
        _add(node, "id", base_url + item.path)
        _add(node, "title", item.title)
        _add(node, "link", rel="alternate", href=base_url + item.path, type="text/html")
        _add(node, "published", item.published.isoformat())
        _add(node, "updated", item.updated.isoformat())
        _add(_add(node, "author"), "name", item.sample.author)
        _add(node, "summary", item.summary)
        if feed.delivers == "text":
            _add(node, "content", _paragraphs(item.text), type="html")
    return _document(root)


def _rdf(feed: DemoFeed, items: Sequence[Issued], base_url: str) -> bytes:
    root = ET.Element("rdf:RDF", {"xmlns": _RSS1, "xmlns:rdf": _RDF, "xmlns:dc": _DC, "xmlns:content": _CONTENT})
    channel = ET.SubElement(root, "channel", {"rdf:about": base_url + feed.path})
    _add(channel, "title", feed.title)
    _add(channel, "link", base_url + "/")
    _add(channel, "description", f"{feed.title}: sample articles")
    _add(channel, "dc:language", feed.language)
    sequence = _add(_add(channel, "items"), "rdf:Seq")
    for item in items:
        ET.SubElement(sequence, "rdf:li", {"rdf:resource": base_url + item.path})
    for item in items:
        node = ET.SubElement(root, "item", {"rdf:about": base_url + item.path})
        _add(node, "title", item.title)
        _add(node, "link", base_url + item.path)
        _add(node, "description", item.summary)
        _add(node, "dc:date", item.published.isoformat())
        _add(node, "dc:creator", item.sample.author)
        if feed.delivers == "text":
            _add(node, "content:encoded", _paragraphs(item.text))
    return _document(root)


def _json(feed: DemoFeed, items: Sequence[Issued], base_url: str) -> bytes:
    entries = []
    for item in items:
        entry: dict[str, object] = {
            "id": base_url + item.path,
            "url": base_url + item.path,
            "title": item.title,
            "summary": item.summary,
            "date_published": item.published.isoformat(),
            "date_modified": item.updated.isoformat(),
            "authors": [{"name": item.sample.author}],
            "language": feed.language,
        }
        # JSON Feed wants one of the two contents in every item
        entry |= {"content_html": _paragraphs(item.text)} if feed.delivers == "text" else {"content_text": item.summary}
        entries.append(entry)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": base_url + "/",
        "feed_url": base_url + feed.path,
        "language": feed.language,
        "items": entries,
    }
    return msgspec.json.encode(document)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in text.split("\n\n"))


def _page(title: str, language: str, body: str) -> str:
    direction = ' dir="rtl"' if language in ("ar", "fa", "he", "ur") else ""
    return (
        f'<!doctype html><html lang="{language}"{direction}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
        "<style>body{font:1.1rem/1.6 serif;max-width:40rem;margin:2rem auto;padding:0 1rem}</style></head>"
        f"<body>{body}</body></html>"
    )


def _add(parent: ET.Element, tag: str, content: str | None = None, **attributes: str) -> ET.Element:
    node = ET.SubElement(parent, tag, attributes)
    node.text = content
    return node


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"
