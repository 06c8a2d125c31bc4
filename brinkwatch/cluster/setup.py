"""`brinkwatch setup`: Kafka's topics and Elasticsearch's templates. Safe to run again."""

from __future__ import annotations

from collections.abc import Iterator

from brinkwatch.settings import Settings
from producers.kafka_log import create_topics
from producers.poll.poller import utc_now
from sinks.elastic_store import ElasticStore


def set_up(settings: Settings) -> Iterator[str]:
    """A line for each thing that was changed. Raises `Unavailable`."""
    yield from create_topics(settings)
    store = ElasticStore(settings, utc_now)
    try:
        yield from store.setup()
    finally:
        store.close()
