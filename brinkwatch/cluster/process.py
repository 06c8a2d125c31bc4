"""`brinkwatch process`: the Faust worker with its health endpoints."""

from __future__ import annotations

from brinkwatch.cluster.service import running
from brinkwatch.settings import Settings
from processors.faust_worker import FaustWorker


def run_process(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM; Faust handles both."""
    worker = FaustWorker(settings)
    with running(settings, "process", worker.health):
        worker.run()
