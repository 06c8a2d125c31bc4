"""Installations of the cluster on shared services, each under names of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.cluster import ClusterDesk
from tests.runtimes.world import World

_numbers = count(1)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def new_desk(world: World, tmp_path: Path) -> Iterator[Callable[..., ClusterDesk]]:
    """Makes installations on given addresses; their services end with the test."""
    made: list[ClusterDesk] = []

    def make(kafka: str, elasticsearch: str, **env: str) -> ClusterDesk:
        number = next(_numbers)
        folder = tmp_path / str(number)
        folder.mkdir()
        made.append(ClusterDesk(world, folder, kafka, elasticsearch, f"c{os.getpid()}-{number}", **env))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(new_desk: Callable[..., ClusterDesk], kafka: Any, elasticsearch_service: Any) -> ClusterDesk:
    return new_desk(kafka.address, elasticsearch_service.url)
