"""One request at a time for each host: who may start now, and who waits behind whom. Pure bookkeeping, no clock."""

from __future__ import annotations

import urllib.parse
from collections import deque


def host_of(url: str) -> str:
    """Host and port that a feed is fetched from: what politeness is counted by."""
    try:
        parts = urllib.parse.urlsplit(url)
        return f"{(parts.hostname or '').lower()}:{parts.port or ''}"
    except ValueError:
        return url


class Lanes:
    """A lane for each host: one at a time is on its way, the others of the host wait in order."""

    def __init__(self) -> None:
        self._lanes: dict[str, deque[str]] = {}

    def enter(self, host: str, feed_id: str) -> bool:
        """True where the feed may start now; otherwise it waits for `leave`."""
        lane = self._lanes.get(host)
        if lane is None:
            self._lanes[host] = deque()
            return True
        lane.append(feed_id)
        return False

    def leave(self, host: str) -> str | None:
        """The feed that has waited longest for the host and has it now; None where nobody waits."""
        lane = self._lanes[host]
        if lane:
            return lane.popleft()
        del self._lanes[host]
        return None

    @property
    def waiting(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())
