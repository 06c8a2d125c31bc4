"""The producers' numbers at /metrics. They only count; nothing is decided by them."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

POLLS = Counter("brinkwatch_polls", "Polls of feeds, by outcome.", ("outcome",))
ENTRIES = Counter("brinkwatch_entries", "Entries read from feeds, known ones included.")
ARTICLES = Counter("brinkwatch_articles", "Articles published by polling: new or revised.", ("kind",))
MISSED = Counter("brinkwatch_items_missed", "Items that feeds probably dropped between two polls, estimated.")
FILLED = Counter("brinkwatch_items_filled", "Missed items that were found in archives and sitemaps.")
PAGES = Counter("brinkwatch_pages", "Article pages that were wanted, by what became of them.", ("outcome",))
PARSE_FAILURES = Counter("brinkwatch_parse_failures", "Bodies that were no feed or could not be read in time.")
PUSHES = Counter("brinkwatch_pushes", "What hubs sent, by what became of it.", ("outcome",))
SUBSCRIPTIONS = Gauge("brinkwatch_subscriptions", "Feeds whose hub has verified a lease that is alive.")
HUB_REQUESTS = Counter("brinkwatch_hub_requests", "Requests for a subscription: accepted or failed.", ("outcome",))
SILENT_HUBS = Counter("brinkwatch_silent_hubs", "Times that a poll found what a hub had not pushed.")
FETCH_SECONDS = Histogram(
    "brinkwatch_fetch_seconds",
    "From request to last byte, redirects included.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
FETCHED_BYTES = Counter("brinkwatch_fetched_bytes", "Bytes of feeds as sent.")
FEEDS = Gauge(
    "brinkwatch_feeds", "Feeds of the registry, by state: active, paused, failing, silent or ended.", ("state",)
)
LATE_SECONDS = Histogram(
    "brinkwatch_poll_late_seconds",
    "How long after its time a poll began.",
    buckets=(0.5, 1, 2, 5, 15, 60, 300, 900),
)
