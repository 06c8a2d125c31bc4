"""The embedded installation as the command line sees it.

A command may come while `run` works on the same data directory: then it only writes, and the runtime goes on from
there; else the command takes the lock and sees the work to its end itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from brinkwatch.dead import message_of
from brinkwatch.embedded import journal
from brinkwatch.embedded.database import Database
from brinkwatch.embedded.lock import DataDirLock, is_locked
from brinkwatch.embedded.registry import (
    JournalOutbox,
    SqliteIdentities,
    SqliteRegistry,
    SqliteSubscriptions,
    known_identities,
)
from brinkwatch.embedded.runtime import HEARTBEAT_SECONDS, INDEX_FOLDER, EmbeddedRuntime, open_database
from brinkwatch.errors import DataDirInUse, UsageError
from brinkwatch.models import DeadLetter, decode, encode
from brinkwatch.observe.health import HealthReport, PartHealth
from brinkwatch.observe.status import SystemStatus, count_feeds
from brinkwatch.operations.erase import erasure
from brinkwatch.operations.ingest import Ingestible, identify_lines, ids_of, read_batches
from brinkwatch.operations.profile import IngestResult, ReplayResult
from brinkwatch.operations.replay import replay_batches
from brinkwatch.settings import Settings
from producers.poll.poller import utc_now
from sinks.embedded_store import EmbeddedStore, tables
from sinks.ports import SearchRequest


class EmbeddedProfile:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextlib.contextmanager
    def _database(self) -> Iterator[Database]:
        database = open_database(self._settings.data_dir)
        try:
            yield database
        finally:
            database.close()

    @contextlib.contextmanager
    def store(self) -> Iterator[EmbeddedStore]:
        with self._database() as database:
            yield EmbeddedStore(database, self._settings.data_dir / INDEX_FOLDER, utc_now)

    rules = store
    dead_letters = store

    @contextlib.contextmanager
    def registry(self) -> Iterator[SqliteRegistry]:
        with self._database() as database:
            yield SqliteRegistry(database)

    @contextlib.contextmanager
    def subscriptions(self) -> Iterator[SqliteSubscriptions]:
        with self._database() as database:
            yield SqliteSubscriptions(database)

    # what changes the log

    def retry(self, letter_ids: Sequence[str] | None) -> int:
        with self.store() as store, self._database() as database:
            if letter_ids is None:
                letters = store.letters(limit=1_000_000)
            else:
                letters = [self._letter(store, letter_id) for letter_id in letter_ids]

            def put_back(connection: sqlite3.Connection) -> None:
                for letter in letters:
                    journal.append(connection, letter.topic, [(letter.key, message_of(letter))])
                    tables.put_dead_letter(connection, msgspec.structs.replace(letter, state="retried"))

            database.write(put_back)
        self._work_off()
        return len(letters)

    @staticmethod
    def _letter(store: EmbeddedStore, letter_id: str) -> DeadLetter:
        letter = store.letter(letter_id)
        if letter is None:
            raise UsageError(f"There is no dead letter {letter_id}.", "`brinkwatch dead-letters list` lists them.")
        return letter

    def ingest(self, lines: Iterable[bytes], *, alert: bool, complain: Callable[[str], None]) -> IngestResult:
        read = published = wrong = 0
        with self._database() as database:
            for batch in read_batches(lines, complain):
                published += database.write(lambda c, e=batch.entries: self._publish(c, e, alert))  # type: ignore[misc]
                read += batch.read
                wrong += batch.wrong
        self._work_off()
        return IngestResult(read=read, published=published, wrong=wrong)

    def _publish(self, connection: sqlite3.Connection, entries: Sequence[Ingestible], alert: bool) -> int:
        ids = ids_of(entries)
        found = identify_lines(
            entries,
            known=known_identities(connection, ids),
            erased=tables.erased(connection, ids),
            now=utc_now(),
            alert=alert,
            max_chars=self._settings.max_stored_chars,
        )
        JournalOutbox.publish_in(connection, found.articles, found.identities, None)
        return len(found.articles)

    @contextlib.contextmanager
    def outbox(self) -> Iterator[tuple[SqliteIdentities, JournalOutbox]]:
        with self._database() as database:
            yield SqliteIdentities(database, tables.erased), JournalOutbox(database, lambda: None)
        self._work_off()

    def replay(self, since: dt.datetime, until: dt.datetime) -> ReplayResult:
        published = without_text = 0
        with self.store() as store, self._database() as database:
            for batch in replay_batches(store, since, until):
                messages = [(article.id, encode(article)) for article in batch.articles]
                database.write(lambda c, m=messages: journal.append(c, journal.ARTICLES_RAW, m))  # type: ignore[misc]
                published += len(messages)
                without_text += batch.without_text
        self._work_off()
        return ReplayResult(published=published, without_text=without_text)

    def erase(
        self,
        *,
        articles: Sequence[str],
        source: str | None,
        query: str | None,
        reason: str,
        confirm: Callable[[int], bool],
    ) -> int:
        with self.store() as store, self._database() as database:
            meant = erasure(
                articles=articles,
                source=source,
                query=query,
                feeds=SqliteRegistry(database).feeds,
                of_feed=lambda feed_id: database.read(lambda c: _ids_of_feed(c, feed_id)),
                of_query=lambda words: store.ids(SearchRequest(query=words)),
            )
            if not confirm(len(meant.ids)):
                return 0

            def erase(connection: sqlite3.Connection) -> int:
                tables.add_tombstones(connection, meant.tombstones(utc_now(), reason))
                journal.erase_keys(connection, meant.ids)
                return tables.erase(connection, meant.ids)

            count = database.write(erase)
            # the erased bytes leave the write-ahead log, too
            database.write_outside(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        self._work_off()
        return count

    def _work_off(self) -> None:
        """See what was written to its end, unless a runtime does that already."""
        try:
            with DataDirLock(self._settings.data_dir):
                asyncio.run(self._drain())
        except DataDirInUse:
            return

    async def _drain(self) -> None:
        runtime = EmbeddedRuntime(self._settings, utc_now)
        try:
            if any(runtime.waiting().values()):
                await runtime.run_once(asyncio.Event(), poll=False)
        finally:
            runtime.close()

    # status

    def status(self) -> SystemStatus:
        with self._database() as database, self.store() as store:
            parts = self._parts(database)
            counts = database.read(
                lambda c: c.execute("SELECT count(*), coalesce(sum(1 - read), 0) FROM articles").fetchone()
            )
            return SystemStatus(
                ready=all(part.ok for part in parts),
                profile="embedded",
                parts=tuple(parts),
                feeds=count_feeds(SqliteRegistry(database).feeds(), SqliteRegistry(database).feed_states()),
                articles=counts[0],
                not_read=counts[1],
                dead_letters=len(store.letters(limit=1_000_000)),
            )

    def _parts(self, database: Database) -> list[PartHealth]:
        if not is_locked(self._settings.data_dir):
            waiting = sum(database.read(journal.backlog).values())
            return [PartHealth(name="runtime", ok=False, detail="not running: start `brinkwatch run`", lag=waiting)]
        row = database.read(lambda c: c.execute("SELECT at, value FROM heartbeat").fetchone())
        if row is None:
            return [PartHealth(name="runtime", ok=False, detail="starting")]
        silent = (utc_now() - dt.datetime.fromisoformat(row[0])).total_seconds()
        if silent > 3 * HEARTBEAT_SECONDS:
            return [PartHealth(name="runtime", ok=False, detail=f"it has not moved for {silent:.0f} s")]
        return [PartHealth(name="runtime", ok=True, detail="running"), *decode(HealthReport, row[1]).parts]


def _ids_of_feed(connection: sqlite3.Connection, feed_id: str) -> list[str]:
    return [row[0] for row in connection.execute("SELECT id FROM articles WHERE feed_id = ?", (feed_id,))]
