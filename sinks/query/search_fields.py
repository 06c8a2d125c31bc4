"""What a stored document is searched by: the flat values that every back-end indexes, made once and the same for all.

How an index holds them is `elastic` and `tantivy_index`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from brinkwatch.ids import content_id
from brinkwatch.models import ArticleDocument
from sinks.query.fields import FIELDS, NAMES_INDEX, PRESENT_INDEX
from sinks.query.words import fold_keyword, index_text, words_version

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class SearchFields(msgspec.Struct, frozen=True):
    """Values by index field; fields without a value are left out.

    `text` holds words joined by spaces, one string for each value: a phrase never crosses from one into the next.
    `keywords` are folded, `dates` are microseconds since 1970 in UTC.
    """

    text: dict[str, tuple[str, ...]]
    keywords: dict[str, tuple[str, ...]]
    numbers: dict[str, float]
    dates: dict[str, int]


def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970; a time without a zone is UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return (aware - _EPOCH) // dt.timedelta(microseconds=1)


def index_fields(document: ArticleDocument) -> SearchFields:
    """What the document is found by."""
    text: dict[str, tuple[str, ...]] = {}
    keywords: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, float] = {}
    dates: dict[str, int] = {}
    for name, value in _values(document).items():
        field = FIELDS[name]
        if value is None:
            continue
        if isinstance(value, dt.datetime):
            dates[field.index] = micros(value)
        elif field.kind == "number":
            assert isinstance(value, int | float)
            numbers[field.index] = float(value)
        elif isinstance(value, bool):
            keywords[field.index] = ("true" if value else "false",)
        else:
            assert not isinstance(value, int | float)
            strings = (value,) if isinstance(value, str) else value
            into, convert = (text, index_text) if field.kind == "text" else (keywords, fold_keyword)
            if kept := _unique(convert(each) for each in strings):
                into[field.index] = kept
    present = {
        field.name for field in FIELDS.values() for into in (text, keywords, numbers, dates) if field.index in into
    }
    keywords[PRESENT_INDEX] = tuple(sorted(present))
    if names := _unique(index_text(name) for name in document.entity.names):
        text[NAMES_INDEX] = names
    return SearchFields(text, keywords, numbers, dates)


def layout() -> str:
    """Changes whenever the same document would be indexed otherwise: an index of another layout must be made again."""
    fields = [f"{field.name}:{field.kind}" for field in FIELDS.values()]
    return content_id("search-fields", words_version(), *fields, length=12)


Value = str | tuple[str, ...] | float | bool | dt.datetime | None


def _values(document: ArticleDocument) -> dict[str, Value]:
    """The value of each field of the language, by its name there."""
    feed, escalation = document.feed, document.escalation
    return {
        "title": document.title,
        "summary": document.summary,
        "body": document.body,
        "authors": document.authors,
        "feed.title": feed.title,
        "id": document.id,
        "language": document.language,
        "coverage": document.coverage,
        "text_origin": document.text_origin,
        "url.full": document.url.full,
        "url.domain": document.url.domain,
        "feed.id": feed.id,
        "feed.url": feed.url,
        "feed.class": feed.class_,
        "feed.country": feed.country,
        "story.id": document.story.id,
        "entity.ids": document.entity.ids,
        "entity.names": document.entity.names,
        "actors": document.actors,
        "dyads": document.dyads,
        "speakers": document.speakers,
        "event.types": document.event.types,
        "modalities": document.modalities,
        "places": document.places,
        "escalation.level": escalation.level,
        "escalation.direction": escalation.direction,
        "notice": document.notice,
        "rules_version": document.rules_version,
        "escalation.score": escalation.score,
        "revision": document.revision,
        "feed.gap.missed": feed.gap.missed if feed.gap is not None else None,
        "@timestamp": document.timestamp,
        "published": document.published,
        "first_seen": document.first_seen,
        "truncated": document.truncated,
    }


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
