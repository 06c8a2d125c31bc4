"""`python -m tests.services` starts Kafka and Elasticsearch for a developer; with --fetch it only gets what they need."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading

from tests.services.cache import elasticsearch_home, kafka_jars
from tests.services.find import find
from tests.services.fixtures import ELASTICSEARCH_VARIABLE, KAFKA_VARIABLE, new_elasticsearch, new_kafka


def fetch() -> None:
    """Get the jars and a browser, where they are needed and missing; what cannot be had is told by the tests."""
    for variable, get in ((KAFKA_VARIABLE, kafka_jars), (ELASTICSEARCH_VARIABLE, elasticsearch_home)):
        if find(variable).way == "jars":
            print(f"services: {get()}", file=sys.stderr)
    if not _browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("services: installing chromium", file=sys.stderr)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], check=False, **quiet)  # type: ignore[call-overload]


def _browser() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def serve() -> int:
    """Run both until Ctrl-C, and print the settings to use them."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    services = []
    for variable, new in ((KAFKA_VARIABLE, new_kafka), (ELASTICSEARCH_VARIABLE, new_elasticsearch)):
        found = find(variable, environment={})
        if found.way is None:
            print(f"{variable}: {found.why}", file=sys.stderr)
            return 1
        services.append(new(found))
    kafka, elasticsearch = services
    try:
        print("starting Kafka and Elasticsearch …", file=sys.stderr)
        kafka.start()
        elasticsearch.start()
        print("export BRINKWATCH_PROFILE=cluster")
        print(f"export BRINKWATCH_KAFKA_BOOTSTRAP={kafka.address}")
        print(f"export BRINKWATCH_ELASTICSEARCH_URL={elasticsearch.url}", flush=True)
        print("then `brinkwatch setup`; Ctrl-C stops both and removes their data", file=sys.stderr)
        stop.wait()
    finally:
        for service in services:
            service.discard()
    return 0


if __name__ == "__main__":
    if "--fetch" in sys.argv[1:]:
        fetch()
    else:
        sys.exit(serve())
