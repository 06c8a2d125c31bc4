"""Plans the deliveries of alerts and carries out those that are due; every attempt is recorded before the next."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

import structlog
from prometheus_client import Counter

from brinkwatch.models import Alert, Delivery, delivery_id
from brinkwatch.settings import Settings
from sinks.deliver import webhook
from sinks.deliver.schedule import Attempt, after_attempt
from sinks.ports import AlertStore

log = structlog.get_logger()

DELIVERIES = Counter("brinkwatch_deliveries", "Attempts to deliver alerts, by how they ended.", ("outcome",))

Post = Callable[[str, dict[str, str], bytes], Awaitable[Attempt]]
"""Sends a body to an address with headers; never raises, and never connects where the address guard forbids."""


def plan(alert: Alert) -> list[Delivery]:
    """The deliveries of a new alert, one for each webhook of its rule."""
    return [
        Delivery(id=delivery_id(alert.id, channel), alert_id=alert.id, channel=channel, next_attempt=alert.raised_at)
        for channel in alert.webhooks
    ]


class Deliverer:
    """Carries out due deliveries. Late alerts of one channel go in one digest."""

    def __init__(
        self, store: AlertStore, post: Post, settings: Settings, clock: Callable[[], dt.datetime], console_url: str
    ) -> None:
        self._store = store
        self._post = post
        self._settings = settings
        self._clock = clock
        self._console_url = console_url

    async def deliver_due(self) -> int:
        """Attempt what is due now; returns how many deliveries were attempted."""
        due = await asyncio.to_thread(self._store.due_deliveries, self._clock())
        paired: list[tuple[Delivery, Alert]] = []
        for delivery in due:
            alert = await asyncio.to_thread(self._store.get_alert, delivery.alert_id)
            if alert is not None:  # an erased article takes its alerts with it
                paired.append((delivery, alert))
        await asyncio.gather(*(self._deliver(group) for group in _groups(paired)))
        return len(due)

    async def _deliver(self, group: Sequence[tuple[Delivery, Alert]]) -> None:
        now = self._clock()
        first, _ = group[0]
        content = webhook.body([alert for _, alert in group], self._console_url, now)
        secret = self._settings.webhook_secret.get_secret_value()
        attempt = await self._post(first.channel, webhook.headers(first.id, content, secret, now), content)
        for delivery, alert in group:
            after = after_attempt(
                delivery,
                attempt,
                now=self._clock().replace(microsecond=0),
                first=alert.raised_at,
                jitter=random.random(),  # noqa: S311 spreads load, guards nothing
                max_days=self._settings.delivery_max_days,
            )
            await asyncio.to_thread(self._store.put_delivery, after)
            outcome = after.state if after.state != "pending" else "retried"
            DELIVERIES.labels(outcome).inc()
            if outcome != "delivered":
                log.warning("a delivery did not succeed", alert=alert.id, outcome=outcome, reason=after.last_error)


def _groups(paired: Sequence[tuple[Delivery, Alert]]) -> list[list[tuple[Delivery, Alert]]]:
    """Each alert alone, but the late ones of a channel together."""
    alone = [[pair] for pair in paired if not pair[1].late]
    late: dict[str, list[tuple[Delivery, Alert]]] = defaultdict(list)
    for pair in paired:
        if pair[1].late:
            late[pair[0].channel].append(pair)
    return alone + list(late.values())
