"""The numbers every process shows at /metrics, beyond those that a room keeps for itself."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "brinkwatch_messages", "Messages by step and end: done, retried, dead or stale.", ("step", "outcome")
)
BACKLOG = Gauge("brinkwatch_backlog_messages", "Messages that wait for a step.", ("step",))
UNREAD = Counter("brinkwatch_articles_not_read", "Articles in languages that are not understood.", ("language",))
ALERTS = Counter("brinkwatch_alerts", "Alerts raised, by rule.", ("rule",))
SEEN_TO_STORED = Histogram(
    "brinkwatch_first_seen_to_stored_seconds",
    "From the first sighting of an article to its stored document.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)
