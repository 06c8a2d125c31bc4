"""The embedded feed registry, article identities and outbox, in the runtime's SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from brinkwatch.embedded import journal
from brinkwatch.embedded.database import Database
from brinkwatch.models import Feed, FeedState, Identity, RawArticle, Subscription, decode, encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS feed_states (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscriptions (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identities (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""

_CHUNK = 500  # below SQLite's limit on variables of one statement, in every build


def create(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";"):
        connection.execute(statement)


class SqliteRegistry:
    """`producers.ports.FeedRegistry` on SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def feeds(self) -> Sequence[Feed]:
        return self._database.read(
            lambda c: [decode(Feed, row[0]) for row in c.execute("SELECT value FROM feeds ORDER BY number")]
        )

    def feed(self, feed_id: str) -> Feed | None:
        """One feed by its id."""
        row = self._database.read(lambda c: c.execute("SELECT value FROM feeds WHERE id = ?", (feed_id,)).fetchone())
        return decode(Feed, row[0]) if row else None

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        rows = [(feed.id, encode(feed)) for feed in feeds]
        self._database.write(
            lambda c: c.executemany(
                "INSERT INTO feeds (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
                rows,
            )
        )

    def remove_feed(self, feed_id: str) -> bool:
        def remove(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM feed_states WHERE id = ?", (feed_id,))
            return connection.execute("DELETE FROM feeds WHERE id = ?", (feed_id,)).rowcount > 0

        return self._database.write(remove)

    def feed_state(self, feed_id: str) -> FeedState | None:
        row = self._database.read(
            lambda c: c.execute("SELECT value FROM feed_states WHERE id = ?", (feed_id,)).fetchone()
        )
        return decode(FeedState, row[0]) if row else None

    def feed_states(self) -> Mapping[str, FeedState]:
        return self._database.read(
            lambda c: {key: decode(FeedState, value) for key, value in c.execute("SELECT id, value FROM feed_states")}
        )


class SqliteSubscriptions:
    """`producers.ports.Subscriptions` on SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscription(self, feed_id: str) -> Subscription | None:
        row = self._database.read(
            lambda c: c.execute("SELECT value FROM subscriptions WHERE id = ?", (feed_id,)).fetchone()
        )
        return decode(Subscription, row[0]) if row else None

    def subscriptions(self) -> Mapping[str, Subscription]:
        return self._database.read(
            lambda c: {
                key: decode(Subscription, value) for key, value in c.execute("SELECT id, value FROM subscriptions")
            }
        )

    def put_subscription(self, feed_id: str, sub: Subscription | None) -> None:
        if sub is None:
            self._database.write(lambda c: c.execute("DELETE FROM subscriptions WHERE id = ?", (feed_id,)))
            return
        value = encode(sub)
        self._database.write(
            lambda c: c.execute("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)", (feed_id, value))
        )


class SqliteIdentities:
    """`producers.ports.Identities` on SQLite; `erased` looks at the store's tombstones."""

    def __init__(
        self, database: Database, erased: Callable[[sqlite3.Connection, Sequence[str]], frozenset[str]]
    ) -> None:
        self._database = database
        self._erased = erased

    def known(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        return self._database.read(lambda c: known_identities(c, ids))

    def erased(self, ids: Sequence[str]) -> frozenset[str]:
        return self._database.read(lambda c: self._erased(c, ids))


def known_identities(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Identity]:
    found: dict[str, Identity] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = list(ids[start : start + _CHUNK])
        marks = ",".join("?" * len(chunk))
        for key, value in connection.execute(f"SELECT id, value FROM identities WHERE id IN ({marks})", chunk):  # noqa: S608 only question marks
            found[key] = decode(Identity, value)
    return found


def put_identities(connection: sqlite3.Connection, identities: Iterable[Identity]) -> None:
    connection.executemany(
        "INSERT INTO identities (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
        ((identity.id, encode(identity)) for identity in identities),
    )


class JournalOutbox:
    """`producers.ports.Outbox`: articles, identities and the feed's state in one transaction of the journal's file."""

    def __init__(self, database: Database, on_publish: Callable[[], None]) -> None:
        self._database = database
        self._on_publish = on_publish

    async def publish(
        self, articles: Sequence[RawArticle], identities: Sequence[Identity], state: FeedState | None
    ) -> None:
        await self._database.write_async(lambda c: self.publish_in(c, articles, identities, state))
        if articles:
            self._on_publish()

    @staticmethod
    def publish_in(
        connection: sqlite3.Connection,
        articles: Sequence[RawArticle],
        identities: Sequence[Identity],
        state: FeedState | None,
    ) -> None:
        """The same inside a transaction of the caller's."""
        journal.append(connection, journal.ARTICLES_RAW, ((a.id, encode(a)) for a in articles))
        put_identities(connection, identities)
        if state is not None:
            connection.execute(
                "INSERT INTO feed_states (id, value) VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET value = excluded.value",
                (state.feed_id, encode(state)),
            )
