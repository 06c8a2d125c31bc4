"""An installation of either profile, driven as its users drive it: by the command line alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.runtimes.world import World


class Desk(Protocol):
    """What the contract suite asks of an installation."""

    world: World

    def command(self, *arguments: str, stdin: str = "", ok: bool = True) -> str:
        """Run a command; its standard output. Fails where the exit status is not 0 and `ok`."""

    def poll(self, *urls: str, alert: bool = True) -> None:
        """Have the feeds polled once more, and everything processed to its end."""

    def settle(self) -> None:
        """Return when everything that was begun is processed to its end."""


def environment(world: World, data_dir: Path, **more: str) -> dict[str, str]:
    """The settings of an installation over this world, and nothing of the machine's own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("BRINKWATCH_")}
    return clean | {
        "BRINKWATCH_DATA_DIR": str(data_dir),
        "BRINKWATCH_ALLOW_PRIVATE": world.address,
        "BRINKWATCH_LOG_FORMAT": "json",
        "BRINKWATCH_ANALYZE_WORKERS": "1",  # each loads a model: the tests start many processes
        **more,
    }


def brinkwatch() -> list[str]:
    """The command as it is installed."""
    return [str(Path(sys.executable).parent / "brinkwatch")]


def run(env: dict[str, str], arguments: Sequence[str], *, stdin: str = "", ok: bool = True) -> str:
    done = subprocess.run(
        [*brinkwatch(), *arguments], env=env, input=stdin, capture_output=True, text=True, timeout=240, check=False
    )
    assert not ok or done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout if ok else done.stdout + done.stderr


class EmbeddedDesk:
    """One process at a time on one data directory."""

    def __init__(self, world: World, data_dir: Path) -> None:
        self.world = world
        self.env = environment(world, data_dir)

    def command(self, *arguments: str, stdin: str = "", ok: bool = True) -> str:
        return run(self.env, arguments, stdin=stdin, ok=ok)

    def poll(self, *urls: str, alert: bool = True) -> None:
        self.command("run", "--once", *(["--alert"] if alert else []), *(x for url in urls for x in ("--feeds", url)))

    def settle(self) -> None:
        """`run --once` returns when everything is done."""


def documents(desk: Desk, query: str = "*:*") -> dict[str, dict[str, Any]]:
    """The stored documents by id."""
    found = json.loads(desk.command("search", query, "--json", "--limit", "1000"))
    hits = {hit["id"]: hit for hit in found["hits"]}
    assert len(hits) == len(found["hits"]) == min(found["total"], 1000)
    return hits


def alerts(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.command("alerts", "list", "--json", "--limit", "1000"))
    assert len({alert["id"] for alert in found}) == len(found)
    return found
