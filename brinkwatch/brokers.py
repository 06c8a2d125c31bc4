"""How every client of Kafka is configured and what its failing is called; imports no client itself."""

from __future__ import annotations

from typing import Any

from brinkwatch.errors import Unavailable
from brinkwatch.settings import Settings

PATIENCE = 5.0
"""Seconds that a single request to Kafka may take. A service asks again for ever, but between two tries it looks
whether it is to end, and must have ended within 10 s."""
PATIENCE_MS = int(PATIENCE * 1000)


def client_options(settings: Settings) -> dict[str, Any]:
    """What consumers, producers and admin clients of kafka-python have in common."""
    return {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "client_id": "brinkwatch",
        "bootstrap_timeout_ms": PATIENCE_MS,
        # Half a minute, the library's default, is too long after a broker came back.
        "reconnect_backoff_max_ms": 2000,
    }


def group_options(settings: Settings) -> dict[str, Any]:
    """What the members of consumer groups have in common."""
    return {
        "session_timeout_ms": int(settings.session_timeout * 1000),
        "heartbeat_interval_ms": int(settings.session_timeout * 300),
        "enable_auto_commit": False,
        "allow_auto_create_topics": False,
    }


class Membership:
    """How long a member of a consumer group must poll: to be mixed with kafka-python's rebalance listener.

    A poll of kafka-python that ends while it joins the group again leaves the join half done, and the next one begins
    anew: with short polls a member never gets its new partitions and keeps the old ones. So as long as it is joining,
    a poll gets all the time that joining takes.
    """

    JOIN_SECONDS = 2.0

    def __init__(self) -> None:
        self._joined = False

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Called when joining begins."""
        self._joined = False

    def on_partitions_lost(self, lost: Any) -> None:
        """Called where the group went on without this member."""
        self._joined = False

    def on_partitions_assigned(self, assigned: Any) -> None:
        """Called when joining ends."""
        self._joined = True

    def poll_ms(self, seconds: float) -> int:
        """The time for a poll that would have `seconds`."""
        return int(1000 * (seconds if self._joined else max(seconds, self.JOIN_SECONDS)))


def unreachable(settings: Settings, error: BaseException) -> Unavailable:
    """The error of a service that Kafka does not answer."""
    return Unavailable(
        f"Kafka at {settings.kafka_bootstrap} does not answer ({type(error).__name__}: {error}).",
        "Start it, or set BRINKWATCH_KAFKA_BOOTSTRAP.",
    )
