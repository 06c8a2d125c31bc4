"""Every version of every format that is out there, and the extensions that carry words, give title, link, date and text."""

from __future__ import annotations

import datetime as dt

import pytest

from producers.parse.feed import parse_feed
from producers.parse.model import ParsedEntry, ParsedFeed

TEN = dt.datetime(2026, 9, 7, 10, tzinfo=dt.UTC)
LINK = "https://x.example/1"


def parse(xml: str) -> ParsedFeed:
    return parse_feed(xml.encode(), url="https://x.example/feed")


def only(xml: str) -> ParsedEntry:
    (entry,) = parse(xml).entries
    return entry


@pytest.mark.parametrize(
    ("version", "name"),
    [("0.91", "rss091u"), ("0.92", "rss092"), ("0.93", "rss093"), ("0.94", "rss094"), ("2.0", "rss20"), ("2.0.11", "rss20"),
     ("7", "rss")],
)  # fmt: skip
def test_every_version_of_rss_is_read(version: str, name: str) -> None:
    feed = parse(
        f"<rss version='{version}'><channel><title>T</title><item><title>One</title><link>{LINK}</link>"
        "<description>Text.</description><pubDate>Mon, 07 Sep 2026 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    (entry,) = feed.entries
    assert (feed.format, entry.title, entry.url, entry.summary, entry.published) == (name, "One", LINK, "Text.", TEN)


def test_rss_090_is_read() -> None:
    feed = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>T</title></channel><item><title>One</title><link>{LINK}</link></item></rdf:RDF>"
    )
    assert (feed.format, feed.entries[0].title, feed.entries[0].url) == ("rss090", "One", LINK)


@pytest.mark.parametrize(
    "content",
    ['mode="escaped">&lt;p&gt;All.&lt;/p&gt;<', 'mode="base64">PHA+QWxsLjwvcD4=<', 'mode="xml"><p>All.</p><'],
)
def test_atom_03_is_read_in_all_its_modes(content: str) -> None:
    feed = parse(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title mode="escaped">One</title>'
        f'<link rel="alternate" type="text/html" href="{LINK}"/><id>tag:x.example,2026:1</id><author><name>Ina</name></author>'
        "<issued>2026-09-07T10:00:00Z</issued><modified>2026-09-07T10:00:00Z</modified><summary>Short.</summary>"
        f'<content type="text/html" {content}/content></entry></feed>'
    )
    (entry,) = feed.entries
    assert (feed.format, entry.title, entry.url, entry.body, entry.summary) == ("atom03", "One", LINK, "All.", "Short.")
    assert (entry.published, entry.authors) == (TEN, ("Ina",))


def test_atom_10_with_xhtml_and_bases_of_its_own_is_read() -> None:
    entry = only(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/news/"><title>T</title>'
        '<entry xml:base="world/"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> move</div></title>'
        '<link href="1"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>'
        "</entry></feed>"
    )
    assert (entry.title, entry.url) == ("A bold move", "https://x.example/news/world/1")
    assert entry.body == "One.\n\nTwo."


ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


def test_a_podcast_that_speaks_in_itunes_elements_alone_is_read() -> None:
    entry = only(
        f"<rss version='2.0' {ITUNES}><channel><title>T</title><item><itunes:title>Episode one</itunes:title>"
        "<guid>episode-1</guid><enclosure url='https://x.example/1.mp3' type='audio/mpeg' length='1'/>"
        "<itunes:author>Ina Holm</itunes:author><itunes:subtitle>What was said.</itunes:subtitle></item></channel></rss>"
    )
    assert (entry.title, entry.summary, entry.authors) == ("Episode one", "What was said.", ("Ina Holm",))


def test_a_guid_that_is_no_address_is_no_link() -> None:
    item = "<rss version='2.0'><channel><title>T</title><item><title>One</title><guid>{}</guid></item></channel></rss>"
    assert (only(item.format("episode-1")).url, only(item.format("episode-1")).guid) == ("", "episode-1")
    assert only(item.format(LINK)).url == LINK
    assert only(item.format("/1")).url == LINK


def test_the_caption_of_a_picture_is_not_the_text_of_its_article() -> None:
    caption = (
        "<media:content url='https://x.example/1.jpg'><media:title>A photo</media:title><media:credit>A. Lens</media:credit>"
        "<media:description>Ministers smiling</media:description></media:content>"
    )
    words = f"<title>Talks fail</title><link>{LINK}</link><description>The talks failed.</description>"
    for content in (caption + words, words + caption):
        entry = only(f"<rss version='2.0' {MEDIA}><channel><title>T</title><item>{content}</item></channel></rss>")
        assert (entry.title, entry.summary, entry.body) == ("Talks fail", "The talks failed.", "")


def test_of_a_video_the_description_is_the_text() -> None:
    entry = only(
        f'<feed xmlns="http://www.w3.org/2005/Atom" {MEDIA}><title>T</title><entry><id>yt:video:1</id><title>A speech</title>'
        f'<link rel="alternate" href="{LINK}"/><media:group><media:title>A speech</media:title>'
        "<media:description>The speech in full.</media:description></media:group></entry></feed>"
    )
    assert (entry.title, entry.url, entry.summary) == ("A speech", LINK, "The speech in full.")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("blank lines and a comment", "\n\n<!-- cached -->", ""),
        ("a warning of the server's", "<br />\n<b>Warning</b>: include() in feed.php\n", ""),
        ("a script", "", "<script>track()</script>"),
        ("a byte order mark", "\ufeff", ""),
        ("a style sheet", "<?xml-stylesheet href='x.xsl' type='text/xsl'?>", ""),
    ],
)
def test_what_stands_around_a_feed_does_not_spoil_it(name: str, before: str, after: str) -> None:
    feed = f"<rss version='2.0'><channel><title>T</title><item><title>One</title><link>{LINK}</link></item></channel></rss>"
    entry = only(before + feed + after)
    assert (entry.title, entry.url) == ("One", LINK), name


def test_names_of_elements_in_capitals_and_without_their_namespaces_are_read() -> None:
    entry = only(
        f"<RSS VERSION='2.0'><CHANNEL><TITLE>T</TITLE><ITEM><TITLE>One</TITLE><LINK>{LINK}</LINK></ITEM></CHANNEL></RSS>"
    )
    assert (entry.title, entry.url) == ("One", LINK)
    entry = only(
        f"<rss version='2.0'><channel><title>T</title><item><title>One</title><link>{LINK}</link>"
        "<content:encoded>&lt;p&gt;All.&lt;/p&gt;</content:encoded><dc:creator>Ina</dc:creator></item></channel></rss>"
    )
    assert (entry.body, entry.authors) == ("All.", ("Ina",))
