"""JSON Schemas of every message, generated from the structs and published in docs/schemas/."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec

from brinkwatch.models.alert import Alert, Delivery, Rule
from brinkwatch.models.analysis import Analysis, Event
from brinkwatch.models.article import EnrichedArticle, Identity, RawArticle, StoryRef
from brinkwatch.models.dead_letter import DeadLetter, Tombstone
from brinkwatch.models.document import ArticleDocument, EventDocument
from brinkwatch.models.feed import Feed, FeedState, Subscription

PUBLISHED: dict[str, type[msgspec.Struct]] = {
    "feed": Feed,
    "feed-state": FeedState,
    "subscription": Subscription,
    "identity": Identity,
    "article-raw": RawArticle,
    "article-enriched": EnrichedArticle,
    "analysis": Analysis,
    "event": Event,
    "story": StoryRef,
    "article-document": ArticleDocument,
    "event-document": EventDocument,
    "rule": Rule,
    "alert": Alert,
    "delivery": Delivery,
    "dead-letter": DeadLetter,
    "tombstone": Tombstone,
}
"""File name without `.json` → struct."""


def schema_text(kind: type[msgspec.Struct]) -> str:
    """The JSON Schema (2020-12) of a struct, as the text of its published file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(kind)}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def publish(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in PUBLISHED.items():
        (folder / f"{name}.json").write_text(schema_text(kind), encoding="utf-8")


if __name__ == "__main__":
    publish(Path(sys.argv[1]))
