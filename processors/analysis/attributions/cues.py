"""The cues of the data file by their words, and what a cue that was found looks like on its way to an attribution."""

from __future__ import annotations

import calendar
import functools
from dataclasses import dataclass

from processors.analysis import knowledge
from processors.analysis.knowledge import Cue
from processors.analysis.syntax import Sentence, Token

Chars = tuple[int, int]
_DAYS = frozenset((*calendar.day_name, *calendar.month_name))


@dataclass
class Found:
    """An attribution on its way: the source is still a token (or a span), not yet a name."""

    source: Token | None
    source_span: Chars | None
    cue: Chars
    content: Chars
    denies: bool
    sentence: Sentence
    quoted: bool = False
    quotation: bool = False
    cue_lemma: str = ""
    signed: bool = False
    hedged: bool = False
    """The saying itself is only possible, wanted or not done: “to say”, “could say”, “did not say”."""
    antecedent: Token | None = None
    """What a relative pronoun that is the source stands for."""


@functools.cache
def _verbs() -> dict[str, list[Cue]]:
    found: dict[str, list[Cue]] = {}
    for cue in knowledge.cues():
        for verb in cue.verbs:
            found.setdefault(verb, []).append(cue)
    return found


@functools.cache
def _nouns() -> dict[str, list[Cue]]:
    found: dict[str, list[Cue]] = {}
    for cue in knowledge.cues():
        for noun in cue.nouns:
            found.setdefault(noun, []).append(cue)
    return found


@functools.cache
def _adjectives() -> dict[str, list[Cue]]:
    found: dict[str, list[Cue]] = {}
    for cue in knowledge.cues():
        for adjective in cue.adjectives:
            found.setdefault(adjective, []).append(cue)
    return found


def particles(verb: Token) -> list[tuple[str, Token]]:
    """The verb with each word that may belong to it, as the data file writes them: `call_for`."""
    return [
        (f"{verb.lemma}_{c.lower}", c)
        for c in verb.children
        if (c.dep in ("prep", "prt", "advmod", "agent") or c.i == verb.i + 1) and not _tells_when(c)
    ]


def _tells_when(word: Token) -> bool:
    """“reported on Tuesday”: the preposition is the day's."""
    day = word.child("pobj")
    return day is not None and day.tag == "NNP" and day.text in _DAYS


def verb_cues(verb: Token) -> list[Cue]:
    """The cues that a verb can be, those with a particle first."""
    keys = [*(key for key, _ in particles(verb)), verb.lemma]
    return [cue for key in keys for cue in _verbs().get(key, ())]


def is_cue_verb(verb: Token) -> bool:
    return verb.lemma in _verbs()


def has_particle(verb: Token, word: Token) -> bool:
    return f"{verb.lemma}_{word.lower}" in _verbs()


def noun_cues(noun: Token) -> list[Cue]:
    return _nouns().get(noun.lemma, [])


def adjective_cues(adjective: Token) -> list[Cue]:
    return _adjectives().get(adjective.lower, [])


def cue_span(verb: Token) -> Chars:
    """The verb with its auxiliaries, its negation and the particle that makes it a cue."""
    start, end = verb.start, verb.end
    for c in verb.children:
        if c.dep in ("aux", "auxpass", "neg") and c.i < verb.i:
            start = min(start, c.start)
        elif c.dep in ("prt", "prep") and c.i == verb.i + 1 and has_particle(verb, c) and not _tells_when(c):
            end = c.end
    return start, end


def is_hedged(verb: Token) -> bool:
    if verb.dep == "pcomp" and verb.head.lower == "as":
        return False  # “quoted him as saying”
    return verb.tag in ("VB", "VBG") or any(c.dep == "neg" or c.tag == "MD" for c in verb.children)


def is_negated(verb: Token) -> bool:
    return any(c.dep == "neg" for c in verb.children)
