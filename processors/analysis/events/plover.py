"""PLOVER's types and modes as its codebook publishes them: quad category and conflict-cooperation score."""

from __future__ import annotations

import functools

import msgspec

from processors.analysis.knowledge import DATA, read


class TypeScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    quad: int
    score: float
    modes: dict[str, float] = {}


@functools.cache
def scale() -> dict[str, TypeScore]:
    return read(DATA / "events" / "plover.toml", dict[str, TypeScore])


def quad_of(type_: str) -> int:
    """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
    return scale()[type_].quad


def intensity_of(type_: str, mode: str | None) -> float:
    """The PLOVER score, -10 (most conflictual) to +10; that of the type where it has no such mode."""
    entry = scale()[type_]
    return float(entry.modes.get(mode, entry.score)) if mode else float(entry.score)
