"""`brinkwatch console`: the console on the cluster's Elasticsearch and Kafka."""

from __future__ import annotations

import asyncio
import signal
import threading

import structlog

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.tables import TableRegistry, TableRules
from brinkwatch.console import Services, make_console
from brinkwatch.errors import Unavailable
from brinkwatch.observe.health import HealthReport, PartHealth, report
from brinkwatch.observe.logs import set_up_logging
from brinkwatch.observe.serve import serve_app
from brinkwatch.settings import Settings
from producers.kafka_log import KafkaLog
from producers.poll.poller import utc_now
from sinks.elastic_store import ElasticStore

log = structlog.get_logger()

_REFRESH_SECONDS = 3.0


class Refresher:
    """Keeps the tables fresh and looks whether the store answers, in a thread: pages never wait for Kafka."""

    def __init__(self, registry: TableRegistry, rules: TableRules, store: ElasticStore) -> None:
        self._registry = registry
        self._rules = rules
        self._store = store
        self._stop = threading.Event()
        self._latest = report([PartHealth(name="console", ok=False, detail="starting")])
        self._thread = threading.Thread(target=self._run, name="refresh", daemon=True)
        self._thread.start()

    def health(self) -> HealthReport:
        return self._latest

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._latest = report([self._kafka(), self._elasticsearch()])
            except Exception as error:  # the thread must outlive what it cannot read
                log.exception("refreshing failed")
                detail = f"refreshing failed: {type(error).__name__}: {error}"
                self._latest = report([PartHealth(name="console", ok=False, detail=detail)])
            self._stop.wait(_REFRESH_SECONDS)

    def _kafka(self) -> PartHealth:
        try:
            self._registry.refresh()
            self._rules.refresh()
        except Unavailable as error:
            return PartHealth(name="kafka", ok=False, detail=str(error))
        return PartHealth(name="kafka", ok=True, detail="connected")

    def _elasticsearch(self) -> PartHealth:
        try:
            self._store.ping()
        except Unavailable as error:
            return PartHealth(name="elasticsearch", ok=False, detail=str(error))
        return PartHealth(name="elasticsearch", ok=True, detail="connected")

    def stop(self) -> None:
        self._stop.set()


def run_console(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    set_up_logging(settings)
    kafka_log = KafkaLog(settings)
    store = ElasticStore(settings, utc_now)
    registry = opened.registry(settings, kafka_log)
    rules = opened.rules(settings, kafka_log)
    refresher = Refresher(registry, rules, store)
    services = Services(
        articles=store,
        alerts=store,
        rules=rules,
        feeds=registry,
        health=refresher.health,
        settings=settings,
        clock=utc_now,
    )
    try:
        asyncio.run(_serve(services, settings))
    finally:
        refresher.stop()
        kafka_log.close()
        store.close()
        log.info("stopped", service="console")


async def _serve(services: Services, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve_app(make_console(services), settings):
        await stop.wait()
