"""A demo server on a free port whose clock the test moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from brinkwatch.demo.samples import Seeds, load_seeds, seeds_dir
from brinkwatch.demo.server import DemoServer

START = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
EVERY = dt.timedelta(seconds=5)
HEAD = 45


@dataclass
class MovableClock:
    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    return load_seeds(seeds_dir())


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def demo(seeds: Seeds, clock: MovableClock) -> AsyncIterator[DemoServer]:
    async with DemoServer(seeds, clock=clock, every=EVERY, head_start=HEAD) as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
