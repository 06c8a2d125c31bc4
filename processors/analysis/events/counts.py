"""How many: the numbers that the event's own clause gives of the dead, the wounded, the captured, of forces and weapons.

A number belongs to an event where its noun stands in the event's clause. *Dozens* and *several* are no numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from processors.analysis import knowledge
from processors.analysis.events.arguments import object_tokens
from processors.analysis.events.clause import clause
from processors.analysis.events.coded import Coded
from processors.analysis.events.numbers import number_of
from processors.analysis.syntax import Token, conjuncts, own_subject, prepositional

_HARMING = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE"})
_FREEING = frozenset({"free", "release", "deport", "expel", "swap", "exchange", "return"})
_LOST = frozenset(
    {
        "down",
        "intercept",
        "destroy",
        "shoot_down",
        "shoot",
        "hit",
        "strike",
        "sink",
        "capture",
        "seize",
        "damage",
        "disable",
        "repel",
    }
)


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verbs: dict[str, frozenset[str]]
    subjects: dict[str, frozenset[str]]
    states: dict[str, frozenset[str]]
    people: dict[str, frozenset[str]]
    held: dict[str, frozenset[str]]
    things: frozenset[str]


@functools.cache
def wording() -> Wording:
    return knowledge.read(knowledge.DATA / "events" / "counts.toml", Wording)


def counts_of(one: Coded) -> dict[str, int]:
    """Numbers by what they count: killed, injured, captured, forces, weapons."""
    found: dict[str, int] = {}
    heads = clause(one)
    if one.type in _HARMING:
        for head in heads:
            for key, noun in _harmed(head):
                if key == "captured" and noun.lemma in wording().things | _class("weapons"):
                    continue
                number = _sum(noun)
                if number is not None:
                    found.setdefault(key, number)
    victims = {noun.i for head in heads for _, harmed in _harmed(head) for noun in conjuncts(harmed)}
    for noun in _engaged(one, heads):
        if noun.i in victims:
            continue
        for key, kind in (("forces", "troops"), ("weapons", "weapons")):
            number = number_of(noun) if noun.lemma in _class(kind) else None
            if number is not None:
                found.setdefault(key, number)
    return found


def _harmed(head: Token) -> Iterator[tuple[str, Token]]:
    """The nouns that `head` says are dead, wounded or taken."""
    words = wording()
    for key, verbs in words.verbs.items():
        if head.is_verb and head.lemma in verbs:
            yield from ((key, noun) for noun in object_tokens(head))
    for key, verbs in words.subjects.items():
        subject = own_subject(head) if head.is_verb and head.lemma in verbs else None
        if subject is not None:
            yield key, subject
    for key, nouns in words.people.items():
        if head.lemma in nouns and (key == "killed" or head.head.lemma in words.held[key]):
            below = prepositional(head, "of") if key == "killed" else None
            yield key, below if below is not None else head
    if head.lemma in ("leave", "claim", "cause") or head.dep == "ccomp":
        yield from _left(head)


def _left(head: Token) -> Iterator[tuple[str, Token]]:
    """“Left 12 people dead and 30 wounded”: the parser reads a clause, an object with a state, or a noun of its own."""
    for c in (head, *head.children):
        for key, states in wording().states.items():
            if c.lower in states:
                subject = c.child("nsubj", "nsubjpass") or (c if number_of(c) is not None else None)
                if subject is not None:
                    yield key, subject
                elif head.lemma == "leave" and c.dep in ("oprd", "acomp"):
                    acted_on = head.child("dobj")
                    if acted_on is not None:
                        yield key, acted_on
                if c.dep == "advcl":  # “12 dead and 30 wounded”: the number is hung beside
                    beside = next(
                        (g for o in head.children for g in o.children if g.tag == "CD" and g.dep == "conj"), None
                    )
                    if beside is not None:
                        yield key, beside
            elif c.dep in ("dobj", "oprd", "nsubj") and any(g.lower in states for g in c.children):
                yield key, c


def _sum(noun: Token) -> int | None:
    """“Three civilians and two soldiers” are five; a conjunct without a number of its own adds nothing."""
    numbers = [number_of(n) for n in conjuncts(noun) if n.is_noun or n.tag == "CD"]
    given = [n for n in numbers if n is not None]
    return sum(given) if given and numbers[0] is not None else None


def _engaged(one: Coded, heads: list[Token]) -> Iterator[Token]:
    """The nouns of who or what is moved, used or handed over."""
    if one.theme is not None:
        yield from conjuncts(one.theme)
    for head in heads:
        if not head.is_verb:
            if head is one.trigger:
                for path in ("with", "by", "of", "involving"):
                    noun = prepositional(head, path)
                    if noun is not None:
                        yield from conjuncts(noun)
            continue
        subject = own_subject(head)
        if subject is not None and not (subject.dep == "nsubjpass" and head.lemma in _LOST):
            yield from conjuncts(subject)
        if head.lemma not in _LOST and head.lemma not in _FREEING:
            yield from (n for noun in object_tokens(head) for n in conjuncts(noun))
        for path in ("with", "by", "of"):
            noun = prepositional(head, path)
            if noun is not None:
                yield from conjuncts(noun)


@functools.cache
def _class(name: str) -> frozenset[str]:
    return frozenset(w.split()[-1] for w in knowledge.classes()[name])
