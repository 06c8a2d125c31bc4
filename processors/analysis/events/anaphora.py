"""“Such actions”, “the move”: deeds that are named only by pointing back to one told before."""

from __future__ import annotations

from collections.abc import Sequence

from processors.analysis.events import arguments, scope
from processors.analysis.events.actors import Names, actors_of
from processors.analysis.events.coded import Coded
from processors.analysis.syntax import Sentence, Token

_POINTERS = frozenset({"such", "these", "this", "those", "that"})
_DEEDS = frozenset(
    {
        "action",
        "actions",
        "act",
        "acts",
        "move",
        "moves",
        "step",
        "steps",
        "measure",
        "measures",
        "activity",
        "activities",
        "conduct",
        "behavior",
        "behaviour",
        "transfer",
        "transfers",
        "deliveries",
        "delivery",
        "supplies",
        "practice",
        "practices",
        "operation",
        "operations",
        "assistance",
        "support",
    }
)
_REACH = 3


def resolve_anaphora(sentences: Sequence[Sentence], coded: Sequence[Coded], names: Names) -> list[Coded]:
    """The events with those added that point back: same deed and target, its own doer and sense."""
    result = list(coded)
    order = {id(s): i for i, s in enumerate(sentences)}
    for sentence in sentences:
        for token in sentence.tokens:
            if token.lower not in _DEEDS or not any(
                c.lower in _POINTERS and c.dep in ("amod", "det", "predet") for c in token.children
            ):
                continue
            if any(one.trigger is token for one in coded):
                continue
            before = [
                one
                for one in coded
                if one.direction is not None and 0 < order[id(sentence)] - order[id(one.sentence)] <= _REACH
            ]
            if not before:
                continue
            latest = before[-1].sentence
            told = min((one for one in before if one.sentence is latest), key=_prominence)
            result.append(_again(told, token, sentence, names))
    return sorted(result, key=lambda one: (one.sentence.start, one.trigger.start))


def _prominence(one: Coded) -> tuple[int, int]:
    """What a sentence is about stands high in its tree."""
    return sum(1 for _ in one.trigger.ancestors()), one.trigger.i


def _again(told: Coded, token: Token, sentence: Sentence, names: Names) -> Coded:
    doers = arguments.noun_governor_subjects(token)
    source = [a for t in doers for a in actors_of(t, names, loose=False)]
    reading = scope.read(token)
    doer_prep = arguments.find(token, ("by",), None)
    if doer_prep:
        source = [a for t in doer_prep for a in actors_of(t, names, loose=False)]
    return Coded(
        told.rule,
        told.rule.name,
        told.rule.type,
        told.rule.mode,
        token,
        sentence,
        source,
        [a for a in told.target if a.id],
        reading.modality,
        told.rule.escalation,
        told.rule.when,
        None,
        reading,
        anaphor=True,
    )
