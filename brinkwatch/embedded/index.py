"""The storing and alerting step of the embedded runtime: enriched articles become documents, alerts and planned deliveries.

All of a batch is one transaction; the search index follows after it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from brinkwatch.dead import dead_letter
from brinkwatch.embedded import journal
from brinkwatch.embedded.database import Database
from brinkwatch.embedded.wake import Wake
from brinkwatch.errors import BrinkwatchError, Rejected
from brinkwatch.models import Alert, EnrichedArticle, Rule, decode
from brinkwatch.observe.metrics import ALERTS, MESSAGES, SEEN_TO_STORED, UNREAD
from sinks.alerts.decide import Candidate, RuleSet
from sinks.deliver.deliverer import plan
from sinks.documents import article_document
from sinks.embedded_store import tables
from sinks.embedded_store.indexer import Indexer

log = structlog.get_logger()

_BATCH = 100


@dataclass
class _Batch:
    """What became of a batch, told after its transaction was committed."""

    stored: list[EnrichedArticle] = field(default_factory=list)
    stale: int = 0
    dead: list[tuple[str, str]] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


class IndexStep:
    def __init__(
        self,
        database: Database,
        indexer: Indexer,
        wake: Wake,
        alerted: Wake,
        clock: Callable[[], dt.datetime],
        digest_after: float,
    ) -> None:
        self._database = database
        self._indexer = indexer
        self._wake = wake
        self._alerted = alerted
        self._clock = clock
        self._digest_after = digest_after
        self._rules = RuleSet(())
        self._limit = _BATCH

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                batch = await self._database.write_async(self._take_batch)
            except (sqlite3.Error, BrinkwatchError):
                raise
            except Exception as error:  # a defect of ours must cost one article, not the service
                if self._limit > 1:
                    self._limit = 1  # one by one until it is found
                    continue
                log.exception("storing failed")
                reason = f"The step failed: {type(error).__name__}: {error}."
                batch = await self._database.write_async(lambda c, r=reason: self._bury_first(c, r))  # type: ignore[misc]
                self._limit = _BATCH
            await asyncio.to_thread(self._indexer.catch_up)
            if batch is None:
                await self._wake.wait(stop)
            else:
                self._tell(batch)

    def _take_batch(self, connection: sqlite3.Connection) -> _Batch | None:
        messages = self._next(connection, self._limit)
        if not messages:
            self._limit = _BATCH
            return None
        batch = _Batch()
        articles: list[EnrichedArticle] = []
        for message in messages:
            try:
                articles.append(decode(EnrichedArticle, message.value))
            except Rejected as error:
                self._bury(connection, message, str(error), batch)
        outcomes = tables.write_articles(connection, articles)
        for enriched, outcome in zip(articles, outcomes, strict=True):
            if outcome.result in ("created", "updated"):
                batch.stored.append(enriched)
            else:
                batch.stale += 1
        batch.alerts = self._raise_alerts(connection, batch.stored)
        journal.finish(connection, "index", [message.seq for message in messages])
        return batch

    def _next(self, connection: sqlite3.Connection, limit: int) -> list[journal.Message]:
        return journal.read(connection, "index", after=journal.position(connection, "index"), limit=limit)

    def _bury_first(self, connection: sqlite3.Connection, reason: str) -> _Batch:
        batch = _Batch()
        for message in self._next(connection, 1):
            self._bury(connection, message, reason, batch)
            journal.finish(connection, "index", [message.seq])
        return batch

    def _bury(self, connection: sqlite3.Connection, message: journal.Message, reason: str, batch: _Batch) -> None:
        letter = dead_letter("index", journal.ARTICLES_ENRICHED, message.key, message.value, reason, self._clock())
        tables.put_dead_letter(connection, letter)
        batch.dead.append((message.key, reason))

    def _raise_alerts(self, connection: sqlite3.Connection, stored: Sequence[EnrichedArticle]) -> list[Alert]:
        rules = tuple(decode(Rule, row[0]) for row in connection.execute("SELECT value FROM rules ORDER BY id"))
        if rules != self._rules.rules:
            self._rules = RuleSet(rules)
        candidates = [Candidate(article=e.article, document=article_document(e)) for e in stored]
        raised = []
        for alert in self._rules.decide(candidates, self._clock(), self._digest_after):
            if tables.put_alert(connection, alert):
                raised.append(alert)
                for delivery in plan(alert):
                    tables.put_delivery(connection, delivery)
        return raised

    def _tell(self, batch: _Batch) -> None:
        now = self._clock()
        for enriched in batch.stored:
            MESSAGES.labels("index", "done").inc()
            SEEN_TO_STORED.observe(max((now - enriched.article.first_seen).total_seconds(), 0.0))
            if enriched.analysis.coverage == "none":
                UNREAD.labels(enriched.analysis.language).inc()
        MESSAGES.labels("index", "stale").inc(batch.stale)
        for key, reason in batch.dead:
            MESSAGES.labels("index", "dead").inc()
            log.warning("message went to the dead letters", step="index", article=key, reason=reason)
        for alert in batch.alerts:
            ALERTS.labels(alert.rule_name).inc()
            log.info("alert", rule=alert.rule_name, escalation=alert.level, title=alert.title, sentence=alert.sentence)
        if batch.alerts:
            self._alerted.notify()
