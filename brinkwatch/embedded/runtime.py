"""The embedded runtime put together: one asyncio process that polls, analyses in worker processes, stores, alerts and delivers.

What each step does stands in its own module; this one starts them, watches them and stops them.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import structlog

from brinkwatch.dead import dead_letter
from brinkwatch.embedded import journal, registry
from brinkwatch.embedded.analyze import AnalyzeStep
from brinkwatch.embedded.database import FILE, Database
from brinkwatch.embedded.index import IndexStep
from brinkwatch.embedded.registry import JournalOutbox, SqliteIdentities, SqliteRegistry, SqliteSubscriptions
from brinkwatch.embedded.wake import Wake
from brinkwatch.models import Feed
from brinkwatch.observe.health import HealthReport, PartHealth, report
from brinkwatch.observe.metrics import BACKLOG
from brinkwatch.outbound import guarded_post
from brinkwatch.settings import Settings
from brinkwatch.workers import WorkerPool
from processors.steps import load_analyzer, load_knowledge
from producers.fetch.client import Client
from producers.poll.one import PollReport, parse_workers
from producers.poll.poller import Poller
from producers.ports import FeedRegistry
from producers.push.keys import read_keys
from producers.push.listen import poller_options, pushing
from producers.push.subscriber import Subscriber
from sinks.deliver.deliverer import Deliverer
from sinks.embedded_store import EmbeddedStore, tables

log = structlog.get_logger()

INDEX_FOLDER = "index"
LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
"""How often the state is written down for `brinkwatch status`: three missed beats mean that the process hangs."""

_DELIVER_SECONDS = 1.0

SCHEMA = "CREATE TABLE IF NOT EXISTS heartbeat (only INTEGER PRIMARY KEY CHECK (only = 1), at TEXT, value BLOB)"


def open_database(data_dir: Path) -> Database:
    """The database of a data directory, with all tables of the runtime, the registry and the store."""
    return Database(data_dir / FILE, journal.create, registry.create, tables.create, _create_heartbeat)


class SelectedFeeds:
    """A registry of which only some feeds are polled."""

    def __init__(self, everything: FeedRegistry, feed_ids: frozenset[str]) -> None:
        self._everything = everything
        self._feed_ids = feed_ids
        self.put_feeds = everything.put_feeds
        self.remove_feed = everything.remove_feed
        self.feed_state = everything.feed_state
        self.feed_states = everything.feed_states

    def feeds(self) -> Sequence[Feed]:
        return [feed for feed in self._everything.feeds() if feed.id in self._feed_ids]


class EmbeddedRuntime:
    """All steps on one data directory, whose lock the caller holds. All feeds of the registry are polled."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], dt.datetime],
        *,
        alert: bool = False,
        console_url: str = "",
    ) -> None:
        self._settings = settings
        self._knowledge = load_knowledge(settings.knowledge_dir)
        self._clock = clock
        self._polled: frozenset[str] | None = None
        self._alert = alert
        self._console_url = settings.console_url or console_url
        self.database = open_database(settings.data_dir)
        self.registry = SqliteRegistry(self.database)
        self.store = EmbeddedStore(self.database, settings.data_dir / INDEX_FOLDER, clock, indexes=True)
        self._raw, self._enriched, self._alerted = Wake(), Wake(), Wake()
        self._pool: WorkerPool | None = None
        self._analyze: AnalyzeStep | None = None
        self._failed: dict[str, str] = {}
        self._latest = report([PartHealth(name="runtime", ok=False, detail="starting")])

    def select(self, feed_ids: frozenset[str]) -> None:
        """Poll these feeds only."""
        self._polled = feed_ids

    def health(self) -> HealthReport:
        """The latest report, made a second ago at most."""
        return self._latest

    async def run(self, stop: asyncio.Event) -> None:
        """Poll and process until `stop`."""
        async with self._steps(stop) as poller, self._poll_with(stop):
            await self._guarded("poll", poller.run(stop), stop)
            await stop.wait()

    async def run_once(
        self, stop: asyncio.Event, *, poll: bool = True, progress: Callable[[int, int], None] | None = None
    ) -> list[PollReport]:
        """Poll every feed once where `poll`, process all that waits, deliver what is due, and return."""
        reports: list[PollReport] = []
        async with self._steps(stop) as poller:
            if poll:
                polling = asyncio.ensure_future(poller.poll_once(progress))
                stopped = asyncio.ensure_future(stop.wait())
                await asyncio.wait({polling, stopped}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                if not polling.done():
                    polling.cancel()
                    await asyncio.gather(polling, return_exceptions=True)
                    return reports
                reports = polling.result()
            await self._drained(stop)
        return reports

    @contextlib.asynccontextmanager
    async def _steps(self, stop: asyncio.Event) -> AsyncIterator[Poller]:
        settings = self._settings
        self._pool = WorkerPool(
            settings.analyze_workers,
            timeout=settings.analyze_timeout,
            memory_mb=settings.worker_memory_mb,
            initializer=load_analyzer,
            initargs=(settings.spacy_model, settings.max_text_chars, self._knowledge),
        )
        parsers = parse_workers(settings)
        self._analyze = AnalyzeStep(self.database, self._pool, self._raw, self._enriched, self._bury)
        assert self.store.indexer is not None
        index = IndexStep(
            self.database, self.store.indexer, self._enriched, self._alerted, self._clock, settings.digest_after
        )
        registry: FeedRegistry = self.registry
        if self._polled is not None:
            registry = SelectedFeeds(self.registry, self._polled)
        tasks: list[asyncio.Task[None]] = []
        try:
            async with Client(settings) as client, guarded_post(settings) as post:
                deliverer = Deliverer(self.store, post, settings, self._clock, self._console_url)
                keys = read_keys(settings)
                subscriber = None
                if keys is not None:
                    subscriber = Subscriber(
                        SqliteSubscriptions(self.database),
                        self.registry.feed,
                        self.registry.feed_state,
                        client,
                        parsers,
                        settings,
                        keys,
                        clock=self._clock,
                    )
                poller = Poller(
                    registry,
                    SqliteIdentities(self.database, tables.erased),
                    JournalOutbox(self.database, self._raw.notify),
                    client,
                    parsers,
                    settings,
                    clock=self._clock,
                    alert=self._alert,
                    **poller_options(subscriber),
                )
                self._poll_with = functools.partial(pushing, subscriber, poller, settings)
                inner = asyncio.Event()
                steps = {"analyze": self._analyze.run(inner), "index": index.run(inner)}
                steps |= {"deliver": self._deliver(deliverer, inner), "heartbeat": self._heartbeat(inner)}
                tasks = [
                    asyncio.create_task(self._guarded(name, step, stop), name=name) for name, step in steps.items()
                ]
                try:
                    yield poller
                finally:
                    inner.set()
                    await asyncio.gather(*tasks)
        finally:
            # pebble's threads are joined off the loop: a busy worker is killed, not waited for
            await asyncio.gather(asyncio.to_thread(self._pool.close), asyncio.to_thread(parsers.close))

    async def _guarded(self, name: str, step: Awaitable[None], stop: asyncio.Event) -> None:
        """A step that fails is a defect: say so, be not ready, and end the process rather than limp on."""
        try:
            await step
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("a step of the runtime failed", step=name)
            self._failed[name] = f"{type(error).__name__}: {error}"
            stop.set()

    @property
    def failures(self) -> dict[str, str]:
        """The steps that failed, with their errors."""
        return dict(self._failed)

    def _bury(self, connection: sqlite3.Connection, message: journal.Message, reason: str) -> None:
        letter = dead_letter("analyze", journal.ARTICLES_RAW, message.key, message.value, reason, self._clock())
        tables.put_dead_letter(connection, letter)

    async def _deliver(self, deliverer: Deliverer, stop: asyncio.Event) -> None:
        while not stop.is_set():
            delivering = asyncio.ensure_future(deliverer.deliver_due())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({delivering, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not delivering.done():
                # an attempt in flight gets a moment to be recorded; else it is made again after the next start
                await asyncio.wait({delivering}, timeout=3)
                delivering.cancel()
                await asyncio.gather(delivering, return_exceptions=True)
                return
            delivering.result()
            await self._alerted.wait(stop)

    async def _drained(self, stop: asyncio.Event) -> None:
        """Return when nothing waits any more: no message, no document to index, no delivery that is due."""
        while not stop.is_set():
            waiting = await asyncio.to_thread(self.waiting)
            if not any(waiting.values()):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.05)

    def waiting(self) -> dict[str, int]:
        """How much waits for each step."""
        counts = self.database.read(journal.backlog)
        last = self.database.read(lambda c: c.execute("SELECT last FROM sequence").fetchone()[0])
        followed = self.store.indexer.followed() if self.store.indexer is not None else last
        return {**counts, "search": last - followed, "deliver": len(self.store.due_deliveries(self._clock(), 1000))}

    async def _heartbeat(self, stop: asyncio.Event) -> None:
        written: dt.datetime | None = None
        while not stop.is_set():
            waiting = await asyncio.to_thread(self.waiting)
            for step, count in waiting.items():
                BACKLOG.labels(step).set(count)
            parts = [PartHealth(name="poll", ok="poll" not in self._failed, detail=self._failed.get("poll", "working"))]
            parts += [
                PartHealth(name=step, ok=step not in self._failed, detail=self._failed.get(step, "working"), lag=count)
                for step, count in waiting.items()
            ]
            self._latest = report(parts)
            now = self._clock()
            if written is None or (now - written).total_seconds() >= HEARTBEAT_SECONDS:
                beat = (now.isoformat(), msgspec.json.encode(self._latest))
                await self.database.write_async(functools.partial(_write_heartbeat, beat=beat))
                written = now
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)

    def close(self) -> None:
        self.store.close()
        self.database.close()


def _create_heartbeat(connection: sqlite3.Connection) -> None:
    connection.execute(SCHEMA)


def _write_heartbeat(connection: sqlite3.Connection, beat: tuple[str, bytes]) -> None:
    connection.execute("INSERT OR REPLACE INTO heartbeat VALUES (1, ?, ?)", beat)
