"""From the feed to the search and the alert: articles a second in a burst, and latency under a steady half of that.

Beside it, as the ceiling, the analyzer alone in as many processes, on the same articles in the same run.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from benchmarks.installations import Running
from benchmarks.texts import attacks, items
from brinkwatch.models import FeedRef, RawArticle, encode
from brinkwatch.workers import WorkerPool
from processors.steps import enrich_message, load_analyzer
from tests.runtimes.cluster import wait_for
from tests.runtimes.world import Item, World, link_of

Install = Callable[[World, list[str], int], AbstractContextManager[Running]]

FEEDS = 4
MAX_RATE = 10.0
"""Articles a second of the steady load, at most."""


@dataclass(frozen=True)
class Latency:
    """Seconds; `count` articles were followed."""

    count: int
    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        percentiles = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(len(seconds), round(statistics.median(seconds), 3), round(percentiles[98], 3))


@dataclass(frozen=True)
class EndToEnd:
    """`articles_per_second` from the first byte of the burst to its last searchable article; `ceiling` the analyzer's."""

    profile: str
    workers: int
    articles: int
    articles_per_second: float
    ceiling: float
    of_ceiling: float
    steady_rate: float
    searchable: Latency
    alerted: Latency

    def table(self) -> str:
        return "\n".join(
            (
                f"{self.profile}, {self.workers} analysing processes",
                f"  burst of {self.articles} articles      {self.articles_per_second:8.1f} articles/s",
                f"  analyzer alone              {self.ceiling:8.1f} articles/s",
                f"  burst / analyzer alone      {self.of_ceiling:8.2f}",
                f"  steady {self.steady_rate:.1f} articles/s, fetched to …   p50      p99",
                f"    searchable                {self.searchable.p50:8.2f} {self.searchable.p99:8.2f} s",
                f"    alerted                   {self.alerted.p50:8.2f} {self.alerted.p99:8.2f} s",
            )
        )

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def measure(install: Install, *, articles: int, seconds: float, workers: int) -> EndToEnd:
    """Measure an installation that is made and removed for it."""
    burst = list(itertools.islice(items(), articles))
    ceiling = analyzer_alone(burst, workers)
    world = World()
    paths = [f"/feed{n}" for n in range(FEEDS)]
    urls = [world.publish(path, []) for path in [*paths, "/steady"]]
    try:
        with install(world, urls, workers) as running:
            warm_up(running, world)
            speed = burst_speed(running, world, paths, burst)
            rate = min(speed / 2, MAX_RATE)
            searchable, alerted = latencies(running, world, rate, seconds)
            return EndToEnd(
                profile=running.name, workers=workers, articles=articles, articles_per_second=round(speed, 1),
                ceiling=round(ceiling, 1), of_ceiling=round(speed / ceiling, 2), steady_rate=round(rate, 1),
                searchable=Latency.of(searchable), alerted=Latency.of(alerted),
            )  # fmt: skip
    finally:
        world.close()


def analyzer_alone(articles: Sequence[Item], workers: int) -> float:
    """Articles a second of the analysing processes alone, once they have loaded their models."""
    messages = [encode(_raw(item)) for item in articles]

    async def work() -> float:
        pool = WorkerPool(workers, timeout=60, initializer=load_analyzer)
        try:
            await asyncio.gather(*(pool.run(enrich_message, message) for message in messages[: 2 * workers]))
            began = time.monotonic()
            room = asyncio.Semaphore(2 * workers)

            async def one(message: bytes) -> None:
                async with room:
                    await pool.run(enrich_message, message)

            await asyncio.gather(*(one(message) for message in messages))
            return len(messages) / (time.monotonic() - began)
        finally:
            await asyncio.to_thread(pool.close)

    return asyncio.run(work())


def _raw(item: Item) -> RawArticle:
    return RawArticle(
        id=str(item.number), url=link_of("/alone", item.number), title=item.title, summary=item.text,
        published=item.published, first_seen=item.published, feed=FeedRef(id="alone", url="https://world.example/alone"),
    )  # fmt: skip


def warm_up(running: Running, world: World) -> None:
    """Models are loaded with the first article."""
    world.publish(
        "/steady",
        [Item(n + 1_000_000, i.title, i.text, i.published) for n, i in zip(range(8), attacks(), strict=False)],
    )
    wait_for(lambda: running.stored() == 8, 120, "the warm-up")


def burst_speed(running: Running, world: World, paths: Sequence[str], burst: Sequence[Item]) -> float:
    before = running.stored()
    for number, path in enumerate(paths):
        world.publish(path, burst[number :: len(paths)])
    wait_for(lambda: running.stored() - before >= len(burst), 600, "the burst to be stored")
    ended = time.monotonic()
    began = min(at for (path, _), at in world.served_at.items() if path in paths)
    return len(burst) / (ended - began)


def latencies(running: Running, world: World, rate: float, seconds: float) -> tuple[list[float], list[float]]:
    """Seconds from the first byte of an article given to the poller until a search finds it and its webhook is called."""
    path = "/steady"
    seen: dict[str, float] = {}
    done = threading.Event()

    def watch() -> None:
        with running.newest() as newest:
            while not done.is_set():
                found = newest()
                now = time.monotonic()
                for url in found:
                    seen.setdefault(url, now)
                done.wait(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    count = max(int(rate * seconds), 10)
    window: list[Item] = []
    for item in itertools.islice(attacks(), count):
        window = [*window, item][-200:]
        world.publish(path, window)
        time.sleep(1 / rate)
    links = {link_of(path, n): n for n in range(count)}
    try:
        wait_for(
            lambda: links.keys() <= seen.keys() and links.keys() <= world.hooked_at.keys(), 120, "the last articles"
        )
    finally:
        done.set()
        watcher.join()
    served = {link: world.served_at[path, n] for link, n in links.items()}
    return (
        [seen[link] - at for link, at in served.items()],
        [world.hooked_at[link] - at for link, at in served.items()],
    )
