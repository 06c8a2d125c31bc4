"""`feeds check` explains every address within its time, and finds the feed that a page names."""

from __future__ import annotations

import asyncio
import gzip

import msgspec
import pytest
from aiohttp import web

from brinkwatch.errors import BrinkwatchError, UsageError
from brinkwatch.settings import Settings
from producers.poll import check
from producers.poll.check import check_feed
from producers.poll.discover import discover
from tests.producers.conftest import FeedServer
from tests.producers.feeds import ATOM, HTML_PAGE, JSON_FEED, RDF, item, rss


async def test_a_good_feed_is_shown_as_it_would_be_stored(server: FeedServer, settings: Settings) -> None:
    server.gives("/feed", rss(item(1, text="<p>One.</p>"), item(1), item(2)))
    url = server.gives("/old", status=301, headers={"Location": "/feed"})
    found = await check_feed(url, settings)
    printed = msgspec.to_builtins(found)
    assert list(printed) == ["url", "final_url", "status", "format", "title", "entries", "problems", "error"]
    assert (found.url, found.final_url, found.status) == (url, server.url("/feed"), 200)
    assert (found.format, found.title, found.error) == ("rss20", "The Paper", None)
    assert [entry.title for entry in found.entries] == ["Headline 1", "Headline 2"]
    assert list(printed["entries"][0]) == ["id", "url", "title", "published", "text"]
    assert found.entries[0].published == "2026-09-07T10:00:00Z"
    assert found.entries[0].text == "One."


@pytest.mark.parametrize(
    ("body", "name"), [(ATOM, "atom10"), (RDF, "rss10"), (JSON_FEED, "json11"), (rss(item(1)), "rss20")]
)
async def test_every_format_is_named(body: bytes, name: str, server: FeedServer, settings: Settings) -> None:
    found = await check_feed(server.gives("/feed", body), settings)
    assert (found.format, len(found.entries), found.error) == (name, 1, None)


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/page", HTML_PAGE, 200, "is an HTML page"),
        ("/missing", b"", 404, "answered 404"),
        ("/empty", b"", 200, "is empty"),
        ("/text", b"not xml at all", 200, "neither XML nor JSON"),
        ("/bomb", gzip.compress(bytes(100_000_000)), 200, "after decompression"),
        ("/fat", b"<rss>" + b" " * 11_000_000, 200, "larger than 10,000,000 bytes"),
    ],
)
async def test_what_is_no_usable_feed_has_an_error_that_names_it(
    path: str, body: bytes, status: int, words: str, server: FeedServer, settings: Settings
) -> None:
    url = server.gives(path, body, status=status)
    found = await check_feed(url, settings)
    assert found.error is not None
    assert words in found.error and url in found.error
    assert found.status == status
    assert found.entries == ()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:1/", "http://[::1]/", "", "nonsense", "http://"]
)
async def test_an_address_that_must_not_or_cannot_be_fetched_has_an_error(url: str, settings: Settings) -> None:
    found = await check_feed(url, settings)
    assert found.error
    assert "root:" not in found.error


async def test_a_check_ends_whatever_the_other_side_does(
    server: FeedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not server.closing.is_set():
            await response.write(b"<!-- -->")
            await asyncio.sleep(0.01)
        return response

    monkeypatch.setattr(check, "_FETCH_SECONDS", 0.3)
    found = await check_feed(server.on("/drip", drip), settings)
    assert found.error is not None and "not complete" in found.error
    assert check._FETCH_SECONDS + 1 < check._ALL_SECONDS < 30


async def test_the_feed_that_a_page_names_is_discovered(server: FeedServer, settings: Settings) -> None:
    server.gives("/news.xml", rss(item(1), title="News"))
    page = server.gives("/", HTML_PAGE, content_type="text/html")
    found = await discover(page, settings)
    assert found.url == server.url("/news.xml")
    assert found.parsed is not None and found.parsed.title == "News"
    assert any("/comments.xml" in note for note in found.notes)


async def test_a_server_that_is_down_now_does_not_keep_a_feed_out(server: FeedServer, settings: Settings) -> None:
    found = await discover(server.gives("/feed", status=503), settings)
    assert found.parsed is None
    assert "added unchecked" in found.notes[0]


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html><body>no feed here</body></html>", 200), (b"", 404), (b"", 410), (b"text", 200)]
)
async def test_what_is_no_feed_is_not_added(body: bytes, status: int, server: FeedServer, settings: Settings) -> None:
    with pytest.raises(BrinkwatchError):
        await discover(server.gives("/x", body, status=status), settings)


async def test_an_inside_address_and_another_scheme_are_not_added(settings: Settings) -> None:
    with pytest.raises(BrinkwatchError, match="leads inside"):
        await discover("http://127.0.0.1:1/feed", settings)
    with pytest.raises(UsageError):
        await discover("file:///etc/passwd", settings)
