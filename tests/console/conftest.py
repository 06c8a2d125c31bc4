"""A filled console, asked without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from brinkwatch.console import make_console
from brinkwatch.settings import Settings
from tests.console.memory import Memory
from tests.console.samples import filled

ADDRESS = "http://127.0.0.1:8080"


def ask(memory: Memory, settings: Settings | None = None, address: str = ADDRESS) -> httpx.AsyncClient:
    """A client of a console over this memory. Unexpected errors are answered, as by a server."""
    app = make_console(memory.services(settings))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=address)


@pytest.fixture
def memory() -> Memory:
    return filled()


@pytest.fixture
async def client(memory: Memory) -> AsyncIterator[httpx.AsyncClient]:
    async with ask(memory) as client:
        yield client
