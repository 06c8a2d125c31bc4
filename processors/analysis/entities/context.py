"""The words that tell what a name means, as sets; read once from data/entities/context.toml."""

from __future__ import annotations

import functools

import msgspec

from processors.analysis.entities.load import read
from processors.analysis.entities.model import KnowledgeError


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for is told in the file."""

    locative: frozenset[str]
    place_of: frozenset[str]
    place_nouns: frozenset[str]
    motion: frozenset[str]
    struck: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    person_after: frozenset[str]
    georgia_state: frozenset[str]
    georgia_country: frozenset[str]
    congo_brazzaville: frozenset[str]
    sent: frozenset[str]
    brussels_belgium: frozenset[str]
    common_in_capitals: frozenset[str]
    also_surname: frozenset[str]
    never: frozenset[str]
    region_nouns: frozenset[str]
    also_words: frozenset[str]


@functools.cache
def words() -> Words:
    try:
        return msgspec.convert(read("context.toml"), Words)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"context.toml does not fit its format: {error}.", "See the file's comments.") from error
