"""The messages and records that the rooms exchange: frozen structs, no behaviour beyond what follows from their fields."""

from brinkwatch.models.alert import Alert, Delivery, Rule, alert_id, delivery_id, rule_id
from brinkwatch.models.analysis import (
    LEVELS,
    Actor,
    Analysis,
    Attribution,
    Entity,
    Escalation,
    Event,
    Mention,
    Place,
    Source,
    Span,
    TextSpan,
    When,
)
from brinkwatch.models.article import EnrichedArticle, FeedRef, Identity, RawArticle, StoryRef, document_version
from brinkwatch.models.codec import SCHEMA_VERSION, decode, encode
from brinkwatch.models.dead_letter import DeadLetter, Tombstone
from brinkwatch.models.document import ArticleDocument, EventDocument, to_json_value
from brinkwatch.models.feed import FEED_CLASSES, Feed, FeedState, Subscription, feed_id

__all__ = [
    "FEED_CLASSES",
    "LEVELS",
    "SCHEMA_VERSION",
    "Actor",
    "Alert",
    "Analysis",
    "ArticleDocument",
    "Attribution",
    "DeadLetter",
    "Delivery",
    "EnrichedArticle",
    "Entity",
    "Escalation",
    "Event",
    "EventDocument",
    "Feed",
    "FeedRef",
    "FeedState",
    "Identity",
    "Mention",
    "Place",
    "RawArticle",
    "Rule",
    "Source",
    "Span",
    "StoryRef",
    "Subscription",
    "TextSpan",
    "Tombstone",
    "When",
    "alert_id",
    "decode",
    "delivery_id",
    "document_version",
    "encode",
    "feed_id",
    "rule_id",
    "to_json_value",
]
