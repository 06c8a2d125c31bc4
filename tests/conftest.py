"""Fixtures for all rooms: the real services."""

from tests.services.fixtures import (
    elasticsearch_service,
    index_prefix,
    kafka,
    own_elasticsearch,
    own_kafka,
    topic_prefix,
)

__all__ = ["elasticsearch_service", "index_prefix", "kafka", "own_elasticsearch", "own_kafka", "topic_prefix"]
