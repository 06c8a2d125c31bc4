"""What one value of a query means in its field: a word, a phrase, a prefix, a keyword, a range of numbers or times.

How values are joined is `language`; how they look is `scan`.
"""

from __future__ import annotations

from typing import NoReturn, TypeVar

from sinks.query import nodes, values
from sinks.query.fields import BARE, FIELDS, PRESENT_INDEX, Field, nearest_fields, nearest_values
from sinks.query.tokens import Bare, Bound, Bracketed, Leaf, Quoted, refuse
from sinks.query.words import fold_keyword, is_lone, is_unspaced, query_words

MAX_SLOP = 20
MIN_PREFIX = 2
MAX_PREFIX = 200
"""Characters of a prefix; tantivy's automata take 246 of the longest kind."""


T = TypeVar("T")


class Reader:
    """Reads the values of one query; `text` is the query, for the places in errors."""

    def __init__(self, text: str) -> None:
        self._text = text

    def exists(self, token: Leaf) -> nodes.Query:
        """`_exists_:field`."""
        name = token.text if isinstance(token, Bare | Quoted) else ""
        if name not in FIELDS:
            near = nearest_fields(name) or list(FIELDS)
            self._refuse(token, f"there is no field “{name}”", f"Did you mean {' or '.join(near)}?")
        return nodes.Term(name, PRESENT_INDEX)

    def leaf(self, token: Leaf, field: Field | None) -> nodes.Query:
        if isinstance(token, Bare) and token.star and not token.text:
            return nodes.Everything() if field is None else nodes.Term(field.name, PRESENT_INDEX)
        if isinstance(token, Bracketed):
            if field is None:
                self._refuse(token, "a range needs a field", "Write field:[a TO b].")
            return self._range(token, field)
        if field is None or field.kind == "text":
            return self._words(token, field.index if field else None)
        if field.kind in ("keyword", "boolean"):
            return self._keyword(token, field)
        return self._single(token, field)

    def _words(self, token: Bare | Quoted, index: str | None) -> nodes.Query:
        if isinstance(token, Bare) and token.signed:
            self._refuse(
                token, "a sign stands before the value", "Write -field:value for “not”, or quotes for the sign."
            )
        found = query_words(token.text)
        if not found:
            self._refuse(token, "there is no word in it", "Leave it out.")
        if isinstance(token, Bare) and token.star and not is_unspaced(found[-1]):
            return self._prefix(token, found, index)
        if isinstance(token, Bare) and token.fuzzy is not None:
            return self._fuzzy(token, token.fuzzy, found, index)
        # One character at the end in a script without spaces: its word in a text is the character with its successor,
        # so that it can only be asked how the word begins.
        unfinished = is_lone(found[-1])
        if len(found) > 1:
            slop = token.slop or 0 if isinstance(token, Quoted) else 0
            return self._phrase(token, nodes.Phrase(tuple(found), slop, index, unfinished))
        if unfinished:
            return nodes.Prefix(found[0], index)
        return nodes.Word(found[0], index)

    def _prefix(self, token: Bare, found: list[str], index: str | None) -> nodes.Query:
        if len(found) > 1:
            self._refuse(token, "a prefix is one word, and this is several", f"Write {found[0]} AND {found[-1]}*.")
        if not token.text[-1].isalnum():
            self._refuse(token, "* follows a letter or a digit", f"Write {found[0]}*.")
        if len(found[0]) < MIN_PREFIX:
            self._refuse(token, f"a prefix has at least {MIN_PREFIX} letters: shorter ones match too much")
        return nodes.Prefix(found[0], index)

    def _fuzzy(self, token: Bare, asked: int, found: list[str], index: str | None) -> nodes.Query:
        if len(found) > 1:
            self._refuse(token, "~ follows one word, and this is several", 'For a phrase write "two words"~3.')
        length = len(found[0])
        most = 0 if length < 3 else 1 if length < 5 else 2
        usual = 2 if length >= 6 else 1
        if most == 0:
            self._refuse(token, "~ needs a word of at least three letters: nearly every short word is like it")
        edits = usual if asked == -1 else asked
        if edits > most:
            self._refuse(token, f"a word of {length} letters may be at most {most} away", f"Write {found[0]}~{most}.")
        return nodes.Fuzzy(found[0], edits, index) if edits else nodes.Word(found[0], index)

    def _phrase(self, token: Leaf, phrase: nodes.Phrase) -> nodes.Query:
        if phrase.slop > MAX_SLOP:
            self._refuse(token, f"a phrase's words may be at most {MAX_SLOP} moves away", "Use AND instead.")
        if phrase.slop and phrase.unfinished:
            self._refuse(token, "a phrase with ~ cannot end in a single character of this script", "Add the next one.")
        if phrase.slop and len(set(phrase.words)) < len(phrase.words):
            self._refuse(token, "a phrase with ~ cannot hold a word twice", "Leave out ~, or the repeated word.")
        return phrase

    def _keyword(self, token: Bare | Quoted, field: Field) -> nodes.Query:
        if (isinstance(token, Bare) and token.fuzzy is not None) or (
            isinstance(token, Quoted) and token.slop is not None
        ):
            self._refuse(token, f"~ is for words, and {field.name} holds whole values", f"Write {field.name}:begin*.")
        if isinstance(token, Bare) and token.signed:
            self._refuse(
                token, "a sign stands before the value", "Write -field:value for “not”, or quotes for the sign."
            )
        value = fold_keyword(token.text)
        if not value:
            self._refuse(
                token, "a field's value is missing", f"Write {field.name}:value, or {field.name}:* for any value."
            )
        if not isinstance(token, Bare) or not token.star:
            self._check_value(token, field, value)
            return nodes.Term(value, field.index)
        if len(value) < MIN_PREFIX:
            self._refuse(token, f"a prefix has at least {MIN_PREFIX} characters: shorter ones match too much")
        if len(value) > MAX_PREFIX:
            self._refuse(token, f"a prefix has at most {MAX_PREFIX} characters", "Write fewer, or the whole value.")
        if field.values and not any(fold_keyword(each).startswith(value) for each in field.values):
            self._unknown_value(token, field, value)
        return nodes.Prefix(value, field.index)

    def _check_value(self, place: Leaf | Bound, field: Field, value: str) -> None:
        if field.values and value not in {fold_keyword(each) for each in field.values}:
            self._unknown_value(place, field, value)

    def _unknown_value(self, place: Leaf | Bound, field: Field, value: str) -> NoReturn:
        near = " or ".join(nearest_values(field, value))
        self._refuse(place, f"{field.name} is never “{value}”", f"Did you mean {near}?")

    def _single(self, token: Bare | Quoted, field: Field) -> nodes.Query:
        """A number, or the time that a date means."""
        if isinstance(token, Bare) and (token.star or token.fuzzy is not None):
            self._refuse(token, f"{field.name} is a {field.kind}, not a word", f"Write {field.name}:[a TO b].")
        if isinstance(token, Quoted) and token.slop is not None:
            self._refuse(token, f"{field.name} is a {field.kind}, not a phrase", f"Write {field.name}:[a TO b].")
        if field.kind == "number":
            number = self._number(token, token.text)
            return nodes.Numbers(field.index, number, number)
        span = self._times(token, token.text)
        return nodes.Times(field.index, span.start, span.end)

    def _range(self, token: Bracketed, field: Field) -> nodes.Query:
        if token.low.text is None and token.high.text is None and field.kind != "text":
            return nodes.Term(field.name, PRESENT_INDEX)
        if field.kind == "number":
            return self._numbers(token, field)
        if field.kind == "date":
            return self._span(token, field)
        if field.ordered:
            return self._steps(token, field)
        hint = f"Write {field.name}:value, or {field.name}:(one OR other)."
        self._refuse(
            token, f"{field.name} holds {'words' if field.kind == 'text' else 'keywords'}, which have no order", hint
        )

    def _numbers(self, token: Bracketed, field: Field) -> nodes.Query:
        low, high = (None if b.text is None else self._number(b, b.text) for b in (token.low, token.high))
        if low is not None and high is not None:
            self._check_order(token, low < high or (low == high and token.include_low and token.include_high))
        # an open end includes whatever there is; tantivy takes it no other way
        return nodes.Numbers(
            field.index, low, high, token.include_low or low is None, token.include_high or high is None
        )

    def _span(self, token: Bracketed, field: Field) -> nodes.Query:
        low, high = (None if b.text is None else self._times(b, b.text) for b in (token.low, token.high))
        start = None if low is None else low.start if token.include_low else low.end
        end = None if high is None else high.end if token.include_high else high.start
        if start is not None and end is not None and start.relative == end.relative:
            self._check_order(token, start.micros < end.micros)
        return nodes.Times(field.index, start, end)

    def _steps(self, token: Bracketed, field: Field) -> nodes.Query:
        """A range over ordered keywords: any of those between."""
        steps = [fold_keyword(each) for each in field.values]
        low, high = 0, len(steps) - 1
        if token.low.text is not None:
            low = self._step(token.low, field, token.low.text) + (not token.include_low)
        if token.high.text is not None:
            high = self._step(token.high, field, token.high.text) - (not token.include_high)
        self._check_order(token, low <= high)
        chosen = tuple(nodes.Term(step, field.index) for step in steps[low : high + 1])
        return chosen[0] if len(chosen) == 1 else nodes.Or(chosen)

    def _step(self, bound: Bound, field: Field, text: str) -> int:
        value = fold_keyword(text)
        self._check_value(bound, field, value)
        return [fold_keyword(each) for each in field.values].index(value)

    def _check_order(self, token: Leaf, has_room: bool) -> None:
        if not has_room:
            self._refuse(token, "nothing lies within this range", "Write the lower end first.")

    def _number(self, place: Leaf | Bound, text: str) -> float:
        try:
            return values.number(text)
        except ValueError as error:
            self._refuse(place, str(error))

    def _times(self, place: Leaf | Bound, text: str) -> values.Span:
        try:
            return values.times(text)
        except ValueError as error:
            self._refuse(place, str(error))

    def _refuse(self, place: Leaf | Bound, reason: str, hint: str = "") -> NoReturn:
        refuse(self._text, place.start, reason, hint)


def cost(node: nodes.Query) -> int:
    """How many look-ups in an index one value costs: each word in each field searched, each arrangement of a phrase."""
    if not isinstance(node, nodes.Word | nodes.Phrase | nodes.Prefix | nodes.Fuzzy):
        return len(node.parts) if isinstance(node, nodes.Or) else 1
    fields = len(BARE) if node.field is None else 1
    if not isinstance(node, nodes.Phrase):
        return fields
    count = len(node.words)
    span: int = node.slop + 1
    return fields * max(count, int(span**count) - int(node.slop**count))
