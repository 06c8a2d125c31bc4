"""The tantivy index of the embedded store: it follows the documents' sequence, and can always be made again from them.

How far it has followed is written beside it after its own commit, so a kill at any point repeats work and loses
none; an index that is lost, damaged or of another schema starts again from the first document.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import tantivy

from brinkwatch.ids import content_id
from brinkwatch.models import ArticleDocument, decode
from sinks.query.fields import BARE, FIELDS
from sinks.query.search_fields import index_fields
from sinks.query.tantivy_index import KEY, tantivy_document, tantivy_schema

log = structlog.get_logger()

_WRITER_BYTES = 50_000_000
_BATCH = 500
_POSITION = "followed"
_LAYOUT = "1"  # raise when documents are indexed differently under the same fields

Read = Callable[[Callable[[sqlite3.Connection], Any]], Any]


def index_folder(base: Path) -> Path:
    """Where the index of today's schema lies: another schema is another folder, and fills itself."""
    fields = [f"{field.index}:{field.kind}" for field in FIELDS.values()]
    return base / content_id("tantivy", _LAYOUT, *fields, *(f"{name}^{weight}" for name, weight in BARE), length=12)


class Indexer:
    """The only writer of the index. `read` runs a function on a connection to the documents."""

    def __init__(self, base: Path, read: Read) -> None:
        self._folder = index_folder(base)
        self._read = read
        for other in base.glob("*") if base.exists() else ():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        self._index, self._writer = self._open()

    def _open(self) -> tuple[tantivy.Index, tantivy.IndexWriter]:
        for _ in range(2):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                index = tantivy.Index(tantivy_schema(), path=str(self._folder), reuse=True)
                writer = index.writer(_WRITER_BYTES, 1)
                index.searcher()
                return index, writer
            except (ValueError, OSError) as error:
                log.warning(
                    "the search index cannot be read and is made again", folder=str(self._folder), reason=str(error)
                )
                shutil.rmtree(self._folder, ignore_errors=True)
        raise OSError(f"No search index can be made in {self._folder}.")

    def catch_up(self) -> int:
        """Bring the index up to the documents; returns how many it took. Durable on return."""
        taken = 0
        while True:
            rows = self._read(functools.partial(_changes, after=self.followed()))
            if not rows:
                return taken
            for _, article_id, value in rows:
                self._writer.delete_documents_by_term(KEY, article_id)
                if value is not None:
                    document = decode(ArticleDocument, value)
                    self._writer.add_document(tantivy_document(article_id, index_fields(document)))
            self._writer.commit()
            self._write_position(rows[-1][0])
            taken += len(rows)

    def followed(self) -> int:
        """The sequence number up to which the index is complete."""
        with contextlib.suppress(OSError, ValueError):
            return int((self._folder / _POSITION).read_text("ascii"))
        return 0

    def _write_position(self, seq: int) -> None:
        temporary = self._folder / (_POSITION + ".new")
        with temporary.open("w", encoding="ascii") as file:
            file.write(str(seq))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / _POSITION)

    def close(self) -> None:
        # dropping the writer lets go of its lock and its threads
        del self._writer, self._index


def _changes(connection: sqlite3.Connection, after: int) -> list[tuple[int, str, bytes | None]]:
    return connection.execute(
        "SELECT seq, id, value FROM (SELECT seq, id, value FROM articles WHERE seq > ?"
        " UNION ALL SELECT seq, id, NULL FROM deleted WHERE seq > ?) ORDER BY seq LIMIT ?",
        (after, after, _BATCH),
    ).fetchall()
