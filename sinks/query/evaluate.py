"""Whether one document matches a query, decided directly: the meaning of the language in its plainest form.

Too slow for a store, and without relevance; the back-ends are tested against it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from brinkwatch.models import ArticleDocument
from sinks.query import nodes
from sinks.query.fields import BARE
from sinks.query.search_fields import SearchFields, index_fields, micros


def matches(query: nodes.Query, document: ArticleDocument, now: dt.datetime) -> bool:
    """Whether the query finds the document; `now` is what `now` in the query means."""
    return holds(query, index_fields(document), micros(now))


def holds(query: nodes.Query, fields: SearchFields, now: int) -> bool:
    """As `matches`, of the searched values and a time in microseconds since 1970."""
    match query:
        case nodes.Everything():
            return True
        case nodes.And(parts):
            return all(holds(part, fields, now) for part in parts)
        case nodes.Or(parts):
            return any(holds(part, fields, now) for part in parts)
        case nodes.Not(part):
            return not holds(part, fields, now)
        case nodes.Boost(part):
            return holds(part, fields, now)
        case nodes.Term(value, field):
            return value in fields.keywords.get(field, ())
        case nodes.Numbers(field):
            return field in fields.numbers and _between(fields.numbers[field], query)
        case nodes.Times(field, start, end):
            if field not in fields.dates:
                return False
            moment = fields.dates[field]
            return (start is None or moment >= start.at(now)) and (end is None or moment < end.at(now))
        case _:
            return any(_in_value(query, value) for value in _values(query.field, fields))


def _values(field: str | None, fields: SearchFields) -> Iterator[list[str]]:
    for name in [field] if field is not None else [name for name, _ in BARE]:
        yield from (value.split(" ") for value in fields.text.get(name, ()))
        yield from ([value] for value in fields.keywords.get(name, ()))


def _between(number: float, bounds: nodes.Numbers) -> bool:
    if bounds.low is not None and (number < bounds.low or (number == bounds.low and not bounds.include_low)):
        return False
    return bounds.high is None or number < bounds.high or (number == bounds.high and bounds.include_high)


def _in_value(query: nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy, words: list[str]) -> bool:
    match query:
        case nodes.Word(text):
            return text in words
        case nodes.Prefix(text):
            return any(word.startswith(text) for word in words)
        case nodes.Fuzzy(text, edits):
            return any(edit_distance(text, word) <= edits for word in words)
        case nodes.Phrase(wanted, slop):
            places = [
                [at - index for at, word in enumerate(words) if word == each] for index, each in enumerate(wanted)
            ]
            if query.unfinished:
                last = len(wanted) - 1
                places[-1] = [at - last for at, word in enumerate(words) if word.startswith(wanted[-1])]
            return any(max(moves) - min(moves) <= slop for moves in itertools.product(*places))


def edit_distance(one: str, other: str) -> int:
    """Letters to put in, leave out, replace or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
