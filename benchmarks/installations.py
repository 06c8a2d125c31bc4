"""Installations of both profiles to measure, run as their users run them: as processes on a real server of feeds."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brinkwatch.cli.wiring import open_store
from brinkwatch.settings import Settings, read_settings
from sinks.ports import SearchRequest
from tests.runtimes.cluster import ClusterDesk, wait_for
from tests.runtimes.desk import EmbeddedDesk, brinkwatch
from tests.runtimes.world import World
from tests.services.find import find
from tests.services.fixtures import (
    ELASTICSEARCH_VARIABLE,
    KAFKA_VARIABLE,
    Given,
    new_elasticsearch,
    new_kafka,
)

QUERY = "dyads:RUS-UKR"
_HURRY = {"BRINKWATCH_POLL_INTERVAL": "1", "BRINKWATCH_POLL_INTERVAL_MIN": "1", "BRINKWATCH_POLL_INTERVAL_MAX": "1"}


@dataclass(frozen=True)
class Running:
    """A running installation: its name, and its store as an outsider opens it."""

    name: str
    settings: Settings

    def stored(self) -> int:
        with open_store(self.settings) as store:
            return store.search(SearchRequest(limit=0)).total

    @contextlib.contextmanager
    def newest(self) -> Iterator[Callable[[], set[str]]]:
        """Gives a function that searches for the newest hundred articles; it returns their addresses."""
        request = SearchRequest(limit=100, sort="time")
        with open_store(self.settings) as store:
            yield lambda: {hit.url.full for hit in store.search(request).hits}


@contextlib.contextmanager
def embedded(world: World, urls: list[str], workers: int) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder:
        desk = EmbeddedDesk(world, Path(folder))
        desk.env |= _HURRY | {"BRINKWATCH_ANALYZE_WORKERS": str(workers)}
        desk.command("rules", "add", "War", QUERY, "--webhook", world.url("/hook"))
        feeds = [argument for url in urls for argument in ("--feeds", url)]
        process = subprocess.Popen(
            [*brinkwatch(), "run", "--alert", "--port", "0", *feeds], env=desk.env, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(lambda: all(world.polls.count(url.partition(world.address)[2]) for url in urls), 60, "first polls")
            yield Running("embedded", read_settings(data_dir=Path(folder)))
        finally:
            process.terminate()
            process.wait(15)


@contextlib.contextmanager
def cluster(world: World, urls: list[str], workers: int) -> Iterator[Running]:
    with contextlib.ExitStack() as stack:
        addresses = []
        for variable, new in ((KAFKA_VARIABLE, new_kafka), (ELASTICSEARCH_VARIABLE, new_elasticsearch)):
            found = find(variable)
            if found.way is None:
                raise SystemExit(f"The cluster cannot be measured: {found.why}.")
            service: Any = Given(found.address) if found.way == "address" else new(found)
            if found.way != "address":
                service.start()
            stack.callback(service.discard)
            addresses.append(service.address)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        kafka, elasticsearch = addresses
        desk = ClusterDesk(
            world, Path(folder), kafka, f"http://{elasticsearch}", f"bench{os.getpid()}",
            BRINKWATCH_ANALYZE_WORKERS=str(workers), BRINKWATCH_TOPIC_PARTITIONS="4",
        )  # fmt: skip
        stack.callback(desk.close)
        desk.command("rules", "add", "War", QUERY, "--webhook", world.url("/hook"))
        for url in urls:
            desk.command("feeds", "add", url)
        desk.start_all(alert=True)
        for service in desk.processes:
            wait_for(lambda s=service: desk.ready(s), 90, f"{service} to be ready")  # type: ignore[misc]
        wait_for(lambda: all(world.polls.count(url.partition(world.address)[2]) for url in urls), 60, "first polls")
        yield Running("cluster", desk.settings)
