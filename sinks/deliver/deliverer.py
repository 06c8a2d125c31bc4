"""Plans the deliveries of alerts and carries out those that are due; every attempt is recorded before the next."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

import structlog
from prometheus_client import Counter

from brinkwatch.ids import content_id
from brinkwatch.models import Alert, Delivery, delivery_id
from brinkwatch.settings import Settings
from sinks.deliver import webhook
from sinks.deliver.schedule import Attempt, after_attempt, without_alert
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
        self,
        store: AlertStore,
        post: Post,
        settings: Settings,
        clock: Callable[[], dt.datetime],
        console_url: str,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Raises `SettingsError` where the key for signatures is none."""
        webhook.headers("", b"", settings.webhook_secret.get_secret_value(), clock())
        self._jitter = jitter
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
            if alert is not None:
                paired.append((delivery, alert))
            else:  # it was erased meanwhile; left pending, it would be due for ever
                await asyncio.to_thread(self._store.put_delivery, without_alert(delivery))
        await asyncio.gather(*(self._deliver(group) for group in _groups(paired)))
        return len(due)

    async def _deliver(self, group: Sequence[tuple[Delivery, Alert]]) -> None:
        now = self._clock()
        channel = group[0][0].channel
        content = webhook.body([alert for _, alert in group], self._console_url, now)
        secret = self._settings.webhook_secret.get_secret_value()
        attempt = await self._post(channel, webhook.headers(_message_id(group), content, secret, now), content)
        ended, jitter = self._clock().replace(microsecond=0), self._jitter()
        for delivery, alert in group:
            after = after_attempt(
                delivery,
                attempt,
                now=ended,
                jitter=jitter,  # one for all: a digest that failed is tried again as the same digest
                max_days=self._settings.delivery_max_days,
            )
            await asyncio.to_thread(self._store.put_delivery, after)
            outcome = after.state if after.state != "pending" else "retried"
            DELIVERIES.labels(outcome).inc()
            if outcome != "delivered":
                log.warning("a delivery did not succeed", alert=alert.id, outcome=outcome, reason=after.last_error)


def _message_id(group: Sequence[tuple[Delivery, Alert]]) -> str:
    """The delivery's id; of a digest one that follows from all of its deliveries: another digest is another message."""
    ids = sorted(delivery.id for delivery, _ in group)
    return ids[0] if len(ids) == 1 else content_id("digest", *ids)


def _groups(paired: Sequence[tuple[Delivery, Alert]]) -> list[list[tuple[Delivery, Alert]]]:
    """Each alert alone, but the late ones of a channel together."""
    alone = [[pair] for pair in paired if not pair[1].late]
    late: dict[str, list[tuple[Delivery, Alert]]] = defaultdict(list)
    for pair in paired:
        if pair[1].late:
            late[pair[0].channel].append(pair)
    return alone + list(late.values())
