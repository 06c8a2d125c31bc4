"""Subscriptions are shared by all producers, since a hub may reach any of them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from brinkwatch.cluster import open as opened
from brinkwatch.models import Subscription
from brinkwatch.settings import read_settings
from producers.kafka_log import KafkaLog, create_topics

pytestmark = pytest.mark.services


@pytest.mark.timeout(120)
def test_what_one_producer_asked_for_another_can_confirm_and_end(kafka: Any, tmp_path: Path) -> None:
    settings = read_settings(
        profile="cluster", kafka_bootstrap=kafka.address, topic_prefix=f"t{uuid4().hex[:8]}.", data_dir=tmp_path
    )
    assert any("feeds.subscriptions" in made for made in create_topics(settings))
    with closing(KafkaLog(settings)) as log:
        one, other = opened.subscriptions(settings, log), opened.subscriptions(settings, log)
        sub = Subscription(feed_id="63ff5d062653", topic="https://a.example/", hubs=("https://h.example/",), hub="h")
        one.put_subscription(sub.feed_id, sub)
        assert other.subscription(sub.feed_id) is None
        other.refresh()
        assert other.subscriptions() == {sub.feed_id: sub}
        registry = opened.registry(settings, log)
        assert registry.feed(sub.feed_id) is None
        assert other.partition(sub.feed_id) is not None, "who polled a removed feed can still be told"
        other.put_subscription(sub.feed_id, None)
        one.refresh()
        assert one.subscription(sub.feed_id) is None
