"""The cluster's store: articles, alerts and deliveries in Elasticsearch."""

from sinks.elastic_store.store import ElasticStore

__all__ = ["ElasticStore"]
