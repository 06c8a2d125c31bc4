"""The two stores, empty, as every test of the contract gets them."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from elasticsearch import Elasticsearch

from brinkwatch.embedded.database import Database
from brinkwatch.settings import read_settings
from sinks.elastic_store import ElasticStore
from sinks.embedded_store import EmbeddedStore, tables
from sinks.ports import AlertStore, ArticleStore
from tests.sinks.articles import NOW


class Store(ArticleStore, AlertStore, Protocol):
    """What both stores are."""


@contextlib.contextmanager
def embedded_store(folder: Path) -> Iterator[EmbeddedStore]:
    database = Database(folder / "brinkwatch.db", tables.create)
    store = EmbeddedStore(database, folder / "index", lambda: NOW, indexes=True)
    try:
        yield store
    finally:
        store.close()
        database.close()


@contextlib.contextmanager
def elastic_store(url: str) -> Iterator[ElasticStore]:
    prefix = f"t{uuid.uuid4().hex[:12]}-"
    store = ElasticStore(read_settings(elasticsearch_url=url, index_prefix=prefix), lambda: NOW)
    try:
        store.setup()
        yield store
    finally:
        store.close()
        with Elasticsearch(url) as client:
            for index in client.indices.get(index=f"{prefix}*", expand_wildcards="all"):
                client.indices.delete(index=index)
            client.indices.delete_index_template(name=f"brinkwatch-{prefix}*")


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with embedded_store(tmp_path) as store:
        yield store


@pytest.fixture
def elastic(request: pytest.FixtureRequest) -> Iterator[ElasticStore]:
    with elastic_store(request.getfixturevalue("elasticsearch_service").url) as store:
        yield store


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest) -> Store:
    """Each test that takes this runs on both."""
    found: Store = request.getfixturevalue(request.param)
    return found
