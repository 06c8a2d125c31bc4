"""Queries and documents for tantivy: the schema, a document of it, and a query against it.

Where the index lies, who writes it and what else a document keeps is left to the embedded store and to `tantivy_rules`.
"""

from __future__ import annotations

import datetime as dt
import re

import tantivy

from sinks.query import nodes
from sinks.query.elastic import TIE_BREAKER
from sinks.query.fields import BARE, DATE_INDEXES, KEYWORD_INDEXES, NUMBER_INDEXES, TEXT_INDEXES
from sinks.query.search_fields import SearchFields, micros
from sinks.query.slop import arrangements

KEY = "key"
"""The stored field that names a document, exactly as given: delete by it, read it from a hit."""

VALUE_GAP = 100
"""Positions between two values of one field, as in Elasticsearch: more than any slop allows."""


def tantivy_schema(builder: tantivy.SchemaBuilder | None = None) -> tantivy.Schema:
    """The schema of the searched fields and the key; a builder that is given may hold further fields already.

    Numbers and times are fast fields: an index can be sorted by `timestamp`.
    """
    builder = builder or tantivy.SchemaBuilder()
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_INDEXES:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in KEYWORD_INDEXES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in NUMBER_INDEXES:
        builder.add_float_field(name, indexed=True, fast=True)
    for name in DATE_INDEXES:
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def tantivy_document(key: str, fields: SearchFields) -> tantivy.Document:
    """A document to be added to an index of `tantivy_schema`; further fields may be added to it."""
    document = tantivy.Document()
    document.add_text(KEY, key)
    for name, values in fields.text.items():
        if len(values) == 1:
            document.add_text(name, values[0])
        else:
            document.add_pre_tokenized_text(name, _spaced_out(values))
    for name, values in fields.keywords.items():
        for value in values:
            document.add_text(name, value)
    for name, number in fields.numbers.items():
        document.add_float(name, number)
    for name, moment in fields.dates.items():
        document.add_integer(name, moment)
    return document


def _spaced_out(values: tuple[str, ...]) -> tantivy.PreTokenizedString:
    """Several values as one, far enough apart that no phrase spans two (tantivy's own gap is 1)."""
    tokens: list[tantivy.Token] = []
    position = 0
    for value in values:
        for word in value.split(" "):
            tokens.append(tantivy.Token(word, position, 0, 0))
            position += 1
        position += VALUE_GAP
    return tantivy.PreTokenizedString("", tokens)


def to_tantivy(query: nodes.Query, schema: tantivy.Schema, now: dt.datetime) -> tantivy.Query:
    """The query for an index of `tantivy_schema`; `now` is what `now` in the query means."""
    return _Compiler(schema, micros(now)).compile(query)


class _Compiler:
    def __init__(self, schema: tantivy.Schema, now: int) -> None:
        self._schema = schema
        self._now = now

    def compile(self, query: nodes.Query) -> tantivy.Query:
        match query:
            case nodes.Everything():
                return tantivy.Query.all_query()
            case nodes.And(parts):
                return tantivy.Query.boolean_query([self._required(part) for part in parts] + [_nothing_asked()])
            case nodes.Or(parts):
                return tantivy.Query.boolean_query([(tantivy.Occur.Should, self.compile(part)) for part in parts])
            case nodes.Not():
                return tantivy.Query.boolean_query([self._required(query), _nothing_asked()])
            case nodes.Boost(part, factor):
                return tantivy.Query.boost_query(self.compile(part), factor)
            case nodes.Term(value, field):
                return _constant(tantivy.Query.term_query(self._schema, field, value, "basic"))
            case nodes.Numbers() | nodes.Times():
                return _constant(self._range(query))
            case _:
                return self._words(query)

    def _required(self, part: nodes.Query) -> tuple[tantivy.Occur, tantivy.Query]:
        if isinstance(part, nodes.Not):
            return tantivy.Occur.MustNot, self.compile(part.part)
        return tantivy.Occur.Must, self.compile(part)

    def _range(self, query: nodes.Numbers | nodes.Times) -> tantivy.Query:
        if isinstance(query, nodes.Numbers):
            return tantivy.Query.range_query(
                self._schema, query.field, tantivy.FieldType.Float,
                query.low, query.high, query.include_low, query.include_high,
            )  # fmt: skip
        start, end = (nodes.resolve(moment, self._now) for moment in (query.start, query.end))
        return tantivy.Query.range_query(
            self._schema,
            query.field,
            tantivy.FieldType.Integer,
            start,
            end,
            include_lower=True,
            include_upper=end is None,
        )

    def _words(self, query: nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy) -> tantivy.Query:
        if query.field is not None:
            return self._words_in(query, query.field)
        each = [tantivy.Query.boost_query(self._words_in(query, name), weight) for name, weight in BARE]
        return tantivy.Query.disjunction_max_query(each, TIE_BREAKER)

    def _words_in(self, query: nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy, field: str) -> tantivy.Query:
        match query:
            case nodes.Word(text):
                return tantivy.Query.term_query(self._schema, field, text)
            case nodes.Phrase(words, slop):
                if query.unfinished:
                    patterns = [*map(_escaped, words[:-1]), _escaped(words[-1]) + ".*"]
                    return tantivy.Query.regex_phrase_query(self._schema, field, list(patterns))
                return self._phrase(words, slop, field)
            case nodes.Prefix(text):
                return _constant(tantivy.Query.regex_query(self._schema, field, _escaped(text) + ".*"))
            case nodes.Fuzzy(text, edits):
                return _constant(tantivy.Query.fuzzy_term_query(self._schema, field, text, edits))

    def _phrase(self, words: tuple[str, ...], slop: int, field: str) -> tantivy.Query:
        # tantivy counts slop in its own way; each arrangement that Lucene's would accept is an exact phrase instead
        exact = [
            tantivy.Query.phrase_query(self._schema, field, list(zip(places, words, strict=True)))
            for places in arrangements(len(words), slop)
        ]
        if len(exact) == 1:
            return exact[0]
        return tantivy.Query.disjunction_max_query(exact, 0.0)


def _constant(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 1.0)


def _nothing_asked() -> tuple[tantivy.Occur, tantivy.Query]:
    """All documents at no score: what conditions that only exclude are taken from."""
    return tantivy.Occur.Must, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)


_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~/])")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
