"""The stored document of an article and of an event: what Elasticsearch and the embedded store keep, field for field.

ECS fields where ECS has them; dots in the contract's names are objects here. The analysis stands in the document as
`brinkwatch analyze --json` prints it; what is searched are the flat fields beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from brinkwatch.models.analysis import (
    Attribution,
    Coverage,
    Direction,
    Entity,
    Escalation,
    Event,
    Level,
    Modality,
    Struct,
)
from brinkwatch.models.article import FeedRef, Notice, StoryRef, TextOrigin

ECS_VERSION = "8.17.0"


class Ecs(Struct, frozen=True, kw_only=True):
    version: str = ECS_VERSION


class EventFields(Struct, frozen=True, kw_only=True):
    """ECS `event.*`, and the contract's `event.types`."""

    kind: str = "event"
    dataset: str = "brinkwatch.articles"
    types: tuple[str, ...] = ()


class UrlFields(Struct, frozen=True, kw_only=True):
    full: str
    domain: str | None = None


class EntityFields(Struct, frozen=True, kw_only=True):
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Change(Struct, frozen=True, kw_only=True):
    """What a revision changed: the headline before it where that changed, the first sentences that came and went and how
    many there were of each, as far as the storage policy keeps both texts."""

    revision: int
    title_before: str | None = None
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    sentences_removed: int = 0
    sentences_added: int = 0


class ArticleDocument(Struct, frozen=True, kw_only=True):
    """One article. `why` says in one sentence why the level is what it is; `evidence` is the sentence that shows it."""

    schema_version: int = 1
    timestamp: dt.datetime = msgspec.field(name="@timestamp")
    ecs: Ecs = Ecs()
    event: EventFields
    url: UrlFields
    id: str
    title: str
    summary: str
    body: str
    text_origin: TextOrigin
    truncated: bool
    authors: tuple[str, ...]
    published: dt.datetime | None
    first_seen: dt.datetime
    revision: int
    generation: int
    notice: Notice | None = None
    changes: tuple[Change, ...] = ()
    feed: FeedRef
    story: StoryRef
    entity: EntityFields
    actors: tuple[str, ...]
    dyads: tuple[str, ...]
    speakers: tuple[str, ...]
    modalities: tuple[Modality, ...]
    places: tuple[str, ...]
    why: str
    evidence: str | None
    language: str
    coverage: Coverage
    entities: tuple[Entity, ...]
    attributions: tuple[Attribution, ...]
    events: tuple[Event, ...]
    escalation: Escalation
    rules_version: str


class EventDocument(Struct, frozen=True, kw_only=True):
    """One event of an article, denormalised for charts. `id` is computed from the article's id, the offsets and the rule."""

    schema_version: int = 1
    timestamp: dt.datetime = msgspec.field(name="@timestamp")
    ecs: Ecs = Ecs()
    id: str
    article_id: str
    story: StoryRef
    title: str
    url: UrlFields
    feed: FeedRef
    language: str
    type: str
    mode: str | None
    quad: int
    intensity: float
    source: tuple[str, ...]
    target: tuple[str, ...]
    dyads: tuple[str, ...]
    modality: Modality
    escalation: Direction | None
    speaker: str | None
    trigger: str
    framing: str | None
    sentence: str
    place: str | None
    country: str | None
    counts: dict[str, int]
    rule: str
    level: Level | None


def to_json_value(document: msgspec.Struct) -> Any:
    """The document as plain JSON values, times as RFC 3339 in UTC."""
    return msgspec.to_builtins(document)
