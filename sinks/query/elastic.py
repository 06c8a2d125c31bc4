"""Queries as Elasticsearch DSL, and the part of a document and of a mapping that they search: plain dictionaries.

The document's own fields stay as they are, for Kibana; what the query language searches stands beside them in one
object, `search`, indexed but not kept in the source. Talking to Elasticsearch is left to the store.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sinks.query import nodes
from sinks.query.fields import BARE, DATE_INDEXES, KEYWORD_INDEXES, NUMBER_INDEXES, TEXT_INDEXES
from sinks.query.search_fields import SearchFields, micros

SEARCH = "search"
"""The object that holds the searched values. Mappings exclude it from `_source`: it is made anew from the document."""

MAX_EXPANSIONS = 1 << 14
"""Words that may follow from the beginning of one at a phrase's end: as many as tantivy follows."""

ANALYZER = "brinkwatch_words"
TIE_BREAKER = 0.1
"""What hits in further fields add to the best one's relevance."""


def analysis_settings() -> dict[str, Any]:
    """The `analysis` part of index settings: words come ready made, separated by spaces."""
    return {
        "analyzer": {ANALYZER: {"type": "custom", "tokenizer": ANALYZER}},
        "tokenizer": {ANALYZER: {"type": "whitespace", "max_token_length": 1000}},
    }


def elastic_mapping_fields() -> dict[str, Any]:
    """The mapping of `search`, to stand among a template's `properties`. Its name belongs in `_source.excludes`."""
    text = {"type": "text", "analyzer": ANALYZER, "position_increment_gap": 100}
    keyword = {"type": "keyword", "doc_values": False}
    properties: dict[str, Any] = {name: dict(text) for name in TEXT_INDEXES}
    properties |= {name: dict(keyword) for name in KEYWORD_INDEXES}
    properties |= {name: {"type": "double"} for name in NUMBER_INDEXES}
    properties |= {name: {"type": "long"} for name in DATE_INDEXES}
    return {SEARCH: {"type": "object", "dynamic": False, "properties": properties}}


def elastic_search_object(fields: SearchFields) -> dict[str, Any]:
    """The value of `search` in a document to be indexed."""
    lists = {name: list(values) for part in (fields.text, fields.keywords) for name, values in part.items()}
    return {**lists, **fields.numbers, **fields.dates}


def to_elastic(query: nodes.Query, now: dt.datetime) -> dict[str, Any]:
    """The query as the value of a search's `query`; `now` is what `now` in the query means."""
    return _compile(query, micros(now))


def _compile(query: nodes.Query, now: int) -> dict[str, Any]:
    match query:
        case nodes.Everything():
            return {"match_all": {}}
        case nodes.And(parts):
            return _all_of(parts, now)
        case nodes.Or(parts):
            return {"bool": {"should": [_compile(part, now) for part in parts], "minimum_should_match": 1}}
        case nodes.Not(part):
            return {"bool": {"filter": [{"match_all": {}}], "must_not": [_compile(part, now)]}}
        case nodes.Boost(part, factor):
            return _boosted(_compile(part, now), factor)
        case nodes.Term(value, field):
            return _constant({"term": {_path(field): {"value": value}}})
        case nodes.Numbers():
            low, high = "gte" if query.include_low else "gt", "lte" if query.include_high else "lt"
            return _range(query.field, {low: query.low, high: query.high})
        case nodes.Times(field, start, end):
            return _range(field, {"gte": nodes.resolve(start, now), "lt": nodes.resolve(end, now)})
        case _:
            return _words(query)


def _all_of(parts: tuple[nodes.Query, ...], now: int) -> dict[str, Any]:
    wanted = [_compile(part, now) for part in parts if not isinstance(part, nodes.Not)]
    unwanted = [_compile(part.part, now) for part in parts if isinstance(part, nodes.Not)]
    body: dict[str, Any] = {"must": wanted} if wanted else {"filter": [{"match_all": {}}]}
    if unwanted:
        body["must_not"] = unwanted
    return {"bool": body}


def _words(query: nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy) -> dict[str, Any]:
    if query.field is not None:
        return _words_in(query, query.field)
    each = [_boosted(_words_in(query, name), weight) for name, weight in BARE]
    return {"dis_max": {"queries": each, "tie_breaker": TIE_BREAKER}}


def _words_in(query: nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy, field: str) -> dict[str, Any]:
    path = _path(field)
    match query:
        case nodes.Word(text):
            return {"term": {path: {"value": text}}}
        case nodes.Phrase(words, unfinished=True):
            body = {"query": " ".join(words), "analyzer": ANALYZER, "max_expansions": MAX_EXPANSIONS}
            return {"match_phrase_prefix": {path: body}}
        case nodes.Phrase(words, slop):
            return {"match_phrase": {path: {"query": " ".join(words), "slop": slop, "analyzer": ANALYZER}}}
        case nodes.Prefix(text):
            return {"prefix": {path: {"value": text, "rewrite": "constant_score"}}}
        case nodes.Fuzzy(text, edits):
            # the usual rewrite keeps only the best fifty words, and would miss documents that tantivy finds
            return {"fuzzy": {path: {"value": text, "fuzziness": edits, "rewrite": "constant_score"}}}


def _range(field: str, bounds: dict[str, float | int | None]) -> dict[str, Any]:
    return _constant({"range": {_path(field): {key: bound for key, bound in bounds.items() if bound is not None}}})


def _constant(condition: dict[str, Any]) -> dict[str, Any]:
    return {"constant_score": {"filter": condition}}


def _boosted(compiled: dict[str, Any], factor: float) -> dict[str, Any]:
    ((kind, body),) = compiled.items()
    if kind in ("term", "match_phrase", "match_phrase_prefix", "prefix", "fuzzy"):
        ((path, inner),) = body.items()
        return {kind: {path: {**inner, "boost": inner.get("boost", 1.0) * factor}}}
    return {kind: {**body, "boost": body.get("boost", 1.0) * factor}}


def _path(field: str) -> str:
    return f"{SEARCH}.{field}"
