"""What was erased is gone from the disk, not only from the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.desk import EmbeddedDesk, documents
from tests.runtimes.world import World

WORD = b"zebraquonk"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EmbeddedDesk]:
    world = World()
    yield EmbeddedDesk(world, tmp_path / "data")
    world.close()


def files_with(word: bytes, folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes().lower()]


def test_the_words_of_an_erased_article_are_in_no_file(desk: EmbeddedDesk, tmp_path: Path) -> None:
    lines = [
        {"url": "https://world.example/1", "title": "Gone", "text": "Zebraquonk said that Iran had attacked Israel."},
        {"url": "https://world.example/2", "title": "Stays", "text": "Somebody else said that it had not."},
    ]
    desk.command("ingest", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    assert files_with(WORD, tmp_path)
    desk.command("erase", "--query", "zebraquonk", "--yes")
    assert files_with(WORD, tmp_path) == []
    assert [document["title"] for document in documents(desk).values()] == ["Stays"]
