"""`brinkwatch index`: enriched articles from Kafka into Elasticsearch."""

from __future__ import annotations

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.consume import Consumer
from brinkwatch.cluster.handlers import IndexHandler
from brinkwatch.cluster.service import running, stop_at_signals
from brinkwatch.observe.health import report
from brinkwatch.settings import Settings
from brinkwatch.topics import ARTICLES_ENRICHED, GROUP_INDEX
from producers.kafka_log import KafkaLog
from producers.poll.poller import utc_now
from sinks.elastic_store import ElasticStore
from sinks.kafka_source import KafkaSource


def run_index(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM."""
    stop = stop_at_signals()
    kafka_log = KafkaLog(settings)
    store = ElasticStore(settings, utc_now)
    source = KafkaSource(settings, ARTICLES_ENRICHED, GROUP_INDEX)
    handler = IndexHandler(store, opened.tombstones(settings, kafka_log), utc_now)
    consumer = Consumer(source, handler, opened.dead_letters(settings, kafka_log).put, stop)
    with running(settings, "index", lambda: report([consumer.health()]), stop) as there:
        try:
            if there:
                consumer.run()
        finally:
            source.close()
            kafka_log.close()
            store.close()
