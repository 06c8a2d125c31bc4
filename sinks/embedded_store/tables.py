"""What the embedded store writes, as functions inside a transaction of the caller's: the runtime commits documents, positions and outgoing messages together.

Every change of a document takes the next number of one sequence; the search index follows that sequence.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from brinkwatch.models import (
    Alert,
    ArticleDocument,
    DeadLetter,
    Delivery,
    EnrichedArticle,
    RawArticle,
    Rule,
    Tombstone,
    decode,
    encode,
)
from sinks.documents import article_document, event_documents
from sinks.ports import WriteOutcome
from sinks.revisions import with_changes

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    feed_id TEXT NOT NULL,
    story_id TEXT NOT NULL,
    read INTEGER NOT NULL,
    value BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS articles_seq ON articles (seq);
CREATE INDEX IF NOT EXISTS articles_feed ON articles (feed_id);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, article_id TEXT NOT NULL, value BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS events_article ON events (article_id);
CREATE TABLE IF NOT EXISTS deleted (id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS deleted_seq ON deleted (seq);
CREATE TABLE IF NOT EXISTS sequence (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL);
INSERT OR IGNORE INTO sequence VALUES (1, 0);
CREATE TABLE IF NOT EXISTS identity (only INTEGER PRIMARY KEY CHECK (only = 1), value TEXT NOT NULL);
INSERT OR IGNORE INTO identity VALUES (1, lower(hex(randomblob(16))));
CREATE TABLE IF NOT EXISTS alerts (
    id TEXT PRIMARY KEY, raised_at TEXT NOT NULL, article_id TEXT NOT NULL, value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS alerts_raised ON alerts (raised_at);
CREATE INDEX IF NOT EXISTS alerts_article ON alerts (article_id);
CREATE TABLE IF NOT EXISTS deliveries (
    id TEXT PRIMARY KEY, alert_id TEXT NOT NULL, state TEXT NOT NULL, next_attempt TEXT, value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_alert ON deliveries (alert_id);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, next_attempt);
CREATE TABLE IF NOT EXISTS rules (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, failed_at TEXT NOT NULL, value BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tombstones (
    kind TEXT NOT NULL, key TEXT NOT NULL, erased_at TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""

_CHUNK = 500  # below SQLite's limit on variables of one statement, in every build


def create(connection: sqlite3.Connection) -> None:
    """Create the tables that are missing."""
    for statement in SCHEMA.split(";\n"):
        connection.execute(statement)


def stamp(moment: dt.datetime) -> str:
    """A time as text that sorts as the times do."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def select_in(connection: sqlite3.Connection, statement: str, ids: Sequence[str]) -> Iterable[Any]:
    """The rows of a statement that ends in `IN`, for any number of ids."""
    for start in range(0, len(ids), _CHUNK):
        chunk = list(ids[start : start + _CHUNK])
        yield from connection.execute(f"{statement} ({','.join('?' * len(chunk))})", chunk)


def _next_seq(connection: sqlite3.Connection) -> int:
    row = connection.execute("UPDATE sequence SET last = last + 1 RETURNING last").fetchone()
    return int(row[0])


def last_seq(connection: sqlite3.Connection) -> int:
    """The number of the newest change."""
    return int(connection.execute("SELECT last FROM sequence").fetchone()[0])


def identity(connection: sqlite3.Connection) -> str:
    """Tells this file from every other: a sequence number means something together with it only."""
    return str(connection.execute("SELECT value FROM identity").fetchone()[0])


def write_articles(connection: sqlite3.Connection, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
    """Store documents and events; one outcome for each, in order."""
    return [_write(connection, enriched) for enriched in articles]


def _write(connection: sqlite3.Connection, enriched: EnrichedArticle) -> WriteOutcome:
    article = enriched.article
    if is_erased(connection, article):
        return WriteOutcome(id=article.id, result="erased")
    row = connection.execute("SELECT version, value FROM articles WHERE id = ?", (article.id,)).fetchone()
    if row is not None and row[0] > article.version:
        return WriteOutcome(id=article.id, result="stale")
    before = decode(ArticleDocument, row[1]) if row is not None and article.revision else None
    document = with_changes(article_document(enriched), before)
    connection.execute(
        "INSERT INTO articles (id, seq, version, feed_id, story_id, read, value) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, feed_id = excluded.feed_id,"
        " story_id = excluded.story_id, read = excluded.read, value = excluded.value",
        (
            article.id, _next_seq(connection), article.version, article.feed.id, enriched.story.id,
            document.coverage != "none", encode(document),
        ),
    )  # fmt: skip
    connection.execute("DELETE FROM deleted WHERE id = ?", (article.id,))
    connection.execute("DELETE FROM events WHERE article_id = ?", (article.id,))
    connection.executemany(
        "INSERT OR REPLACE INTO events (id, article_id, value) VALUES (?, ?, ?)",
        ((event.id, article.id, encode(event)) for event in event_documents(enriched)),
    )
    return WriteOutcome(id=article.id, result="created" if row is None else "updated")


def is_erased(connection: sqlite3.Connection, article: RawArticle) -> bool:
    """Whether a tombstone forbids the article: its own, or one of its source from after it was first seen."""
    return (
        connection.execute(
            "SELECT 1 FROM tombstones WHERE (kind = 'article' AND key = ?)"
            " OR (kind = 'source' AND key = ? AND erased_at >= ?)",
            (article.id, article.feed.id, stamp(article.first_seen)),
        ).fetchone()
        is not None
    )


def erased(connection: sqlite3.Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of the article ids that have a tombstone."""
    statement = "SELECT key FROM tombstones WHERE kind = 'article' AND key IN"
    return frozenset(row[0] for row in select_in(connection, statement, ids))


def add_tombstones(connection: sqlite3.Connection, tombstones: Iterable[Tombstone]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO tombstones (kind, key, erased_at, value) VALUES (?, ?, ?, ?)",
        ((t.kind, t.key, stamp(t.erased_at), encode(t)) for t in tombstones),
    )


def erase(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Delete articles and everything made from them; returns how many articles there were."""
    count = 0
    for article_id in ids:
        count += connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount
        connection.execute(
            "INSERT OR REPLACE INTO deleted (id, seq) VALUES (?, ?)", (article_id, _next_seq(connection))
        )
        connection.execute("DELETE FROM events WHERE article_id = ?", (article_id,))
        connection.execute(
            "DELETE FROM deliveries WHERE alert_id IN (SELECT id FROM alerts WHERE article_id = ?)", (article_id,)
        )
        connection.execute("DELETE FROM alerts WHERE article_id = ?", (article_id,))
    for start in range(0, len(ids), _CHUNK):
        chunk = list(ids[start : start + _CHUNK])
        key = "json_extract(CAST(value AS TEXT), '$.key')"
        connection.execute(f"DELETE FROM dead_letters WHERE {key} IN ({','.join('?' * len(chunk))})", chunk)  # noqa: S608
    return count


def get_article(connection: sqlite3.Connection, article_id: str) -> ArticleDocument | None:
    row = connection.execute("SELECT value FROM articles WHERE id = ?", (article_id,)).fetchone()
    return decode(ArticleDocument, row[0]) if row else None


def put_alert(connection: sqlite3.Connection, alert: Alert) -> bool:
    """True where the alert is new."""
    return (
        connection.execute(
            "INSERT OR IGNORE INTO alerts (id, raised_at, article_id, value) VALUES (?, ?, ?, ?)",
            (alert.id, stamp(alert.raised_at), alert.article_id, encode(alert)),
        ).rowcount
        > 0
    )


def acknowledge(connection: sqlite3.Connection, alert_id: str, at: dt.datetime) -> bool:
    row = connection.execute("SELECT value FROM alerts WHERE id = ?", (alert_id,)).fetchone()
    if row is None:
        return False
    alert = decode(Alert, row[0])
    if alert.acknowledged_at is None:
        acknowledged = msgspec.structs.replace(alert, acknowledged_at=at)
        connection.execute("UPDATE alerts SET value = ? WHERE id = ?", (encode(acknowledged), alert_id))
    return True


def put_delivery(connection: sqlite3.Connection, delivery: Delivery) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO deliveries (id, alert_id, state, next_attempt, value) VALUES (?, ?, ?, ?, ?)",
        (
            delivery.id, delivery.alert_id, delivery.state,
            stamp(delivery.next_attempt) if delivery.next_attempt else None, encode(delivery),
        ),
    )  # fmt: skip


def put_rule(connection: sqlite3.Connection, rule: Rule) -> None:
    connection.execute("INSERT OR REPLACE INTO rules (id, value) VALUES (?, ?)", (rule.id, encode(rule)))


def put_dead_letter(connection: sqlite3.Connection, letter: DeadLetter) -> None:
    """Add it; one of the same id counts another attempt."""
    row = connection.execute("SELECT value FROM dead_letters WHERE id = ?", (letter.id,)).fetchone()
    if row is not None and letter.state == "dead":
        letter = msgspec.structs.replace(letter, attempts=decode(DeadLetter, row[0]).attempts + 1)
    connection.execute(
        "INSERT OR REPLACE INTO dead_letters (id, state, failed_at, value) VALUES (?, ?, ?, ?)",
        (letter.id, letter.state, stamp(letter.failed_at), encode(letter)),
    )
