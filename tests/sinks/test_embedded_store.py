"""The embedded store alone: kills, damage, readers in other processes, tombstones, rules and dead letters."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from brinkwatch.embedded.database import Database
from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import DeadLetter, Rule, Tombstone, decode
from brinkwatch.models.document import EventDocument
from sinks.documents import article_document, event_documents
from sinks.embedded_store import EmbeddedStore, tables
from sinks.embedded_store.indexer import Indexer, IndexInUse, index_folder
from sinks.ports import SearchRequest
from tests.sinks.articles import NOW, SEEN, a_delivery, an_alert, analysis, enriched, event, quiet
from tests.sinks.conftest import embedded_store

EVERYTHING = SearchRequest(limit=1000)


def ids(store: EmbeddedStore, query: str = "") -> list[str]:
    return sorted(hit.id for hit in store.search(SearchRequest(query=query, limit=1000)).hits)


def fill(folder: Path, *names: str) -> None:
    with embedded_store(folder) as store:
        store.write([quiet(name) for name in names])


# kills


def write_until_killed(folder: Path, first: int, count: int) -> int:
    """Let a process write, kill it after it said so many numbers; returns the last one."""
    arguments = [sys.executable, "-m", "tests.sinks.writing", str(folder), str(first)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for _ in range(count):
            last = int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return last


def test_a_writer_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    next_one = 0
    for count in (1, 7, 23):
        next_one = write_until_killed(tmp_path, next_one, count) + 1
    with embedded_store(tmp_path) as store:
        assert store.indexer is not None
        store.indexer.catch_up()
        found = ids(store)
        expected = [f"n{number:05}" for number in range(next_one)]
        assert [each for each in found if each < f"n{next_one:05}" and each != "same"] == expected
        # what was committed at the moment of the kill is there whole, in the database and in the search
        stored = store._database.read(lambda c: sorted(row[0] for row in c.execute("SELECT id FROM articles")))
        assert found == stored == store.ids(EVERYTHING)
        assert store.search(EVERYTHING).total == len(stored)
        assert store.search(SearchRequest(query="id:same")).total == 1


def test_documents_committed_and_not_yet_indexed_are_found_after_a_restart(tmp_path: Path) -> None:
    database = Database(tmp_path / "brinkwatch.db", tables.create)
    database.write(lambda c: tables.write_articles(c, [quiet("a1")]))
    database.close()
    with embedded_store(tmp_path) as store:
        assert store.indexer is not None
        assert store.indexer.catch_up() == 1
        assert ids(store) == ["a1"]


def test_indexing_again_what_was_indexed_doubles_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "a1", "a2")
    position = index_folder(tmp_path / "index") / "followed"
    database, _ = position.read_text().split()
    position.write_text(f"{database} 1")  # as a kill between tantivy's commit and ours leaves it
    with embedded_store(tmp_path) as store:
        store.write([quiet("a3")])
        assert (ids(store), store.search(EVERYTHING).total) == (["a1", "a2", "a3"], 3)


# damage


def lose_everything(folder: Path) -> None:
    shutil.rmtree(folder.parent)


def lose_the_list_of_segments(folder: Path) -> None:
    (folder / "meta.json").unlink()


def lose_the_position(folder: Path) -> None:
    (folder / "followed").unlink()


def spoil_the_position(folder: Path) -> None:
    (folder / "followed").write_text("nonsense")


def lose_a_segment(folder: Path) -> None:
    next(folder.glob("*.store")).unlink()


def cut_a_segment(folder: Path) -> None:
    path = next(folder.glob("*.term"))
    path.write_bytes(path.read_bytes()[:-20])


def empty_the_list_of_segments(folder: Path) -> None:
    (folder / "meta.json").write_bytes(b"")


@pytest.mark.parametrize(
    "damage",
    [
        lose_everything,
        lose_the_list_of_segments,
        lose_the_position,
        spoil_the_position,
        lose_a_segment,
        cut_a_segment,
        empty_the_list_of_segments,
    ],
)
def test_an_index_that_is_lost_or_damaged_is_made_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    fill(tmp_path, "a1", "a2")
    damage(index_folder(tmp_path / "index"))
    with embedded_store(tmp_path) as store:
        store.write([quiet("a3")])
        assert ids(store) == ["a1", "a2", "a3"]


def test_an_index_of_another_database_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    fill(tmp_path, "a1", "a2", "a3")
    for path in tmp_path.glob("brinkwatch.db*"):
        path.unlink()
    fill(tmp_path, "b1")
    with embedded_store(tmp_path) as store:
        assert ids(store) == ["b1"]
        assert store.ids(EVERYTHING) == ["b1"]


def test_an_index_that_is_ahead_of_a_restored_database_is_made_again(tmp_path: Path) -> None:
    fill(tmp_path, "a1")
    with sqlite3.connect(tmp_path / "brinkwatch.db") as source, sqlite3.connect(tmp_path / "backup") as backup:
        source.backup(backup)
    fill(tmp_path, "a2")
    for path in tmp_path.glob("brinkwatch.db*"):
        path.unlink()
    (tmp_path / "backup").rename(tmp_path / "brinkwatch.db")
    with embedded_store(tmp_path) as store:
        assert store.indexer is not None
        store.indexer.catch_up()
        assert store.ids(EVERYTHING) == ["a1"]


def test_an_index_of_an_older_schema_is_removed(tmp_path: Path) -> None:
    old = tmp_path / "index" / "0123456789ab"
    old.mkdir(parents=True)
    (old / "meta.json").write_text("{}")
    fill(tmp_path, "a1")
    assert not old.exists()


def test_damage_that_shows_while_reading_says_what_to_do(tmp_path: Path) -> None:
    fill(tmp_path, "a1")
    reader_database = Database(tmp_path / "brinkwatch.db", tables.create)
    reader = EmbeddedStore(reader_database, tmp_path / "index", lambda: NOW)
    lose_a_segment(index_folder(tmp_path / "index"))
    with pytest.raises(BrinkwatchError, match="made again from the database"):
        reader.search(EVERYTHING)
    reader_database.close()


# readers


def test_a_reader_beside_the_writer_sees_what_is_written_and_what_is_erased(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as writer:
        database = Database(tmp_path / "brinkwatch.db", tables.create)
        reader = EmbeddedStore(database, tmp_path / "index", lambda: NOW)
        assert reader.search(EVERYTHING).total == 0
        for number in range(5):
            writer.write([quiet(f"a{number}")])
            assert len(ids(reader)) == number + 1
        writer.erase(["a2"])
        assert ids(reader) == ["a0", "a1", "a3", "a4"]
        writer.write([quiet("a0", revision=1, title="Regatta")])
        assert ids(reader, "regatta") == ["a0"]
        database.close()


def test_what_was_erased_is_not_shown_even_before_the_index_follows(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as writer:
        writer.write([quiet("a1"), quiet("a2")])
        writer._database.write(lambda c: tables.erase(c, ["a1"]))
        result = writer.search(EVERYTHING)
        assert ([hit.id for hit in result.hits], result.total) == (["a2"], 1)


def test_a_reader_brings_the_index_up_where_no_writer_runs(tmp_path: Path) -> None:
    fill(tmp_path, "a1")
    shutil.rmtree(tmp_path / "index")
    database = Database(tmp_path / "brinkwatch.db", tables.create)
    database.write(lambda c: tables.write_articles(c, [quiet("a2")]))
    reader = EmbeddedStore(database, tmp_path / "index", lambda: NOW)
    assert ids(reader) == ["a1", "a2"]
    with embedded_store(tmp_path) as writer:  # and keeps nobody from writing
        writer.write([quiet("a3")])
    assert ids(reader) == ["a1", "a2", "a3"]
    database.close()


def test_two_writers_of_one_index_are_refused(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store, pytest.raises(IndexInUse):
        Indexer(tmp_path / "index", store._database.read)


# transactions and tombstones


def test_a_transaction_that_fails_leaves_no_document_no_alert_and_no_number(embedded: EmbeddedStore) -> None:
    def write_and_fail(connection: sqlite3.Connection) -> None:
        tables.write_articles(connection, [enriched("a1")])
        tables.put_alert(connection, an_alert("a1"))
        tables.put_delivery(connection, a_delivery(an_alert("a1")))
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        embedded._database.write(write_and_fail)
    assert embedded.get("a1") is None
    assert embedded.alerts() == []
    assert embedded.due_deliveries(NOW) == []
    assert embedded._database.read(tables.last_seq) == 0


def events(store: EmbeddedStore) -> list[EventDocument]:
    rows = store._database.read(lambda c: c.execute("SELECT value FROM events ORDER BY id").fetchall())
    return [decode(EventDocument, row[0]) for row in rows]


def by_id(documents: list[EventDocument]) -> list[EventDocument]:
    return sorted(documents, key=lambda each: each.id)


def test_a_newer_versions_events_replace_the_older_ones_and_stay(embedded: EmbeddedStore) -> None:
    first = enriched("a1")
    text = "Valdria embargoes Ostmark"
    second = enriched(
        "a1",
        revision=1,
        title=text,
        analysed=analysis(
            "Valdria threatens Ostmark",
            events=(event(text, "VAL=Valdria", "OST=Ostmark", "embargoes", type="SANCTION"),),
        ),
    )
    embedded.write([first])
    assert events(embedded) == by_id(event_documents(first))
    embedded.write([second])
    assert events(embedded) == by_id(event_documents(second))
    embedded.write([first])
    assert events(embedded) == by_id(event_documents(second))
    embedded.erase(["a1"])
    assert events(embedded) == []


def bury(store: EmbeddedStore, kind: str, key: str, at: dt.datetime) -> None:
    tombstone = Tombstone(kind=kind, key=key, erased_at=at)  # type: ignore[arg-type]
    store._database.write(lambda c: tables.add_tombstones(c, [tombstone]))


def test_an_article_with_a_tombstone_does_not_come_back(embedded: EmbeddedStore) -> None:
    embedded.write([enriched("a1")])
    bury(embedded, "article", "a1", NOW)
    embedded.erase(["a1"])
    again = [enriched("a1"), enriched("a1", revision=7), enriched("a1", generation=3, silent="replay"), enriched("a2")]
    assert [o.result for o in embedded.write(again)] == ["erased", "erased", "erased", "created"]
    assert ids(embedded) == ["a2"]
    assert embedded._database.read(lambda c: tables.erased(c, ["a1", "a2"])) == {"a1"}


def test_a_sources_tombstone_forbids_what_was_seen_until_then(embedded: EmbeddedStore) -> None:
    bury(embedded, "source", "f1", SEEN)
    later = SEEN + dt.timedelta(microseconds=1)
    outcomes = embedded.write([enriched("a1"), enriched("a2", first_seen=later)])
    assert [outcome.result for outcome in outcomes] == ["erased", "created"]


def test_an_erased_article_may_be_written_again_where_no_tombstone_forbids_it(embedded: EmbeddedStore) -> None:
    embedded.write([enriched("a1")])
    embedded.erase(["a1"])
    assert [o.result for o in embedded.write([enriched("a1")])] == ["created"]
    assert embedded.get("a1") == article_document(enriched("a1"))
    assert ids(embedded) == ["a1"]


# rules and dead letters


def test_rules_are_kept_by_name(embedded: EmbeddedStore) -> None:
    one, two = Rule(id="2", name="B", query="x"), Rule(id="1", name="A", query="y")
    embedded.put_rule(one)
    embedded.put_rule(two)
    assert embedded.rules() == [two, one]
    changed = msgspec.structs.replace(one, enabled=False)
    embedded.put_rule(changed)
    assert embedded.rules() == [two, changed]
    assert embedded.remove_rule("2")
    assert not embedded.remove_rule("2")
    assert embedded.rules() == [two]


def letter(id: str, **given: object) -> DeadLetter:
    fields = {
        "step": "analyze",
        "topic": "articles.raw",
        "key": id,
        "value": "{",
        "reason": "no JSON",
        "failed_at": NOW,
    }
    return DeadLetter(id=id, **{**fields, **given})  # type: ignore[arg-type]


def test_a_message_that_fails_again_is_one_dead_letter_with_more_attempts(embedded: EmbeddedStore) -> None:
    embedded.put(letter("d1"))
    embedded.put(letter("d2", failed_at=NOW + dt.timedelta(hours=1)))
    embedded.put(letter("d1", reason="still no JSON"))
    assert [(each.id, each.attempts) for each in embedded.letters()] == [("d2", 1), ("d1", 2)]
    found = embedded.letter("d1")
    assert found is not None and found.reason == "still no JSON"
    assert embedded.letter("nobody") is None


def test_a_retried_letter_is_off_the_list_until_it_fails_again(embedded: EmbeddedStore) -> None:
    embedded.put(letter("d1"))
    embedded.put(letter("d1", state="retried"))
    assert embedded.letters() == []
    embedded.put(letter("d1"))
    assert [each.id for each in embedded.letters()] == ["d1"]


def test_the_dead_letters_of_an_erased_article_go_with_it(embedded: EmbeddedStore) -> None:
    embedded.put(letter("d1", key="a1"))
    embedded.put(letter("d2", key="a2"))
    embedded.erase(["a1"])
    assert [each.key for each in embedded.letters()] == ["a2"]
