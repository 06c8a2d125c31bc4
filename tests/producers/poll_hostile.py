"""Run by a test in a process of its own: polls the addresses given, and prints what came of it and the peak memory."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from brinkwatch.settings import read_settings
from producers.fetch.client import Client
from producers.poll.one import parse_workers
from producers.poll.poller import Poller
from producers.registry.feeds import make_feed
from tests.producers.memory import MemoryStore


def own_peak_mb() -> float:
    """`ru_maxrss` will not do: it begins with the size of the process that started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1000


async def poll(allow: str, urls: list[str]) -> dict[str, object]:
    settings = read_settings(allow_private=allow, fetch_timeout=3, parse_timeout=15, poll_concurrency=16)
    store = MemoryStore([make_feed(url) for url in urls])
    workers = parse_workers(settings)
    try:
        async with Client(settings) as client:
            await Poller(store, store, store, client, workers, settings).poll_once()
    finally:
        workers.close()
    return {
        "errors": {feed.url: store.states[feed.id].last_error for feed in store.feeds()},
        "articles": len(store.articles),
        "peak_mb": {
            "poller": own_peak_mb(),
            "parser": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
        },
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(poll(sys.argv[1], sys.argv[2:]))))
