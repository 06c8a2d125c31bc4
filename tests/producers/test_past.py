"""The past of a site: archives and sitemaps are found and read politely, and fill what is not known yet."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest
from aiohttp import web

from brinkwatch.models import FeedState
from brinkwatch.models.feed import Feed
from brinkwatch.settings import Settings, read_settings
from producers.fetch.client import Client
from producers.identify.articles import candidate_ids
from producers.parse.model import ParsedEntry
from producers.past.fill import Filled, Filler
from producers.past.sources import Past, Span
from producers.poll.pages import PageGetter
from producers.poll.poller import Poller
from producers.registry.feeds import make_feed
from producers.schedule.words import gap_told
from tests.producers.feeds import NOW, rss
from tests.producers.feeds import item as written
from tests.producers.memory import InlineWorkers, MemoryStore
from tests.producers.misbehaving import FeedServer

SENTENCE = "The harbour office said on Monday that the ferry to the island would run again from the end of the week. "


def page(number: int) -> bytes:
    text = "".join(f"<p>{SENTENCE * 4}Case {number}, part {part}.</p>" for part in range(4))
    return (
        f"<html><head><title>Ferry {number}</title></head><body><article><h1>Ferry {number}</h1>{text}"
        "</article></body></html>"
    ).encode()


def urlset(*links: str, lastmod: str = "2026-09-05") -> bytes:
    listed = "".join(f"<url><loc>{link}</loc><lastmod>{lastmod}</lastmod></url>" for link in links)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{listed}</urlset>".encode()


class Site:
    """A site with one feed, and what fills from its past."""

    def __init__(self, server: FeedServer, settings: Settings) -> None:
        self.server, self.settings, self.store = server, settings, MemoryStore()
        self.feed = make_feed(server.url("/feed"))
        server.gives("/robots.txt", b"", content_type="text/plain")
        server.gives("/feed", rss(self.item(9)))

    def item(self, number: int) -> str:
        return written(number, link=self.server.url(f"/story/{number}"))

    def stories(self, *numbers: int) -> list[str]:
        return [self.server.gives(f"/story/{n}", page(n), content_type="text/html") for n in numbers]

    async def fill(self, span: Span = Span(), limit: int = 100, **given: Any) -> Filled:  # noqa: B008 immutable
        feed: Feed = given.pop("feed", self.feed)
        async with Client(self.settings) as client:
            getter = PageGetter(client, InlineWorkers(), self.settings)
            past = Past(getter, InlineWorkers(), self.settings)
            filler = Filler(past, getter, self.store, self.store, clock=lambda: NOW, max_chars=10_000)
            return await filler.fill(feed, FeedState(feed_id=feed.id), span, limit=limit, silent="first-poll", **given)

    @property
    def titles(self) -> list[str]:
        return [article.title for article in self.store.articles]

    @property
    def asked(self) -> list[str]:
        return [request.path_qs for request in self.server.requests]


@pytest.fixture
def site(server: FeedServer, settings: Settings) -> Site:
    return Site(server, settings)


async def test_archives_of_rfc_5005_are_followed_back_and_their_articles_are_silent(site: Site) -> None:
    older = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='prev-archive' href='{site.server.url('/old')}'/>"
    site.server.gives("/feed", rss(site.item(9), channel=older))
    site.server.gives("/old", rss(site.item(8), site.item(7)))
    assert (await site.fill()).filled == 3
    assert site.titles == ["Headline 9", "Headline 8", "Headline 7"]
    assert {article.silent for article in site.store.articles} == {"first-poll"}


async def test_wordpress_is_asked_page_by_page_until_it_has_no_more(site: Site) -> None:
    generator = "<generator>https://wordpress.org/?v=6.8</generator>"

    async def feed(request: web.Request) -> web.Response:
        number = int(request.query.get("paged", "1"))
        if number > 3:
            return web.Response(status=404)
        return web.Response(body=rss(site.item(10 - number), channel=generator), content_type="application/xml")

    site.server.on("/feed", feed)
    await site.fill()
    assert site.titles == ["Headline 9", "Headline 8", "Headline 7"]
    assert "/feed?paged=4" in site.asked
    assert "/feed?paged=5" not in site.asked


async def test_sitemaps_that_robots_txt_names_are_read_through_their_index_and_their_pages_fetched(site: Site) -> None:
    first, second = site.stories(1, 2)
    index = site.server.url("/index.xml")
    site.server.gives("/robots.txt", f"Sitemap: {index}\nUser-agent: *\nDisallow: /story/2".encode())
    site.server.gives(
        "/index.xml",
        f"<sitemapindex><sitemap><loc>{site.server.url('/posts.xml.gz')}</loc></sitemap>"
        f"<sitemap><loc>{site.server.url('/video.xml')}</loc></sitemap></sitemapindex>".encode(),
    )
    site.server.gives("/posts.xml.gz", gzip.compress(urlset(first, second, "https://other.example/3")))
    done = await site.fill()
    assert site.titles == ["Headline 9", "Ferry 1"]
    assert site.store.articles[1].text_origin == "page"
    assert done == Filled(seen=3, filled=2, refused=1)
    assert not {"/story/2", "/video.xml", "/sitemap.xml"} & set(site.asked)


async def test_where_robots_txt_names_none_the_usual_places_are_tried(site: Site) -> None:
    site.server.gives("/sitemap.xml", urlset(*site.stories(1)))
    await site.fill()
    assert site.titles == ["Headline 9", "Ferry 1"]


async def test_a_second_run_goes_on_where_the_first_one_stopped(site: Site) -> None:
    site.server.gives("/sitemap.xml", urlset(*site.stories(1, 2, 3)))
    assert (await site.fill(limit=2)).filled == 2
    before = len(site.server.requests)
    assert await site.fill(limit=2) == Filled(seen=4, known=2, filled=2)
    assert site.titles == ["Headline 9", "Ferry 1", "Ferry 2", "Ferry 3"]
    assert "/story/1" not in site.asked[before:]


async def test_what_is_older_than_wanted_or_erased_is_left_alone(site: Site) -> None:
    links = site.stories(1, 2)
    site.server.gives("/sitemap.xml", urlset(links[0], lastmod="2026-08-01"))
    site.server.gives("/news-sitemap.xml", urlset(links[1]))
    site.store.tombstones |= set(candidate_ids(site.feed.id, [ParsedEntry(url=links[1])]))
    await site.fill(Span(since=NOW.replace(day=1)))
    assert site.titles == ["Headline 9"]
    assert not {"/story/1", "/story/2"} & set(site.asked)


async def test_a_feed_whose_pages_are_off_gets_none_and_its_storage_policy_goes_with_its_articles(site: Site) -> None:
    site.server.gives("/sitemap.xml", urlset(*site.stories(1)))
    await site.fill(feed=make_feed(site.feed.url, full_text="off", storage="excerpt"))
    assert [(a.title, a.feed.storage) for a in site.store.articles] == [("Headline 9", "excerpt")]
    assert "/story/1" not in site.asked


async def test_a_reservation_of_text_and_data_mining_leaves_metadata_or_nothing(server: FeedServer) -> None:
    own = read_settings(allow_private=f"127.0.0.1:{server.server.port}", respect_tdm=True)
    site = Site(server, own)
    (link,) = site.stories(1)
    server.gives("/story/1", page(1), content_type="text/html", headers={"tdm-reservation": "1"})
    server.gives("/sitemap.xml", urlset(link))
    server.gives("/feed", rss(site.item(9)), headers={"tdm-reservation": "1"})
    await site.fill()
    assert [article.feed.storage for article in site.store.articles] == ["metadata"]
    assert all(SENTENCE not in article.text for article in site.store.articles)


GAP_LINES = (
    "<news:news><news:publication_date>{date}</news:publication_date><news:title>{title}</news:title></news:news>"
)


async def test_a_gap_is_filled_from_the_news_sitemap_told_and_kept(server: FeedServer, settings: Settings) -> None:
    def entries(*hours: int) -> bytes:
        dates = {hour: (NOW + dt.timedelta(hours=hour)).strftime("%a, %d %b %Y %H:%M:%S GMT") for hour in hours}
        items = (
            written(hour, link=server.url(f"/story/{hour}")).replace("Mon, 07 Sep 2026 10:00:00 GMT", date)
            for hour, date in dates.items()
        )
        return rss(*items)

    def news(hour: int) -> str:
        date = (NOW + dt.timedelta(hours=hour)).isoformat()
        lines = GAP_LINES.format(date=date, title=f"News {hour}")
        return f"<url><loc>{server.url(f'/story/{hour}')}</loc>{lines}</url>"

    url = server.gives("/feed", entries(-2, -1))
    server.gives("/robots.txt", b"", content_type="text/plain")
    listed = "".join(news(hour) for hour in (-3, -1, 1, 2, 5))
    server.gives("/news-sitemap.xml", f"<urlset>{listed}</urlset>".encode())
    store, now = MemoryStore([make_feed(url)]), NOW
    async with Client(settings) as client:
        poller = Poller(store, store, store, client, InlineWorkers(), settings, clock=lambda: now, jitter=lambda: 0.0)
        await poller.poll_once()
        assert not [request for request in server.requests if "sitemap" in request.path]
        server.gives("/feed", entries(4, 5))
        now = NOW + dt.timedelta(hours=6)
        await poller.poll_once()
    late = [article for article in store.articles if article.title.startswith("News")]
    assert [(article.title, article.silent) for article in late] == [("News 1", None), ("News 2", None)]
    (state,) = store.states.values()
    (gap,) = state.gaps
    assert gap.filled == 2
    assert "2 found since" in gap_told(gap)
