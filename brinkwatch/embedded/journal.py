"""The log between the steps of the embedded runtime: topics of messages in SQLite, a position for each consumer.

Every function takes the connection of the caller's transaction: what a step writes, what it passes on and how far it
has read are committed together or not at all. Messages finish out of order (CPU work runs side by side), so a
position is a low-water mark plus the finished messages above it. What every consumer has read is deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_topic ON journal (topic, seq);
CREATE INDEX IF NOT EXISTS journal_key ON journal (key);
CREATE TABLE IF NOT EXISTS journal_positions (
    consumer TEXT NOT NULL,
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (consumer, topic)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal_done (
    consumer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (consumer, seq)
) WITHOUT ROWID;
"""

ARTICLES_RAW = "articles.raw"
ARTICLES_ENRICHED = "articles.enriched"

CONSUMERS: Mapping[str, str] = {"analyze": ARTICLES_RAW, "index": ARTICLES_ENRICHED}
"""Which step reads which topic."""


@dataclass(frozen=True)
class Message:
    seq: int
    key: str
    value: bytes


def create(connection: sqlite3.Connection) -> None:
    """Create the tables and the consumers' positions where they are missing."""
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    connection.executemany(
        "INSERT OR IGNORE INTO journal_positions (consumer, topic, seq) VALUES (?, ?, 0)", CONSUMERS.items()
    )


def append(connection: sqlite3.Connection, topic: str, messages: Iterable[tuple[str, bytes]]) -> None:
    """Add (key, value) messages at the end of a topic."""
    connection.executemany(
        "INSERT INTO journal (topic, key, value) VALUES (?, ?, ?)", ((topic, key, value) for key, value in messages)
    )


def read(connection: sqlite3.Connection, consumer: str, *, after: int, limit: int) -> list[Message]:
    """The next messages of the consumer's topic behind `after` that it has not finished."""
    rows = connection.execute(
        "SELECT j.seq, j.key, j.value FROM journal j WHERE j.topic = ? AND j.seq > ?"
        " AND NOT EXISTS (SELECT 1 FROM journal_done d WHERE d.consumer = ? AND d.seq = j.seq)"
        " ORDER BY j.seq LIMIT ?",
        (CONSUMERS[consumer], after, consumer, limit),
    )
    return [Message(seq, key, value) for seq, key, value in rows]


def position(connection: sqlite3.Connection, consumer: str) -> int:
    """The seq up to which the consumer has finished everything."""
    row = connection.execute("SELECT seq FROM journal_positions WHERE consumer = ?", (consumer,)).fetchone()
    return int(row[0]) if row else 0


def finish(connection: sqlite3.Connection, consumer: str, seqs: Sequence[int]) -> None:
    """Mark messages as done, advance the position over what is done without a gap, delete what all have read."""
    topic = CONSUMERS[consumer]
    connection.executemany(
        "INSERT OR IGNORE INTO journal_done (consumer, seq) VALUES (?, ?)", ((consumer, s) for s in seqs)
    )
    row = connection.execute(
        "SELECT min(j.seq) FROM journal j WHERE j.topic = ? AND j.seq > ?"
        " AND NOT EXISTS (SELECT 1 FROM journal_done d WHERE d.consumer = ? AND d.seq = j.seq)",
        (topic, position(connection, consumer), consumer),
    ).fetchone()
    if row[0] is not None:
        low_water = int(row[0]) - 1
    else:
        last = connection.execute("SELECT max(seq) FROM journal WHERE topic = ?", (topic,)).fetchone()[0]
        low_water = max(int(last or 0), position(connection, consumer))
    connection.execute("UPDATE journal_positions SET seq = ? WHERE consumer = ?", (low_water, consumer))
    connection.execute("DELETE FROM journal_done WHERE consumer = ? AND seq <= ?", (consumer, low_water))
    connection.execute(
        "DELETE FROM journal WHERE topic = ? AND seq <= (SELECT min(seq) FROM journal_positions WHERE topic = ?)",
        (topic, topic),
    )


def erase_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Remove the messages of erased articles, finished or not."""
    connection.executemany("DELETE FROM journal WHERE key = ?", ((key,) for key in keys))


def backlog(connection: sqlite3.Connection) -> dict[str, int]:
    """How many messages wait, by consumer."""
    return {
        consumer: connection.execute(
            "SELECT count(*) FROM journal j WHERE j.topic = ? AND j.seq > ?"
            " AND NOT EXISTS (SELECT 1 FROM journal_done d WHERE d.consumer = ? AND d.seq = j.seq)",
            (topic, position(connection, consumer), consumer),
        ).fetchone()[0]
        for consumer, topic in CONSUMERS.items()
    }
