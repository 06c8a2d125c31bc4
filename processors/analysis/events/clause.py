"""Which words of a sentence belong to an event: its own clause, whose times, places and numbers are the event's."""

from __future__ import annotations

from collections.abc import Iterator

from processors.analysis.events.arguments import object_tokens
from processors.analysis.events.coded import Coded
from processors.analysis.syntax import Token, own_subject

_PARTS = frozenset({"in", "by", "during", "of", "with", "through"})
_BESIDE = frozenset({"when", "as", "while"})


def clause(one: Coded) -> list[Token]:
    """The heads that an event's circumstances hang on: its trigger first, then what stands above and beside it."""
    found: list[Token] = []
    for token in _heads(one):
        if token not in found:
            found.append(token)
    return found


def _heads(one: Coded) -> Iterator[Token]:
    trigger = one.trigger
    yield trigger
    if one.reading.light is not None:
        yield one.reading.light  # “launched an attack on Friday”
    if ":" in one.name and one.reading.wrapper_token is not None:
        yield one.reading.wrapper_token  # “agreed on Friday to withdraw”: the agreement is the event
    if trigger.is_verb:
        yield from object_tokens(trigger)
    yield from _above(trigger)
    yield from _below(trigger)


def _above(trigger: Token) -> Iterator[Token]:
    """“12 people were killed in the attack on Friday”, “an attack killed 12 on Friday”, “…, killing 12”."""
    current = trigger
    for _ in range(3):
        head = current.head
        if head is current:
            return
        if current.dep in ("dobj", "obj", "nsubj", "nsubjpass", "attr") and head.is_verb:
            yield head
            yield from _below(head)
            return
        if current.dep == "pobj" and (head.lower in _PARTS or head.dep == "agent"):
            current = head
            if head.head.is_verb:
                yield head.head
                return
            continue
        if current.dep == "pcomp" and head.lower in _PARTS and head.head.is_verb:
            yield head.head
            return
        if current.is_verb and head.is_verb and own_subject(current) is None and current.tag == "VBG":
            if current.dep == "advcl":
                yield head
                yield from object_tokens(head)
            return
        if current.is_verb and current.dep == "advcl" and head.is_verb and _leads(current) & _BESIDE:
            yield head  # “12 people were killed when rockets hit …”
            return
        return


def _below(verb: Token, depth: int = 0) -> Iterator[Token]:
    """What goes on with the same subject: “…, killing 12 and wounding nine on Friday”, “killed in the attack on Friday”."""
    if not verb.is_verb or depth > 3:
        return
    for c in verb.children:
        if c.i < verb.i:
            continue
        if c.is_verb and own_subject(c) is None and ((c.dep == "advcl" and c.tag == "VBG") or c.dep == "conj"):
            yield c
            yield from object_tokens(c)
            yield from _below(c, depth + 1)
        elif c.is_verb and c.dep == "advcl" and depth == 0 and _leads(c) & _BESIDE:
            yield c  # “were killed when rockets hit a school on Friday”
            yield from object_tokens(c)
        elif c.dep == "prep" and c.lower in _PARTS and depth == 0:
            yield from (noun for noun in c.children if noun.dep == "pobj")
        elif c.dep == "ccomp" and verb.lemma == "leave":
            yield c  # “left 12 people dead”


def _leads(verb: Token) -> set[str]:
    return {c.lower for c in verb.children if c.dep in ("mark", "advmod") and c.i < verb.i}
