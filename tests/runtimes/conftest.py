"""Installations of both profiles for the contract suite."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.runtimes.cluster import ClusterDesk
from tests.runtimes.desk import Desk, EmbeddedDesk
from tests.runtimes.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture(scope="module", params=["embedded", pytest.param("cluster", marks=pytest.mark.services)])
def desk(request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        yield EmbeddedDesk(world, folder)
        return
    kafka = request.getfixturevalue("kafka").address
    elasticsearch = request.getfixturevalue("elasticsearch_service").url
    cluster = ClusterDesk(world, folder, kafka, elasticsearch, f"contract{os.getpid()}")
    try:
        yield cluster
    finally:
        cluster.close()
