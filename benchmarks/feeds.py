"""Many feeds on a local server: is each polled at its time, and what does one cost, beside a bare loop of aiohttp.

    python -m benchmarks feeds --counts 1000 10000 50000 --seconds 120

Nine of ten answers are 304, the tenth is a feed of 20 entries of which one is new. The server runs in a process of its own.
Polls are spread over the interval as they are when feeds were added over time; lateness is what the poller's own metric
measures: from a poll's time to its beginning.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import aiohttp
from aiohttp import web

from brinkwatch.models import Feed, FeedState, Identity, RawArticle
from brinkwatch.settings import Settings, read_settings
from producers.fetch.client import Client
from producers.fetch.guard import KEEP_ALIVE_SECONDS
from producers.poll.one import PollReport, parse_workers
from producers.poll.poller import Poller
from producers.registry.feeds import make_feed

INTERVAL = 900.0
_CHANGED_EVERY = 10
_BARE = 3000


class Figures(NamedTuple):
    """Of one run: feeds, polls, the share begun within 5 % of the interval, seconds late at worst, CPU as a share of a
    core (workers included), peak memory in MB, polls a second of the poller let loose, and of the bare loop."""

    feeds: int
    polls: int
    on_time: float
    worst: float
    cpu: float
    memory: float
    rate: float
    bare: float


class _Memory:
    """Registry, identities and outbox in memory: what is measured is polling."""

    def __init__(self, feeds: list[Feed]) -> None:
        self._feeds = feeds
        self.states: dict[str, FeedState] = {}
        self._identities: dict[str, Identity] = {}

    def feeds(self) -> list[Feed]:
        return self._feeds

    def feed_state(self, feed_id: str) -> FeedState | None:
        return self.states.get(feed_id)

    def feed_states(self) -> dict[str, FeedState]:
        return self.states

    def put_feeds(self, feeds: object) -> None:
        raise NotImplementedError

    def remove_feed(self, feed_id: str) -> bool:
        raise NotImplementedError

    def known(self, ids: list[str]) -> dict[str, Identity]:
        return {i: self._identities[i] for i in ids if i in self._identities}

    def erased(self, _ids: list[str]) -> frozenset[str]:
        return frozenset()

    async def publish(self, _: list[RawArticle], identities: list[Identity], state: FeedState | None) -> None:
        self._identities.update((identity.id, identity) for identity in identities)
        if state is not None:
            self.states[state.feed_id] = state


def _serve(ready: Connection) -> None:
    async def answer(request: web.Request) -> web.Response:
        number, version = int(request.match_info["n"]), int(time.time() // INTERVAL)
        changed = number % _CHANGED_EVERY == 0
        tag = f'"{version if changed else 0}"'
        if request.headers.get("If-None-Match") == tag and not changed:
            return web.Response(status=304)
        items = "".join(
            f"<item><title>Headline {n}</title><link>http://{number}.example/{n}</link><guid>{n}</guid><description>Some words of "
            f"what happened there.</description></item>"
            for n in range(version, version + 20)
        )
        body = f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>"
        return web.Response(body=body.encode(), content_type="application/xml", headers={"ETag": tag})

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{n}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0, backlog=1024)
        await site.start()
        ready.send(site._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
        await asyncio.Event().wait()

    asyncio.run(main())


async def measure(count: int, seconds: float, port: int) -> Figures:
    """Poll so many feeds for so many seconds after one round in which all were polled."""
    settings = read_settings(
        allow_private=f"127.0.0.1:{port}",
        poll_interval=INTERVAL,
        poll_interval_min=INTERVAL,
        poll_interval_max=INTERVAL,
    )
    # 127.0.0.1 is one host; a poller asks a host one thing at a time, so the feeds live on many of its names
    feeds = [make_feed(f"http://127.{n % 200 + 1}.{n // 200 % 200 + 1}.1:{port}/{n}") for n in range(count)]
    settings = settings.model_copy(update={"allow_private": "127.0.0.0/8"})
    memory = _Memory(feeds)
    workers = parse_workers(settings, 1)
    try:
        async with Client(settings) as client:
            rate = await _loose(memory, client, workers, settings)
            bare = await _bare([feed.url for feed in feeds[:_BARE]])
            now = dt.datetime.now(dt.UTC)
            for place, feed in enumerate(feeds):
                due = now + dt.timedelta(seconds=INTERVAL * place / count)
                memory.states[feed.id] = _due(memory.states[feed.id], due)
            return await _steady(memory, client, workers, settings, seconds, rate, bare)
    finally:
        workers.close()


def _due(state: FeedState, when: dt.datetime) -> FeedState:
    import msgspec

    return msgspec.structs.replace(state, next_poll=when)


async def _loose(memory: _Memory, client: Client, workers: object, settings: Settings) -> float:
    """Polls a second of a round in which nearly all answers are 304, after a first that made the feeds known."""
    poller = _poller(memory, client, workers, settings.model_copy(update={"poll_concurrency": 32}))
    await poller.poll_once()
    await asyncio.sleep(KEEP_ALIVE_SECONDS + 2)  # at its next poll, no connection to a feed is still open
    began = time.perf_counter()
    reports = await poller.poll_once()
    return len(reports) / (time.perf_counter() - began)


async def _bare(urls: list[str]) -> float:
    """GETs a second of the same conditional requests by nothing but aiohttp, 32 at a time, each over a new connection."""
    queue, began = list(urls), time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100, force_close=True)) as session:

        async def work() -> None:
            while queue:
                async with session.get(queue.pop(), headers={"If-None-Match": '"0"'}) as response:
                    await response.read()

        await asyncio.gather(*(work() for _ in range(32)))
    return len(urls) / (time.perf_counter() - began)


async def _steady(
    memory: _Memory, client: Client, workers: object, settings: Settings, seconds: float, rate: float, bare: float
) -> Figures:
    late: list[float] = []

    def heard(report: PollReport) -> None:
        due[report.feed.id] = report.state.next_poll or due[report.feed.id]

    due = {feed.id: memory.states[feed.id].next_poll or dt.datetime.now(dt.UTC) for feed in memory.feeds()}
    spied = _Spy(client, late, due, {feed.url: feed.id for feed in memory.feeds()})
    poller = _poller(memory, spied, workers, settings, heard)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    before, began = _cpu(), time.perf_counter()
    await poller.run(stop)
    spent = (_cpu() - before) / (time.perf_counter() - began)
    on_time = sum(x <= 0.05 * INTERVAL for x in late) / max(len(late), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(len(due), len(late), on_time, max(late, default=0.0), spent, peak, rate, bare)


class _Spy:
    """A fetcher that notes how late each fetch begins."""

    def __init__(self, client: Client, late: list[float], due: dict[str, dt.datetime], ids: dict[str, str]) -> None:
        self._client, self._late, self._due, self._ids = client, late, due, ids

    async def fetch(self, request: object) -> object:
        due = self._due[self._ids[request.url]]  # type: ignore[attr-defined]
        self._late.append((dt.datetime.now(dt.UTC) - due).total_seconds())
        return await self._client.fetch(request)  # type: ignore[arg-type]


def _poller(memory: _Memory, fetcher: object, workers: object, settings: Settings, heard: object = None) -> Poller:
    return Poller(memory, memory, memory, fetcher, workers, settings, jitter=lambda: 0.0, on_poll=heard)  # type: ignore[arg-type]


def _cpu() -> float:
    """Seconds of CPU that this process and its living children have used."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    total = own.ru_utime + own.ru_stime
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in children.read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def table(counts: list[int], seconds: float) -> str:
    """One row for each number of feeds; each is measured in a process of its own, for its memory."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    server = context.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    rows = [
        f"{'feeds':>7} {'polls':>7} {'on time':>8} {'worst, s':>9} {'CPU':>6} {'MB':>6} {'polls/s':>8} {'÷ bare aiohttp':>15}"
    ]
    try:
        for count in counts:
            with ProcessPoolExecutor(1, mp_context=context) as one:
                f = one.submit(_measured, count, seconds, port).result()
            rows.append(
                f"{f.feeds:7} {f.polls:7} {f.on_time:8.1%} {f.worst:9.2f} {f.cpu:6.0%} {f.memory:6.0f} {f.rate:8.0f} {f.rate / f.bare:15.2f}"
            )
    finally:
        server.terminate()
    return "\n".join(rows)


def _measured(count: int, seconds: float, port: int) -> Figures:
    return asyncio.run(measure(count, seconds, port))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10_000, 50_000])
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    print(table(options.counts, options.seconds))


if __name__ == "__main__":
    main()
