"""What Elasticsearch is told about our documents: templates, as plain dictionaries. Talking to it is the store's business.

Monthly indices behind an alias, with nothing that a basic distribution lacks (no ILM, data streams or extra field
types). The analysis's arrays are kept in the source and not indexed; unknown fields are neither.
"""

from __future__ import annotations

from typing import Any

from sinks.query.elastic import SEARCH, analysis_settings, elastic_mapping_fields

KEYWORD: dict[str, Any] = {"type": "keyword", "ignore_above": 8000}
TEXT: dict[str, Any] = {"type": "text"}
DATE: dict[str, Any] = {"type": "date"}
INTEGER: dict[str, Any] = {"type": "long"}
NUMBER: dict[str, Any] = {"type": "double"}
KEPT: dict[str, Any] = {"type": "object", "enabled": False}
"""Stays in the source, is not indexed."""


def _object(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


FEED = {
    "properties": {
        "id": KEYWORD,
        "title": KEYWORD,
        "url": KEYWORD,
        "class": KEYWORD,
        "country": KEYWORD,
        "storage": KEYWORD,
    }
}

_SHARED = {
    "schema_version": INTEGER,
    "@timestamp": DATE,
    "ecs": _object(version=KEYWORD),
    "url": _object(full=KEYWORD, domain=KEYWORD),
    "id": KEYWORD,
    "feed": FEED,
    "story": _object(id=KEYWORD),
    "language": KEYWORD,
}

ARTICLE = {
    **_SHARED,
    "event": _object(kind=KEYWORD, dataset=KEYWORD, types=KEYWORD),
    "title": TEXT,
    "summary": TEXT,
    "body": TEXT,
    "text_origin": KEYWORD,
    "truncated": {"type": "boolean"},
    "authors": KEYWORD,
    "published": DATE,
    "first_seen": DATE,
    "revision": INTEGER,
    "generation": INTEGER,
    "entity": _object(ids=KEYWORD, names=KEYWORD),
    "actors": KEYWORD,
    "dyads": KEYWORD,
    "speakers": KEYWORD,
    "modalities": KEYWORD,
    "places": KEYWORD,
    "why": TEXT,
    "evidence": TEXT,
    "coverage": KEYWORD,
    "entities": KEPT,
    "attributions": KEPT,
    "events": KEPT,
    "escalation": _object(score=NUMBER, level=KEYWORD, direction=KEYWORD, because={"type": "integer", "index": False}),
    "rules_version": KEYWORD,
}

EVENT = {
    **_SHARED,
    "article_id": KEYWORD,
    "version": INTEGER,
    "title": TEXT,
    "type": KEYWORD,
    "mode": KEYWORD,
    "quad": INTEGER,
    "intensity": NUMBER,
    "source": KEYWORD,
    "target": KEYWORD,
    "dyads": KEYWORD,
    "modality": KEYWORD,
    "escalation": KEYWORD,
    "speaker": KEYWORD,
    "trigger": KEYWORD,
    "framing": KEYWORD,
    "sentence": TEXT,
    "place": KEYWORD,
    "country": KEYWORD,
    "counts": KEPT,
    "rule": KEYWORD,
    "level": KEYWORD,
}

ALERT = {
    "schema_version": INTEGER,
    "id": KEYWORD,
    "rule_id": KEYWORD,
    "rule_name": KEYWORD,
    "query": KEYWORD,
    "story_id": KEYWORD,
    "article_id": KEYWORD,
    "title": TEXT,
    "url": KEYWORD,
    "feed_title": KEYWORD,
    "level": KEYWORD,
    "score": NUMBER,
    "direction": KEYWORD,
    "sentence": TEXT,
    "why": TEXT,
    "timestamp": DATE,
    "raised_at": DATE,
    "late": {"type": "boolean"},
    "webhooks": {"type": "keyword", "index": False, "doc_values": False},
    "acknowledged_at": DATE,
}

DELIVERY = {
    "schema_version": INTEGER,
    "id": KEYWORD,
    "alert_id": KEYWORD,
    "channel": {"type": "keyword", "index": False, "doc_values": False},
    "state": KEYWORD,
    "attempts": INTEGER,
    "next_attempt": DATE,
    "last_status": INTEGER,
    "last_error": {"type": "text", "index": False},
    "delivered_at": DATE,
}

ARTICLES, EVENTS, ALERTS, DELIVERIES = "articles", "events", "alerts", "deliveries"

_PROPERTIES: dict[str, dict[str, Any]] = {ARTICLES: ARTICLE, EVENTS: EVENT, ALERTS: ALERT, DELIVERIES: DELIVERY}


def template(name: str, prefix: str, replicas: int) -> dict[str, Any]:
    """The index template of `articles`, `events`, `alerts` or `deliveries`, with its alias."""
    mappings: dict[str, Any] = {"dynamic": False, "properties": dict(_PROPERTIES[name])}
    settings: dict[str, Any] = {"number_of_shards": 1, "number_of_replicas": replicas}
    if name == ARTICLES:
        mappings["_source"] = {"excludes": [SEARCH]}
        mappings["properties"] |= elastic_mapping_fields()
        settings["analysis"] = analysis_settings()
    return {
        "index_patterns": [f"{prefix}{name}-*"],
        "priority": 200,
        "template": {"settings": settings, "mappings": mappings, "aliases": {f"{prefix}{name}": {}}},
        "_meta": {"owner": "brinkwatch"},
    }
