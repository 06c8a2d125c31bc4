"""Which words of a text a query asked for. Decides only; showing them is left to the templates."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from brinkwatch.errors import QueryError
from sinks.query import nodes
from sinks.query.language import parse
from sinks.query.words import words

_FIELDS = (None, "title", "summary", "body")


class Hits:
    """The words and beginnings of words that a query looks for in an article's text."""

    def __init__(self, query: str) -> None:
        self._words: set[str] = set()
        self._prefixes: list[str] = []
        if query:
            with contextlib.suppress(QueryError):  # the page says so elsewhere
                self._collect(parse(query))

    def _collect(self, node: nodes.Query) -> None:
        match node:
            case nodes.And(parts) | nodes.Or(parts):
                for part in parts:
                    self._collect(part)
            case nodes.Boost(part):
                self._collect(part)
            case nodes.Word(text, field) if field in _FIELDS:
                self._words.add(text)
            case nodes.Phrase(each, _, field) if field in _FIELDS:
                self._words.update(each)
            case nodes.Prefix(text, field) if field in _FIELDS:
                self._prefixes.append(text)
            case _:
                pass

    def split(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it was asked for."""
        at = 0
        if self._words or self._prefixes:
            for word in words(text):
                if word.start >= at and self._asked(word.text):
                    if word.start > at:
                        yield text[at : word.start], False
                    yield text[word.start : word.end], True
                    at = word.end
        if at < len(text):
            yield text[at:], False

    def _asked(self, word: str) -> bool:
        return word in self._words or any(word.startswith(prefix) for prefix in self._prefixes)
