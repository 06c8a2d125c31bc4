"""The pieces that a query is made of, and how one is refused. What cuts a query into them is `scan`."""

from __future__ import annotations

from typing import Literal, NoReturn

import msgspec

from brinkwatch.errors import QueryError
from sinks.query.fields import Field

Sign = Literal["AND", "OR", "NOT", "+", "(", ")"]
Comparison = Literal[">", ">=", "<", "<="]


class Token(msgspec.Struct, frozen=True):
    """A piece of the query at `[start, end)`."""

    start: int
    end: int


class Operator(Token, frozen=True):
    sign: Sign


class FieldName(Token, frozen=True):
    """`name:`; `field` is None for `_exists_`."""

    field: Field | None


class BoostMark(Token, frozen=True):
    factor: float


class Bare(Token, frozen=True):
    """A word or value without quotes, escapes resolved, its `*` (`star`) and `~` (`fuzzy`, -1 without a number) off.

    `signed` says that it begins with a plus or minus sign that was not escaped.
    """

    text: str
    star: bool = False
    fuzzy: int | None = None
    signed: bool = False


class Quoted(Token, frozen=True):
    text: str
    slop: int | None = None


class Bound(Token, frozen=True):
    """One end of a range; an open one has no text."""

    text: str | None


class Bracketed(Token, frozen=True):
    """`[a TO b]`, `{a TO b}` or a mix; a comparison is one with one open end."""

    low: Bound
    high: Bound
    include_low: bool
    include_high: bool


Leaf = Bare | Quoted | Bracketed
AnyToken = Operator | FieldName | BoostMark | Bare | Quoted | Bracketed


def refuse(text: str, position: int, reason: str, hint: str = "") -> NoReturn:
    """Raise the error that names the place, shows what stands there, and says why it is refused."""
    shown = text[position : position + 24]
    place = (
        f"at character {position + 1}, “{shown}{'…' if len(text) > position + 24 else ''}”" if shown else "at its end"
    )
    raise QueryError(f"The query is refused {place}: {reason}.", position, hint)
