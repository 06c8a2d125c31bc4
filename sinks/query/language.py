"""The query language: `parse` is the only way from what a person writes to a query that can be asked.

Lucene syntax: words side by side mean AND; NOT (also `!` and `-`) binds closest, then AND (`&&`), then OR (`||`). luqum
reads that grammar, but only from a skeleton in which every word, field and range is a plain name: its own reading of
values goes wrong silently (see `scan`), so they are read here, and that luqum kept every one of them is checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse as parse_skeleton

from sinks.query import nodes
from sinks.query.fields import FIELDS
from sinks.query.leaves import Reader, cost
from sinks.query.order import check_order
from sinks.query.scan import scan
from sinks.query.search_fields import micros
from sinks.query.tokens import AnyToken, Bare, BoostMark, Bracketed, FieldName, Leaf, Operator, Quoted, refuse

MAX_DEPTH = 24
"""AND, OR and NOT within each other; Elasticsearch allows 30."""

MAX_LOOKUPS = 1_000
"""Words and values times the fields in which each is looked for; Elasticsearch allows 1,024 clauses at the least."""


def parse(text: str) -> nodes.Query:
    """The query that `text` means. Raises `QueryError` with the place, the reason and a hint for anything else."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # lone surrogates cannot be sent anywhere
    tokens = scan(text)
    if not tokens:
        return nodes.Everything()
    check_order(text, tokens)
    return _Builder(text, tokens).build()


def within(query: nodes.Query, since: dt.datetime | None, until: dt.datetime | None) -> nodes.Query:
    """The query, narrowed to publication times from `since` (included) until before `until`."""
    if since is None and until is None:
        return query
    start, end = (None if moment is None else nodes.Moment(micros(moment)) for moment in (since, until))
    return nodes.And((query, nodes.Times(FIELDS["@timestamp"].index, start, end)))


def skeleton(tokens: list[AnyToken]) -> str:
    """The tokens as luqum is given them: names for values, AND between neighbours, NOT for its other spellings."""
    parts: list[str] = []
    after_operand = False
    for number, token in enumerate(tokens):
        closes = isinstance(token, BoostMark) or (isinstance(token, Operator) and token.sign in (")", "AND", "OR"))
        if after_operand and not closes:
            parts.append("AND")
        match token:
            case Operator():
                parts.append(token.sign)
            case FieldName():
                parts.append(f"f{number}:")
            case BoostMark():
                parts.append(f"^{token.factor:.4f}")
            case _:
                parts.append(f"t{number}")
        after_operand = not isinstance(token, FieldName) and not (isinstance(token, Operator) and token.sign != ")")
    return " ".join(parts)


class _Builder:
    """Turns luqum's tree of the skeleton back into a query."""

    def __init__(self, text: str, tokens: list[AnyToken]) -> None:
        self._text = text
        self._tokens = tokens
        self._reader = Reader(text)
        self._read: list[int] = []
        self._cost = 0

    def build(self) -> nodes.Query:
        try:
            root = parse_skeleton(skeleton(self._tokens))
        except ParseError as error:
            refuse(self._text, 0, f"it cannot be read ({error})", "Add parentheses, or put words into quotes.")
        query = self._node(root, None, 0)
        leaves = [number for number, token in enumerate(self._tokens) if isinstance(token, Bare | Quoted | Bracketed)]
        if self._read != leaves:
            refuse(self._text, 0, "it cannot be read without a doubt", "Add parentheses, or put words into quotes.")
        return query

    def _node(self, node: tree.Item, field: FieldName | None, depth: int) -> nodes.Query:
        match node:
            case tree.Word():
                return self._leaf(int(node.value[1:]), field)
            case tree.SearchField():
                name = self._tokens[int(node.name[1:])]
                assert isinstance(name, FieldName)
                return self._node(node.expr, name, depth)
            case tree.Group() | tree.FieldGroup() | tree.Plus():
                return self._node(node.children[0], field, depth)
            case tree.Boost():
                return nodes.Boost(self._node(node.expr, field, depth), float(node.force))
        deeper = depth + 1
        if deeper > MAX_DEPTH:
            place = self._tokens[_first_leaf(node)]
            refuse(
                self._text, place.start, f"AND, OR and NOT lie more than {MAX_DEPTH} deep in each other", "Simplify it."
            )
        match node:
            case tree.Not():
                part = self._node(node.children[0], field, deeper)
                return part.part if isinstance(part, nodes.Not) else nodes.Not(part)
            case tree.AndOperation():
                return nodes.And(tuple(self._parts(node, field, deeper, nodes.And)))
            case tree.OrOperation():
                for child in node.children:
                    if isinstance(child, tree.Plus):
                        place = self._tokens[_first_leaf(child)]
                        refuse(self._text, place.start - 1, "+ has no meaning beside OR", "Use AND and parentheses.")
                return nodes.Or(tuple(self._parts(node, field, deeper, nodes.Or)))
        refuse(self._text, 0, "it cannot be read", "Add parentheses, or put words into quotes.")

    def _parts(
        self, node: tree.Item, field: FieldName | None, depth: int, same: type[nodes.And] | type[nodes.Or]
    ) -> Iterator[nodes.Query]:
        for child in node.children:
            part = self._node(child, field, depth)
            if isinstance(part, same):
                yield from part.parts
            else:
                yield part

    def _leaf(self, number: int, name: FieldName | None) -> nodes.Query:
        token = self._tokens[number]
        assert isinstance(token, Leaf)
        self._read.append(number)
        if name is not None and name.field is None:
            query = self._reader.exists(token)
        else:
            query = self._reader.leaf(token, name.field if name is not None else None)
        self._cost += cost(query)
        if self._cost > MAX_LOOKUPS:
            hint = "Name fields (title:word), use fewer words, or a smaller number after ~."
            refuse(self._text, token.start, f"from here on it needs more than {MAX_LOOKUPS:,} look-ups", hint)
        return query


def _first_leaf(node: tree.Item) -> int:
    while not isinstance(node, tree.Word):
        node = node.children[0]
    return int(node.value[1:])
