"""Deliveries: what a receiver gets, what follows from its answer, and that nothing is told twice or never."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook

from brinkwatch.errors import SettingsError
from brinkwatch.models import Alert, Delivery
from brinkwatch.settings import read_settings
from sinks.deliver import webhook
from sinks.deliver.deliverer import Deliverer, plan
from sinks.deliver.schedule import BACK_OFF, Attempt, after_attempt
from sinks.embedded_store import EmbeddedStore
from tests.sinks.articles import NOW, a_delivery, an_alert

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ONE, TWO = "https://hooks.example/one", "https://hooks.example/two"


class Receiver:
    """Answers as it is told to, and keeps what it was sent."""

    def __init__(self, *attempts: Attempt) -> None:
        self._attempts = list(attempts)
        self.calls: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Attempt:
        self.calls.append((url, headers, msgspec.json.decode(body)))
        return self._attempts.pop(0) if self._attempts else Attempt(status=204)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def deliverer(store: EmbeddedStore, receiver: Receiver, clock: Clock | None = None, **given: Any) -> Deliverer:
    settings = read_settings(**given)
    return Deliverer(store, receiver, settings, clock or Clock(), "http://desk.example", jitter=lambda: 0.0)


def raised(store: EmbeddedStore, *alerts: Alert) -> None:
    for alert in alerts:
        store.put_alert(alert)
        for delivery in plan(alert):
            store.put_delivery(delivery)


# decisions


def attempted(delivery: Delivery, attempt: Attempt, max_days: float = 3.0, jitter: float = 0.0) -> Delivery:
    return after_attempt(delivery, attempt, now=NOW, jitter=jitter, max_days=max_days)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_is_delivered(status: int) -> None:
    after = attempted(a_delivery(an_alert()), Attempt(status=status))
    assert (after.state, after.attempts, after.delivered_at, after.next_attempt) == ("delivered", 1, NOW, None)


def test_410_ends_it_at_once_and_says_so() -> None:
    after = attempted(a_delivery(an_alert()), Attempt(status=410))
    assert (after.state, after.last_status, after.next_attempt) == ("failed", 410, None)
    assert "wants no more" in str(after.last_error)


@pytest.mark.parametrize(
    "attempt", [Attempt(status=s) for s in (301, 400, 404, 408, 429, 500, 503)] + [Attempt(error="No route.")]
)
def test_everything_else_is_tried_again(attempt: Attempt) -> None:
    after = attempted(a_delivery(an_alert()), attempt)
    assert (after.state, after.attempts, after.next_attempt) == ("pending", 1, NOW + dt.timedelta(seconds=5))
    assert after.last_error


def test_pauses_grow_until_the_days_are_over() -> None:
    delivery, pauses = a_delivery(an_alert()), []
    while delivery.state == "pending":
        delivery = attempted(delivery, Attempt(status=500))
        pauses.append((delivery.next_attempt - NOW).total_seconds() if delivery.next_attempt else None)
    assert pauses == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, None]
    assert delivery.state == "failed"
    assert "9 attempts" in str(delivery.last_error)


def test_the_last_pause_repeats_for_those_who_wait_longer() -> None:
    delivery = a_delivery(an_alert(), attempts=15)
    after = attempted(delivery, Attempt(status=500), max_days=30)
    assert after.next_attempt == NOW + dt.timedelta(seconds=BACK_OFF[-1])


def test_a_receiver_may_ask_for_more_time_but_not_for_less() -> None:
    delivery = a_delivery(an_alert())
    assert attempted(delivery, Attempt(status=429, retry_after=90)).next_attempt == NOW + dt.timedelta(seconds=90)
    assert attempted(delivery, Attempt(status=429, retry_after=1)).next_attempt == NOW + dt.timedelta(seconds=5)


def test_jitter_spreads_attempts_by_a_tenth() -> None:
    delivery = a_delivery(an_alert(), attempts=1)
    assert attempted(delivery, Attempt(status=500), jitter=1.0).next_attempt == NOW + dt.timedelta(seconds=330)


def test_what_is_put_back_by_hand_after_a_week_has_its_days_again(embedded: EmbeddedStore) -> None:
    alert = an_alert(raised_at=NOW - dt.timedelta(days=8))
    after = attempted(a_delivery(alert), Attempt(status=500))
    assert after.state == "pending"


# messages


def test_a_message_is_signed_so_that_the_receiver_can_verify_it() -> None:
    content = webhook.body([an_alert()], "", NOW)
    now = dt.datetime.now(dt.UTC)  # the library that verifies looks at its own clock
    headers = webhook.headers("d1", content, SECRET, now)
    assert Webhook(SECRET).verify(content.decode(), headers)["data"]["title"] == an_alert().title


def test_without_a_secret_there_is_no_signature_but_an_id() -> None:
    headers = webhook.headers("d1", b"{}", "", NOW)
    assert headers == {"content-type": "application/json", "webhook-id": "d1", "webhook-timestamp": "1789041600"}


@pytest.mark.parametrize("secret", ["whsec_", "a", "whsec_@@@"])
def test_a_secret_that_is_no_key_is_refused_at_start(embedded: EmbeddedStore, secret: str) -> None:
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET") as caught:
        deliverer(embedded, Receiver(), webhook_secret=secret)
    assert secret == "a" or secret not in str(caught.value).replace("whsec_ before", "")


async def test_an_alert_is_told_with_rule_level_reason_sentence_and_links(embedded: EmbeddedStore) -> None:
    alert, receiver = an_alert(), Receiver()
    raised(embedded, alert)
    assert await deliverer(embedded, receiver).deliver_due() == 1
    ((url, headers, message),) = receiver.calls
    data = message["data"]
    assert (url, headers["webhook-id"], message["type"]) == (ONE, plan(alert)[0].id, "alert.raised")
    assert (data["rule_name"], data["level"], data["why"]) == ("At sea", "high", "A threat.")
    assert (data["sentence"], data["url"]) == (alert.sentence, alert.url)
    assert data["console"] == f"http://desk.example/alerts/{alert.id}"
    assert "webhooks" not in data
    assert alert.title in message["text"] and "HIGH" in message["text"]


async def test_what_was_delivered_is_not_delivered_again(embedded: EmbeddedStore) -> None:
    alert, receiver = an_alert(webhooks=(ONE, TWO)), Receiver()
    raised(embedded, alert)
    service = deliverer(embedded, receiver)
    assert await service.deliver_due() == 2
    assert await service.deliver_due() == 0
    assert sorted(url for url, _, _ in receiver.calls) == [ONE, TWO]
    assert {each.state for each in embedded.deliveries(alert.id)} == {"delivered"}


async def test_a_repeated_attempt_carries_the_same_id(embedded: EmbeddedStore) -> None:
    raised(embedded, an_alert())
    receiver, clock = Receiver(Attempt(error="No answer.")), Clock()
    service = deliverer(embedded, receiver, clock)
    await service.deliver_due()
    assert await service.deliver_due() == 0
    clock.now += dt.timedelta(seconds=6)
    assert await service.deliver_due() == 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.calls}) == 1


async def test_late_alerts_of_a_channel_come_as_one_digest_marked_late(embedded: EmbeddedStore) -> None:
    late = [an_alert(f"a{n}", late=True) for n in range(3)]
    raised(embedded, *late, an_alert("b1"))
    receiver = Receiver()
    assert await deliverer(embedded, receiver).deliver_due() == 4
    by_type = {message["type"]: message for _, _, message in receiver.calls}
    assert len(receiver.calls) == 2
    digest = by_type["alert.digest"]["data"]
    assert digest["late"] is True
    assert {each["article_id"] for each in digest["alerts"]} == {"a0", "a1", "a2"}


async def test_a_single_late_alert_is_marked_late_too(embedded: EmbeddedStore) -> None:
    raised(embedded, an_alert(late=True))
    receiver = Receiver()
    await deliverer(embedded, receiver).deliver_due()
    assert receiver.calls[0][2]["data"]["late"] is True


async def test_a_digest_that_failed_is_tried_again_as_the_same_one_and_a_larger_one_is_another(
    embedded: EmbeddedStore,
) -> None:
    raised(embedded, an_alert("a1", late=True), an_alert("a2", late=True))
    receiver, clock = Receiver(Attempt(status=503), Attempt(status=503)), Clock()
    service = deliverer(embedded, receiver, clock)
    await service.deliver_due()
    clock.now += dt.timedelta(seconds=10)
    await service.deliver_due()
    raised(embedded, an_alert("a3", late=True))
    clock.now += dt.timedelta(hours=1)
    await service.deliver_due()
    first, second, third = (headers["webhook-id"] for _, headers, _ in receiver.calls)
    assert first == second != third
    assert len(receiver.calls[2][2]["data"]["alerts"]) == 3


async def test_a_delivery_whose_alert_was_erased_is_given_up(embedded: EmbeddedStore) -> None:
    embedded.put_delivery(a_delivery(an_alert()))
    receiver = Receiver()
    service = deliverer(embedded, receiver)
    await service.deliver_due()
    assert await service.deliver_due() == 0
    assert receiver.calls == []


async def test_a_rule_without_webhooks_delivers_nothing(embedded: EmbeddedStore) -> None:
    assert plan(an_alert(webhooks=())) == []
