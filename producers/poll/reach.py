"""Tells whether there is any way out to the internet, and says so once instead of once for each feed. It only listens."""

from __future__ import annotations

from typing import Any

_ENOUGH = 3


class Reach:
    """Until a first feed has answered, failures to reach hosts are held back; then they are told feed by feed."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._answered = False
        self._told = False
        self._unreachable: set[str] = set()

    def heard(self, feed_id: str, unreachable: bool, active_feeds: int) -> bool:
        """Note how a poll ended. True where a failure should be told by itself."""
        if not unreachable:
            if self._told and not self._answered:
                self._log.info("feeds answer: there is a way out to the internet")
            self._answered = True
            return True
        if self._answered:
            return True
        self._unreachable.add(feed_id)
        if not self._told and len(self._unreachable) >= min(_ENOUGH, max(active_feeds, 1)):
            self._told = True
            self._log.warning(
                "no feed can be reached: there seems to be no way out to the internet. Polling goes on;"
                " `make demo` shows everything without it",
                feeds=active_feeds,
            )
        return False
