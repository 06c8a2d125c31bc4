"""The table of queries is answered alike by the plain meaning, by tantivy and by Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sinks.query.evaluate import matches
from sinks.query.language import parse
from tests.sinks.query.backends import InMemoryTantivy, RealElasticsearch, fields_of
from tests.sinks.query.cases import CASES
from tests.sinks.query.documents import DOCUMENTS, NOW, document

RELEVANCE = (
    document("in-body", body="word " + "filler " * 20),
    document("in-title", title="word " + "filler " * 20),
    document("in-names", entity_names=("word " + "filler " * 20,)),
    document("other", title="other"),
)


@pytest.fixture(scope="module")
def in_tantivy() -> InMemoryTantivy:
    return InMemoryTantivy(fields_of(DOCUMENTS))


@pytest.fixture(scope="module")
def in_elasticsearch(elasticsearch_service: Any) -> Iterator[RealElasticsearch]:
    backend = RealElasticsearch(elasticsearch_service.url, fields_of(DOCUMENTS))
    yield backend
    backend.close()


@pytest.mark.parametrize("query", CASES)
def test_the_plain_meaning_finds_what_the_table_says(query: str) -> None:
    parsed = parse(query)
    assert [each.id for each in DOCUMENTS if matches(parsed, each, NOW)] == CASES[query].split()


@pytest.mark.parametrize("query", CASES)
def test_tantivy_finds_what_the_table_says(query: str, in_tantivy: InMemoryTantivy) -> None:
    assert in_tantivy.find([parse(query)]) == [set(CASES[query].split())]


@pytest.mark.services
def test_elasticsearch_finds_what_the_table_says(in_elasticsearch: RealElasticsearch) -> None:
    found = in_elasticsearch.find([parse(query) for query in CASES])
    told = {query: " ".join(sorted(ids)) for query, ids in zip(CASES, found, strict=True)}
    assert told == {query: " ".join(sorted(ids.split())) for query, ids in CASES.items()}


@pytest.mark.services
def test_elasticsearch_keeps_no_second_copy_of_the_text(in_elasticsearch: RealElasticsearch) -> None:
    assert in_elasticsearch.source("missiles") == {}


ORDERS = {
    "word": ["in-title", "in-names", "in-body"],
    "title:word OR body:word^100": ["in-body", "in-title"],
    "title:word OR body:word^0.01": ["in-title", "in-body"],
    "(title:word)^0.01 OR (body:word OR body:absent)^3": ["in-body", "in-title"],
    "id:other^50 OR title:word": ["other", "in-title"],
    "id:other^0.001 OR title:word": ["in-title", "other"],
}


@pytest.mark.parametrize("query", ORDERS)
def test_tantivy_puts_titles_before_names_before_bodies_and_honours_boosts(query: str) -> None:
    assert InMemoryTantivy(fields_of(RELEVANCE)).ranked(parse(query)) == ORDERS[query]


@pytest.mark.services
def test_elasticsearch_ranks_as_tantivy_does(elasticsearch_service: Any) -> None:
    backend = RealElasticsearch(elasticsearch_service.url, fields_of(RELEVANCE))
    try:
        assert {query: backend.ranked(parse(query)) for query in ORDERS} == ORDERS
    finally:
        backend.close()


MANY = tuple(
    document(
        f"d{number}",
        title=f"common年{chr(0x4E00 + number)} prefix{number} fuzzy{chr(0x3B1 + number % 24)}{number:04}"[:60],
    )
    for number in range(1_500)
)
WIDE = {"prefix*": 1_500, "common年": 1_500, "年": 1_500}


def test_tantivy_cuts_no_expansion_short() -> None:
    backend = InMemoryTantivy(fields_of(MANY))
    assert {query: len(backend.find([parse(query)])[0]) for query in WIDE} == WIDE


@pytest.mark.services
def test_elasticsearch_cuts_no_expansion_short_and_takes_the_costliest_queries(elasticsearch_service: Any) -> None:
    similar = tuple(
        document(f"f{number}", title=f"similar{chr(0x430 + number // 32)}{chr(0x430 + number % 32)}")
        for number in range(300)
    )
    backend = RealElasticsearch(elasticsearch_service.url, fields_of((*MANY, *similar)))
    try:
        assert {query: len(backend.find([parse(query)])[0]) for query in WIDE} == WIDE
        assert len(backend.find([parse("similar~2")])[0]) == 300
        many_words = " OR ".join(f"absent{number}" for number in range(249)) + " OR prefix7"
        negated = nested = "prefix7"
        for _ in range(12):
            negated = f"NOT (absent OR {negated})"
        for _ in range(11):
            nested = f"(absent OR (NOT absent AND {nested}))"
        assert backend.find([parse(many_words), parse(nested), parse(negated)]) == [{"d7"}, {"d7"}, {"d7"}]
        backend.find(
            [parse('"one two three four"~3'), parse("title:(" + " OR ".join(f'"a{n} b{n}"' for n in range(499)) + ")")]
        )
    finally:
        backend.close()
