"""The tantivy index of the embedded store: it follows the documents' sequence, and can always be made again from them.

How far it has followed which database is written beside it after its own commit, so a kill at any point repeats work
and loses none; an index that is lost, damaged, of another schema or of another database starts from the first document.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import tantivy

from brinkwatch.errors import BrinkwatchError
from brinkwatch.ids import content_id
from brinkwatch.models import ArticleDocument, decode
from sinks.embedded_store import tables
from sinks.query.search_fields import index_fields, layout
from sinks.query.tantivy_index import KEY, tantivy_document, tantivy_schema

log = structlog.get_logger()

_WRITER_BYTES = 50_000_000
_BATCH = 200
_POSITION = "followed"
_LOCK = "lock"
_LAYOUT = "2"  # raise when tantivy is given the same search fields in another way

Read = Callable[[Callable[[sqlite3.Connection], Any]], Any]


class IndexInUse(BrinkwatchError):
    """Another process writes the index."""


@functools.cache
def _layout() -> str:
    return content_id("tantivy", _LAYOUT, layout(), length=12)


def index_folder(base: Path) -> Path:
    """Where the index of today's layout lies: another layout is another folder, and fills itself."""
    return base / _layout()


def followed(base: Path, database: str) -> int:
    """The sequence number up to which the index of that database is complete; 0 where there is none."""
    folder = index_folder(base)
    with contextlib.suppress(OSError, ValueError):
        of, seq = (folder / _POSITION).read_text("ascii").split()
        if of == database and (folder / "meta.json").exists():
            return int(seq)
    return 0


class Indexer:
    """The only writer of the index; raises `IndexInUse` where another one has not ended after `patience` seconds.

    `read` runs a function on a connection to the documents.
    """

    def __init__(self, base: Path, read: Read, *, patience: float = 0.0) -> None:
        self._base = base
        self._folder = index_folder(base)
        self._read = read
        self._lock = threading.Lock()
        self._held = _hold(base, patience)
        try:
            self._database = str(read(tables.identity))
            self._clear_away()
            self._index, self._writer = self._open()
        except BaseException:
            os.close(self._held)
            raise

    def _clear_away(self) -> None:
        """Remove indices of other schemas, and one that is ahead of its database or was made from another."""
        for other in self._base.iterdir():
            if other.is_dir() and other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        at = self.followed()
        if self._folder.exists() and (at == 0 or at > self._read(tables.last_seq)):
            shutil.rmtree(self._folder)

    def _open(self) -> tuple[tantivy.Index, tantivy.IndexWriter]:
        for attempt in range(2):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                index = tantivy.Index(tantivy_schema(), path=str(self._folder), reuse=True)
                return index, index.writer(_WRITER_BYTES, 1)
            except (ValueError, OSError) as error:
                if attempt:
                    raise BrinkwatchError(
                        f"The search index in {self._folder} cannot be written: {error}.",
                        "See that the disk has room and the folder belongs to you.",
                    ) from error
                log.warning("the search index is damaged and made again", folder=str(self._folder), reason=str(error))
                shutil.rmtree(self._folder, ignore_errors=True)
        raise AssertionError("unreachable")

    def catch_up(self) -> int:
        """Bring the index up to the documents; returns how many it took. Durable on return."""
        taken = 0
        with self._lock:
            while rows := self._read(functools.partial(_changes, after=self.followed())):
                for _, article_id, value in rows:
                    self._writer.delete_documents_by_term(KEY, article_id)
                    if value is not None:
                        document = decode(ArticleDocument, value)
                        self._writer.add_document(tantivy_document(article_id, index_fields(document)))
                self._writer.commit()
                self._write_position(rows[-1][0])
                taken += len(rows)
        return taken

    def followed(self) -> int:
        """The sequence number up to which the index is complete."""
        return followed(self._base, self._database)

    def _write_position(self, seq: int) -> None:
        temporary = self._folder / (_POSITION + ".new")
        with temporary.open("w", encoding="ascii") as file:
            file.write(f"{self._database} {seq}")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / _POSITION)

    def close(self) -> None:
        # dropping the writer lets go of its lock and its threads
        with self._lock:
            del self._writer, self._index
            os.close(self._held)


def _hold(base: Path, patience: float) -> int:
    """Our own lock, and not tantivy's: that one lies in the folder that is thrown away when it is damaged."""
    base.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(base / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise IndexInUse(
                    f"The search index in {base} is written by another process.", "Wait for it to end, or stop it."
                ) from None
            time.sleep(0.05)


def _changes(connection: sqlite3.Connection, after: int) -> list[tuple[int, str, bytes | None]]:
    """The next changes in order. Each half is limited by itself: else every batch would read all that is left."""
    return connection.execute(
        "SELECT * FROM (SELECT seq, id, value FROM articles WHERE seq > :after ORDER BY seq LIMIT :limit)"
        " UNION ALL SELECT * FROM (SELECT seq, id, NULL FROM deleted WHERE seq > :after ORDER BY seq LIMIT :limit)"
        " ORDER BY 1 LIMIT :limit",
        {"after": after, "limit": _BATCH},
    ).fetchall()
