"""`brinkwatch process`: the Faust worker with its health endpoints."""

from __future__ import annotations

from brinkwatch.cluster.service import running, stop_at_signals
from brinkwatch.settings import Settings
from processors.faust_worker import FaustWorker


def run_process(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM; from the start of its worker on, Faust handles both."""
    stop = stop_at_signals()
    worker = FaustWorker(settings)
    with running(settings, "process", worker.health, stop, watch=True) as there:
        if there:
            worker.run()
