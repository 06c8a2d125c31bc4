"""What cannot be processed is put aside with its reason, holds nobody up, and comes back after the fix."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from brinkwatch.embedded import journal
from brinkwatch.embedded.runtime import open_database
from tests.runtimes.desk import EmbeddedDesk, documents
from tests.runtimes.world import World, quiet


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EmbeddedDesk]:
    world = World()
    yield EmbeddedDesk(world, tmp_path / "data")
    world.close()


def append(desk: EmbeddedDesk, topic: str, *messages: tuple[str, bytes]) -> None:
    database = open_database(Path(desk.env["BRINKWATCH_DATA_DIR"]))
    database.write(lambda c: journal.append(c, topic, messages))
    database.close()


def letters(desk: EmbeddedDesk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.command("dead-letters", "list", "--json"))
    return found


@pytest.mark.parametrize(("topic", "step"), [(journal.ARTICLES_RAW, "analyze"), (journal.ARTICLES_ENRICHED, "index")])
def test_a_message_that_cannot_be_processed_is_put_aside_with_its_reason_and_the_others_go_on(
    topic: str, step: str, desk: EmbeddedDesk
) -> None:
    append(desk, topic, ("poison", b"\xff no article"), ("newer", b'{"schema_version": 99}'))
    desk.poll(desk.world.publish("/feed", [quiet(n) for n in range(5)]))
    assert len(documents(desk)) == 5
    found = {letter["key"]: letter for letter in letters(desk)}
    assert set(found) == {"poison", "newer"}
    assert {letter["step"] for letter in found.values()} == {step}
    assert "is no readable" in found["poison"]["reason"]
    assert json.loads(desk.command("status", "--json", ok=False).partition("\n}")[0] + "\n}")["dead_letters"] == 2


def test_a_letter_that_fails_again_counts_the_attempt(desk: EmbeddedDesk) -> None:
    append(desk, journal.ARTICLES_RAW, ("poison", b"no article"))
    desk.command("ingest", "-")
    (letter,) = letters(desk)
    desk.command("dead-letters", "retry", letter["id"])
    (again,) = letters(desk)
    assert (again["id"], again["attempts"]) == (letter["id"], 2)


def test_after_the_fix_a_retry_brings_the_article_back(desk: EmbeddedDesk) -> None:
    line = json.dumps(
        {"url": "https://world.example/long", "title": "A long one", "text": "Some words follow. " * 2000}
    )
    desk.env["BRINKWATCH_ANALYZE_TIMEOUT"] = "0.01"
    desk.command("ingest", "-", stdin=line + "\n")
    (letter,) = letters(desk)
    assert "took longer than 0.01 s" in letter["reason"]
    assert documents(desk) == {}
    del desk.env["BRINKWATCH_ANALYZE_TIMEOUT"]
    desk.command("dead-letters", "retry", "--all")
    assert [document["title"] for document in documents(desk).values()] == ["A long one"]
    assert letters(desk) == []
