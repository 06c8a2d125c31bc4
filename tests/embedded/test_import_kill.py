"""An import of feeds or articles that is killed leaves whole ones; the same file again completes it, none is there twice."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FEEDS = 20_000
ARTICLES = 500  # the first batch of 200 gets in before it is killed


def command(data: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "brinkwatch", *arguments],
        env={**os.environ, "BRINKWATCH_DATA_DIR": str(data)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def count(connection: sqlite3.Connection, table: str = "feeds") -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@contextlib.contextmanager
def held_in_the_middle(file: Path, process: subprocess.Popen[str], table: str) -> Iterator[int]:
    """No write gets through from when some of them are there; how many there are."""
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        while process.poll() is None:
            with contextlib.suppress(sqlite3.OperationalError):  # the import is writing just now
                connection.execute("BEGIN IMMEDIATE")
                if (there := count(connection, table)) > 1:
                    yield there
                    return
                connection.execute("ROLLBACK")
        raise AssertionError("the import ended before it could be killed")
    finally:
        connection.close()


def test_importing_again_completes_an_import_that_was_killed(tmp_path: Path) -> None:
    data, opml = tmp_path / "data", tmp_path / "many.opml"
    assert command(data, "feeds", "add", "--no-check", "https://first.example/rss").wait() == 0
    outlines = "".join(f'<outline text="F{n}" xmlUrl="https://{n}.example/rss"/>' for n in range(FEEDS))
    opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    (file,) = [path for path in data.iterdir() if path.read_bytes()[:6] == b"SQLite"]
    process = command(data, "feeds", "import", str(opml))
    with held_in_the_middle(file, process, "feeds") as there:
        process.kill()
        process.communicate()
    assert 1 < there < FEEDS + 1
    again = command(data, "feeds", "import", str(opml))
    _, said = again.communicate()
    assert again.returncode == 0, said
    assert f"{FEEDS + 1 - there} feeds added, 0 changed, {there - 1} were there already" in said
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert count(connection) == FEEDS + 1


def test_ingesting_again_completes_an_archive_that_was_killed(tmp_path: Path) -> None:
    data, archive = tmp_path / "data", tmp_path / "many.jsonl"
    assert command(data, "feeds", "add", "--no-check", "https://first.example/rss").wait() == 0
    lines = [json.dumps({"title": f"第{n}", "text": f"記事 number{n}", "language": "ja"}) for n in range(ARTICLES)]
    archive.write_text("\n".join(lines))
    process = command(data, "ingest", "-")
    assert process.stdin is not None
    process.stdin.write("\n".join(lines[: ARTICLES // 2]))
    process.stdin.flush()  # the rest never comes: it waits in the middle
    with contextlib.closing(sqlite3.connect(data / "brinkwatch.db")) as connection:
        while count(connection, "identities") == 0:
            assert process.poll() is None, "it ended before it could be killed"
        process.kill()
        process.communicate()
        there = count(connection, "identities")
    assert 0 < there <= ARTICLES // 2
    again = command(data, "ingest", str(archive))
    _, said = again.communicate()
    assert again.returncode == 0, said
    assert f"{ARTICLES - there} articles new or changed" in said
    with contextlib.closing(sqlite3.connect(data / "brinkwatch.db")) as connection:
        assert count(connection, "articles") == count(connection, "identities") == ARTICLES
