"""The analysing step of the embedded runtime: raw articles to worker processes, enriched articles back into the journal.

Several texts are in work at once and finish in any order; each is committed with its position when it is done, so
one slow text holds nobody up and a kill repeats only what was in hand. A text that kills its worker twice is a dead
letter.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from brinkwatch.embedded import journal
from brinkwatch.embedded.database import Database
from brinkwatch.embedded.wake import Wake
from brinkwatch.errors import BrinkwatchError
from brinkwatch.observe.metrics import MESSAGES
from brinkwatch.workers import WorkerPool
from processors.steps import enrich_message

log = structlog.get_logger()

_ATTEMPTS = 2

PutDeadLetter = Callable[[sqlite3.Connection, journal.Message, str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one message: the enriched article's bytes, or the reason why there are none."""

    message: journal.Message
    enriched: bytes | None
    reason: str = ""


class AnalyzeStep:
    def __init__(self, database: Database, pool: WorkerPool, raw: Wake, enriched: Wake, bury: PutDeadLetter) -> None:
        self._database = database
        self._pool = pool
        self._raw = raw
        self._enriched = enriched
        self._bury = bury
        self.in_hand = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; what is in hand then is left for the next start."""
        window = 2 * self._pool.count  # one in work and one waiting for each process keeps them all busy
        tasks: dict[asyncio.Task[Outcome], int] = {}
        after = await asyncio.to_thread(self._database.read, lambda c: journal.position(c, "analyze"))
        try:
            while not stop.is_set():
                messages = await self._next(after, window - len(tasks))
                for message in messages:
                    tasks[asyncio.create_task(self._analyze(message))] = message.seq
                    after = max(after, message.seq)
                self.in_hand = len(tasks)
                if not tasks:
                    await self._raw.wait(stop)
                    continue
                # With room left in the window, look for more soon; with none, only an end of work makes room.
                done = await _first(tasks, stop, timeout=None if len(tasks) >= window else 0.2)
                if done:
                    await self._commit([task.result() for task in done])
                for task in done:
                    del tasks[task]
        finally:
            self.in_hand = 0
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _next(self, after: int, limit: int) -> list[journal.Message]:
        if limit <= 0:
            return []
        return await asyncio.to_thread(
            self._database.read, lambda c: journal.read(c, "analyze", after=after, limit=limit)
        )

    async def _analyze(self, message: journal.Message) -> Outcome:
        reason = ""
        for attempt in range(_ATTEMPTS):
            try:
                return Outcome(message, await self._pool.run(enrich_message, message.value))
            except BrinkwatchError as error:
                reason = str(error)
                if not error.worth_retrying or attempt + 1 == _ATTEMPTS:
                    break
                log.warning("analysis failed, trying once more", article=message.key, reason=reason)
            except Exception as error:  # a defect of ours must cost one article, not the service
                reason = f"The analysis failed: {type(error).__name__}: {error}."
                break
        return Outcome(message, None, reason)

    async def _commit(self, outcomes: list[Outcome]) -> None:
        def commit(connection: sqlite3.Connection) -> None:
            for outcome in outcomes:
                if outcome.enriched is None:
                    self._bury(connection, outcome.message, outcome.reason)
                else:
                    journal.append(connection, journal.ARTICLES_ENRICHED, [(outcome.message.key, outcome.enriched)])
            journal.finish(connection, "analyze", [o.message.seq for o in outcomes])

        await self._database.write_async(commit)
        for outcome in outcomes:
            MESSAGES.labels("analyze", "done" if outcome.enriched is not None else "dead").inc()
            if outcome.enriched is None:
                log.warning("article went to the dead letters", article=outcome.message.key, reason=outcome.reason)
        self._enriched.notify()


async def _first(
    tasks: Iterable[asyncio.Task[Outcome]], stop: asyncio.Event, timeout: float | None
) -> list[asyncio.Task[Outcome]]:
    """The tasks that are done, as soon as there is one, `stop` is set, or the time is over."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED, timeout=timeout)
    finally:
        stopping.cancel()
    return [task for task in tasks if task.done()]
