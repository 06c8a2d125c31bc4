"""The same answer from the plain meaning, from tantivy and from Elasticsearch."""

from __future__ import annotations

import pytest
import tantivy

from sinks.query.evaluate import matches
from sinks.query.language import parse
from sinks.query.search_fields import index_fields
from sinks.query.tantivy_index import KEY, tantivy_document, tantivy_schema, to_tantivy
from tests.sinks.query.cases import CASES
from tests.sinks.query.documents import DOCUMENTS, NOW


@pytest.fixture(scope="module")
def searcher() -> tantivy.Searcher:
    index = tantivy.Index(tantivy_schema())
    writer = index.writer(15_000_000, 1)
    for document in DOCUMENTS:
        writer.add_document(tantivy_document(document.id, index_fields(document)))
    writer.commit()
    index.reload()
    return index.searcher()


@pytest.mark.parametrize("query", CASES)
def test_the_plain_meaning_finds_what_the_table_says(query: str) -> None:
    parsed = parse(query)
    assert [each.id for each in DOCUMENTS if matches(parsed, each, NOW)] == CASES[query].split()


@pytest.mark.parametrize("query", CASES)
def test_tantivy_finds_what_the_table_says(query: str, searcher: tantivy.Searcher) -> None:
    compiled = to_tantivy(parse(query), tantivy_schema(), NOW)
    hits = {searcher.doc(address)[KEY][0] for _, address in searcher.search(compiled, limit=100).hits}
    assert hits == set(CASES[query].split())
