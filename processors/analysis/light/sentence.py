"""A sentence of the lighter path, as written and folded, with its names."""

from __future__ import annotations

from typing import NamedTuple

from brinkwatch.models import Entity, Mention

ACTING = frozenset({"state", "organisation", "group", "person"})
"""Roles that can act and speak."""


class Sentence(NamedTuple):
    start: int
    end: int
    text: str
    folded: str
    names: list[tuple[Mention, Entity]]
