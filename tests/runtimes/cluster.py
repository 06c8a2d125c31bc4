"""A whole cluster installation: every service a process of its own, on a real Kafka and Elasticsearch."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brinkwatch.errors import Unavailable
from brinkwatch.settings import Settings
from brinkwatch.topics import ARTICLES_ENRICHED, ARTICLES_RAW, GROUP_ALERT, GROUP_INDEX, GROUP_PROCESS
from producers.poll.poller import utc_now
from sinks.elastic_store import ElasticStore
from sinks.kafka_source import group_lag
from tests.runtimes.desk import brinkwatch, environment, run
from tests.runtimes.world import World
from tests.services.process import free_port

SERVICES = ("produce", "process", "index", "alert")


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask until the answer is true; fails with a sentence that tells what was waited for and the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}; the last answer was {answer!r}"
        time.sleep(0.1)
    return answer


class ClusterDesk:
    """Services that run until `close`; feeds are polled every second."""

    def __init__(
        self, world: World, folder: Path, kafka: str, elasticsearch: str, name: str, *, set_up: bool = True, **env: str
    ) -> None:
        self.world = world
        self._folder = folder
        self.ports: dict[str, int] = {}
        self.env = environment(
            world,
            folder / "data",
            BRINKWATCH_PROFILE="cluster",
            BRINKWATCH_KAFKA_BOOTSTRAP=kafka,
            BRINKWATCH_ELASTICSEARCH_URL=elasticsearch,
            BRINKWATCH_TOPIC_PREFIX=f"{name}.",
            BRINKWATCH_INDEX_PREFIX=f"{name}-",
            BRINKWATCH_POLL_INTERVAL="1",
            BRINKWATCH_POLL_INTERVAL_MIN="1",
            BRINKWATCH_POLL_INTERVAL_MAX="1",
            **{"BRINKWATCH_TOPIC_PARTITIONS": "2", "BRINKWATCH_SESSION_TIMEOUT": "6", **env},
        )
        self.settings = Settings(
            profile="cluster", kafka_bootstrap=kafka, elasticsearch_url=elasticsearch, topic_prefix=f"{name}.",
            index_prefix=f"{name}-",
        )  # fmt: skip
        self.store = ElasticStore(self.settings, utc_now)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._registered: set[str] = set()
        self._alerting: bool | None = None
        if set_up:
            self.command("setup")

    def command(self, *arguments: str, stdin: str = "", ok: bool = True) -> str:
        return run(self.env, arguments, stdin=stdin, ok=ok)

    def start(self, service: str, *arguments: str, instance: str = "", **env: str) -> None:
        """Start a service; `instance` tells a second one of a kind apart."""
        name = service + instance
        self.ports.setdefault(name, free_port())
        with (self._folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*brinkwatch(), service, *arguments],
                env={
                    **self.env, **env, "BRINKWATCH_HEALTH_PORT": str(self.ports[name]),
                    "BRINKWATCH_CONSOLE_PORT": str(self.ports[name]),
                },
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def start_all(self, *, alert: bool) -> None:
        for service in SERVICES:
            self.start(service, *(["--alert"] if alert and service == "produce" else []))
        self._alerting = alert

    def ready(self, name: str) -> bool:
        return self.readyz(name)[0] == 200

    def readyz(self, name: str) -> tuple[int, str]:
        return self.get(name, "/readyz")

    def get(self, name: str, path: str) -> tuple[int, str]:
        """Status and text of the service's answer; 0 where there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}{path}", timeout=15) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def status(self) -> dict[str, Any]:
        """What `brinkwatch status --json` prints, whatever its exit status."""
        done = subprocess.run(
            [*brinkwatch(), "status", "--json"], env=self.env, capture_output=True, text=True, timeout=240, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if found["ready"] else 1)
        return found

    def kill(self, service: str) -> None:
        self.processes[service].kill()
        self.processes[service].wait()

    def log(self, service: str) -> str:
        return (self._folder / f"{service}.log").read_text(errors="replace")

    def poll(self, *urls: str, alert: bool = True) -> None:
        self._produce(alert)
        for url in urls:
            if url not in self._registered:
                self.command("feeds", "add", url)
                self._registered.add(url)
        paths = [url.partition(self.world.address)[2] for url in urls]
        before = {path: self.world.polls.count(path) for path in paths}
        # the poll that was under way may have been answered before the feed changed; the third comes after the second
        wait_for(lambda: all(self.world.polls.count(p) >= before[p] + 3 for p in paths), 60, "the feeds to be polled")
        self.settle()

    def _produce(self, alert: bool) -> None:
        if self._alerting == alert:
            return
        if self._alerting is None:
            self.start_all(alert=alert)
        else:
            self.processes["produce"].terminate()
            self.processes["produce"].wait(15)
            self.start("produce", *(["--alert"] if alert else []))
            self._alerting = alert

    def settle(self) -> None:
        """Every group has read to the end, what was written is searchable, and no delivery is due."""
        for topic, group in (
            (ARTICLES_RAW, GROUP_PROCESS),
            (ARTICLES_ENRICHED, GROUP_INDEX),
            (ARTICLES_ENRICHED, GROUP_ALERT),
        ):
            wait_for(lambda t=topic, g=group: self._lag(t, g) == 0, 120, f"{group} to read {topic}")  # type: ignore[misc]
        wait_for(lambda: not self.store.due_deliveries(utc_now()), 60, "the deliveries")
        self.refresh()

    def _lag(self, topic: str, group: str) -> int:
        try:
            return group_lag(self.settings, topic, group).lag
        except Unavailable:
            return -1

    def refresh(self) -> None:
        url = f"{self.settings.elasticsearch_url}/{self.settings.index_prefix}*/_refresh"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=30).close()

    def close(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.store.close()
