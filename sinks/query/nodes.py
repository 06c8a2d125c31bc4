"""A parsed query: frozen, comparable, made only by `language.parse`, and read by every back-end alike.

All values are ready to compare: words and keywords folded, numbers and times parsed. `field` is an index field's name
(`fields.Field.index`); None means the fields that a bare word searches (`fields.BARE`), any one of them.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, tag=True):
    """Base of all nodes."""


class Everything(Node, frozen=True):
    """Every document."""


class Word(Node, frozen=True):
    """A document with this word in the field."""

    text: str
    field: str | None = None


class Phrase(Node, frozen=True):
    """These words, at least two, side by side within one field.

    With `slop` they may be that many moves away from it, as Lucene counts: each word may be displaced, and the span of
    the displacements is at most `slop` (two words the other way round cost 2). With `unfinished` the last word is how
    one begins: a single character of a script without spaces, whose successor was not written.
    """

    words: tuple[str, ...]
    slop: int = 0
    field: str | None = None
    unfinished: bool = False


class Prefix(Node, frozen=True):
    """A word, or a keyword, that begins so."""

    text: str
    field: str | None = None


class Fuzzy(Node, frozen=True):
    """A word at most so many edits away: a letter put in, left out, replaced, or two neighbours swapped."""

    text: str
    edits: int
    field: str | None = None


class Term(Node, frozen=True):
    """A keyword that is this."""

    value: str
    field: str


class Numbers(Node, frozen=True):
    """A number between two bounds; None is no bound. `field:>=n` and `field:n` are such ranges too."""

    field: str
    low: float | None = None
    high: float | None = None
    include_low: bool = True
    include_high: bool = True


class Moment(msgspec.Struct, frozen=True):
    """A time in microseconds: since 1970 in UTC, or from the moment of asking where `relative`."""

    micros: int
    relative: bool = False

    def at(self, now_micros: int) -> int:
        return now_micros + self.micros if self.relative else self.micros


def resolve(moment: Moment | None, now_micros: int) -> int | None:
    return None if moment is None else moment.at(now_micros)


class Times(Node, frozen=True):
    """A time from `start` (included) until before `end`; None is no bound."""

    field: str
    start: Moment | None = None
    end: Moment | None = None


class And(Node, frozen=True):
    """All of them; at least two."""

    parts: tuple[Query, ...]


class Or(Node, frozen=True):
    """Any of them; at least two."""

    parts: tuple[Query, ...]


class Not(Node, frozen=True):
    part: Query


class Boost(Node, frozen=True):
    """The part, with its relevance times `factor`."""

    part: Query
    factor: float


Query = Everything | Word | Phrase | Prefix | Fuzzy | Term | Numbers | Times | And | Or | Not | Boost
