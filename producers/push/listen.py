"""The listener that hubs reach: a server of its own, apart from the console, which knows callbacks and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypedDict

import structlog
from aiohttp import web

from brinkwatch.errors import UsageError
from brinkwatch.settings import Settings
from producers.fetch.errors import storable
from producers.poll.one import PollReport
from producers.poll.poller import Poller
from producers.push.subscriber import Answer, Subscriber
from producers.schedule.decide import Push

log = structlog.get_logger("producers.push")

_BODIES = 4
"""Bodies that are held in memory at the same time."""
_SECONDS = 20.0


def application(subscriber: Subscriber, max_bytes: int) -> web.Application:
    """What the listener serves. Nothing of a request is logged: a callback's path is a key."""
    bodies = asyncio.Semaphore(_BODIES)

    async def verify(request: web.Request) -> web.Response:
        return _response(await subscriber.verify(request.path, request.query))

    async def receive(request: web.Request) -> web.Response:
        refused = subscriber.admits(request.path)
        if refused is not None:
            return _response(refused)
        async with bodies:
            try:
                async with asyncio.timeout(_SECONDS):
                    body = await request.read()
            except TimeoutError:
                return _response(Answer(408))
            headers = {storable(name.lower()): storable(value) for name, value in request.headers.items()}
            return _response(await subscriber.receive(request.path, body, headers))

    app = web.Application(client_max_size=max_bytes)
    app.router.add_get("/{path:.*}", verify)
    app.router.add_post("/{path:.*}", receive)
    return app


@contextlib.asynccontextmanager
async def listening(subscriber: Subscriber, settings: Settings) -> AsyncIterator[int]:
    """Serve until left; gives the port. Raises `UsageError` where it is taken."""
    runner = web.AppRunner(application(subscriber, settings.fetch_max_bytes), access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, settings.websub_host, settings.websub_port)
    try:
        try:
            await site.start()
        except OSError as error:
            raise UsageError(
                f"The listener for hubs cannot listen on {settings.websub_host}:{settings.websub_port}: {error.strerror}.",
                "Set BRINKWATCH_WEBSUB_PORT to a free port.",
            ) from None
        port = int(runner.addresses[0][1])
        log.info("listening for hubs", port=port)
        yield port
    finally:
        await runner.cleanup()


class PollerOptions(TypedDict, total=False):
    """What a poller is made with so that it works with a subscriber."""

    push_of: Callable[[str], Push | None]
    on_poll: Callable[[PollReport], None]


def poller_options(subscriber: Subscriber | None) -> PollerOptions:
    """None where push is off."""
    return {} if subscriber is None else {"push_of": subscriber.push_of, "on_poll": subscriber.heard}


@contextlib.asynccontextmanager
async def pushing(
    subscriber: Subscriber | None, poller: Poller, settings: Settings, stop: asyncio.Event
) -> AsyncIterator[None]:
    """Listen and keep subscriptions as long as the poller runs; nothing where push is off."""
    if subscriber is None:
        yield
        return
    subscriber.poller = poller
    async with listening(subscriber, settings):
        keeping = asyncio.create_task(subscriber.run(stop), name="subscriptions")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status, text=answer.body, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
    )
