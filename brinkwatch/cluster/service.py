"""What every service of the cluster has in common: logging, signals, health endpoints, an end within seconds."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

import structlog

from brinkwatch.observe.health import HealthReport
from brinkwatch.observe.logs import set_up_logging
from brinkwatch.observe.server import HealthServer
from brinkwatch.settings import Settings

log = structlog.get_logger()

DEFAULT_PORTS = {"produce": 8081, "process": 8082, "index": 8083, "alert": 8084}
"""Where each service shows its health unless BRINKWATCH_HEALTH_PORT is set."""


def stop_at_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set. Call from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextlib.contextmanager
def running(settings: Settings, name: str, health: Callable[[], HealthReport]) -> Iterator[None]:
    """Logging is set up and the health endpoints answer while the service runs."""
    set_up_logging(settings)
    server = HealthServer(settings.health_host, settings.health_port or DEFAULT_PORTS[name], health)
    log.info("started", service=name, health=f"http://{settings.health_host}:{server.port}/readyz")
    try:
        yield
    finally:
        server.close()
        log.info("stopped", service=name)
