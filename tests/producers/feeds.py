"""Feeds written for the tests, in the formats that are out there."""

from __future__ import annotations

import datetime as dt
import json
from html import escape

from brinkwatch.models import Feed
from producers.registry.feeds import make_feed

NOW = dt.datetime(2026, 9, 7, 12, 0, 0, tzinfo=dt.UTC)


def feed(url: str = "https://paper.example/rss", **attributes: object) -> Feed:
    return make_feed(url, **attributes)  # type: ignore[arg-type]


def item(number: int, title: str = "", text: str = "", link: str | None = None, guid: str | None = None) -> str:
    link = f"https://paper.example/story/{number}" if link is None else link
    return (
        f"<item><title>{escape(title or f'Headline {number}')}</title>"
        + (f"<link>{escape(link)}</link>" if link else "")
        + f"<guid isPermaLink='false'>{guid or f'guid-{number}'}</guid>"
        f"<description>{escape(text or f'<p>What happened in case {number}.</p>')}</description>"
        "<pubDate>Mon, 07 Sep 2026 10:00:00 GMT</pubDate></item>"
    )


def rss(*items: str, title: str = "The Paper", channel: str = "") -> bytes:
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://paper.example/</link><language>en-GB</language>{channel}{''.join(items)}</channel></rss>"
    ).encode()


ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Harbour Gazette</title><link href="https://gazette.example/"/><id>urn:gazette</id>
  <updated>2026-09-07T10:00:00Z</updated>
  <entry>
    <title type="text">Ferries &lt; trains</title><id>urn:gazette:1</id>
    <link rel="enclosure" href="/audio.mp3"/><link rel="alternate" href="/news/1"/>
    <author><name>Ina Holm</name></author>
    <published>2026-09-07T11:30:00+02:00</published><updated>2026-09-07T12:00:00+02:00</updated>
    <summary>The short of it.</summary>
    <content type="html">&lt;p&gt;The long of it, &lt;b&gt;all&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</content>
  </entry>
</feed>"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://wire.example/"><title>Wire</title><link>https://wire.example/</link>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<items><rdf:Seq><rdf:li rdf:resource="https://wire.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://wire.example/1"><title>One</title><link>https://wire.example/1</link>
<description>First.</description><dc:creator>A. Desk</dc:creator><dc:date>2026-09-07T08:00:00Z</dc:date></item>
</rdf:RDF>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "home_page_url": "https://notes.example/",
        "language": "de",
        "items": [
            {
                "id": 17,
                "url": "/notes/17",
                "title": "Siebzehn",
                "content_html": "<p>Eins &amp; zwei.</p>",
                "date_published": "2026-09-07T09:00:00.250+01:00",
                "authors": [{"name": "K. Vogt"}],
            }
        ],
    }
).encode()

HTML_PAGE = b"""<!DOCTYPE html><html><head><title>Front page</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"></head><body><p>Hello</body></html>"""
