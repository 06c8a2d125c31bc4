"""A fetch ends within its limits, keeps nothing it should not, and says what went wrong and what to do."""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
import ssl
import zlib
from typing import Any

import brotli
import pytest
import trustme
import zstandard
from aiohttp import web

from brinkwatch.settings import Settings
from producers.fetch import errors
from producers.fetch.client import Client, FetchLimits, FetchRequest, FetchResult
from tests.producers.conftest import FeedServer
from tests.producers.feeds import item, rss

BODY = rss(item(1), item(2))


async def fetch(settings: Settings, url: str, limits: FetchLimits | None = None, **request: Any) -> FetchResult:
    async with Client(settings, limits=limits) as client:
        return await client.fetch(FetchRequest(url, **request))


async def failure(settings: Settings, url: str, limits: FetchLimits | None = None) -> errors.FetchFailure:
    with pytest.raises(errors.FetchFailure) as caught:
        await fetch(settings, url, limits)
    assert caught.value.what
    return caught.value


async def test_a_feed_comes_with_its_headers(server: FeedServer, settings: Settings) -> None:
    url = server.gives("/feed", BODY, headers={"ETag": '"1"', "X-Twice": "a"})
    result = await fetch(settings, url)
    assert (result.status, result.body, result.final_url) == (200, BODY, url)
    assert result.headers["etag"] == '"1"'
    assert result.permanent_url is None


async def test_the_request_says_who_asks_and_what_for(server: FeedServer, settings: Settings) -> None:
    await fetch(settings, server.gives("/feed", BODY))
    headers = server.requests[0].headers
    assert headers["User-Agent"] == settings.user_agent
    assert "application/atom+xml" in headers["Accept"]
    assert headers["Accept-Encoding"] == "gzip, deflate, br, zstd"


async def test_validators_are_sent_and_304_is_understood(server: FeedServer, settings: Settings) -> None:
    async def conditional(request: web.Request) -> web.Response:
        fresh = request.headers.get("If-None-Match") == 'W/"7"'
        return web.Response(status=304) if fresh else web.Response(body=BODY)

    url = server.on("/feed", conditional)
    assert not (await fetch(settings, url)).not_modified
    assert (await fetch(settings, url, etag='W/"7"', last_modified="Mon, 07 Sep 2026 10:00:00 GMT")).not_modified
    assert server.requests[1].headers["If-Modified-Since"] == "Mon, 07 Sep 2026 10:00:00 GMT"


async def test_a_304_that_nobody_asked_for_is_an_error(server: FeedServer, settings: Settings) -> None:
    assert (await failure(settings, server.gives("/feed", status=304))).status == 304


async def test_cookies_are_not_kept(server: FeedServer, settings: Settings) -> None:
    url = server.gives("/feed", BODY, headers={"Set-Cookie": "id=you; Path=/"})
    async with Client(settings) as client:
        await client.fetch(FetchRequest(url))
        await client.fetch(FetchRequest(url))
    assert "Cookie" not in server.requests[1].headers


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("encoding", ENCODERS)
async def test_every_encoding_asked_for_is_decoded(encoding: str, server: FeedServer, settings: Settings) -> None:
    url = server.gives("/feed", ENCODERS[encoding](BODY), headers={"Content-Encoding": encoding})
    assert (await fetch(settings, url)).body == BODY


async def test_bare_deflate_is_decoded_too(server: FeedServer, settings: Settings) -> None:
    bare = zlib.compressobj(wbits=-15)
    url = server.gives("/feed", bare.compress(BODY) + bare.flush(), headers={"Content-Encoding": "deflate"})
    assert (await fetch(settings, url)).body == BODY


async def test_gzip_of_several_members_and_of_two_layers_is_decoded(server: FeedServer, settings: Settings) -> None:
    members = gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]) + b"\0\0\0"
    url = server.gives("/members", members, headers={"Content-Encoding": "gzip"})
    assert (await fetch(settings, url)).body == BODY
    url = server.gives("/layers", brotli.compress(gzip.compress(BODY)), headers={"Content-Encoding": "gzip, br"})
    assert (await fetch(settings, url)).body == BODY


async def test_a_gzipped_file_and_a_lying_header_are_told_by_the_bytes(server: FeedServer, settings: Settings) -> None:
    assert (await fetch(settings, server.gives("/feed.xml.gz", gzip.compress(BODY)))).body == BODY
    assert (await fetch(settings, server.gives("/lie", BODY, headers={"Content-Encoding": "gzip"}))).body == BODY


@pytest.mark.parametrize("encoding", ["compress", "exi", "gzip, gzip, gzip, gzip"])
async def test_an_encoding_not_asked_for_is_an_error(encoding: str, server: FeedServer, settings: Settings) -> None:
    error = await failure(settings, server.gives("/feed", b"\x1f\x9d" + BODY, headers={"Content-Encoding": encoding}))
    assert isinstance(error, errors.BrokenAnswer)


@pytest.mark.parametrize(
    "encoding", ["compress", "utf-8", "none", "gzip", "deflate", "br", "zstd", "gzip, br", "text/xml"]
)
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n"])
async def test_what_is_declared_to_be_encoded_and_is_plain_is_read(
    encoding: str, start: bytes, server: FeedServer, settings: Settings
) -> None:
    result = await fetch(settings, server.gives("/feed", start + BODY, headers={"Content-Encoding": encoding}))
    assert (result.body, result.problems) == (start + BODY, ())


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_what_is_encoded_twice_over_and_declared_once_is_read(
    encoding: str, server: FeedServer, settings: Settings
) -> None:
    twice = ENCODERS[encoding](gzip.compress(BODY))
    assert (await fetch(settings, server.gives("/feed", twice, headers={"Content-Encoding": encoding}))).body == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_compression_that_ends_too_early_is_told(encoding: str, server: FeedServer, settings: Settings) -> None:
    body = rss(*(item(n, text=f"{n * 7919}" * 50) for n in range(200)))
    half = ENCODERS[encoding](body)
    url = server.gives("/feed", half[: len(half) - 30], headers={"Content-Encoding": encoding})
    result = await fetch(settings, url)
    assert "ends too early" in result.problems[0]
    assert body.startswith(result.body)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_broken_compression_is_an_error(encoding: str, server: FeedServer, settings: Settings) -> None:
    broken = bytearray(ENCODERS[encoding](BODY * 20))
    broken[20:60] = b"\xff" * 40
    error = await failure(settings, server.gives("/feed", bytes(broken), headers={"Content-Encoding": encoding}))
    assert isinstance(error, errors.BrokenAnswer)


LIMITS = FetchLimits(seconds=5, bytes=2_000_000, decompressed_bytes=4_000_000, redirects=5)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_bomb_is_stopped_at_the_limit(encoding: str, server: FeedServer, settings: Settings) -> None:
    bomb = ENCODERS[encoding](bytes(200_000_000) if encoding != "br" else bytes(20_000_000))
    error = await failure(settings, server.gives("/bomb", bomb, headers={"Content-Encoding": encoding}), LIMITS)
    assert isinstance(error, errors.TooLarge)
    assert "4,000,000 bytes after decompression" in error.what
    assert "BRINKWATCH_FETCH_MAX_DECOMPRESSED_BYTES" in error.hint


async def test_an_endless_body_is_stopped_at_the_limit(server: FeedServer, settings: Settings) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not server.closing.is_set():
            await response.write(b"<item>" * 10_000)
        return response

    error = await failure(settings, server.on("/endless", endless), LIMITS)
    assert isinstance(error, errors.TooLarge)
    assert error.status == 200


async def test_a_body_that_drips_is_stopped_by_the_clock(server: FeedServer, settings: Settings) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not server.closing.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.01)
        return response

    error = await failure(settings, server.on("/drip", drip), LIMITS._replace(seconds=0.3))
    assert isinstance(error, errors.TookTooLong)
    assert not error.unreachable


async def test_a_server_that_never_answers_is_given_up(server: FeedServer, settings: Settings) -> None:
    async def silent(_: web.Request) -> web.Response:
        await server.closing.wait()
        return web.Response()

    error = await failure(settings, server.on("/silent", silent), LIMITS._replace(seconds=0.3))
    assert isinstance(error, errors.NoAnswer)
    assert error.unreachable


async def test_the_clock_runs_on_through_redirects(server: FeedServer, settings: Settings) -> None:
    async def slow_hop(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        hop = int(request.query.get("hop", "0"))
        raise web.HTTPFound(f"/hop?hop={hop + 1}")

    error = await failure(settings, server.on("/hop", slow_hop), LIMITS._replace(seconds=0.5, redirects=20))
    assert isinstance(error, errors.TookTooLong)


async def test_a_connection_that_breaks_off_leaves_what_came(server: FeedServer, settings: Settings) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(BODY)
        assert request.transport is not None
        request.transport.close()
        return response

    result = await fetch(settings, server.on("/broken", broken))
    assert result.body == BODY
    assert result.problems


@pytest.mark.parametrize(("status", "permanent"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
async def test_redirects_are_followed_and_only_permanent_ones_kept(
    status: int, permanent: bool, server: FeedServer, settings: Settings
) -> None:
    target = server.gives("/new", BODY)
    url = server.gives("/old", status=status, headers={"Location": "/new#top"})
    result = await fetch(settings, url)
    assert (result.body, result.final_url) == (BODY, target)
    assert result.permanent_url == (target if permanent else None)


async def test_one_temporary_hop_makes_the_way_temporary(server: FeedServer, settings: Settings) -> None:
    server.gives("/c", BODY)
    server.gives("/b", status=302, headers={"Location": "/c"})
    url = server.gives("/a", status=301, headers={"Location": "/b"})
    assert (await fetch(settings, url)).permanent_url is None


async def test_a_redirect_loop_and_too_many_redirects_are_told(server: FeedServer, settings: Settings) -> None:
    url = server.gives("/a", status=302, headers={"Location": "/b"})
    server.gives("/b", status=302, headers={"Location": "/a"})
    error = await failure(settings, url)
    assert isinstance(error, errors.TooManyRedirects)
    assert "loop" in error.what

    async def onward(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/far?{int(request.query_string or 0) + 1}")

    error = await failure(settings, server.on("/far", onward), LIMITS)
    assert isinstance(error, errors.TooManyRedirects)
    assert "more than 5 times" in error.what


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://127.0.0.1:1/inside", errors.AddressRefused),
        ("http://localhost:1/inside", errors.AddressRefused),
        ("http://[::1]/inside", errors.AddressRefused),
        ("http://169.254.169.254/latest/meta-data/", errors.AddressRefused),
        ("//10.0.0.1/inside", errors.AddressRefused),
        ("file:///etc/passwd", errors.BadUrl),
        ("ftp://127.0.0.1/x", errors.BadUrl),
        ("gopher://127.0.0.1/", errors.BadUrl),
        ("", errors.BrokenAnswer),
    ],
)
async def test_a_redirect_to_the_inside_is_refused(
    location: str, kind: type[errors.FetchFailure], server: FeedServer, settings: Settings
) -> None:
    url = server.gives("/feed", status=302, headers={"Location": location})
    error = await failure(settings, url)
    assert isinstance(error, kind)
    assert url in error.what


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "soft"), (403, "soft"), (401, "soft"), (451, "soft"), (400, "soft"), (410, "gone"), (429, "temporary"),
     (500, "temporary"), (502, "temporary"), (503, "temporary"), (408, "temporary")],
)  # fmt: skip
async def test_each_status_has_its_outcome(status: int, outcome: str, server: FeedServer, settings: Settings) -> None:
    url = server.gives("/feed", b"no", status=status, headers={"Retry-After": "77"})
    error = await failure(settings, url)
    assert (error.status, error.outcome) == (status, outcome)
    assert url in error.what and str(status) in error.what and error.hint
    assert error.headers["retry-after"] == "77"


@pytest.mark.parametrize(
    ("status", "headers", "page", "who"),
    [
        (403, {"Server": "cloudflare", "CF-RAY": "8c1-FRA"}, b"<html>no</html>", "Cloudflare"),
        (403, {"Server": "AkamaiGHost"}, b"<HTML><H1>Access Denied</H1></HTML>", "Akamai"),
        (403, {"X-Iinfo": "9-1-0"}, b"", "Imperva"),
        (403, {"Server": "nginx/1.27"}, b"<html>no</html>", "server: nginx/1.27"),
        (451, {"X-Sucuri-ID": "11005"}, b"", "Sucuri"),
    ],
)
async def test_who_blocks_is_told_and_what_an_operator_can_do(
    status: int, headers: dict[str, str], page: bytes, who: str, server: FeedServer, settings: Settings
) -> None:
    error = await failure(settings, server.gives("/feed", page, status=status, headers=headers))
    assert (error.outcome, error.status) == ("soft", status)
    assert who in error.hint and "BRINKWATCH_USER_AGENT" in error.hint


@pytest.mark.parametrize(
    ("status", "headers", "page", "who"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (503, {"Server": "cloudflare"}, b"<!DOCTYPE html><title>Just a moment...</title>", "Cloudflare"),
        (200, {}, b"<!DOCTYPE html><html><title>Just a moment...</title>", "Cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (200, {}, b"<html><script src='/_Incapsula_Resource?SWJIYLWA=719d'></script></html>", "Imperva"),
        (429, {}, gzip.compress(b"<html>https://geo.captcha-delivery.com/captcha/</html>"), "DataDome"),
    ],
)
async def test_a_challenge_page_is_no_feed_and_no_outage(
    status: int, headers: dict[str, str], page: bytes, who: str, server: FeedServer, settings: Settings
) -> None:
    if page.startswith(b"\x1f\x8b"):
        headers = {**headers, "Content-Encoding": "gzip"}
    error = await failure(settings, server.gives("/feed", page, status=status, headers=headers))
    assert isinstance(error, errors.Challenged)
    assert (error.outcome, error.status) == ("soft", status)
    assert f"challenge page of {who}" in error.what


async def test_a_feed_that_writes_of_challenges_or_comes_through_such_a_service_is_a_feed(
    server: FeedServer, settings: Settings
) -> None:
    body = rss(item(1, title="Just a moment... &lt;html&gt; Attention Required! | Cloudflare"))
    result = await fetch(settings, server.gives("/feed", body, headers={"Server": "cloudflare", "CF-RAY": "1"}))
    assert result.body == body


async def test_a_host_without_an_address_is_told(settings: Settings) -> None:
    def unknown(*_: object) -> list[tuple[Any, ...]]:
        raise socket.gaierror(-2, "Name or service not known")

    async with Client(settings, look_up=unknown) as client:
        with pytest.raises(errors.NameNotFound, match=r"nowhere\.example has no address") as caught:
            await client.fetch(FetchRequest("http://nowhere.example/feed"))
    assert caught.value.unreachable


async def test_a_refused_connection_is_told(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    error = await failure(settings.model_copy(update={"allow_private": "127.0.0.1"}), f"http://127.0.0.1:{port}/feed")
    assert isinstance(error, errors.NoConnection)
    assert error.unreachable


async def test_https_to_a_server_without_tls_is_told(server: FeedServer, settings: Settings) -> None:
    error = await failure(settings, server.gives("/feed", BODY).replace("http:", "https:"))
    assert isinstance(error, errors.NotTrusted)
    assert error.outcome == "soft"


async def test_a_certificate_of_nobody_is_told(settings: Settings) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    served = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = served.sockets[0].getsockname()[1]
    error = await failure(settings.model_copy(update={"allow_private": "127.0.0.1"}), f"https://127.0.0.1:{port}/")
    served.close()
    assert isinstance(error, errors.NotTrusted)
    assert "certificate" in error.what


async def test_an_answer_that_is_no_http_is_told(settings: Settings) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    served = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    error = await failure(settings.model_copy(update={"allow_private": "127.0.0.1"}), f"http://127.0.0.1:{port}/")
    served.close()
    assert isinstance(error, errors.BrokenAnswer)


async def test_headers_that_are_no_text_can_still_be_stored(settings: Settings) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        status = b"302 R\xe9" if b"/hop" in request else b"404 Pas trouv\xe9" if b"/no" in request else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b'\r\nETag: "\xe9"\r\nServer: \xff\r\nLocation: ftp://\xe9/\r\n')
        writer.write(b"Content-Length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()

    served = await asyncio.start_server(odd, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{served.sockets[0].getsockname()[1]}"
    allowed = settings.model_copy(update={"allow_private": "127.0.0.1"})
    result = await fetch(allowed, base + "/feed")
    assert result.body == b"hi"
    "".join(result.headers.values()).encode()
    for path in ("/no", "/hop"):
        str(await failure(allowed, base + path)).encode()
    served.close()


async def test_headers_without_end_are_stopped(settings: Settings) -> None:
    async def headers_for_ever(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for number in range(100_000):
                writer.write(b"X-%d: %s\r\n" % (number, b"a" * 1000))
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    served = await asyncio.start_server(headers_for_ever, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    error = await failure(settings.model_copy(update={"allow_private": "127.0.0.1"}), f"http://127.0.0.1:{port}/")
    served.close()
    assert isinstance(error, errors.FetchFailure)


async def test_a_login_in_the_address_is_used_and_never_shown(server: FeedServer, settings: Settings) -> None:
    url = server.gives("/feed", status=404).replace("http://", "http://reader:s3cret@")
    error = await failure(settings, url)
    assert base64.b64decode(server.requests[0].headers["Authorization"].split()[1]) == b"reader:s3cret"
    assert "s3cret" not in str(error)


async def test_a_login_does_not_follow_a_redirect_to_another_host(server: FeedServer, settings: Settings) -> None:
    other = FeedServer()
    await other.server.start_server()
    target = other.gives("/new", BODY)
    url = server.gives("/feed", status=302, headers={"Location": target}).replace("http://", "http://reader:s3cret@")
    await fetch(settings.model_copy(update={"allow_private": "127.0.0.1"}), url)
    await other.server.close()
    assert "Authorization" not in other.requests[0].headers
