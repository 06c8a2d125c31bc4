"""The fixtures: shared services for most tests, services of their own for tests that stop and kill."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from tests.services.docker import elasticsearch_container, kafka_container
from tests.services.find import Found, find
from tests.services.jars import ElasticsearchProcess, KafkaProcess

KAFKA_VARIABLE = "BRINKWATCH_TEST_KAFKA"
ELASTICSEARCH_VARIABLE = "BRINKWATCH_TEST_ELASTICSEARCH"


class Service(Protocol):
    """A service of which a test needs the address only."""

    @property
    def address(self) -> str: ...


class OwnService(Service, Protocol):
    """A service that a test may stop, kill and start again; port and data stay."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def discard(self) -> None: ...


class Given:
    """A service that runs already."""

    def __init__(self, address: str) -> None:
        self.address = address.removeprefix("http://").rstrip("/")

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def discard(self) -> None: ...


def _missing(what: str, why: str) -> None:
    message = f"{what} is not to be had: {why}."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(f"!!! NOT TESTED: {message}")


def new_kafka(found: Found) -> Any:
    if found.way == "docker":
        return kafka_container()
    assert found.java_home is not None
    return KafkaProcess(found.java_home)


def new_elasticsearch(found: Found) -> Any:
    if found.way == "docker":
        return elasticsearch_container()
    assert found.java_home is not None
    return ElasticsearchProcess(found.java_home)


def _serve(what: str, variable: str, new: Any, *, own: bool) -> Iterator[Any]:
    found = find(variable, environment={} if own else os.environ)
    if found.way is None:
        _missing(what, found.why)
    service = Given(found.address) if found.way == "address" else new(found)
    try:
        if found.way != "address":
            service.start()
        yield service
    finally:
        service.discard()


@pytest.fixture(scope="session")
def kafka() -> Iterator[Any]:
    """A Kafka that all tests share; topics are kept apart by `topic_prefix`."""
    yield from _serve("Kafka", KAFKA_VARIABLE, new_kafka, own=False)


@pytest.fixture(scope="session")
def elasticsearch_service() -> Iterator[Any]:
    """An Elasticsearch that all tests share (`url`); indices are kept apart by `index_prefix`."""
    yield from _serve("Elasticsearch", ELASTICSEARCH_VARIABLE, new_elasticsearch, own=False)


@pytest.fixture(scope="module")
def own_kafka() -> Iterator[Any]:
    """A Kafka of the module's own, to stop and kill."""
    yield from _serve("Kafka", KAFKA_VARIABLE, new_kafka, own=True)


@pytest.fixture(scope="module")
def own_elasticsearch() -> Iterator[Any]:
    """An Elasticsearch of the module's own, to stop and kill."""
    yield from _serve("Elasticsearch", ELASTICSEARCH_VARIABLE, new_elasticsearch, own=True)


_numbers = itertools.count(1)


@pytest.fixture
def topic_prefix() -> str:
    return f"t{os.getpid()}-{next(_numbers)}."


@pytest.fixture
def index_prefix() -> str:
    return f"t{os.getpid()}-{next(_numbers)}-"
