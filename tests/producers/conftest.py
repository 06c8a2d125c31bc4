"""A small real HTTP server on loopback that misbehaves as it is told, and settings that let it be fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brinkwatch.settings import Settings, read_settings
from brinkwatch.workers import WorkerPool

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    feed_server = FeedServer()
    await feed_server.server.start_server()
    yield feed_server
    feed_server.closing.set()
    await feed_server.server.close()


@pytest.fixture
def settings(server: FeedServer) -> Settings:
    return read_settings(allow_private=f"127.0.0.1:{server.server.port}", fetch_timeout=5, poll_interval=900)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """A real worker, as a module shares it: starting one takes a second."""
    workers = WorkerPool(1, timeout=5, memory_mb=450)
    yield workers
    workers.close()
