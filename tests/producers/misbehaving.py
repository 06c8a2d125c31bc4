"""The server that misbehaves: one catalogue of all that servers do to feed readers, each with what is to come of it.

`FeedServer` speaks HTTP and serves what a test tells it; `RawServer` writes any bytes, for what no HTTP library would send.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import brotli
import zstandard
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.producers.feeds import HTML_PAGE, item, rss

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Writes = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = rss(item(1), item(2))


class FeedServer:
    """Serves what `on` or `gives` were told for a path, and counts the requests."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.requests: list[web.Request] = []
        self.closing = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.handlers.get(request.path)
        return await handler(request) if handler else web.Response(status=404, text="nothing here")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def on(self, path: str, handler: Handler) -> str:
        self.handlers[path] = handler
        return self.url(path)

    def gives(
        self,
        path: str,
        body: bytes = b"",
        *,
        status: int = 200,
        content_type: str = "application/xml",
        headers: dict[str, str] | None = None,
    ) -> str:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=status, body=body, headers={"Content-Type": content_type, **(headers or {})})

        return self.on(path, answer)


class RawServer:
    """Reads a request's head and then writes what it is told to, byte for byte. `heads` are those it read."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes
        self.heads: list[bytes] = []
        self.connections = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[RawServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self.writes(reader, writer)
                await writer.drain()
        writer.close()


class Misbehaviour(NamedTuple):
    """What a server does, in words; how; and what is to come of it: an outcome with words of its error, or so many
    articles with words of what is told beside them."""

    what: str
    writes: Writes
    outcome: str
    words: tuple[str, ...] = ()
    articles: int = 0


def sends(*pieces: bytes, end: bool = True) -> Writes:
    async def writes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
        if end:
            await writer.drain()
            raise ConnectionResetError

    return writes


def answer(body: bytes = GOOD, *headers: bytes, status: bytes = b"200 OK") -> Writes:
    """A well-formed answer with this body."""
    length = b"Content-Length: %d" % len(body)
    head = b"\r\n".join([b"HTTP/1.1 " + status, b"Content-Type: application/xml", length, *headers])
    return sends(head + b"\r\n\r\n" + body)


def for_ever(start: bytes, piece: bytes, pause: float = 0.0) -> Writes:
    async def writes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return writes


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + GOOD)
    await writer.drain()
    writer.transport.abort()


def fails(what: str, writes: Writes, outcome: str, *words: str) -> Misbehaviour:
    return Misbehaviour(what, writes, outcome, words)


def reads(what: str, writes: Writes, articles: int = 2, *words: str) -> Misbehaviour:
    return Misbehaviour(what, writes, "changed", words, articles)


def encoded(name: bytes, body: bytes) -> Writes:
    return answer(body, b"Content-Encoding: " + name)


OK = b"HTTP/1.1 200 OK\r\n"
ZEROS = bytes(60_000_000)
MANY = b"<rss version='2.0'><channel><title>T</title>" + b"".join(
    b"<item><link>https://x.example/%d</link></item>" % n for n in range(100_000)
)
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
CHALLENGE = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"


def with_doctype(declarations: bytes) -> bytes:
    return (
        b"<?xml version='1.0'?><!DOCTYPE r ["
        + declarations
        + b"]>"
        + GOOD[GOOD.index(b"<rss") :].replace(b"Headline 1", b"&a9;")
    )


HTTP = (
    fails("closes at once", sends(), "temporary", "closed the connection"),
    fails("says nothing", says_nothing, "temporary", "gave no answer within"),
    fails("sends its headers letter by letter", for_ever(OK + b"X-Slow: ", b"a", 0.01), "temporary", "gave no answer within"),
    fails("sends its body letter by letter", for_ever(OK + b"\r\n", b" ", 0.01), "temporary", "was not complete after"),
    fails("sends a body without end", for_ever(OK + b"\r\n", b"<item>" * 9999), "soft", "is larger than", "BRINKWATCH_FETCH_MAX_BYTES"),
    fails("sends headers without end", for_ever(OK, b"X-More: %s\r\n" % (b"a" * 900)), "temporary"),
    fails("sends one header without end", for_ever(OK + b"X-Long: ", b"a" * 9999), "temporary", "no HTTP"),
    fails("sends a header of 100 KB", sends(OK + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\n" + GOOD), "temporary", "no HTTP"),
    fails("sends early hints without end", for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.001), "temporary"),
    fails("speaks another protocol", sends(b"SSH-2.0-OpenSSH_9.6\r\n"), "temporary", "no HTTP"),
    fails("speaks HTTP/2 unasked", sends(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)), "temporary", "no HTTP"),
    fails("has a status that is none", sends(b"HTTP/1.1 2OO OK\r\n\r\n"), "temporary", "no HTTP"),
    fails("has headers that are none", sends(OK + b"no header at all\r\n\r\n" + GOOD), "temporary", "no HTTP"),
    fails("has two lengths", sends(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + GOOD), "temporary", "no HTTP"),
    fails("has a length below zero", sends(OK + b"Content-Length: -1\r\n\r\n" + GOOD), "temporary", "no HTTP"),
    fails("has chunks of no size", sends(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + GOOD), "temporary"),
    reads("has no status text", sends(b"HTTP/1.1 200\r\n\r\n" + GOOD)),
    reads("ends without telling its length", sends(OK + b"\r\n" + GOOD)),
    reads("breaks off before its length", sends(OK + b"Content-Length: 99999\r\n\r\n" + GOOD), 2, "was cut before the end"),
    reads("breaks off within a chunk", sends(OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + GOOD), 2, "was cut before the end"),
    reads("resets the connection within the body", resets, 2, "was cut before the end"),
    fails("tells a length that is too short", sends(OK + b"Content-Length: 99\r\n\r\n" + GOOD), "temporary", "no HTTP"),
    fails("breaks off before anything came", sends(OK + b"Content-Length: 99999\r\n\r\n"), "temporary"),
    reads("has headers that are no text", sends(OK + b'ETag: "\xff\xe9"\r\nServer: \x80\r\n\r\n' + GOOD)),
)  # fmt: skip

ENCODINGS = (
    fails("sends a gzip bomb", encoded(b"gzip", gzip.compress(ZEROS)), "soft", "after decompression"),
    fails("sends a deflate bomb", encoded(b"deflate", zlib.compress(ZEROS)), "soft", "after decompression"),
    fails("sends a zstd bomb", encoded(b"zstd", zstandard.compress(ZEROS)), "soft", "after decompression"),
    fails("sends a brotli bomb", encoded(b"br", brotli.compress(ZEROS, quality=3)), "soft", "after decompression"),
    fails("sends a bomb within a bomb", encoded(b"gzip, gzip", gzip.compress(gzip.compress(ZEROS))), "soft", "after decompression"),
    fails("encodes as nobody asked for", encoded(b"compress", b"\x1f\x9d\x90" + GOOD), "temporary", "'compress'"),
    fails("encodes too many times over", encoded(b"gzip, gzip, gzip, gzip", b"\x1f\x8b" + bytes(99)), "temporary", "4 times over"),
    fails("sends broken gzip", encoded(b"gzip", gzip.compress(GOOD)[:40] + b"\xff" * 200), "temporary", "compression is broken"),
    reads("declares gzip and sends plain", encoded(b"gzip", GOOD)),
    reads("declares brotli and sends plain", encoded(b"br", GOOD)),
    reads("declares a character set for an encoding", encoded(b"utf-8", GOOD)),
    reads("compresses twice and says it once", encoded(b"gzip", gzip.compress(gzip.compress(GOOD)))),
    reads("compresses and does not say it", answer(gzip.compress(GOOD))),
    reads("compresses and ends too early", encoded(b"gzip", gzip.compress(GOOD)[:-6]), 2, "compression ends too early"),
)  # fmt: skip

STATUSES = (
    fails("is not there", answer(b"", status=b"404 Not Found"), "soft", "answered 404"),
    fails("has ended", answer(b"", status=b"410 Gone"), "gone", "answered 410"),
    fails("is down", answer(b"", status=b"500 Oops"), "temporary", "answered 500"),
    fails("is busy", answer(b"", b"Retry-After: 99999999999999999999", status=b"503 Busy"), "temporary", "answered 503"),
    fails("has had enough", answer(b"", b"Retry-After: -5", status=b"429 Slow"), "temporary", "asks for patience"),
    fails("is busy until the year 9999", answer(b"", b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", status=b"503 Busy"), "temporary"),
    fails("blocks", answer(b"", b"Server: cloudflare", b"CF-RAY: 1", status=b"403 No"), "soft", "blocks this reader, by Cloudflare"),
    fails("sends a challenge", answer(CHALLENGE), "soft", "challenge page of Cloudflare"),
    fails("wants a login", answer(b"", status=b"401 Who"), "soft", "feeds auth"),
    fails("is not modified though it was not asked", answer(b"", status=b"304 Not Modified"), "temporary", "all of it was asked for"),
    fails("has nothing to say", answer(b"", status=b"204 No Content"), "soft", "is empty"),
    fails("has a status of its own", answer(b"", status=b"999 Denied"), "temporary", "answered 999"),
    fails("redirects in a loop", answer(b"", b"Location: /feed", status=b"301 Moved"), "soft", "redirects in a loop"),
    fails("redirects to nowhere", answer(b"", status=b"302 Found"), "temporary", "leads nowhere"),
    fails("redirects to a file", answer(b"", b"Location: file:///etc/passwd", status=b"302 Found"), "hard", "which is not fetched"),
    fails("redirects to the inside", answer(b"", b"Location: http://169.254.169.254/", status=b"307 Found"), "hard", "leads inside"),
    fails("redirects to the inside in disguise", answer(b"", b"Location: //0x7f.1:1/", status=b"308 Found"), "hard"),
)  # fmt: skip

BODIES = (
    fails("sends a page", answer(HTML_PAGE), "soft", "is an HTML page"),
    fails("sends nothing", answer(b""), "soft", "is empty"),
    fails("sends blanks", answer(b" \r\n" * 99), "soft", "is empty"),
    fails("sends a picture", answer(b"\x89PNG\r\n\x1a\n" + bytes(999)), "soft", "neither XML nor JSON"),
    fails("sends broken JSON", answer(b'{"version": "https://jsonfeed.org/version/1", "items": ['), "soft", "no JSON that can be read"),
    fails("sends JSON of 100,000 brackets", answer(b'{"a":' * 100_000), "soft", "no JSON that can be read"),
    fails("sends other XML", answer(b"<?xml version='1.0'?><opml><body/></opml>"), "soft", "is XML (<opml>)"),
    reads("sends a feed that ends too early", answer(GOOD[: GOOD.index(b"case 2")]), 1, "ends too early"),
    reads("sends XML that is none", answer(GOOD.replace(b"Headline 2", b"Q&A <b>")), 2, "not well-formed"),
    reads("declares entities that blow up", answer(with_doctype(b'<!ENTITY a0 "a">' + ENTITIES)), 2, "declares entities"),
    reads("declares entities that read files", answer(with_doctype(b'<!ENTITY a9 SYSTEM "file:///etc/passwd">')), 2, "declares entities"),
    reads("hides entities in an encoding", answer(with_doctype(b'<!ENTITY a9 "x">').decode().replace("'1.0'", "'1.0' encoding='cp037'").replace(" encoding='utf-8'", "").encode("cp037")), 2, "declares entities"),
    reads("sends 100,000 entries", answer(MANY + b"</channel></rss>"), 20, "It has 100,000 entries; the first 20 were taken"),
    reads("writes its dates as nobody can read them", answer(GOOD.replace(b"Mon, 07 Sep 2026 10:00:00 GMT", b"the other day")), 2, "2 dates could not be read"),
    reads("declares the wrong character set", answer(GOOD.replace(b"'utf-8'", b"'us-ascii'").replace(b"Headline 1", "Zürich".encode())), 2, "character set"),
    reads("sends UTF-16 and says UTF-8", answer(GOOD.decode().encode("utf-16"), b"Content-Type: text/xml; charset=utf-8")),
    reads("sends UTF-32", answer(GOOD.decode().encode("utf-32"))),
    reads("begins with a mark and blank lines", answer(b"\xef\xbb\xbf\n\n" + GOOD)),
    reads("says that it is HTML", answer(GOOD, b"Content-Type: text/html")),
    reads("sends half letters and control characters", answer(GOOD.replace(b"Headline 1", b"A\x0b&#55296;&#7;"))),
)  # fmt: skip

CATALOGUE = (*HTTP, *ENCODINGS, *STATUSES, *BODIES)


class Series(NamedTuple):
    """A feed that misbehaves from one poll to the next: its bodies, and what is to come of all of them together."""

    what: str
    bodies: tuple[bytes, ...]
    articles: int
    revisions: int = 0


def _one(title: str = "Talks fail", text: str = "The talks failed on Monday.", **given: str) -> bytes:
    return rss(item(1, title=title, text=text, **given))


LINK = "https://paper.example/story/1"

SERIES = (
    Series("gives every item a new GUID at every poll", tuple(_one(guid=f"g{n}") for n in range(4)), 1),
    Series("uses a GUID again for another story", (_one(guid="g"), rss(item(2, guid="g"))), 2),
    Series("tracks its links anew at every poll", tuple(_one(link=f"{LINK}?utm_source=rss&utm_id={n}") for n in range(4)), 1),
    Series("links to its mobile and AMP pages in turn", tuple(_one(link=link) for link in (LINK, LINK.replace("//", "//m."), LINK.replace("//", "//amp."), LINK + "#top", LINK.replace("https", "http"))), 1),
    Series("gives no links", (rss(item(1, link="")), rss(item(1, link=""), item(2, link=""))), 2),
    Series("shifts its white space and times", (_one(text="The talks failed."), _one(text="The  talks\n failed. ").replace(b"10:00:00", b"10:30:00")), 1),
    Series("edits its headlines", (_one("Talks fail"), _one("Talks fail in Geneva"), _one("Talks collapse")), 1, 2),
    Series("shows its items in another order at every poll", (rss(item(1), item(2)), rss(item(2), item(1))), 2),
    Series("says everything twice", (rss(item(1), item(1), item(2)),), 2),
    Series("is a page for a while", (_one(), HTML_PAGE, _one()), 1),
    Series("is empty for a while", (_one(), rss(), _one()), 1),
    Series("is cut off for a while", (rss(item(1), item(2)), rss(item(1), item(2))[:-200], rss(item(1), item(2))), 2),
)  # fmt: skip
