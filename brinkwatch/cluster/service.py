"""What every service of the cluster has in common: logging, signals, health endpoints, an end within seconds."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

import structlog

from brinkwatch.errors import Unavailable
from brinkwatch.observe.health import HealthReport, PartHealth, report
from brinkwatch.observe.logs import set_up_logging
from brinkwatch.observe.server import HealthServer
from brinkwatch.settings import Settings
from producers.kafka_log import missing_topics, repeat_until_available

_WATCH_SECONDS = 5.0
_NOT_ASKED = "Kafka was not asked yet."

log = structlog.get_logger()

DEFAULT_PORTS = {"produce": 8081, "process": 8082, "index": 8083, "alert": 8084}
"""Where each service shows its health unless BRINKWATCH_HEALTH_PORT is set."""


def stop_at_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set. Call from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


class Kafka:
    """Whether there is a Kafka with our topics; a service may start before it does."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings = settings
        self._service = service
        self._trouble: str | None = _NOT_ASKED

    def wait(self, stop: threading.Event) -> bool:
        """Return when it is there; False where the service was stopped before."""
        if not repeat_until_available(self._look, stop, self._tell):
            return False
        if self._trouble not in (None, _NOT_ASKED):
            log.info("working again", step=self._service)
        self._trouble = None
        return True

    def watch(self, stop: threading.Event) -> None:
        """Look again every few seconds in a thread, for a service whose client does not tell."""

        def look() -> None:
            while not stop.wait(_WATCH_SECONDS):
                self.wait(stop)

        threading.Thread(target=look, name="kafka", daemon=True).start()

    def _look(self) -> None:
        if missing := missing_topics(self._settings):
            raise Unavailable(f"The topic {missing[0]} does not exist.", "Run `brinkwatch setup`.")

    def _tell(self, error: Unavailable) -> None:
        if self._trouble != str(error):
            log.warning("waiting", step=self._service, reason=str(error))
        self._trouble = str(error)

    def or_else(self, health: Callable[[], HealthReport]) -> HealthReport:
        """What is wrong with Kafka as long as we wait for it, then the service's own report."""
        if self._trouble is not None:
            return report([PartHealth(name="kafka", ok=False, detail=self._trouble)])
        return health()


@contextlib.contextmanager
def running(
    settings: Settings, name: str, health: Callable[[], HealthReport], stop: threading.Event, *, watch: bool = False
) -> Iterator[bool]:
    """Logging is set up and the health endpoints answer while the service runs.

    Gives True as soon as Kafka and its topics are there, False where `stop` was set before. `watch`: look after Kafka
    all the time, for a service whose client does not tell that it is gone.
    """
    set_up_logging(settings)
    kafka = Kafka(settings, name)
    server = HealthServer(
        settings.health_host, settings.health_port or DEFAULT_PORTS[name], lambda: kafka.or_else(health)
    )
    log.info("started", service=name, health=f"http://{settings.health_host}:{server.port}/readyz")
    try:
        there = kafka.wait(stop)
        if there and watch:
            kafka.watch(stop)
        yield there
    finally:
        server.close()
        log.info("stopped", service=name)
