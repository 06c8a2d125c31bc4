"""The back-ends as tests ask them: documents in, a query, the ids of what is found."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol

import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from brinkwatch.models import ArticleDocument
from sinks.query.elastic import (
    SEARCH,
    analysis_settings,
    elastic_mapping_fields,
    elastic_search_object,
    to_elastic,
)
from sinks.query.evaluate import holds
from sinks.query.nodes import Query
from sinks.query.search_fields import SearchFields, index_fields, micros
from sinks.query.tantivy_index import KEY, tantivy_document, tantivy_schema, to_tantivy
from tests.sinks.query.documents import NOW


class Backend(Protocol):
    def find(self, queries: Sequence[Query]) -> list[set[str]]:
        """The ids that each query finds."""


def fields_of(documents: Sequence[ArticleDocument]) -> dict[str, SearchFields]:
    return {each.id: index_fields(each) for each in documents}


class Plain:
    """The plain meaning of the language."""

    def __init__(self, documents: Mapping[str, SearchFields]) -> None:
        self._documents = documents

    def find(self, queries: Sequence[Query]) -> list[set[str]]:
        return [{key for key, each in self._documents.items() if holds(query, each, micros(NOW))} for query in queries]


class InMemoryTantivy:
    def __init__(self, documents: Mapping[str, SearchFields]) -> None:
        self._schema = tantivy_schema()
        index = tantivy.Index(self._schema)
        writer = index.writer(15_000_000, 1)
        for key, fields in documents.items():
            writer.add_document(tantivy_document(key, fields))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def find(self, queries: Sequence[Query]) -> list[set[str]]:
        return [set(self.ranked(query)) for query in queries]

    def ranked(self, query: Query) -> list[str]:
        hits = self._searcher.search(to_tantivy(query, self._schema, NOW), limit=10_000).hits
        return [self._searcher.doc(address)[KEY][0] for _, address in hits]


class RealElasticsearch:
    """An index of its own on the real server, removed by `close`."""

    def __init__(self, url: str, documents: Mapping[str, SearchFields]) -> None:
        self._client = Elasticsearch(url)
        self._index = f"query-{uuid.uuid4().hex}"
        self._client.indices.create(
            index=self._index,
            settings={"number_of_shards": 1, "number_of_replicas": 0, "analysis": analysis_settings()},
            mappings={
                "dynamic": False,
                "_source": {"excludes": [SEARCH]},
                "properties": elastic_mapping_fields(),
            },
        )
        actions = ({"_id": key, SEARCH: elastic_search_object(fields)} for key, fields in documents.items())
        bulk(self._client, actions, index=self._index, refresh=True)

    def find(self, queries: Sequence[Query]) -> list[set[str]]:
        lines: list[dict[str, object]] = []
        for query in queries:
            lines += [{"index": self._index}, {"query": to_elastic(query, NOW), "size": 10_000, "_source": False}]
        found: list[set[str]] = []
        for answer in self._client.msearch(searches=lines)["responses"]:
            assert "error" not in answer, answer["error"]
            found.append({hit["_id"] for hit in answer["hits"]["hits"]})
        return found

    def ranked(self, query: Query) -> list[str]:
        answer = self._client.search(index=self._index, query=to_elastic(query, NOW), size=10_000)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def source(self, key: str) -> object:
        return self._client.get(index=self._index, id=key)["_source"]

    def close(self) -> None:
        self._client.indices.delete(index=self._index)
        self._client.close()
