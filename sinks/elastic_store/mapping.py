"""What Elasticsearch is told about our indices: names, months, templates and mappings, as plain dictionaries. Pure.

Nothing here needs what a bare server lacks (ILM, data streams, types of further modules). Talking is left to `client`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sinks.query.elastic import SEARCH, analysis_settings, elastic_mapping_fields
from sinks.query.search_fields import layout

VERSION = "version"
"""In `search` of an event: the version of the article that it is of."""

_KEYWORD = {"type": "keyword", "ignore_above": 8191}
_KEPT: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_UNREAD = {"type": "object", "enabled": False}
_WORDS = {"type": "text"}
_DATE = {"type": "date"}
_WHOLE = {"type": "long"}
_NUMBER = {"type": "double"}


class Names:
    """The names of indices, aliases and templates behind one prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.articles = f"{prefix}articles"
        self.events = f"{prefix}events"
        self.alerts = f"{prefix}alerts"
        self.deliveries = f"{prefix}deliveries"

    def aliases(self) -> tuple[str, ...]:
        return self.articles, self.events, self.alerts, self.deliveries

    def template(self, alias: str) -> str:
        return f"brinkwatch-{alias}"

    def first_index(self, alias: str, now: dt.datetime) -> str:
        """The index that makes the alias exist before anything is written."""
        return f"{alias}-all" if alias == self.deliveries else month_index(alias, now)


def month_index(alias: str, moment: dt.datetime) -> str:
    """The index of a month, in UTC: `articles-2026.09`."""
    return f"{alias}-{moment.astimezone(dt.UTC):%Y.%m}"


def month_of(index: str) -> str:
    """The part of an index's name behind its alias: an article's events go to the month that the article is in."""
    return index.rsplit("-", 1)[1]


def template(names: Names, alias: str, replicas: int) -> dict[str, Any]:
    """The index template behind one of the aliases."""
    settings: dict[str, Any] = {
        "number_of_shards": 1,
        "number_of_replicas": replicas,
        # what was erased is to leave the disk: segments are rewritten for the sake of one deleted document
        "merge": {"policy": {"expunge_deletes_allowed": 0}},
    }
    properties = {
        names.articles: _article_properties,
        names.events: _event_properties,
        names.alerts: _alert_properties,
        names.deliveries: _delivery_properties,
    }[alias]()
    if alias == names.articles:
        settings["analysis"] = analysis_settings()
    return {
        "index_patterns": [f"{alias}-*"],
        "priority": 300,
        "template": {"settings": {"index": settings}, "mappings": _mappings(properties), "aliases": {alias: {}}},
    }


def _mappings(properties: dict[str, Any]) -> dict[str, Any]:
    # Not `strict`: a document of a later version may carry more than this mapping knows, and is kept whole.
    mappings: dict[str, Any] = {"dynamic": False, "date_detection": False, "properties": properties}
    if SEARCH in properties:
        mappings["_source"] = {"excludes": [SEARCH]}
        # which words the documents of an index were made searchable with: it stays with the index, whatever follows
        mappings["_meta"] = {"search_layout": layout()}
    return mappings


def _object(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


def _feed() -> dict[str, Any]:
    return _object(
        **{"id": _KEYWORD, "url": _KEYWORD, "class": _KEYWORD, "country": _KEYWORD, "storage": _KEYWORD},
        title={**_KEYWORD, "fields": {"text": _WORDS}},
        gap=_object(since=_DATE, until=_DATE, missed=_WHOLE),
    )


_SHARED: dict[str, Any] = {
    "schema_version": _WHOLE,
    "@timestamp": _DATE,
    "ecs": _object(version=_KEYWORD),
    "id": _KEYWORD,
    "title": _WORDS,
    "url": _object(full=_KEYWORD, domain=_KEYWORD),
    "story": _object(id=_KEYWORD),
    "language": _KEYWORD,
    "dyads": _KEYWORD,
}


def _article_properties() -> dict[str, Any]:
    return {
        **_SHARED,
        "feed": _feed(),
        "event": _object(kind=_KEYWORD, dataset=_KEYWORD, types=_KEYWORD),
        "summary": _WORDS,
        "body": _WORDS,
        "text_origin": _KEYWORD,
        "truncated": {"type": "boolean"},
        "authors": {**_KEYWORD, "fields": {"text": _WORDS}},
        "published": _DATE,
        "first_seen": _DATE,
        "revision": _WHOLE,
        "generation": _WHOLE,
        "notice": _KEYWORD,
        "entity": _object(ids=_KEYWORD, names=_KEYWORD),
        "actors": _KEYWORD,
        "speakers": _KEYWORD,
        "modalities": _KEYWORD,
        "places": _KEYWORD,
        "why": {"type": "text", "index": False},
        "evidence": _WORDS,
        "coverage": _KEYWORD,
        "entities": _UNREAD,
        "attributions": _UNREAD,
        "events": _UNREAD,
        "escalation": _object(level=_KEYWORD, direction=_KEYWORD, score=_NUMBER, because=_KEPT),
        "rules_version": _KEYWORD,
        **elastic_mapping_fields(),
    }


def _event_properties() -> dict[str, Any]:
    return {
        **_SHARED,
        "feed": _feed(),
        "article_id": _KEYWORD,
        "type": _KEYWORD,
        "mode": _KEYWORD,
        "quad": _WHOLE,
        "intensity": _NUMBER,
        "source": _KEYWORD,
        "target": _KEYWORD,
        "modality": _KEYWORD,
        "escalation": _KEYWORD,
        "speaker": _KEYWORD,
        "trigger": {**_KEYWORD, "fields": {"text": _WORDS}},
        "framing": _WORDS,
        "sentence": _WORDS,
        "place": _KEYWORD,
        "country": _KEYWORD,
        "counts": _object(killed=_WHOLE, injured=_WHOLE, captured=_WHOLE, forces=_WHOLE, weapons=_WHOLE),
        "rule": _KEYWORD,
        "level": _KEYWORD,
        SEARCH: {"type": "object", "dynamic": False, "properties": {VERSION: _WHOLE}},
    }


def _alert_properties() -> dict[str, Any]:
    return {
        "schema_version": _WHOLE,
        **dict.fromkeys(("id", "rule_id", "rule_name", "story_id", "article_id", "url", "feed_title"), _KEYWORD),
        "query": _KEPT,
        "title": _WORDS,
        "level": _KEYWORD,
        "score": _NUMBER,
        "direction": _KEYWORD,
        "sentence": _WORDS,
        "why": {"type": "text", "index": False},
        "timestamp": _DATE,
        "raised_at": _DATE,
        "late": {"type": "boolean"},
        "webhooks": _KEPT,
        "acknowledged_at": _DATE,
    }


def _delivery_properties() -> dict[str, Any]:
    return {
        "schema_version": _WHOLE,
        "id": _KEYWORD,
        "alert_id": _KEYWORD,
        "channel": _KEPT,
        "state": _KEYWORD,
        "attempts": _WHOLE,
        "next_attempt": _DATE,
        "last_status": _WHOLE,
        "last_error": {"type": "text", "index": False},
        "delivered_at": _DATE,
    }
