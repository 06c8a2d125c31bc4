"""Serving an ASGI application inside a program that has its own signals and its own end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import structlog
import uvicorn

from brinkwatch.errors import UsageError
from brinkwatch.settings import Settings

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the program decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve_app(app: Any, settings: Settings) -> AsyncIterator[int]:
    """Serve on the console's address; gives the port. Raises `UsageError` where it is taken."""
    config = uvicorn.Config(
        app,
        host=settings.console_host,
        port=settings.console_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    try:
        socket = config.bind_socket()
    except SystemExit:
        raise UsageError(
            f"The console cannot listen on {settings.console_host}:{settings.console_port}.",
            "Something else uses the port: choose another with --port.",
        ) from None
    task = asyncio.create_task(server.serve(sockets=[socket]))
    port = int(socket.getsockname()[1])
    log.info("console", url=f"http://{settings.console_host}:{port}")
    try:
        yield port
    finally:
        server.should_exit = True
        await asyncio.wait({task}, timeout=4)
        socket.close()
