"""The topics of the cluster: their names, and how long Kafka keeps what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FEEDS = "feeds"
FEED_STATES = "feeds.states"
SUBSCRIPTIONS = "feeds.subscriptions"
IDENTITIES = "articles.identities"
ARTICLES_RAW = "articles.raw"
ARTICLES_ENRICHED = "articles.enriched"
ALERTS = "alerts"
RULES = "rules"
TOMBSTONES = "tombstones"
DEAD_LETTERS = "dead-letters"

GROUP_PRODUCE = "produce"
GROUP_PROCESS = "process"
GROUP_INDEX = "index"
GROUP_ALERT = "alert"

MAX_MESSAGE_BYTES = 8_000_000
"""Of one message, before compression: a long article whose analysis marks every word. Set for each topic, so that no
broker needs to be configured for us."""
MAX_LETTER_BYTES = 2 * MAX_MESSAGE_BYTES
"""Of a dead letter: a message of any bytes, written as JSON text or base64."""


@dataclass(frozen=True)
class Topic:
    """`cleanup` as Kafka calls it. Article topics are compacted too, so that an erased article's messages go away."""

    name: str
    cleanup: Literal["compact", "delete", "compact,delete"]
    purpose: str
    max_bytes: int = MAX_MESSAGE_BYTES


TOPICS: tuple[Topic, ...] = (
    Topic(FEEDS, "compact", "the feed registry, by feed id"),
    Topic(FEED_STATES, "compact", "what the last polls of each feed brought, by feed id"),
    Topic(SUBSCRIPTIONS, "compact", "subscriptions at the hubs of feeds, by feed id"),
    Topic(IDENTITIES, "compact", "when each article was first seen, by article id"),
    Topic(ARTICLES_RAW, "compact,delete", "articles as their feeds gave them, by article id"),
    Topic(ARTICLES_ENRICHED, "compact,delete", "articles with their analysis, by article id"),
    Topic(ALERTS, "compact,delete", "raised alerts, by alert id"),
    Topic(RULES, "compact", "alert rules, by rule id"),
    Topic(TOMBSTONES, "compact", "what was erased and must not come back"),
    Topic(DEAD_LETTERS, "compact", "messages that could not be processed, by letter id", MAX_LETTER_BYTES),
)

LIMITS = {topic.name: topic.max_bytes for topic in TOPICS}
