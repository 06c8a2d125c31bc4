"""Waking a step that waits for messages: at once from within this process, within half a second for other processes."""

from __future__ import annotations

import asyncio
import contextlib

_LOOK_SECONDS = 0.5  # the command line appends to the journal from another process, which cannot notify us


class Wake:
    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        self._event.set()

    async def wait(self, stop: asyncio.Event) -> None:
        """Return when notified, when `stop` is set, or when it is time to look anyway."""
        waits = [asyncio.ensure_future(self._event.wait()), asyncio.ensure_future(stop.wait())]
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait(waits, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._event.clear()
