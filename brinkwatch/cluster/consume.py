"""The loop of a service that reads a topic in batches: decode, handle, commit; wait while a sink is down; bury the dead.

A handler decides what becomes of a batch; an offset is committed only after its effect is durable, so a kill at any
point repeats messages and loses none.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from brinkwatch.dead import dead_letter
from brinkwatch.errors import Rejected, Unavailable
from brinkwatch.models import DeadLetter, EnrichedArticle, decode
from brinkwatch.models.dead_letter import Step
from brinkwatch.observe.health import PartHealth
from brinkwatch.observe.metrics import MESSAGES
from sinks.kafka_source import KafkaSource, Record

log = structlog.get_logger()

_BATCH = 200
_POLL_SECONDS = 0.5


class Handler(Protocol):
    """What a service does with articles. Raises `Unavailable` to have the batch given again."""

    step: Step

    def handle(self, articles: Sequence[EnrichedArticle]) -> list[str | None]:
        """Deal with the articles, durably; for each None, or the reason why it can never be dealt with."""

    def idle(self) -> None:
        """Called between batches, at least every second or so."""


class Consumer:
    """Runs a handler over a source until `stop`."""

    def __init__(
        self, source: KafkaSource, handler: Handler, bury: Callable[[DeadLetter], None], stop: threading.Event
    ) -> None:
        self._source = source
        self._handler = handler
        self._bury = bury
        self._stop = stop
        self._trouble: str | None = "not started"

    def health(self) -> PartHealth:
        return PartHealth(name=self._handler.step, ok=self._trouble is None, detail=self._trouble or "working")

    def run(self) -> None:
        # Each part is repeated alone: a batch that is stored is not handled again because the commit had to wait.
        while self._repeat(self._handler.idle) and self._turn():
            pass

    def _turn(self) -> bool:
        batch: list[Record] = []
        polled = self._repeat(lambda: batch.extend(self._source.poll(_BATCH, _POLL_SECONDS)))
        if not polled or not batch:
            return polled
        return self._repeat(lambda: self._deal_with(batch)) and self._repeat(self._source.commit)

    def _deal_with(self, batch: Sequence[Record]) -> None:
        articles: list[tuple[Record, EnrichedArticle]] = []
        for record in batch:
            if record.value is None:  # compaction's word that the article was erased
                continue
            try:
                articles.append((record, decode(EnrichedArticle, record.value)))
            except Rejected as error:
                self._dead(record, str(error))
        reasons = self._handle([article for _, article in articles]) if articles else []
        for (record, _), reason in zip(articles, reasons, strict=True):
            if reason is None:
                MESSAGES.labels(self._handler.step, "done").inc()
            else:
                self._dead(record, reason)

    def _handle(self, articles: Sequence[EnrichedArticle]) -> list[str | None]:
        try:
            return self._handler.handle(articles)
        except Unavailable:
            raise
        except Exception as error:  # a defect of ours must cost one article, not the service
            if len(articles) > 1:
                return [reason for article in articles for reason in self._handle([article])]
            log.exception("handling failed", step=self._handler.step, article=articles[0].article.id)
            return [f"The step failed: {type(error).__name__}: {error}."]

    def _dead(self, record: Record, reason: str) -> None:
        self._bury(
            dead_letter(
                self._handler.step, record.topic, record.key, record.value or b"", reason, dt.datetime.now(dt.UTC)
            )
        )
        MESSAGES.labels(self._handler.step, "dead").inc()
        log.warning("message went to the dead letters", step=self._handler.step, key=record.key, reason=reason)

    def _repeat(self, action: Callable[[], None]) -> bool:
        """Do it until it does not fail for want of a service; False where `stop` came first."""
        delay = 0.5
        while not self._stop.is_set():
            try:
                action()
            except Unavailable as error:
                if self._trouble != str(error):
                    log.warning("waiting", step=self._handler.step, reason=str(error))
                self._trouble = str(error)
                MESSAGES.labels(self._handler.step, "retried").inc()
                self._stop.wait(delay)
                delay = min(delay * 2, 5.0)
                self._stay_in_the_group()
            else:
                if self._trouble not in (None, "not started"):
                    log.info("working again", step=self._handler.step)
                self._trouble = None
                return True
        return False

    def _stay_in_the_group(self) -> None:
        try:
            self._source.keep_alive()
        except Unavailable:
            return  # Kafka is down itself: the group's business comes back with it
