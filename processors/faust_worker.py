"""The analysing step of the cluster: raw articles from Kafka to worker processes, enriched ones back. The only module that knows Faust.

Faust acknowledges what raised and loses what could not be decoded, so nothing here raises past the agent: bytes are
read raw, decoded in the worker process, and every message ends in one of three ways: enriched, dead-lettered, or
not acknowledged (then it comes again). Several messages are in work at once; each is acknowledged after its result
is on the brokers, and Faust commits only up to the first that is not.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError

from brinkwatch.dead import dead_letter
from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import encode
from brinkwatch.observe.health import HealthReport, PartHealth, report
from brinkwatch.observe.metrics import MESSAGES
from brinkwatch.settings import Settings
from brinkwatch.topics import (
    ARTICLES_ENRICHED,
    ARTICLES_RAW,
    DEAD_LETTERS,
    GROUP_PROCESS,
    MAX_LETTER_BYTES,
    MAX_MESSAGE_BYTES,
)
from brinkwatch.workers import WorkerPool
from processors.steps import enrich_message, load_analyzer, load_knowledge

log = structlog.get_logger()

_ATTEMPTS = 2
_END_SECONDS = 7.0
_RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)


class _Worker(faust.Worker):
    """Faust's worker, which with Kafka away never ends: what it has not done by then comes again anyway."""

    def __init__(self, app: Any) -> None:
        super().__init__(app, quiet=True, redirect_stdouts=False, override_logging=False)
        self.spinner = None  # it writes cursor codes into logs

    def _on_sigint(self) -> None:
        self._end_at_last()
        super()._on_sigint()

    def _on_sigterm(self) -> None:
        self._end_at_last()
        super()._on_sigterm()

    def _end_at_last(self) -> None:
        timer = threading.Timer(_END_SECONDS, self._give_up)
        timer.daemon = True
        timer.start()

    def _give_up(self) -> None:
        log.warning("the worker's client does not let go of Kafka; ended all the same", seconds=_END_SECONDS)
        log.info("stopped", service="process")
        # the analysing processes die with this one
        os._exit(0)


class FaustWorker:
    """One Faust worker with its pool of analysing processes; `run` returns after SIGINT or SIGTERM."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._knowledge = load_knowledge(settings.knowledge_dir)
        self._pool: WorkerPool | None = None
        self._trouble: str | None = None
        self.app = self._make_app()
        self._raw = self._topic(ARTICLES_RAW)
        self._enriched = self._topic(ARTICLES_ENRICHED)
        self._dead = self._topic(DEAD_LETTERS)
        self.app.agent(self._raw, name="analyze", concurrency=1)(self._analyze_stream)

    def _make_app(self) -> Any:
        settings = self._settings
        brokers = ";".join(f"kafka://{address}" for address in settings.kafka_bootstrap.split(","))
        return faust.App(
            settings.topic_prefix + GROUP_PROCESS,
            broker=brokers,
            store="memory://",
            datadir=settings.data_dir / "faust",
            key_serializer="raw",
            value_serializer="raw",
            processing_guarantee="at_least_once",
            # Faust's web server listens on every address and shows tables: off.
            web_enabled=False,
            topic_partitions=settings.topic_partitions,
            # `brinkwatch setup` creates the topics, with their retention and compaction.
            topic_allow_declare=False,
            topic_disable_leader=True,
            consumer_auto_offset_reset="earliest",
            # A killed worker's partitions go to the others after this long.
            broker_session_timeout=settings.session_timeout,
            broker_heartbeat_interval=settings.session_timeout / 4,
            broker_request_timeout=max(settings.session_timeout * 2, 30.0),
            broker_commit_interval=1.0,
            # What is buffered is lost work when the worker dies.
            stream_buffer_maxsize=64,
            broker_max_poll_records=64,
            stream_wait_empty=False,
            producer_acks=-1,
            producer_compression_type="gzip",
            producer_max_request_size=MAX_LETTER_BYTES + 10_000,
            producer_linger=0.005,
            worker_redirect_stdouts=False,
        )

    def _topic(self, name: str) -> Any:
        return self.app.topic(
            self._settings.topic_prefix + name,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            allow_empty=True,
        )

    def health(self) -> HealthReport:
        assigned = len(self.app.consumer.assignment()) if self.app.started and self.app.consumer else 0
        return report(
            [
                PartHealth(name="kafka", ok=self._trouble is None, detail=self._trouble or "connected"),
                PartHealth(
                    name="analyze", ok=self._pool is not None, detail=f"{assigned} partitions of the log are ours"
                ),
            ]
        )

    def run(self) -> None:
        """Work until SIGINT or SIGTERM. Must be called from the main thread."""
        settings = self._settings
        (settings.data_dir / "faust").mkdir(parents=True, exist_ok=True)  # Faust makes the last folder only
        self._pool = WorkerPool(
            settings.analyze_workers,
            timeout=settings.analyze_timeout,
            memory_mb=settings.worker_memory_mb,
            initializer=load_analyzer,
            initargs=(settings.spacy_model, settings.max_text_chars, self._knowledge),
        )
        try:
            _Worker(self.app).execute_from_commandline()
        except SystemExit as ended:
            if ended.code:
                raise
        finally:
            self._pool.close()
            self._pool = None

    async def _analyze_stream(self, stream: Any) -> None:
        assert self._pool is not None
        room = asyncio.Semaphore(2 * self._pool.count)
        in_work: set[asyncio.Task[None]] = set()
        async for event in stream.noack().events():
            await room.acquire()
            task = asyncio.create_task(self._one(event))
            in_work.add(task)
            task.add_done_callback(in_work.discard)
            task.add_done_callback(lambda _: room.release())

    async def _one(self, event: Any) -> None:
        """See one message to its end. A cancelled one is not acknowledged and comes again."""
        key, value = event.key or b"", event.value
        if value is not None:  # None: the article was erased
            enriched, reason = await self._enrich(bytes(value))
            if enriched is not None and len(enriched) > MAX_MESSAGE_BYTES:
                reason = f"The analysed article has {len(enriched)} bytes, Kafka takes {MAX_MESSAGE_BYTES}."
                enriched = None
            if enriched is not None:
                await self._send(lambda: self._enriched.send(key=key, value=enriched))
            else:
                letter = dead_letter(
                    "analyze",
                    ARTICLES_RAW,
                    key.decode("utf-8", "replace"),
                    bytes(value),
                    reason,
                    dt.datetime.now(dt.UTC),
                )
                await self._send(lambda: self._dead.send(key=letter.id.encode(), value=encode(letter)))
                log.warning("article went to the dead letters", article=letter.key, reason=reason)
            MESSAGES.labels("analyze", "done" if enriched is not None else "dead").inc()
        event.ack()

    async def _enrich(self, value: bytes) -> tuple[bytes | None, str]:
        assert self._pool is not None
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                return await self._pool.run(enrich_message, value), ""
            except BrinkwatchError as error:
                reason = str(error)
                if not error.worth_retrying:
                    break
            except Exception as error:  # a defect of ours must cost one article, not the service
                reason = f"The analysis failed: {type(error).__name__}: {error}."
                break
        return None, reason

    async def _send(self, send: Callable[[], Awaitable[Any]]) -> None:
        """Send and await the brokers' acknowledgement, for as long as it takes."""
        attempt = 0
        while True:
            try:
                await (await send())
                self._trouble = None
                return
            except KafkaError as error:
                self._trouble = f"Kafka takes no messages ({type(error).__name__}: {error})"
                log.warning("waiting", step="analyze", reason=self._trouble)
                MESSAGES.labels("analyze", "retried").inc()
            await asyncio.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
            attempt += 1
