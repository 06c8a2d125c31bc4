"""One request at a time for each host, with a pause between two: for feeds, and for pages, which may live on any host."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

_MOST_HOSTS = 10_000


class Pacer:
    """Turns at hosts. `pause_of` gives the seconds that lie between two requests to a host."""

    def __init__(self, pause_of: Callable[[str], float]) -> None:
        self._pause_of = pause_of
        self._locks: dict[str, asyncio.Lock] = {}
        self._free_at: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def turn(self, host: str, at_least: float = 0.0) -> AsyncIterator[None]:
        """Waits for the host's turn and holds it. `at_least` is a longer pause that the host itself asks for."""
        loop, host = asyncio.get_running_loop(), _key(host)
        async with self._locks.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(max(self._free_at.get(host, 0.0) - loop.time(), 0.0))
            try:
                yield
            finally:
                self._free_at[host] = loop.time() + max(self._pause_of(host), at_least)
        if len(self._locks) > _MOST_HOSTS:
            self._forget(loop.time())

    def _forget(self, now: float) -> None:
        for host in [h for h, lock in self._locks.items() if not lock.locked() and self._free_at.get(h, 0.0) < now]:
            del self._locks[host]
            self._free_at.pop(host, None)


def _key(host: str) -> str:
    """One key for one host, however its address is written: no login, no port that goes without saying."""
    return host.rpartition("@")[2].lower().removesuffix(":80").removesuffix(":443")
