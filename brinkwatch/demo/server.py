"""Serves the demo's feeds and article pages over HTTP, with validators and 304 as real publishers do."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from aiohttp import ETag, web

from brinkwatch.demo.render import CONTENT_TYPES, render_article, render_feed, render_index, render_opml, updated_at
from brinkwatch.demo.samples import DemoFeed, Seeds, load_seeds
from brinkwatch.demo.timetable import Issued, Timetable
from brinkwatch.errors import UsageError
from brinkwatch.models import Feed, feed_id

Clock = Callable[[], dt.datetime]

EVERY = dt.timedelta(seconds=4)
HEAD_START = 45
ITEMS_PER_FEED = 30


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def make_app(
    seeds: Seeds,
    *,
    clock: Clock = utc_now,
    started: dt.datetime | None = None,
    every: dt.timedelta = EVERY,
    head_start: int = HEAD_START,
    seed: int = 0,
) -> web.Application:
    """The server's application; what it answers depends on `clock()` alone. `started` is now unless given."""
    timetable = Timetable(
        seeds.samples,
        started or clock().replace(microsecond=0),
        every,
        head_start,
        seed=seed,
        variations=seeds.variations,
    )
    site = _Site(seeds, timetable, clock)
    app = web.Application()
    app.add_routes(
        [
            web.get("/", site.index),
            web.get("/feeds.opml", site.opml),
            web.get("/feeds/{name}", site.feed),
            web.get("/a/{item}", site.article),
        ]
    )
    return app


class _Site:
    def __init__(self, seeds: Seeds, timetable: Timetable, clock: Clock) -> None:
        self._seeds = seeds
        self._feeds = {feed.id: feed for feed in seeds.feeds}
        self._paths = {feed.path: feed for feed in seeds.feeds}
        self._timetable = timetable
        self._clock = clock
        # enough rounds back that the rarest feed is full, or has all its samples twice
        self._window = 3 * len(seeds.samples)

    async def index(self, request: web.Request) -> web.Response:
        return web.Response(text=render_index(self._seeds.feeds), content_type="text/html")

    async def opml(self, request: web.Request) -> web.Response:
        body = render_opml(self._seeds.feeds, _base_url(request))
        return web.Response(body=body, content_type="text/x-opml", charset="utf-8")

    async def feed(self, request: web.Request) -> web.Response:
        feed = self._paths.get(request.path)
        if feed is None:
            raise web.HTTPNotFound(text="No such feed; see /feeds.opml for those there are.\n")
        items = self._items(feed)
        body = render_feed(feed, items, _base_url(request))
        return _conditional(request, body, CONTENT_TYPES[feed.format], updated_at(items))

    async def article(self, request: web.Request) -> web.Response:
        issue = self._timetable.find(request.match_info["item"], self._clock())
        if issue is None:
            raise web.HTTPNotFound(text="No such article.\n")
        page = render_article(self._feeds[issue.sample.feed], issue)
        return _conditional(request, page.encode(), "text/html", issue.updated)

    def _items(self, feed: DemoFeed) -> list[Issued]:
        """The feed's newest items; of an item and its correction only the correction."""
        newest = {
            issue.id: issue
            for issue in self._timetable.latest(self._clock(), self._window)
            if issue.sample.feed == feed.id
        }
        return sorted(newest.values(), key=lambda issue: issue.number)[-ITEMS_PER_FEED:]


def _conditional(request: web.Request, body: bytes, content_type: str, changed: dt.datetime | None) -> web.Response:
    """200 with validators, or 304 where the client has this version (RFC 9110: an ETag outweighs a date)."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    if changed is not None:  # HTTP dates have whole seconds, and none may lie in the future
        changed = changed.replace(microsecond=0)
    known = request.if_none_match
    since = request.if_modified_since
    if known is not None:
        same = any(etag.value in (tag, "*") for etag in known)
    else:
        same = since is not None and changed is not None and changed <= since
    response = web.Response(status=304) if same else web.Response(body=body, content_type=content_type, charset="utf-8")
    response.etag = ETag(value=tag, is_weak=True)  # weak: the same tag with and without gzip
    response.last_modified = changed
    response.headers["Cache-Control"] = "no-cache"
    if not same:
        response.enable_compression()
    return response


def _base_url(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


class DemoServer:
    """The demo inside another asyncio program: `async with DemoServer(seeds) as demo: … demo.feeds …`.

    `seeds` may be the seeds folder. `port` 0 takes a free one. Raises `UsageError` where it cannot listen.
    """

    def __init__(
        self,
        seeds: Seeds | Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = utc_now,
        every: dt.timedelta = EVERY,
        head_start: int = HEAD_START,
        seed: int = 0,
    ) -> None:
        self._seeds = load_seeds(seeds) if isinstance(seeds, Path) else seeds
        self.host = host
        self.port = port
        self._app = make_app(self._seeds, clock=clock, every=every, head_start=head_start, seed=seed)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 (an address to reach it by)
        return f"http://{host}:{self.port}"

    @property
    def opml_url(self) -> str:
        return self.url + "/feeds.opml"

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds as the registry keeps them, at the addresses where they are served now."""
        return tuple(
            Feed(
                id=feed_id(self.url + feed.path),
                url=self.url + feed.path,
                title=feed.title,
                site_url=f"{self.url}/#{feed.id}",
                language=feed.language,
                country=feed.country,
                class_=feed.class_,
                class_source="demo",
                tags=("Demo",),
            )
            for feed in self._seeds.feeds
        )

    def opml(self) -> str:
        """The same feeds as an OPML document."""
        return render_opml(self._seeds.feeds, self.url).decode()

    async def __aenter__(self) -> DemoServer:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise UsageError(
                f"The demo feed server cannot listen on {self.host}:{self.port}: {error.strerror or error}.",
                "Give another --port, or 0 for a free one.",
            ) from None
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()


async def serve(
    seeds: Seeds,
    host: str,
    port: int,
    *,
    every: dt.timedelta = EVERY,
    head_start: int = HEAD_START,
    seed: int = 0,
    stop: asyncio.Event | None = None,
    started: Callable[[DemoServer], None] | None = None,
) -> None:
    """Serve until `stop` is set (or for ever); `started` is called once the server listens."""
    async with DemoServer(seeds, host=host, port=port, every=every, head_start=head_start, seed=seed) as demo:
        if started is not None:
            started(demo)
        await (stop or asyncio.Event()).wait()
