"""What kind of side somebody is in a deed of force, by the head of the phrase: “the Dutch rider” is a rider, not the Netherlands."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Protocol

from brinkwatch.models import Actor
from processors.analysis import knowledge
from processors.analysis.events.arguments import subjects
from processors.analysis.syntax import Token

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ENDS = re.compile(
    r"\s(?:in|of|from|at|near|on|for|to|with|by|who|whose|that|which|over|under|against|including|off|outside|inside)\s"
)
_ALIKE = frozenset({"series", "species", "movies", "rookies", "news", "headquarters"})
_VES = frozenset({"thieves", "wolves", "calves", "loaves"})
_OWNER = re.compile(r"^.*?['’]s?\s+")


class Who(Protocol):
    """What the ids of a text stand for."""

    def kind(self, id_: str) -> str:
        """person, state, place, organisation, group, weapon or other."""

    def state_of(self, id_: str) -> str | None:
        """The state that somebody is, belongs to or speaks for."""

    def is_private(self, actor: Actor) -> bool:
        """A person without an office."""


def of_force(side: Sequence[Actor], who: Who, *, at_home: bool = True) -> list[Actor]:
    """Those of a side that can be parties to a conflict. A state that only tells where a private person or a firm is from
    (“Kenya's Daniel Kiprop”) goes with them. `at_home`: people of domestic politics are none, either."""
    peaceful = [a for a in side if who.is_private(a) or _is_peaceful(head_of(a.text), at_home=at_home)]
    return [a for a in side if a not in peaceful and not any(_belongs(a, p) for p in peaceful)]


def is_done_in_peace(trigger: Token) -> bool:
    """Whether those who do it, by the words of the sentence, wage no war: thieves who raid, gamers who storm."""
    doers = subjects(trigger) if trigger.is_verb else []
    return bool(doers) and all(_is_peaceful(_last(doer.lower)) for doer in doers)


def is_done_by_force(trigger: Token) -> bool:
    """Whether weapons or those who bear them do it, by the words of the sentence: “missiles struck a stadium”."""
    if trigger.is_verb:
        return any(_last(doer.lower) in _forces() for doer in subjects(trigger))
    return any(_last(c.lower) in _forces() for c in trigger.children if c.dep in ("compound", "amod", "nmod"))


def is_quarrel(trigger: Token) -> bool:
    """Words and not arms, where nobody bears any: “clashed over pensions”, “attacked the opposition over its tax plan”."""
    holders = [trigger, *(c for c in trigger.children if c.dep == "dobj")]
    if trigger.lemma == "attack" and any(
        prep.lower == "for" and prep.child("pcomp") is not None for prep in trigger.children_of("prep")
    ):
        return True  # “attacked the opposition for blocking the bill”
    return any(
        prep.lower in ("over", "about")
        and any(_last(noun.lower) in _matters() for noun in prep.children if noun.dep == "pobj")
        for holder in holders
        for prep in holder.children
        if prep.dep == "prep"
    )


def is_plain_thing(actor: Actor) -> bool:
    """Nobody's: what is fought over at home (“pensions”), won or scored."""
    return actor.id is None and _is_peaceful(head_of(actor.text))


def _is_peaceful(head: str, *, at_home: bool = True) -> bool:
    return (head in _peaceful() or (at_home and head in _domestic())) and head not in _forces()


def head_of(text: str) -> str:
    """The head noun of a phrase in small letters, singular: “Two Korean chipmakers in Texas” → “chipmaker”."""
    phrase = _ENDS.split(f" {text} ", maxsplit=1)
    head = _last(phrase[0])
    if head in _measures() and len(phrase) > 1:
        head = _last(_ENDS.split(phrase[1], maxsplit=1)[0])
    return head


def _last(phrase: str) -> str:
    words = _WORD.findall(_OWNER.sub("", phrase.strip()) or phrase)
    if not words:
        return ""
    word = str(words[-1]).lower()
    if word in _ALIKE or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word in _VES:
        return word[:-3] + "f"
    if word.endswith("men"):
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def _belongs(actor: Actor, to: Actor) -> bool:
    """Whether an actor stands within or right before another one's phrase."""
    if actor.start is None or to.start is None or actor.end is None or to.end is None:
        return False
    return to.start <= actor.start < to.end or 0 <= to.start - actor.end <= 6


@functools.cache
def _peaceful() -> frozenset[str]:
    return frozenset(knowledge.word_class("peaceful_heads"))


@functools.cache
def _measures() -> frozenset[str]:
    return frozenset(knowledge.word_class("measures_of"))


@functools.cache
def _domestic() -> frozenset[str]:
    return frozenset(knowledge.word_class("domestic_heads"))


@functools.cache
def _matters() -> frozenset[str]:
    return frozenset(knowledge.word_class("domestic_matters"))


@functools.cache
def _forces() -> frozenset[str]:
    return frozenset(_last(w) for name in ("troops", "weapons", "projectiles") for w in knowledge.word_class(name))
