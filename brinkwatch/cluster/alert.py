"""`brinkwatch alert`: enriched articles from Kafka matched with the rules, alerts stored, published and delivered."""

from __future__ import annotations

import asyncio
import threading

import structlog

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.consume import Consumer
from brinkwatch.cluster.handlers import AlertHandler
from brinkwatch.cluster.service import running, stop_at_signals
from brinkwatch.errors import Unavailable
from brinkwatch.observe.health import PartHealth, report
from brinkwatch.outbound import guarded_post
from brinkwatch.settings import Settings
from brinkwatch.topics import ARTICLES_ENRICHED, GROUP_ALERT
from producers.kafka_log import KafkaLog
from producers.poll.poller import utc_now
from sinks.deliver.deliverer import Deliverer
from sinks.elastic_store import ElasticStore
from sinks.kafka_source import KafkaSource

log = structlog.get_logger()

_DELIVER_SECONDS = 1.0


class DeliverLoop:
    """Deliveries that are due, in a thread with an event loop of its own: a slow receiver delays no alert's raising."""

    def __init__(self, settings: Settings, store: ElasticStore, stop: threading.Event) -> None:
        self._settings = settings
        self._store = store
        self._stop = stop
        self._trouble: str | None = None
        self._due = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="deliver")

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something is due: look now."""
        self._due.set()

    def join(self) -> None:
        self._due.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def health(self) -> PartHealth:
        return PartHealth(name="deliver", ok=self._trouble is None, detail=self._trouble or "working")

    async def _run(self) -> None:
        async with guarded_post(self._settings) as post:
            deliverer = Deliverer(self._store, post, self._settings, utc_now, self._settings.console_url)
            while not self._stop.is_set():
                try:
                    await deliverer.deliver_due()
                    self._trouble = None
                except Unavailable as error:
                    self._trouble = str(error)
                except Exception as error:  # one broken alert must not end all deliveries
                    log.exception("delivering failed")
                    self._trouble = f"{type(error).__name__}: {error}"
                await asyncio.to_thread(self._due.wait, _DELIVER_SECONDS)
                self._due.clear()


def run_alert(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM."""
    stop = stop_at_signals()
    kafka_log = KafkaLog(settings)
    store = ElasticStore(settings, utc_now)
    source = KafkaSource(settings, ARTICLES_ENRICHED, GROUP_ALERT)
    deliver = DeliverLoop(settings, store, stop)
    handler = AlertHandler(
        store,
        opened.rules(settings, kafka_log),
        opened.tombstones(settings, kafka_log),
        kafka_log,
        utc_now,
        settings.digest_after,
        deliver.wake,
    )
    consumer = Consumer(source, handler, opened.dead_letters(settings, kafka_log).put, stop)
    with running(settings, "alert", lambda: report([consumer.health(), deliver.health()]), stop) as there:
        try:
            if there:
                deliver.start()
                consumer.run()
        finally:
            stop.set()
            deliver.join()
            source.close()
            kafka_log.close()
            store.close()
