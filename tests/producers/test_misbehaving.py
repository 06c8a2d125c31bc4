"""Whatever a server does, a poll of it ends in time, tells what it was, takes what can be taken, and harms no other feed."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from brinkwatch.models import FeedState
from brinkwatch.settings import read_settings
from brinkwatch.workers import WorkerPool
from producers.fetch.client import Client
from producers.poll.one import PollReport
from producers.poll.poller import Poller
from producers.registry.feeds import make_feed
from tests.producers.feeds import NOW
from tests.producers.memory import MemoryStore
from tests.producers.misbehaving import CATALOGUE, GOOD, OK, SERIES, Misbehaviour, RawServer, Series, Writes, answer


async def poll(
    writes: Writes, workers: WorkerPool, times: int = 1
) -> tuple[MemoryStore, FeedState, PollReport, RawServer]:
    """Polls a feed of a server that does this, with everything real but the clock and the store."""
    async with RawServer(writes).serving() as server:
        settings = read_settings(
            allow_private=f"127.0.0.1:{server.port}", fetch_timeout=1, fetch_max_bytes=8_000_000, max_entries=20
        )
        feed = make_feed(f"http://127.0.0.1:{server.port}/feed")
        store = MemoryStore([feed])
        async with Client(settings) as client:
            poller = Poller(store, store, store, client, workers, settings, clock=lambda: NOW, jitter=lambda: 0.0)
            for _ in range(times):
                (report,) = await poller.poll_once()
    return store, store.states[feed.id], report, server


@pytest.mark.parametrize("server", CATALOGUE, ids=lambda server: server.what.replace(" ", "-"))
async def test_a_server_that(server: Misbehaviour, pool: WorkerPool) -> None:
    store, state, report, _ = await poll(server.writes, pool)
    assert (report.outcome, len(store.articles)) == (server.outcome, server.articles)
    told = " ".join([state.last_error or "", *report.problems])
    for words in server.words:
        assert words in told
    if server.outcome == "changed":
        assert state.last_error is None
        return
    assert report.feed.url in (state.last_error or "") and report.error is not None and report.error.hint
    assert (state.next_poll is None) == (server.outcome == "gone")
    if state.next_poll is not None:  # however absurd a Retry-After
        assert dt.timedelta(seconds=60) < state.next_poll - NOW <= dt.timedelta(days=1.2)


@pytest.mark.parametrize("feed", SERIES, ids=lambda feed: feed.what.replace(" ", "-"))
async def test_a_feed_that(feed: Series, pool: WorkerPool) -> None:
    bodies = iter(feed.bodies)

    async def writes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(next(bodies))(reader, writer)

    store, *_ = await poll(writes, pool, times=len(feed.bodies))
    assert len({article.id for article in store.articles}) == feed.articles
    assert len(store.articles) - feed.articles == feed.revisions


async def test_what_comes_behind_an_answer_is_not_taken_for_the_next_one(pool: WorkerPool) -> None:
    """A length that is too short leaves bytes behind: another answer, written by whoever wrote the body."""
    poison = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"

    async def writes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD + poison)

    store, state, _, server = await poll(writes, pool, times=3)
    assert state.last_outcome == "unchanged"
    assert len(store.articles) == 2
    assert server.connections == 3  # such a connection is not used again
