"""The embedded store: documents, alerts, rules and dead letters in the runtime's SQLite file, searched by tantivy beside it."""

from sinks.embedded_store.store import EmbeddedStore

__all__ = ["EmbeddedStore"]
