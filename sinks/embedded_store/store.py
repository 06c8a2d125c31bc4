"""The embedded store as the ports promise it: each call a transaction of its own, searches on the index that follows.

The runtime writes through `tables` inside its own transactions instead, and runs the one `Indexer`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tantivy

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Alert, ArticleDocument, DeadLetter, Delivery, EnrichedArticle, Rule, decode
from sinks.embedded_store import tables
from sinks.embedded_store.indexer import Indexer, IndexInUse, followed, index_folder
from sinks.ports import SearchRequest, SearchResult, WriteOutcome
from sinks.query.fields import FIELDS
from sinks.query.language import parse, within
from sinks.query.tantivy_index import KEY, tantivy_schema, to_tantivy

R = TypeVar("R")

TIME = FIELDS["@timestamp"].index

_PATIENCE = 30.0
"""Seconds that the process which keeps the index waits for a command that is just bringing it up."""


class Transactions(Protocol):
    """What the store needs of the database: `write` runs a function in a transaction, `read` beside it."""

    def read(self, function: Callable[[sqlite3.Connection], R]) -> R: ...

    def write(self, function: Callable[[sqlite3.Connection], R]) -> R: ...


class EmbeddedStore:
    """`ArticleStore`, `AlertStore`, `RuleTable` and `DeadLetters` on SQLite and tantivy.

    `index_base` is the folder of the index. `indexes` says that this process is the one that keeps the index up to
    date, after its own writes too. Others leave that to it, and do it themselves where they find that nobody does.
    """

    def __init__(
        self, database: Transactions, index_base: Path, clock: Callable[[], dt.datetime], *, indexes: bool = False
    ) -> None:
        self._database = database
        self._base = index_base
        self._clock = clock
        self._schema = tantivy_schema()
        self._index: tantivy.Index | None = None
        self.indexer = Indexer(index_base, database.read, patience=_PATIENCE) if indexes else None

    def setup(self) -> list[str]:
        self._database.write(tables.create)
        return []

    # articles

    def write(self, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
        outcomes = self._database.write(lambda c: tables.write_articles(c, articles))
        self._follow()
        return outcomes

    def get(self, article_id: str) -> ArticleDocument | None:
        return self._database.read(lambda c: tables.get_article(c, article_id))

    def search(self, request: SearchRequest) -> SearchResult:
        query = self._compiled(request)
        searcher = self._searcher()
        if searcher is None:
            return SearchResult(total=0, hits=())
        order = TIME if request.sort == "time" else None
        with self._readable():
            found: Any = searcher.search(
                query,
                limit=max(1, request.limit),
                offset=request.offset,
                order_by_field=order,
                order=tantivy.Order.Desc,
            )
            ids = [searcher.doc(address)[KEY][0] for _, address in found.hits[: request.limit]]
        documents = self._documents(ids)
        hits = tuple(documents[i] for i in ids if i in documents)
        # what was erased a moment ago may still stand in the index
        return SearchResult(total=found.count - (len(ids) - len(hits)), hits=hits)

    def ids(self, request: SearchRequest) -> list[str]:
        query = self._compiled(request)
        searcher = self._searcher()
        if searcher is None:
            return []
        with self._readable():
            found: Any = searcher.search(query, limit=max(1, searcher.num_docs), count=False)
            return sorted(searcher.doc(address)[KEY][0] for _, address in found.hits)

    def erase(self, article_ids: Sequence[str]) -> int:
        count = self._database.write(lambda c: tables.erase(c, article_ids))
        self._follow()
        return count

    def _follow(self) -> None:
        if self.indexer is not None:
            self.indexer.catch_up()

    def _compiled(self, request: SearchRequest) -> tantivy.Query:
        return to_tantivy(within(parse(request.query), request.since, request.until), self._schema, self._clock())

    def _searcher(self) -> tantivy.Searcher | None:
        """A view of the index as it is now; None where nothing has been indexed yet."""
        self._see_that_it_follows()
        folder = index_folder(self._base)
        with self._readable():
            if self._index is None:
                if not (folder / "meta.json").exists():
                    return None
                self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            self._index.reload()
            return self._index.searcher()

    def _see_that_it_follows(self) -> None:
        """Bring the index up where it lags and no process has it in hand: after a kill, an update, a lost folder."""
        if self.indexer is not None:
            return
        database, last = self._database.read(lambda c: (tables.identity(c), tables.last_seq(c)))
        if followed(self._base, database) == last:
            return
        try:
            indexer = Indexer(self._base, self._database.read)
        except IndexInUse:
            return
        try:
            indexer.catch_up()
        finally:
            indexer.close()

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # the index library panics over damaged files; its panic is no Exception and has no importable name
            if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
                raise
            raise BrinkwatchError(
                f"The search index in {self._base} cannot be read: {error}.",
                "Stop brinkwatch and delete that folder: it is made again from the database.",
            ) from None

    def _documents(self, ids: Sequence[str]) -> dict[str, ArticleDocument]:
        def read(connection: sqlite3.Connection) -> dict[str, ArticleDocument]:
            rows = tables.select_in(connection, "SELECT id, value FROM articles WHERE id IN", ids)
            return {key: decode(ArticleDocument, value) for key, value in rows}

        return self._database.read(read)

    # alerts and deliveries

    def put_alert(self, alert: Alert) -> bool:
        return self._database.write(lambda c: tables.put_alert(c, alert))

    def get_alert(self, alert_id: str) -> Alert | None:
        row = self._one("SELECT value FROM alerts WHERE id = ?", alert_id)
        return decode(Alert, row) if row is not None else None

    def alerts(self, *, limit: int = 50, since: dt.datetime | None = None) -> list[Alert]:
        rows = self._all(
            "SELECT value FROM alerts WHERE raised_at >= ? ORDER BY raised_at DESC, id LIMIT ?",
            tables.stamp(since) if since else "",
            limit,
        )
        return [decode(Alert, row) for row in rows]

    def acknowledge(self, alert_id: str, at: dt.datetime) -> bool:
        return self._database.write(lambda c: tables.acknowledge(c, alert_id, at))

    def put_delivery(self, delivery: Delivery) -> None:
        self._database.write(lambda c: tables.put_delivery(c, delivery))

    def deliveries(self, alert_id: str) -> list[Delivery]:
        rows = self._all("SELECT value FROM deliveries WHERE alert_id = ? ORDER BY id", alert_id)
        return [decode(Delivery, row) for row in rows]

    def due_deliveries(self, now: dt.datetime, limit: int = 100) -> list[Delivery]:
        rows = self._all(
            "SELECT value FROM deliveries WHERE state = 'pending' AND (next_attempt IS NULL OR next_attempt <= ?)"
            " ORDER BY next_attempt, id LIMIT ?",
            tables.stamp(now),
            limit,
        )
        return [decode(Delivery, row) for row in rows]

    # rules

    def rules(self) -> list[Rule]:
        return sorted((decode(Rule, row) for row in self._all("SELECT value FROM rules")), key=lambda rule: rule.name)

    def put_rule(self, rule: Rule) -> None:
        self._database.write(lambda c: tables.put_rule(c, rule))

    def remove_rule(self, rule_id: str) -> bool:
        return self._database.write(lambda c: c.execute("DELETE FROM rules WHERE id = ?", (rule_id,)).rowcount > 0)

    # dead letters

    def put(self, letter: DeadLetter) -> None:
        self._database.write(lambda c: tables.put_dead_letter(c, letter))

    def letters(self, *, limit: int = 100) -> list[DeadLetter]:
        rows = self._all(
            "SELECT value FROM dead_letters WHERE state = 'dead' ORDER BY failed_at DESC, id LIMIT ?", limit
        )
        return [decode(DeadLetter, row) for row in rows]

    def letter(self, letter_id: str) -> DeadLetter | None:
        row = self._one("SELECT value FROM dead_letters WHERE id = ?", letter_id)
        return decode(DeadLetter, row) if row is not None else None

    def _one(self, statement: str, *values: Any) -> bytes | None:
        rows = self._all(statement, *values)
        return rows[0] if rows else None

    def _all(self, statement: str, *values: Any) -> list[bytes]:
        return self._database.read(lambda c: [row[0] for row in c.execute(statement, values)])

    def close(self) -> None:
        if self.indexer is not None:
            self.indexer.close()
            self.indexer = None
        self._index = None
