"""The fields a query may name: what kind of value each holds, under which name it is indexed, what it may be.

What a document puts into them is `search_fields`; how a value is written is `values`.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal, get_args

import msgspec

from brinkwatch.models.analysis import LEVELS, Coverage, Direction, EventType, Modality
from brinkwatch.models.article import Notice, TextOrigin
from brinkwatch.models.feed import FeedClass
from sinks.query.words import fold_keyword

Kind = Literal["text", "keyword", "number", "date", "boolean"]
"""text: words of the tokenizer · keyword: the whole value, folded · number: a double · date: microseconds since 1970,
UTC · boolean: `true` or `false`, indexed as a keyword."""


class Field(msgspec.Struct, frozen=True):
    """A field of the language. `values` are the only ones there are, where that is known; `ordered` says that they
    stand in rising order, so that `>=` works. `index` is the field's name in an index; no dot, no sign."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def index(self) -> str:
        return self.name.replace(".", "_").lstrip("@")


_ALL = (
    Field("title", "text"),
    Field("summary", "text"),
    Field("body", "text"),
    Field("authors", "text"),
    Field("feed.title", "text"),
    Field("id", "keyword"),
    Field("language", "keyword"),
    Field("coverage", "keyword", get_args(Coverage)),
    Field("text_origin", "keyword", get_args(TextOrigin)),
    Field("url.full", "keyword"),
    Field("url.domain", "keyword"),
    Field("feed.id", "keyword"),
    Field("feed.url", "keyword"),
    Field("feed.class", "keyword", get_args(FeedClass)),
    Field("feed.country", "keyword"),
    Field("story.id", "keyword"),
    Field("entity.ids", "keyword"),
    Field("entity.names", "keyword"),
    Field("actors", "keyword"),
    Field("dyads", "keyword"),
    Field("speakers", "keyword"),
    Field("event.types", "keyword", get_args(EventType)),
    Field("modalities", "keyword", get_args(Modality)),
    Field("places", "keyword"),
    Field("escalation.level", "keyword", LEVELS, ordered=True),
    Field("escalation.direction", "keyword", get_args(Direction)),
    Field("notice", "keyword", get_args(Notice)),
    Field("rules_version", "keyword"),
    Field("escalation.score", "number"),
    Field("revision", "number"),
    Field("feed.gap.missed", "number"),
    Field("@timestamp", "date"),
    Field("published", "date"),
    Field("first_seen", "date"),
    Field("truncated", "boolean", ("true", "false")),
)

FIELDS: dict[str, Field] = {field.name: field for field in _ALL}

NAMES_INDEX = "entity_words"
"""Index field of the words of the entity names: bare words search it beside the keyword `entity.names`."""

PRESENT_INDEX = "present"
"""Index field that lists the names of the fields in which a document has a value: what `field:*` asks."""

BARE: tuple[tuple[str, float], ...] = (("title", 3.0), (NAMES_INDEX, 2.0), ("summary", 1.5), ("body", 1.0))
"""Index fields that a word without a field searches, with what a hit there weighs in relevance."""

TEXT_INDEXES: tuple[str, ...] = (*(field.index for field in _ALL if field.kind == "text"), NAMES_INDEX)
KEYWORD_INDEXES: tuple[str, ...] = (
    *(field.index for field in _ALL if field.kind in ("keyword", "boolean")),
    PRESENT_INDEX,
)
NUMBER_INDEXES: tuple[str, ...] = tuple(field.index for field in _ALL if field.kind == "number")
DATE_INDEXES: tuple[str, ...] = tuple(field.index for field in _ALL if field.kind == "date")


def nearest_fields(name: str) -> list[str]:
    """Up to three existing names that somebody who wrote `name` may have meant, best first."""
    wanted = fold_keyword(name)
    by_key: dict[str, str] = {}
    for field in FIELDS:
        by_key.setdefault(field.lstrip("@"), field)
        for part in field.lstrip("@").split("."):
            by_key.setdefault(part, field)
    close = get_close_matches(wanted, by_key, n=6, cutoff=0.7)
    return list(dict.fromkeys(by_key[key] for key in close))[:3]


def nearest_values(field: Field, value: str) -> list[str]:
    """Values of the field that somebody who wrote `value` may have meant; all of them where none is near."""
    by_key = {fold_keyword(each): each for each in field.values}
    return [by_key[key] for key in get_close_matches(value, by_key, n=3, cutoff=0.6)] or list(field.values)
