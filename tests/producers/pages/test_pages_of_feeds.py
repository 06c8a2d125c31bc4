"""Pages are fetched where they are wanted and allowed; what stands in the way costs the page and never the article."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import socket
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from brinkwatch.models import FeedState, RawArticle
from brinkwatch.settings import Settings
from producers.fetch.client import Client, FetchRequest
from producers.pages.decide import is_teaser, wants_page
from producers.pages.extract import Page
from producers.pages.pace import Pacer
from producers.pages.site import path_matches
from producers.parse.model import ParsedEntry
from producers.poll.pages import PageGetter
from producers.poll.poller import Poller
from tests.producers.conftest import FeedServer
from tests.producers.feeds import feed, item, rss
from tests.producers.memory import InlineWorkers, MemoryStore
from tests.producers.pages.styles import CONSENT, PARAGRAPHS, PAYWALLS, STYLES

ARTICLE = STYLES[0].html.encode()
HTML = "text/html; charset=utf-8"


def entry(url: str, summary: str = "The short of it.", **given: Any) -> ParsedEntry:
    return ParsedEntry(url=url, title="Patrol boats", summary=summary, **given)


async def pages(settings: Settings, *urls: str, **given: Any) -> Mapping[str, Page]:
    settings = settings.model_copy(update={"full_text": "auto", **given})
    async with Client(settings) as client:
        getter = PageGetter(client, InlineWorkers(), settings)
        return await getter.get(feed(), [entry(url) for url in urls])


# which pages are wanted


def test_a_teaser_is_short_or_says_that_it_goes_on() -> None:
    long = "A sentence of a report that has many like it. " * 30
    assert is_teaser(ParsedEntry(summary="Two boats collided on Thursday."))
    assert is_teaser(ParsedEntry(summary=long[:900] + " […]"))
    assert is_teaser(ParsedEntry(summary=long[:900] + " Continue reading Patrol boats collide"))
    assert not is_teaser(ParsedEntry(summary="Short.", body=long))
    assert not is_teaser(ParsedEntry(body=long))


def test_auto_asks_for_the_pages_of_teasers_on_for_all_and_off_for_none() -> None:
    teaser, whole = entry("https://paper.example/1"), entry("https://paper.example/2", body="Much of it. " * 200)
    assert [wants_page("auto", e) for e in (teaser, whole)] == [True, False]
    assert [wants_page("on", e) for e in (teaser, whole)] == [True, True]
    assert [wants_page("off", e) for e in (teaser, whole)] == [False, False]
    assert not wants_page("on", ParsedEntry(title="Without a link"))


async def test_the_text_of_the_page_becomes_the_articles(server: FeedServer, settings: Settings) -> None:
    link = server.gives("/news/1", ARTICLE, content_type=HTML)
    address = server.gives(
        "/feed", rss(item(1, link=link), item(2, text="<p>Long.</p>" * 200, link=server.url("/news/2")))
    )
    (short, long), _ = await polled(settings, address, full_text="auto")
    assert (short.text_origin, long.text_origin) == ("page", "feed")
    assert all(paragraph in short.body for paragraph in PARAGRAPHS)
    assert short.title == "Headline 1" and short.url == link
    assert [request.path for request in server.requests] == ["/feed", "/robots.txt", "/news/1"]


async def test_a_feed_of_its_own_mind_wins_over_the_setting(server: FeedServer, settings: Settings) -> None:
    link = server.gives("/news/1", ARTICLE, content_type=HTML)
    address = server.gives("/feed", rss(item(1, link=link)))
    assert (await polled(settings, address, full_text="auto", of_feed="off"))[0][0].text_origin == "feed"
    assert (await polled(settings, address, full_text="off", of_feed="on"))[0][0].text_origin == "page"


async def test_no_page_is_fetched_again_for_an_article_that_is_known(server: FeedServer, settings: Settings) -> None:
    link = server.gives("/news/1", ARTICLE, content_type=HTML)
    address = server.gives("/feed", rss(item(1, link=link)))
    _, store = await polled(settings, address, full_text="on")
    server.gives("/feed", rss(item(1, link=link), item(2, link=link + "2")))
    await polled(settings, address, full_text="on", store=store)
    assert [request.path for request in server.requests].count("/news/1") == 1


async def test_only_so_many_pages_are_fetched_for_one_poll(server: FeedServer, settings: Settings) -> None:
    urls = [server.gives(f"/news/{n}", ARTICLE, content_type=HTML) for n in range(5)]
    assert list(await pages(settings, *urls, pages_per_poll=3)) == urls[:3]


# what stands in the way


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 404), (b"no", 403), (b"", 500), (CONSENT.encode(), 200), (PAYWALLS[0].encode(), 200), (b"<html></html>", 200),
     (b"%PDF-1.7", 200)],
)  # fmt: skip
async def test_a_page_that_is_no_article_leaves_the_article_as_the_feed_gave_it(
    body: bytes, status: int, server: FeedServer, settings: Settings
) -> None:
    link = server.gives("/news/1", body, status=status, content_type=HTML)
    (article,), _ = await polled(settings, server.gives("/feed", rss(item(1, link=link))), full_text="on")
    assert (article.text_origin, article.summary) == ("feed", "What happened in case 1.")


async def test_a_page_that_leads_to_a_front_page_or_a_consent_page_is_not_read(
    server: FeedServer, settings: Settings
) -> None:
    home, wall = server.gives("/", ARTICLE, content_type=HTML), server.gives("/consent", ARTICLE, content_type=HTML)
    gone = server.gives("/news/1", status=302, headers={"Location": home})
    asked = server.gives("/news/2", status=302, headers={"Location": wall})
    assert await pages(settings, gone, asked) == {}


async def test_robots_txt_is_kept_to(server: FeedServer, settings: Settings) -> None:
    rules = b"User-agent: brinkwatch\nDisallow: /paid/\n\nUser-agent: *\nDisallow: /"
    server.gives("/robots.txt", rules, content_type="text/plain")
    free = server.gives("/news/1", ARTICLE, content_type=HTML)
    paid = server.gives("/paid/1", ARTICLE, content_type=HTML)
    assert list(await pages(settings, free, paid)) == [free]
    assert [request.path for request in server.requests] == ["/robots.txt", "/news/1"]


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (410, True), (500, False), (503, False), (429, False)]
)
async def test_a_missing_robots_txt_allows_and_a_failing_one_does_not(
    status: int, allowed: bool, server: FeedServer, settings: Settings
) -> None:
    server.gives("/robots.txt", b"", status=status)
    assert bool(await pages(settings, server.gives("/news/1", ARTICLE, content_type=HTML))) is allowed


FORBIDS = b"User-agent: *\nDisallow: /news/"


@pytest.mark.parametrize(
    ("what", "rules", "allowed"),
    [
        ("a page for everything that is not there", b"<!DOCTYPE html><html><body>Disallow: /</body></html>", True),
        ("bytes", bytes(range(256)) * 40, True),
        ("a byte order mark", b"\xef\xbb\xbf" + FORBIDS, False),
        ("the line ends of an old Mac", FORBIDS.replace(b"\n", b"\r"), False),
        ("letters of another alphabet", "User-agent: *\nDisallow: /новости\n".encode("cp1251") + FORBIDS, False),
        ("a megabyte that is good at its beginning", FORBIDS + b"\n# filler" * 120_000, False),
        ("a megabyte whose cut rule would forbid all", b"User-agent: *\nDisallow: /" + b"x" * 1_000_000, True),
        ("rules that take long to try", b"User-agent: *\nDisallow: /" + b"*n" * 200 + b"*zz$", True),
        (
            "25,000 rules",
            b"User-agent: *\n" + b"".join(b"Disallow: /%d*x\n" % n for n in range(25_000)) + FORBIDS,
            False,
        ),
    ],
)
async def test_a_robots_txt_of_any_kind_is_read_as_far_as_it_is_one(
    what: str, rules: bytes, allowed: bool, server: FeedServer, settings: Settings
) -> None:
    server.gives("/robots.txt", rules, content_type="text/html")
    url = server.gives("/news/" + "n" * 200, ARTICLE, content_type=HTML)
    assert bool(await pages(settings, url)) is allowed, what


@pytest.mark.parametrize(
    ("location", "allowed"),
    [
        ("/rules", False),
        ("/robots.txt", False),
        ("/none", True),
        ("http://127.0.0.1:1/", False),
        ("file:///etc/passwd", False),
    ],
)
async def test_a_robots_txt_that_redirects_is_followed_and_one_that_leads_nowhere_forbids(
    location: str, allowed: bool, server: FeedServer, settings: Settings
) -> None:
    server.gives("/rules", FORBIDS, content_type="text/plain")
    server.gives("/robots.txt", status=301, headers={"Location": location})
    assert bool(await pages(settings, server.gives("/news/1", ARTICLE, content_type=HTML))) is allowed


async def test_a_link_that_redirects_to_another_site_keeps_to_the_robots_txt_of_that(
    server: FeedServer, settings: Settings
) -> None:
    """Many feeds link to a counter that leads on: its site allows everything, the one it leads to may not."""
    other = FeedServer()
    await other.server.start_server()
    both = settings.model_copy(update={"allow_private": "127.0.0.1"})
    free = server.gives("/1", status=302, headers={"Location": other.gives("/free/1", ARTICLE, content_type=HTML)})
    news = server.gives("/2", status=302, headers={"Location": other.gives("/news/1", ARTICLE, content_type=HTML)})
    other.gives("/robots.txt", FORBIDS)
    assert list(await pages(both, free, news)) == [free]
    assert [request.path for request in other.requests] == ["/robots.txt", "/free/1"]
    await other.server.close()


async def test_a_link_that_redirects_in_a_loop_costs_the_page(server: FeedServer, settings: Settings) -> None:
    assert await pages(settings, server.gives("/news/1", status=302, headers={"Location": "/news/1"})) == {}


@pytest.mark.parametrize("where", ["header", "meta", "file"])
async def test_a_reservation_of_mining_is_kept_to_where_that_is_set(
    where: str, server: FeedServer, settings: Settings
) -> None:
    body, headers = ARTICLE, {}
    if where == "header":
        headers = {"tdm-reservation": "1"}
    elif where == "meta":
        body = ARTICLE.replace(b"<head>", b'<head><meta name="TDM-Reservation" content="1">')
    else:
        rules = b'[{"location": "/open/*", "tdm-reservation": 0}, {"location": "/news/*", "tdm-reservation": 1}]'
        server.gives("/.well-known/tdmrep.json", rules, content_type="application/json")
    link = server.gives("/news/1", body, content_type=HTML, headers=headers)
    address = server.gives("/feed", rss(item(1, link=link)))
    (free,), _ = await polled(settings, address, full_text="on")
    assert (free.text_origin, free.feed.storage) == ("page", "full")
    (kept,), _ = await polled(settings, address, full_text="on", respect_tdm=True)
    assert (kept.text_origin, kept.feed.storage) == ("feed", "metadata")


async def test_a_feed_that_reserves_mining_itself_gives_metadata_only(server: FeedServer, settings: Settings) -> None:
    address = server.gives("/feed", rss(item(1)), headers={"tdm-reservation": "1"})
    assert (await polled(settings, address))[0][0].feed.storage == "full"
    assert (await polled(settings, address, respect_tdm=True))[0][0].feed.storage == "metadata"


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [("/", "/news/1", True), ("/news/*", "/news/1", True), ("/news/*", "/open/1", False), ("/*.html$", "/a/b.html", True),
     ("/*.html$", "/a/b.html?x", False), ("/a$", "/a", True), ("/a$", "/ab", False), ("/*/b/*/d", "/a/b/c/d/e", True),
     ("/*/b/*/d", "/a/d/c/b", False), ("*", "/x", True), ("/a*a$", "/a", False)],
)  # fmt: skip
def test_locations_match_as_in_robots_txt(location: str, path: str, matches: bool) -> None:
    assert path_matches(location, path) is matches


async def test_a_slow_site_holds_its_own_pages_up_and_no_others(server: FeedServer, settings: Settings) -> None:
    async def never(_: web.Request) -> web.Response:
        await server.closing.wait()
        return web.Response()

    slow = server.on("/news/slow", never)
    fast = server.gives("/news/fast", ARTICLE, content_type=HTML)
    assert list(await pages(settings, slow, fast, fetch_timeout=0.5)) == [fast]


# pace


async def test_a_host_gets_one_request_at_a_time_with_a_pause_between() -> None:
    pacer = Pacer(lambda _: 0.03)
    spans: list[tuple[float, float]] = []

    async def ask(host: str) -> None:
        async with pacer.turn(host):
            started = asyncio.get_running_loop().time()
            await asyncio.sleep(0.01)
            spans.append((started, asyncio.get_running_loop().time()))

    await asyncio.gather(*(ask("a.example") for _ in range(4)))
    assert all(later[0] - earlier[1] >= 0.029 for earlier, later in itertools.pairwise(spans))
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(ask(f"{n}.example") for n in range(50)))
    assert asyncio.get_running_loop().time() - started < 1


# helpers


async def polled(
    settings: Settings, address: str, *, of_feed: str | None = None, store: MemoryStore | None = None, **given: Any
) -> tuple[list[RawArticle], MemoryStore]:
    """The articles of one poll, by a real client."""
    settings = settings.model_copy(update=given)
    store = store or MemoryStore([feed(address, full_text=of_feed)])
    before = len(store.articles)
    async with Client(settings) as client:
        poller = Poller(store, store, store, client, InlineWorkers(), settings, clock=lambda: dt.datetime.now(dt.UTC))
        await poller.poll_once()
    assert isinstance(store.states[next(iter(store.states))], FeedState)
    return store.articles[before:], store


async def test_a_feed_is_not_fetched_while_its_host_is_asked_for_a_page(server: FeedServer, settings: Settings) -> None:
    at_once, most = 0, 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        return web.Response(body=rss() if request.path == "/feed" else ARTICLE, content_type="text/html")

    urls = [server.on(f"/news/{n}", slow) for n in range(5)]
    address = server.on("/feed", slow)
    settings = settings.model_copy(update={"full_text": "on"})
    async with Client(settings) as client:
        getter = PageGetter(client, InlineWorkers(), settings)
        feeds = [getter.for_feeds.fetch(FetchRequest(address)) for _ in range(5)]
        await asyncio.gather(getter.get(feed(), [entry(url) for url in urls]), *feeds)
    assert (len(server.requests), most) == (11, 1)


@pytest.mark.parametrize(
    "inside",
    ["http://169.254.169.254/latest/meta-data/x", "http://127.1:{port}/x", "http://0x7f000001:{port}/x", "http://[::1]/x",
     "http://[::ffff:127.0.0.1]:{port}/x", "file:///etc/passwd", "http://localhost.:{port}/x"],
)  # fmt: skip
async def test_no_page_comes_from_the_inside(inside: str, server: FeedServer, settings: Settings) -> None:
    """Links of entries are written by strangers: the guard of feeds is theirs, too, and of every redirect."""
    public = settings.model_copy(update={"allow_private": ""})
    inside = inside.format(port=server.server.port)
    assert await pages(public, inside) == {}
    assert not server.requests
    asked = server.gives("/news/1", status=302, headers={"Location": inside})
    hosts = settings.model_copy(update={"allow_private": f"feeds.mine.example:{server.server.port}"})

    def look_up(host: str, port: int, *_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with Client(hosts, look_up=look_up) as client:
        getter = PageGetter(client, InlineWorkers(), hosts.model_copy(update={"full_text": "on"}))
        assert await getter.get(feed(), [entry(asked.replace("127.0.0.1", "feeds.mine.example"))]) == {}
    assert [request.path for request in server.requests] == ["/robots.txt", "/news/1"]
