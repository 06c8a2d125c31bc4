"""Where a text shows what a query asked for: the places that a list of hits marks. Finding the hits is left to the stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sinks.query import nodes
from sinks.query.evaluate import edit_distance
from sinks.query.fields import BARE
from sinks.query.slop import arrangements
from sinks.query.words import Word, words

Asked = nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy


def marks(query: nodes.Query, text: str, field: str) -> list[tuple[int, int]]:
    """The places `[start, end)` in the text of a field (by its name in an index, as `title`) where words stand that the
    query asks for there; in order, never overlapping. What it excludes is not marked."""
    found = words(text)
    places = [place for asked in _asked(query, field) for place in _places(asked, found)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _asked(query: nodes.Query, field: str) -> Iterator[Asked]:
    """The words and phrases that the query wants in the field."""
    match query:
        case nodes.And(parts) | nodes.Or(parts):
            for part in parts:
                yield from _asked(part, field)
        case nodes.Boost(part):
            yield from _asked(part, field)
        case nodes.Word() | nodes.Phrase() | nodes.Prefix() | nodes.Fuzzy():
            if query.field == field or (query.field is None and field in dict(BARE)):
                yield query


def _places(asked: Asked, found: Sequence[Word]) -> Iterator[tuple[int, int]]:
    match asked:
        case nodes.Word(text):
            yield from ((word.start, word.end) for word in found if word.text == text)
        case nodes.Prefix(text):
            yield from ((word.start, word.end) for word in found if word.text.startswith(text))
        case nodes.Fuzzy(text, edits):
            near = {each for each in {word.text for word in found} if edit_distance(text, each) <= edits}
            yield from ((word.start, word.end) for word in found if word.text in near)
        case nodes.Phrase():
            for places in _phrases(asked, found):
                yield from ((found[at].start, found[at].end) for at in places)


def _phrases(phrase: nodes.Phrase, found: Sequence[Word]) -> Iterator[list[int]]:
    """The positions of the phrase's words, for each time it occurs."""
    at_word: dict[str, set[int]] = {}
    for at, word in enumerate(found):
        at_word.setdefault(word.text, set()).add(at)
    wanted = [at_word.get(word, set()) for word in phrase.words]
    if phrase.unfinished:
        wanted[-1] = {at for at, word in enumerate(found) if word.text.startswith(phrase.words[-1])}
    if not all(wanted):
        return
    for offsets in arrangements(len(phrase.words), phrase.slop):
        for first in sorted(wanted[0]):
            places = [first - offsets[0] + offset for offset in offsets]
            if all(place in each for place, each in zip(places, wanted, strict=True)):
                yield places
