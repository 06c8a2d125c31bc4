"""The worst that servers send, all at once: each is told by name, memory stays small, the good feeds come through."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import brotli
import pytest
import zstandard
from aiohttp import web

from tests.producers.conftest import FeedServer
from tests.producers.feeds import HTML_PAGE, item, rss

PEAK_MB = 600
Start = Callable[[], Awaitable[FeedServer]]


@pytest.fixture
async def servers() -> AsyncIterator[Start]:
    """A server for each feed, as feeds of one host are polled one after another."""
    started: list[FeedServer] = []

    async def start() -> FeedServer:
        server = FeedServer()
        await server.server.start_server()
        started.append(server)
        return server

    yield start
    for server in started:
        server.closing.set()
        await server.server.close()


async def test_hostile_feeds_are_told_and_cost_little_and_the_good_ones_come_through(servers: Start) -> None:
    feeds: dict[str, str] = {}

    async def add(words: str) -> FeedServer:
        server = await servers()
        feeds[server.url("/feed")] = words
        return server

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"<item><title>x</title></item>" * 3000)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    (await add("an HTML page")).gives("/feed", HTML_PAGE)
    (await add("answered 404")).gives("/feed", status=404)
    (await add("is empty")).gives("/feed")
    (await add("neither XML nor JSON")).gives("/feed", b"words, only words")
    (await add("larger than")).gives("/feed", b"<rss><channel>" + b"x" * 50_000_000)
    zeros = bytes(100_000_000)
    for encoding, bomb in {
        "gzip": gzip.compress(zeros),
        "deflate": zlib.compress(zeros),
        "zstd": zstandard.compress(zeros),
        "br": brotli.compress(zeros[:40_000_000], quality=4),
    }.items():
        (await add("after decompression")).gives("/feed", bomb, headers={"Content-Encoding": encoding})
    (await add("larger than")).on("/feed", endless)
    (await add("not complete after")).on("/feed", drip)
    (await add("no answer within")).on("/feed", silent)
    (await add("leads inside")).gives("/feed", status=302, headers={"Location": "http://127.0.0.1:1/"})
    (await add("which is not fetched")).gives("/feed", status=302, headers={"Location": "file:///etc/passwd"})
    (await add("redirects in a loop")).gives("/feed", status=302, headers={"Location": "/feed"})
    # the largest that is taken at all, of many entries and of one
    entries = b"".join(item(number).encode() for number in range(25_000))
    (await add("")).gives("/feed", gzip.compress(rss().replace(b"</channel>", entries + b"</channel>")))
    (await add("")).gives("/feed", rss(item(1, text="word &amp; " * 600_000)))
    good = [await add("") for _ in range(5)]
    for number, server in enumerate(good):
        server.gives("/feed", rss(item(100_000 + number)))

    allow = ",".join(url.split("/")[2] for url in feeds)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.producers.poll_hostile", allow, *feeds, stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    stdout, _ = await process.communicate()
    result = json.loads(stdout.splitlines()[-1])

    for url, words in feeds.items():
        error = result["errors"][url]
        if words:
            assert error is not None, words
            assert words in error and url in error
        else:
            assert error is None
    assert (
        result["articles"] == 2000 + 1 + 5 - 1
    )  # the cut one, the long one, the good ones; /story/1 is in two of them
    assert result["peak_mb"]["poller"] < PEAK_MB
    assert result["peak_mb"]["parser"] < PEAK_MB
