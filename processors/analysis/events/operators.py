"""The words that change in what sense what they govern is said: which effect a verb, a noun, an adjective has."""

from __future__ import annotations

import functools

from processors.analysis import knowledge
from processors.analysis.events.actors import is_time
from processors.analysis.events.index import lemmas
from processors.analysis.syntax import Token, stands_above


@functools.cache
def _operators() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    verbs: dict[str, str] = {}
    nouns: dict[str, str] = {}
    adjectives: dict[str, str] = {}
    for operator in knowledge.operators():
        for verb in operator.verbs:
            verbs.setdefault(verb, operator.effect)
        for noun in operator.nouns:
            nouns.setdefault(lemmas().of(noun, "NN"), operator.effect)
        for adjective in operator.adjectives:
            adjectives.setdefault(adjective, operator.effect)
    return verbs, nouns, adjectives


def verb_effect(token: Token) -> str | None:
    verbs = _operators()[0]
    if token.lemma in ("call", "tell", "advise", "require", "push") and not _asks(token):
        return None
    if (
        (token.lemma in _WISHING and _of_others(token))
        or (token.lemma in _PROPOSING and _that_others(token))
        or _wants_end(token)
    ):
        return "request"  # “wants Rome to …”
    for c in token.children:
        if c.dep in ("prt", "prep", "advmod") or c.i == token.i + 1:
            effect = verbs.get(f"{token.lemma}_{c.lower}")
            if effect:
                return effect
    return verbs.get(token.lemma)


_WISHING = ("want", "need", "expect")


_PROPOSING = ("propose", "suggest")


def _wants_end(verb: Token) -> bool:
    """“Wants an end to the bombing”: of those who bomb."""
    wanted = verb.child("dobj")
    return verb.lemma == "want" and wanted is not None and noun_effect(wanted) == "end"


def _that_others(verb: Token) -> bool:
    """“Proposed that Rome restore the hotline”."""
    return any(c.dep == "ccomp" and c.tag == "VB" and c.child("nsubj") is not None for c in verb.children)


def _of_others(verb: Token) -> bool:
    """“Wants Rome to act”: somebody else is to do it, and is not only expected to."""
    return any(
        c.dep == "ccomp"
        and c.child("nsubj") is not None
        and (c.tag == "VBN" or any(g.dep == "aux" and g.lower == "to" for g in c.children))
        for c in verb.children
    ) and (verb.lemma == "want" or any(s.tag.startswith("NNP") for s in verb.children_of("nsubj")))


def belongs_above(verb: Token) -> bool:
    """Read as part of what the verb above says, and the deed of who says it: “denied it had fired and blamed Oman”."""
    return stands_above(verb, speaks=verb_effect(verb) in _SPOKEN)


_SPOKEN = ("accuse", "request", "threat", "deny", "refuse")


def _asks(verb: Token) -> bool:
    """“Called for calm”, “called on Rome to …” ask; “called it a raid”, “called the king to thank him” do not."""
    if verb.lemma == "call" and verb.child("dobj") is not None:
        return False
    return any(
        (
            c.dep in ("prep", "prt", "advmod")
            and c.lower in ("for", "on", "upon", "off")
            and verb.lemma != "tell"
            and not any(is_time(g) for g in c.children)
        )
        or (c.dep in ("xcomp", "ccomp", "advcl") and any(g.dep == "aux" and g.lower == "to" for g in c.children))
        for c in verb.children
    )


def noun_effect(token: Token) -> str | None:
    return _operators()[1].get(token.lemma)


def adjective_effect(token: Token) -> str | None:
    return _operators()[2].get(token.lower)
