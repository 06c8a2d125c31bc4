"""A server of the tests' own on loopback, and settings that let it be fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from brinkwatch.settings import Settings, read_settings
from brinkwatch.workers import WorkerPool
from tests.producers.misbehaving import FeedServer

__all__ = ["FeedServer"]


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
