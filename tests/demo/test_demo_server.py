"""The demo server over real HTTP, read with feedparser as the product reads feeds."""

from __future__ import annotations

import asyncio
import calendar
import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import pytest

from brinkwatch.demo.__main__ import main
from brinkwatch.demo.samples import Seeds, seeds_dir
from brinkwatch.demo.server import ITEMS_PER_FEED, DemoServer, serve
from brinkwatch.demo.timetable import Timetable
from brinkwatch.errors import UsageError
from brinkwatch.models import Feed
from producers.parse.feed import parse_feed
from producers.registry.opml import read_opml
from tests.demo.conftest import EVERY, HEAD, START, MovableClock

EXPECTED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
VERSIONS = {"rss": "rss20", "atom": "atom10", "rdf": "rss10"}


def address(demo: DemoServer, seeds: Seeds, name: str) -> str:
    return demo.url + next(feed.path for feed in seeds.feeds if feed.id == name)


async def get(client: aiohttp.ClientSession, url: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}) as response:
        return response, await response.read()


async def read(client: aiohttp.ClientSession, url: str) -> Any:
    response, body = await get(client, url)
    assert response.status == 200
    return feedparser.parse(io.BytesIO(body), response_headers={"content-type": response.headers["Content-Type"]})


@pytest.mark.parametrize("format_", ["rss", "atom", "rdf"])
async def test_feedparser_reads_every_xml_feed_as_what_it_is(
    format_: str, demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    table = Timetable(seeds.samples, START, EVERY, HEAD, variations=seeds.variations)
    clock.advance(120)
    for feed in (feed for feed in seeds.feeds if feed.format == format_):
        response, body = await get(client, demo.url + feed.path)
        assert response.content_type == EXPECTED_TYPES[format_]
        assert response.charset == "utf-8"
        parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-type": response.headers["Content-Type"]})
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert parsed.version == VERSIONS[format_]
        assert parsed.feed.title == feed.title
        assert parsed.feed.get("language", feed.language) == feed.language
        newest = {issue.id: issue for issue in table.latest(clock()) if issue.sample.feed == feed.id}
        issues = sorted(newest.values(), key=lambda issue: -issue.number)
        assert [entry.title for entry in parsed.entries] == [issue.title for issue in issues]
        for entry, issue in zip(parsed.entries, issues, strict=True):
            assert entry.link == entry.id == demo.url + issue.path
            assert entry.author == issue.sample.author
            published = entry.get("published_parsed") or entry.updated_parsed
            assert calendar.timegm(published) == int(issue.published.timestamp())
            assert entry.summary == issue.summary
            if feed.delivers == "text":
                assert entry.content[0].value == "".join(f"<p>{part}</p>" for part in issue.text.split("\n\n"))
            else:
                assert "content" not in entry


async def test_json_feeds_carry_the_same(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    clock.advance(120)
    for feed in (feed for feed in seeds.feeds if feed.format == "json"):
        response, body = await get(client, demo.url + feed.path)
        document = json.loads(body)
        assert response.content_type == EXPECTED_TYPES["json"]
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert document["feed_url"] == demo.url + feed.path
        assert document["language"] == feed.language
        assert document["items"]
        for item in document["items"]:
            assert item["id"] == item["url"]
            assert item["content_html"].startswith("<p>")
            assert item["title"] and item["authors"][0]["name"]
            assert dt.datetime.fromisoformat(item["date_published"]) <= clock()


async def test_dates_are_near_now(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    clock.advance(86400)
    for feed in (feed for feed in seeds.feeds if feed.format != "json"):
        for entry in (await read(client, demo.url + feed.path)).entries:
            published = calendar.timegm(entry.get("published_parsed") or entry.updated_parsed)
            assert clock().timestamp() - 6 * 3600 < published <= clock().timestamp()


async def test_a_feed_that_has_not_changed_answers_304_to_its_etag_and_to_its_date(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    url = address(demo, seeds, "meridian-wire")
    response, body = await get(client, url)
    assert body
    etag, date = response.headers["ETag"], response.headers["Last-Modified"]
    for condition in ({"If_None_Match": etag}, {"If_Modified_Since": date}, {"If_None_Match": f'"x", {etag}'}):
        again, nothing = await get(client, url, **condition)
        assert (again.status, nothing) == (304, b"")
        assert again.headers["ETag"] == etag
    stale, body_again = await get(client, url, If_None_Match='"other"', If_Modified_Since=date)
    assert (stale.status, body_again) == (200, body)


async def test_a_new_item_changes_the_validators_of_its_feed_only(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    before = {feed.id: (await get(client, demo.url + feed.path))[0].headers for feed in seeds.feeds}
    clock.advance(EVERY.total_seconds())
    changed = []
    for feed in seeds.feeds:
        validators = before[feed.id]
        by_tag, _ = await get(client, demo.url + feed.path, If_None_Match=validators["ETag"])
        by_date, _ = await get(client, demo.url + feed.path, If_Modified_Since=validators["Last-Modified"])
        assert by_tag.status == by_date.status
        if by_tag.status == 200:
            changed.append(feed.id)
    assert len(changed) == 1


async def test_new_items_keep_coming_for_ever(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    url = address(demo, seeds, "meridian-wire")
    seen: set[str] = set()
    for _ in range(8):
        entries = {entry.id for entry in (await read(client, url)).entries}
        assert len(entries) <= ITEMS_PER_FEED
        assert entries - seen
        seen |= entries
        clock.advance(EVERY.total_seconds() * len(seeds.samples))
    assert len(seen) >= 7 * 8


async def test_every_feed_has_something_from_the_start(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    for feed in seeds.feeds:
        _, body = await get(client, demo.url + feed.path)
        assert demo.url.encode() + b"/a/" in body, feed.id


async def test_the_same_story_comes_through_three_feeds(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    clock.advance(120)
    texts = set()
    for name in ("gulf-observer", "harbour-post"):
        entries = (await read(client, address(demo, seeds, name))).entries
        texts |= {entry.content[0].value for entry in entries if entry.title.startswith("Houthi missile")}
    _, body = await get(client, address(demo, seeds, "capital-ledger"))
    items = json.loads(body)["items"]
    texts |= {item["content_html"] for item in items if item["title"].startswith("Houthi missile")}
    assert len(texts) == 1


async def test_a_correction_takes_the_place_of_the_item_that_it_corrects(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds, clock: MovableClock
) -> None:
    url = address(demo, seeds, "harbour-post")
    table = Timetable(seeds.samples, START, EVERY, HEAD)
    issues = table.latest(START + EVERY * len(seeds.samples))
    correction = next(issue for issue in issues if issue.sample.id == "correction-grain-ship-corrected")
    titles = []
    for moment in (correction.updated - EVERY, correction.updated):
        clock.now = moment
        entries = {entry.id: entry for entry in (await read(client, url)).entries}
        titles.append(entries[demo.url + correction.path].title)
    assert titles[0] == "Grain ship hits Russian mine off Romania, Bucharest says"
    assert titles[1] == "Correction: Grain ship hits mine of unknown origin off Romania"


async def test_every_link_leads_to_a_page_with_the_text(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    for name in ("meridian-wire", "warte", "zoria"):
        for entry in (await read(client, address(demo, seeds, name))).entries:
            response, body = await get(client, entry.link)
            page = body.decode()
            assert (response.status, response.content_type) == (200, "text/html")
            assert entry.content[0].value.split("</p>")[0] in page
    missing, _ = await get(client, demo.url + "/a/nothing-0-0")
    assert missing.status == 404


async def test_the_opml_lists_every_feed_with_language_country_and_class(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    response, body = await get(client, demo.opml_url)
    assert response.status == 200
    outlines = [node.attrib for node in ET.fromstring(body).iter("outline") if "xmlUrl" in node.attrib]
    assert [outline["xmlUrl"] for outline in outlines] == [feed.url for feed in demo.feeds]
    for outline, feed in zip(outlines, seeds.feeds, strict=True):
        assert (outline["language"], outline["country"], outline["class"]) == (feed.language, feed.country, feed.class_)
        assert (await get(client, outline["htmlUrl"]))[0].status == 200


async def test_the_opml_for_a_file_is_the_one_that_is_served(demo: DemoServer, client: aiohttp.ClientSession) -> None:
    _, body = await get(client, demo.opml_url)
    assert demo.opml().encode() == body


async def test_a_server_can_be_made_from_the_folder_alone(seeds: Seeds) -> None:
    async with DemoServer(seeds_dir()) as server:
        assert [feed.title for feed in server.feeds] == [feed.title for feed in seeds.feeds]


async def test_the_product_reads_every_demo_feed_without_a_complaint(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    registered = read_opml(demo.opml().encode(), "demo.opml")
    assert registered.problems == []
    assert [feed.id for feed in registered.feeds] == [feed.id for feed in demo.feeds]
    for feed in registered.feeds:
        response, body = await get(client, feed.url)
        parsed = parse_feed(body, url=feed.url, content_type=response.headers["Content-Type"])
        assert parsed.problems == ()
        assert parsed.entries and all((entry.published or entry.updated) and entry.url for entry in parsed.entries)


async def test_the_feeds_are_those_of_the_registry(demo: DemoServer, seeds: Seeds) -> None:
    assert demo.port > 0
    assert len(demo.feeds) == len(seeds.feeds)
    assert all(isinstance(feed, Feed) and feed.url.startswith(f"http://127.0.0.1:{demo.port}/") for feed in demo.feeds)


async def test_unknown_feeds_are_404(demo: DemoServer, client: aiohttp.ClientSession) -> None:
    for path in ("/feeds/none.xml", "/feeds/meridian-wire.json", "/feeds/", "/a/"):
        assert (await get(client, demo.url + path))[0].status == 404


async def test_feeds_are_compressed_for_those_who_ask(
    demo: DemoServer, client: aiohttp.ClientSession, seeds: Seeds
) -> None:
    url = address(demo, seeds, "harbour-post")
    squeezed, body = await get(client, url, Accept_Encoding="gzip")
    plain, same_body = await get(client, url, Accept_Encoding="identity")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert body == same_body
    assert squeezed.headers["ETag"] == plain.headers["ETag"]


async def test_a_port_in_use_is_named(demo: DemoServer, seeds: Seeds) -> None:
    with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{demo.port}"):
        async with DemoServer(seeds, port=demo.port):
            pass


async def test_serving_ends_when_it_is_told_to(seeds: Seeds, client: aiohttp.ClientSession) -> None:
    stop = asyncio.Event()
    listening: asyncio.Future[DemoServer] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(seeds, "127.0.0.1", 0, stop=stop, started=listening.set_result))
    server = await listening
    assert (await get(client, server.url + "/"))[0].status == 200
    stop.set()
    await task
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(client, server.url + "/")


def test_the_command_explains_a_missing_seeds_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRINKWATCH_SEEDS_DIR", str(tmp_path / "nowhere"))
    assert main(["--port", "0"]) == 2
    assert "BRINKWATCH_SEEDS_DIR" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["0", "-1", "never", "1e9"])
def test_the_command_refuses_a_pace_that_makes_no_sense(wrong: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--every", wrong])
    assert stopped.value.code == 2
