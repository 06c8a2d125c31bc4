"""The journal gives each consumer every message once, whatever the order they finish in and wherever it is killed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.embedded import journal
from brinkwatch.embedded.database import connect, transaction


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    connection = connect(tmp_path / "journal.db")
    journal.create(connection)
    return connection


def raw(connection: sqlite3.Connection, *keys: str) -> None:
    with transaction(connection):
        journal.append(connection, journal.ARTICLES_RAW, ((key, key.encode()) for key in keys))


def waiting(connection: sqlite3.Connection) -> list[str]:
    after = journal.position(connection, "analyze")
    return [m.key for m in journal.read(connection, "analyze", after=after, limit=1000)]


def test_messages_come_in_the_order_they_were_appended(connection: sqlite3.Connection) -> None:
    raw(connection, "a", "b", "c")
    assert waiting(connection) == ["a", "b", "c"]


def test_a_finished_message_does_not_come_again_and_an_unfinished_one_before_it_does(
    connection: sqlite3.Connection,
) -> None:
    raw(connection, "a", "b", "c")
    second = journal.read(connection, "analyze", after=0, limit=10)[1]
    journal.finish(connection, "analyze", [second.seq])
    assert waiting(connection) == ["a", "c"]


def test_what_a_failed_transaction_appended_or_finished_did_not_happen(connection: sqlite3.Connection) -> None:
    raw(connection, "a")
    with pytest.raises(RuntimeError), transaction(connection):
        journal.append(connection, journal.ARTICLES_ENRICHED, [("a", b"")])
        journal.finish(connection, "analyze", [1])
        raise RuntimeError
    assert journal.backlog(connection) == {"analyze": 1, "index": 0}


def test_what_was_read_is_deleted(connection: sqlite3.Connection) -> None:
    raw(connection, "a", "b")
    journal.finish(connection, "analyze", [1, 2])
    assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM journal_done").fetchone() == (0,)


def test_erased_keys_are_gone_from_every_topic(connection: sqlite3.Connection) -> None:
    raw(connection, "a", "b")
    journal.append(connection, journal.ARTICLES_ENRICHED, [("a", b"")])
    journal.erase_keys(connection, ["a"])
    assert waiting(connection) == ["b"]
    assert journal.backlog(connection) == {"analyze": 1, "index": 0}


@given(order=st.permutations(range(12)), appended_late=st.integers(0, 12))
def test_every_message_is_given_until_it_is_finished_in_any_order(order: list[int], appended_late: int) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    journal.create(connection)
    raw(connection, *(str(n) for n in range(12)))
    left = {str(n) for n in range(12)}
    for turn, number in enumerate(order):
        if turn == appended_late:
            raw(connection, "late")
            left.add("late")
        assert set(waiting(connection)) == left
        journal.finish(connection, "analyze", [number + 1])
        left.remove(str(number))
    assert set(waiting(connection)) == left
    connection.close()
