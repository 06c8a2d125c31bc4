"""The analysis of one text: entities, attributions, events and the escalation they add up to.

Offsets are `[start, end)` in Unicode code points of the analysed text (title, two line feeds, body).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Coverage = Literal["full", "light", "names", "none"]
EntityType = Literal["PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "EVENT", "WEAPON"]
Form = Literal["name", "adjective", "metonym"]
Modality = Literal["asserted", "intended", "hypothetical", "requested", "negated", "denied", "historical"]
Direction = Literal["escalation", "de-escalation"]
Level = Literal["none", "low", "elevated", "high", "severe"]
EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE",
    "COOPERATE", "AID", "RETREAT",
    "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip

LEVELS: tuple[Level, ...] = ("none", "low", "elevated", "high", "severe")


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every message: frozen, by keyword; unknown fields of later versions are ignored when read."""


class Span(Struct, frozen=True, kw_only=True):
    start: int
    end: int


class TextSpan(Struct, frozen=True, kw_only=True):
    start: int
    end: int
    text: str


class Mention(Struct, frozen=True, kw_only=True):
    start: int
    end: int
    text: str
    form: Form = "name"


class Entity(Struct, frozen=True, kw_only=True):
    """One real-world thing: ISO 3166-1 alpha-3 id for states, a Wikidata id where a source gives it, else a slug."""

    id: str
    type: EntityType
    name: str
    mentions: tuple[Mention, ...]


class Source(Struct, frozen=True, kw_only=True):
    """Who says it. `name` is never empty: for a pronoun or bare noun phrase its antecedent's fullest words."""

    id: str | None
    name: str
    start: int
    end: int


class Attribution(Struct, frozen=True, kw_only=True):
    """Who says what, in the PARC/PolNeAR terms: source, cue, content."""

    source: Source | None
    cue: TextSpan | None
    content: Span
    quoted: bool = False
    denies: bool = False


class Actor(Struct, frozen=True, kw_only=True):
    id: str | None
    start: int
    end: int
    text: str


class Place(Struct, frozen=True, kw_only=True):
    """Where an event is said to happen. `id` is a GeoNames id or null; `country` an ISO alpha-3 code or null."""

    id: str | None
    name: str
    country: str | None
    start: int
    end: int
    precision: Literal["city", "region", "country"]


class When(Struct, frozen=True, kw_only=True):
    """The days an event is said to happen on, both included."""

    from_: dt.date = msgspec.field(name="from")
    to: dt.date
    start: int
    end: int
    precision: Literal["day", "week", "month", "year"]


class Event(Struct, frozen=True, kw_only=True):
    """Who does what to whom (PLOVER), and in what sense it is said. `attribution` indexes `Analysis.attributions`."""

    type: EventType
    mode: str | None
    quad: int
    intensity: float
    source: tuple[Actor, ...]
    target: tuple[Actor, ...]
    modality: Modality
    escalation: Direction | None
    attribution: int | None
    trigger: TextSpan
    framing: TextSpan | None
    sentence: Span
    place: Place | None = None
    when: When | None = None
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    rule: str


class Escalation(Struct, frozen=True, kw_only=True):
    """All null where the text was not understood. `because` indexes `Analysis.events`."""

    score: float | None
    level: Level | None
    direction: Direction | None
    because: tuple[int, ...] | None


class Analysis(Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What understanding adds to an article; `id` is set for `analyze --jsonl` only."""

    id: str | msgspec.UnsetType = msgspec.UNSET
    language: str
    coverage: Coverage
    truncated: bool
    entities: tuple[Entity, ...]
    attributions: tuple[Attribution, ...]
    events: tuple[Event, ...]
    escalation: Escalation
    rules_version: str
