"""Installations of both profiles for the contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.desk import Desk, EmbeddedDesk
from tests.runtimes.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture(scope="module", params=["embedded"])
def desk(request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return EmbeddedDesk(world, tmp_path_factory.mktemp("embedded"))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"
