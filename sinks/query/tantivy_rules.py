"""Which saved queries find which of a few new documents: an index in memory for each batch, asked once for each query.

What a rule's query finds here is what it finds in search, being compiled the same way. What follows from a match is
left to the alerts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import tantivy

from brinkwatch.models import ArticleDocument
from sinks.query.nodes import Query
from sinks.query.search_fields import index_fields
from sinks.query.tantivy_index import KEY, tantivy_document, tantivy_schema, to_tantivy

_WRITER_BYTES = 15_000_000  # the least that tantivy takes


class Matcher:
    """Runs the queries of rules, by rule id, over batches of documents."""

    def __init__(self, rules: Mapping[str, Query]) -> None:
        self._rules = dict(rules)
        self._schema = tantivy_schema()

    def match(self, documents: Sequence[ArticleDocument], now: dt.datetime) -> list[tuple[str, ...]]:
        """For each document, in order, the ids of the rules that find it, in the order of the rules."""
        found: list[list[str]] = [[] for _ in documents]
        if not documents or not self._rules:
            return [tuple(ids) for ids in found]
        searcher = self._index(documents).searcher()
        for rule_id, query in self._rules.items():
            compiled = to_tantivy(query, self._schema, now)
            for _, address in searcher.search(compiled, limit=len(documents), count=False).hits:
                found[int(searcher.doc(address)[KEY][0])].append(rule_id)
        return [tuple(ids) for ids in found]

    def _index(self, documents: Sequence[ArticleDocument]) -> tantivy.Index:
        index = tantivy.Index(self._schema)
        writer = index.writer(_WRITER_BYTES, 1)
        for place, document in enumerate(documents):
            writer.add_document(tantivy_document(str(place), index_fields(document)))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index
