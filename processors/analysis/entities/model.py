"""What the finder works with: known things, the words that name them, and named spans from a model."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Entity, Mention
from brinkwatch.models.analysis import EntityType, Form

Case = Literal["any", "cap", "exact"]


class KnowledgeError(BrinkwatchError):
    """A data file of names cannot be used."""


class NamedSpan(NamedTuple):
    """A span that a language model calls a name; offsets in the analysed text, label of OntoNotes."""

    start: int
    end: int
    label: str


class Known(NamedTuple):
    """A thing that the data know. `state` is the ISO alpha-3 code of the state that it belongs to or speaks for."""

    id: str
    type: EntityType
    kind: str
    name: str
    state: str | None = None
    population: int = 0
    part: str = ""
    """Of a city the code of the first-level region that it lies in, as GeoNames gives it."""


class Sense(NamedTuple):
    """One meaning of some words. `case` tells how they must be written; `surface` is how the data write them.

    `evidence` is what the text must give for this meaning: nothing, a full mention before ("short"), or words that
    show it is a place ("place").
    """

    known: Known
    form: Form
    case: Case
    surface: str
    evidence: str = ""


class Hit(NamedTuple):
    """Words in the text that may name something."""

    start: int
    end: int
    senses: tuple[Sense, ...]


class Found(NamedTuple):
    """A mention as decided."""

    start: int
    end: int
    known: Known
    form: Form


_NOT_SLUG = re.compile(r"[^\w]+")


def slug(words: str) -> str:
    """Words as a stable part of an id: small letters, digits and hyphens; other scripts stay as they are."""
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("'", "").replace("’", "")
    return _NOT_SLUG.sub("-", plain).strip("-_") or "x"


__all__ = ["Case", "Entity", "Found", "Hit", "KnowledgeError", "Known", "Mention", "NamedSpan", "Sense", "slug"]
