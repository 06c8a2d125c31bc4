"""One fetch of one address: conditional, within limits of time, bytes and redirects, every hop checked by the guard.

What came is handed back as bytes; parsing it and deciding when to come again is left to others.
"""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.parse
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import NamedTuple, Protocol

import aiohttp
import yarl

from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from producers.fetch import errors
from producers.fetch.access import NOTHING, Access, access_file, trusts
from producers.fetch.blockers import who_challenges
from producers.fetch.errors import storable
from producers.fetch.explain import explain, is_of_a_proxy, proxy_login, refused, too_large, too_late
from producers.fetch.guard import LookUp, read_policy
from producers.fetch.inflate import ACCEPT_ENCODING, BrokenEncoding, inflate
from producers.fetch.proxy import Proxy, Ways, read_proxy

FEED_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
TEXT_ACCEPT = "text/plain, */*;q=0.1"
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_REDIRECTS = (301, 302, 303, 307, 308)
_KEPT = (301, 308)
_CHUNK = 65536
_LINKS = 20_000
_EXPLAINED = (401, 403, 429, 451, 503)


class FetchRequest(NamedTuple):
    """What to fetch, and the validators of the last answer. `afresh` asks caches on the way not to answer themselves;
    without `follow` a redirect is the answer, and its `final_url` where it leads.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = FEED_ACCEPT
    afresh: bool = False
    follow: bool = True


class FetchLimits(NamedTuple):
    """Seconds from first to last byte, redirects included; bytes as sent; bytes after decompression; redirects."""

    seconds: float
    bytes: int
    decompressed_bytes: int
    redirects: int


class FetchResult(NamedTuple):
    """An answer with status 200 or the like, or 304. `headers` has lower-case names; `problems` are worth telling.

    `permanent_url` is where the feed now lives, set where every redirect on the way was permanent.
    """

    status: int
    final_url: str
    headers: Mapping[str, str]
    body: bytes = b""
    permanent_url: str | None = None
    seconds: float = 0.0
    received: int = 0
    problems: tuple[str, ...] = ()

    @property
    def redirects(self) -> bool:
        return self.status in _REDIRECTS

    @property
    def not_modified(self) -> bool:
        return self.status == 304


class Fetcher(Protocol):
    """What the poller fetches with."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """The answer. Raises a `FetchFailure`, and nothing else, where there is none to use."""


def limits_of(settings: Settings) -> FetchLimits:
    return FetchLimits(
        settings.fetch_timeout,
        settings.fetch_max_bytes,
        settings.fetch_max_decompressed_bytes,
        settings.fetch_max_redirects,
    )


class Client:
    """A `Fetcher` over HTTP. Open it with `async with`; `look_up` replaces the name service in tests."""

    def __init__(
        self, settings: Settings, *, limits: FetchLimits | None = None, look_up: LookUp = socket.getaddrinfo
    ) -> None:
        self._policy = read_policy(settings.allow_private)
        self._ways = Ways(self._policy, user_agent=settings.user_agent, look_up=look_up)
        self._proxy = read_proxy(settings.proxy.get_secret_value())
        self._access = access_file(settings)
        self.limits = limits or limits_of(settings)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ways.close()

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch within the limits. Raises a `FetchFailure` that names the feed, the cause and what to do."""
        url = read_url(request.url)
        access = self._access.of(url)
        proxy = self._proxy if access.proxy is None else access.proxy
        if not access.secrets and not proxy.password:
            return await self._explained(request, url, access, proxy)
        url = access.undressed(url)
        try:
            result = await self._explained(request._replace(url=str(url)), url, access, proxy)
        except errors.FetchFailure as error:
            raise error.without(lambda text: _hide(text, access, proxy)) from None
        return result._replace(headers={name: _hide(value, access, proxy) for name, value in result.headers.items()})

    async def submit(self, address: str, form: Mapping[str, str]) -> tuple[int, str]:
        """Send a form, through the same guard and limits, and follow 307 and 308 as the only redirects; status and the
        beginning of the answer. Raises a `FetchFailure` that names the address.
        """
        url = read_url(address)
        try:
            async with asyncio.timeout(self.limits.seconds):
                for _ in range(self.limits.redirects + 1):
                    if reason := self._ways.why_refused(self._proxy, url):
                        raise refused(shown(address), url.host or "", reason)
                    session, options = self._ways.way(self._proxy, url)
                    async with await session.post(url, data=dict(form), allow_redirects=False, **options) as response:
                        if response.status not in (307, 308):
                            told = (await _beginning(response))[:300].decode("utf-8", "replace")
                            return response.status, storable(" ".join(told.split()))
                        url = _next_hop(address, url, response)
        except TimeoutError:
            raise too_late(shown(address), self.limits.seconds, False) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise explain(shown(address), error, self._proxy) from error
        raise errors.TooManyRedirects(f"{shown(address)} redirects too often.", "Its operator must mend it.")

    def trusts(self, address: str) -> bool:
        """Whether what is sent there cannot be read on the way: TLS, or a host of one's own."""
        url = read_url(address)
        return url.scheme == "https" or self._policy.is_own(url.raw_host or "")

    async def _explained(self, request: FetchRequest, url: yarl.URL, access: Access, proxy: Proxy) -> FetchResult:
        """Whatever goes wrong, told as one of our own errors."""
        answers: list[int] = []
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._follow(request, url, access, proxy, answers)
        except TimeoutError:
            raise too_late(shown(request.url), self.limits.seconds, bool(answers)) from None
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError, BrokenEncoding) as error:
            raise explain(shown(request.url), error, proxy) from error
        except Exception as error:
            if not is_of_a_proxy(error):
                raise
            raise explain(shown(request.url), error, proxy) from error

    async def _follow(
        self, request: FetchRequest, first: yarl.URL, access: Access, proxy: Proxy, answers: list[int]
    ) -> FetchResult:
        started = time.monotonic()
        url, permanent, seen = first, True, [str(first)]
        while True:
            if reason := self._ways.why_refused(proxy, url):
                raise refused(shown(request.url), url.host or "", reason)
            session, options = self._ways.way(proxy, url)
            headers, given = _headers(request), access if access.logs_in and trusts(first, url) else NOTHING
            if given.logs_in:
                headers |= given.sent()
            response = await session.get(given.dressed(url), headers=headers, allow_redirects=False, **options)
            async with response:
                answers.append(response.status)
                if response.status == 407 and "proxy" in options:
                    raise proxy_login(shown(request.url), proxy)
                if response.status not in _REDIRECTS:
                    # what needs a login is asked for where the login was given for
                    kept = str(url) if permanent and len(seen) > 1 and not access.logs_in else None
                    result = await self._read(response, request, str(url))
                    return result._replace(permanent_url=kept, seconds=time.monotonic() - started)
                permanent = permanent and response.status in _KEPT
                url = access.undressed(_next_hop(request.url, url, response))
                if not request.follow:
                    return FetchResult(response.status, str(url), _plain_headers(response))
            if str(url) in seen:
                raise errors.TooManyRedirects(
                    f"The feed {shown(request.url)} redirects in a loop, back to {shown(str(url))}.",
                    "Open it in a browser and add the address where it ends. Some sites do so to readers that keep no cookies.",
                )
            seen.append(str(url))
            if len(seen) > self.limits.redirects + 1:
                raise errors.TooManyRedirects(
                    f"The feed {shown(request.url)} redirects more than {self.limits.redirects} times.",
                    "Open it in a browser and add the address where it ends.",
                )

    async def _read(self, response: aiohttp.ClientResponse, request: FetchRequest, final_url: str) -> FetchResult:
        headers = _plain_headers(response)
        if response.status == 304 and (request.etag or request.last_modified):
            return FetchResult(304, final_url, headers)
        if not 200 <= response.status < 300:
            page = await _beginning(response) if response.status in _EXPLAINED else b""
            raise errors.status_error(request.url, response.status, response.reason or "", headers, page)
        whole, received, problems = await self._body(response, shown(request.url), headers)
        who = who_challenges(headers, whole if _looks_like_a_page(whole) else b"")
        if who is not None:
            raise errors.challenge(request.url, response.status, headers, who)
        return FetchResult(response.status, final_url, headers, whole, received=received, problems=problems)

    async def _body(
        self, response: aiohttp.ClientResponse, name: str, headers: Mapping[str, str]
    ) -> tuple[bytes, int, tuple[str, ...]]:
        """The inflated body, the bytes that were sent, and what was wrong with it; what came of one cut short is given."""
        body, pieces, received, size = inflate(headers.get("content-encoding", "")), list[bytes](), 0, 0

        def take(found: Iterable[bytes]) -> None:
            nonlocal size
            for piece in found:
                size += len(piece)
                if size > self.limits.decompressed_bytes:
                    most, setting = self.limits.decompressed_bytes, "BRINKWATCH_FETCH_MAX_DECOMPRESSED_BYTES"
                    raise too_large(name, response.status, most, "after decompression", setting)
                pieces.append(piece)

        try:
            async for chunk in response.content.iter_chunked(_CHUNK):
                received += len(chunk)
                if received > self.limits.bytes:
                    raise too_large(name, response.status, self.limits.bytes, "as sent", "BRINKWATCH_FETCH_MAX_BYTES")
                take(body.feed(chunk))
        except aiohttp.ClientPayloadError as error:
            take(body.rest())
            if not size:
                raise
            return b"".join(pieces), received, (f"The connection was cut before the end ({error}).",)
        take(body.rest())
        problems = () if body.whole else ("Its compression ends too early: the rest is missing.",)
        return b"".join(pieces), received, problems


def _plain_headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for header, value in response.headers.items():
        name, value = storable(header.lower()), storable(value)
        if name == "link" and name in headers:
            headers[name] = f"{headers[name]}, {value}"[:_LINKS]  # each names another
        headers.setdefault(name, value)
    return headers


def _hide(text: str, access: Access, proxy: Proxy) -> str:
    return access.hide(text.replace(proxy.password, "•••") if proxy.password else text)


def _looks_like_a_page(body: bytes) -> bool:
    return body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The first bytes of a refusal's page, as far as they come: they may tell who refuses."""
    try:
        raw = await response.content.read(_CHUNK)
        body = inflate(response.headers.get("Content-Encoding", ""))
        return b"".join([*body.feed(raw), *body.rest()])[:_CHUNK]
    except (aiohttp.ClientError, BrokenEncoding):
        return b""


def read_url(url: str) -> yarl.URL:
    """The address as one to fetch. Raises `BadUrl` for other schemes and for what is no address at all."""
    text = url.strip()
    scheme = text.partition(":")[0].lower() if ":" in text else ""
    if scheme not in ("http", "https"):
        what = f"has the scheme {scheme!r}" if scheme and "/" not in scheme else "has no scheme"
        raise errors.BadUrl(
            f"The feed {shown(text)} cannot be fetched: its address {what}.", "Only http:// and https:// are fetched."
        )
    try:
        parsed = yarl.URL(text)
        if not parsed.host or parsed.port is None:
            raise ValueError("it names no host")
    except ValueError as error:
        raise errors.BadUrl(f"The feed {shown(text)} cannot be fetched: {error}.", "Check the address.") from None
    return parsed.with_fragment(None)


def _next_hop(feed: str, url: yarl.URL, response: aiohttp.ClientResponse) -> yarl.URL:
    location = response.headers.get("Location", "").strip()
    if not location:
        raise errors.BrokenAnswer(
            f"The feed {shown(feed)} answered {response.status}, a redirect that leads nowhere.",
            "Check the address.",
            status=response.status,
        )
    try:
        target = urllib.parse.urljoin(str(url), location)
    except ValueError:
        target = location
    try:
        return read_url(target)
    except errors.BadUrl as error:
        raise errors.BadUrl(
            f"The feed {shown(feed)} redirects to {shown(target)[:200]}, which is not fetched.",
            error.hint,
            status=response.status,
        ) from None


def _headers(request: FetchRequest) -> dict[str, str]:
    headers = {"Accept": request.accept, "Accept-Encoding": ACCEPT_ENCODING}
    if request.afresh:
        headers["Cache-Control"] = "no-cache"
    if request.etag:
        headers["If-None-Match"] = request.etag
    if request.last_modified:
        headers["If-Modified-Since"] = request.last_modified
    return headers
