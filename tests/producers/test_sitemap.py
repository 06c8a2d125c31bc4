"""Sitemaps and news sitemaps: what is read of good ones, wrong ones, huge ones and hostile ones."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest

from brinkwatch.errors import ParseError
from brinkwatch.settings import Settings
from brinkwatch.workers import WorkerPool
from producers.parse.feed import parse_feed
from producers.parse.sitemap import SITEMAP_ENTRIES, parse_sitemap
from producers.poll.check import check_feed
from tests.producers.misbehaving import FeedServer

URL = "https://paper.example/news-sitemap.xml"
NEWS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
NOON = dt.datetime(2026, 9, 7, 12, tzinfo=dt.UTC)


def listed(number: int, date: str = "2026-09-07T14:00:00+02:00") -> str:
    return (
        f"<url><loc>https://paper.example/{number}</loc><lastmod>2026-09-07</lastmod>"
        "<xhtml:link rel='alternate' hreflang='de' href='https://paper.example/de'/>"
        "<image:image><image:loc>https://paper.example/i.jpg</image:loc><image:title>A picture</image:title></image:image>"
        "<news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>Bridge &amp;amp; ferry {number}</news:title><news:keywords>ferry, bridge, ferry</news:keywords>"
        "</news:news></url>"
    )


def urlset(*items: str, attributes: str = NEWS) -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8'?><urlset {attributes}>{''.join(items)}</urlset>".encode()


def test_a_news_sitemap_is_a_feed_with_title_date_link_language_publication_and_keywords() -> None:
    feed = parse_feed(urlset(listed(1), listed(2)), url=URL)
    assert (feed.format, feed.title, feed.language, feed.problems) == ("sitemap-news", "The Paper", "en", ())
    entry = feed.entries[0]
    assert (entry.url, entry.title, entry.published) == ("https://paper.example/1", "Bridge & ferry 1", NOON)
    assert (entry.language, entry.keywords) == ("en", ("ferry", "bridge"))


@pytest.mark.parametrize(
    "attributes",
    ["", 'xmlns="http://www.google.com/schemas/sitemap/0.84" xmlns:news="http://wrong.example/"', 'xmlns:news="x"'],
)
def test_namespaces_that_are_wrong_or_missing_do_not_matter(attributes: str) -> None:
    assert parse_feed(urlset(listed(1), attributes=attributes), url=URL).entries[0].title == "Bridge & ferry 1"


def test_broken_dates_are_read_where_they_can_be_and_told_where_not() -> None:
    feed = parse_feed(urlset(listed(1, "7 September 2026 12:00 UTC"), listed(2, "soon")), url=URL)
    assert [entry.published for entry in feed.entries] == [NOON, None]
    assert "1 dates could not be read." in feed.problems


def test_a_sitemap_that_ends_too_early_gives_its_whole_entries_and_says_so() -> None:
    body = urlset(listed(1), listed(2))
    feed = parse_feed(body[: body.index(b"ferry 2")], url=URL)
    assert [entry.url for entry in feed.entries] == ["https://paper.example/1"]
    assert feed.cut
    assert "ends too early" in feed.problems[0]


def test_more_entries_than_the_protocol_allows_are_cut_and_counted() -> None:
    many = urlset(*(f"<url><loc>https://paper.example/{n}</loc></url>" for n in range(SITEMAP_ENTRIES + 5)))
    found = parse_sitemap(many, url=URL)
    assert len(found.entries) == SITEMAP_ENTRIES
    assert found.problems == ("It has 50,005 entries; the first 50,000 were taken.",)


def test_entities_of_a_sitemaps_own_are_left_out() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    body = urlset("<url><loc>https://paper.example/1</loc><news:news><news:title>&a;</news:title></news:news></url>")
    feed = parse_feed(body.replace(b"<urlset", bomb.encode() + b"<urlset"), url=URL)
    assert feed.entries[0].title == ""
    assert "entities of its own" in feed.problems[0]


def test_an_index_names_its_sitemaps_and_is_no_feed() -> None:
    body = (
        b"<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2026-09-07T12:00:00Z</lastmod></sitemap></sitemapindex>"
    )
    (child,) = parse_sitemap(body, url=URL).children
    assert (child.url, child.modified) == ("https://paper.example/a.xml.gz", NOON)
    with pytest.raises(ParseError, match="index of 1 sitemaps"):
        parse_feed(body, url=URL)


def test_a_sitemap_without_news_is_no_feed_and_an_empty_one_with_news_is() -> None:
    with pytest.raises(ParseError, match="without news"):
        parse_feed(urlset("<url><loc>https://paper.example/1</loc></url>"), url=URL)
    assert parse_feed(urlset(), url=URL).entries == ()


async def test_a_gzipped_news_sitemap_is_checked_like_any_feed(server: FeedServer, settings: Settings) -> None:
    url = server.gives("/news.xml.gz", gzip.compress(urlset(listed(1))), content_type="application/gzip")
    found = await check_feed(url, settings)
    assert (found.error, found.format, found.entries[0].title) == (None, "sitemap-news", "Bridge & ferry 1")
    assert found.entries[0].keywords == ("ferry", "bridge")


async def test_a_huge_sitemap_is_read_in_the_workers_limits(pool: WorkerPool) -> None:
    many = urlset(*(listed(n) for n in range(20_000)))
    found = await pool.run(parse_sitemap, many, url=URL)
    assert len(found.entries) == 20_000
