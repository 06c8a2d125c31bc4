"""Deeds that a noun names: where they are said to happen, between whom, and whom they are laid on by a verb of blaming."""

from __future__ import annotations

import functools

from processors.analysis import knowledge
from processors.analysis.events.arguments import find, object_tokens
from processors.analysis.syntax import Token, conjuncts, direct_object, prepositional


@functools.cache
def _occurring() -> frozenset[str]:
    return knowledge.word_class("occurring")


def happening(noun: Token) -> Token | None:
    """The verb that only says that a deed happened: “clashes broke out in …”, “fighting raged near …”."""
    verb = noun.head if noun.dep in ("nsubj", "nsubjpass") else noun.child("acl")
    if verb is None or not verb.is_verb or direct_object(verb) is not None:
        return None
    keys = {verb.lemma, *(f"{verb.lemma}_{c.lower}" for c in verb.children if c.dep in ("prt", "advmod", "prep"))}
    return verb if keys & _occurring() else None


_PLACES = ("in", "at", "near", "outside", "inside", "along", "across", "around", "on", "over")


def scene(noun: Token) -> list[Token]:
    """Where a deed happened that has no other target: behind the noun or behind its verb of happening."""
    verb = happening(noun)
    return find(noun, _PLACES, None) or (find(verb, _PLACES, None) if verb is not None else [])


def between(noun: Token) -> list[Token]:
    """“Fighting between A and B”, “clashes erupted between A and B”: both sides."""
    verb = happening(noun)
    found = prepositional(noun, "between") or (prepositional(verb, "between") if verb is not None else None)
    sides = conjuncts(found) if found is not None else []
    both = any(g.dep == "conj" for t in sides for c in t.children if c.dep == "amod" for g in c.children)
    return sides if len(sides) > 1 or both else []  # “between Omani and Yemeni soldiers”: one noun, two sides


_TRADING = frozenset({"trade", "swap", "exchange"})


def traded(noun: Token) -> list[Token]:
    """Headlines: “Oman and Yemen trade fire”, read as one long compound."""
    trading = next((c for c in noun.children if c.dep in ("compound", "amod") and c.lower in _TRADING), None)
    if trading is None:
        return []
    named = [c for c in noun.children if c.dep in ("compound", "nmod") and c.i < trading.i and c.tag.startswith("NNP")]
    sides = [t for c in named for t in conjuncts(c)]
    above = noun.head
    if noun.dep in ("conj", "appos") and above.tag.startswith("NNP"):
        sides.insert(0, above)
    return sides if len(sides) > 1 else []


def laid_on(verb: Token) -> list[Token]:
    """“Blamed the raid on Rwanda”, also where the phrase is hung on the raid: those it is laid on."""
    if verb.lemma not in ("blame", "pin"):
        return []
    found = prepositional(verb, "on")
    if found is None:
        deed = next(iter(object_tokens(verb)), None)
        found = prepositional(deed, "on") if deed is not None and verb.dep != "relcl" else None
    return conjuncts(found) if found is not None else []


def blamed_for(noun: Token) -> list[Token]:
    """Who a deed is laid on by the verb that it is the object of, or by the clause behind it."""
    verbs = [noun.head] if noun.dep in ("dobj", "nsubjpass") and noun.head.is_verb else []
    verbs.extend(c for c in noun.children if c.dep in ("relcl", "acl") and c.is_verb)
    return next((found for verb in verbs if (found := laid_on(verb))), [])
