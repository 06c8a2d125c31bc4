"""In what sense a trigger is said: what stands before it in its clause, nearest and strongest first."""

from __future__ import annotations

import re
from typing import NamedTuple

from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis.light.rules import Language, Rule
from processors.analysis.light.sentence import Sentence

_BREAK = re.compile(
    r"[;:]|, (?:y|et|und|and|и|а|но|pero|mais|aber|but) |[,،] و|(?<=\w) و(?=\w{3,} (?:الي|علي|ان|عن|ب\w+)(?!\w))"
)
_INFIX = re.compile(r"(?:an|ab|aus|ein|vor|zuruck)zu\w+$")


class Coded(NamedTuple):
    type: EventType
    mode: str | None
    escalation: Direction | None
    modality: Modality
    rule: str


def modality_of(sentence: Sentence, rule: Rule, start: int, end: int, patterns: Language) -> Modality:
    before, after = sentence.folded[:start], sentence.folded[end:]
    clause = _BREAK.split(before)[-1]
    trigger = sentence.folded[start:end]
    if patterns.conjoined.search(before) or (patterns.words.subject_after and trigger.startswith("و")):
        clause = ""  # what governs the first verb does not reach the second
    near = before[-45:]
    if patterns.negation.search(near) or (
        patterns.after_negation is not None and patterns.after_negation.search(after[:40])
    ):
        asked = rule.order != "noun" and rule.escalation == "escalation" and patterns.requested.search(clause)
        return "requested" if asked else "negated"
    if patterns.denied.search(clause):
        return "denied"
    if patterns.historical.search(sentence.folded):
        return "historical"
    if rule.modality is not None:
        return rule.modality
    if patterns.given is not None and rule.order == "noun" and patterns.given.search(before):
        return "asserted"  # “after the attack”, whatever was asked for then
    if patterns.requested.search(clause):
        return "requested"
    if patterns.hypothetical.search(clause):
        return "hypothetical"
    if patterns.after_hypothetical is not None and patterns.after_hypothetical.search(after):
        return "hypothetical"
    if patterns.intended.search(clause[-70:]) or (patterns.future is not None and patterns.future.match(trigger)):
        return "intended"
    if patterns.future_auxiliary is not None and patterns.future_auxiliary.search(clause[-120:] + trigger):
        return "intended"
    return "asserted"


def turned(sentence: Sentence, rule: Rule, start: int, end: int, modality: Modality, patterns: Language) -> Coded:
    """The event as the words before it turn it: an attack that is to stop is asked for, one that stopped is over."""
    plain = Coded(rule.type, rule.mode, rule.escalation, modality, rule.name)
    if rule.escalation != "escalation" or rule.type not in ("ASSAULT", "MOBILIZE", "THREATEN"):
        return plain
    stops = patterns.stopping is not None and patterns.stopping.search(sentence.folded[:start])
    if patterns.after_stopping is not None:
        stops = stops or patterns.after_stopping.search(sentence.folded[end:])
    refrains = modality == "requested" and patterns.negation.search(sentence.folded[max(0, start - 45) : start])
    if modality == "requested" and (stops or refrains):
        return Coded("REQUEST", "yield", "de-escalation", "requested", rule.name)
    if stops:
        return Coded("RETREAT", "ceasefire", "de-escalation", modality, rule.name)
    return plain


def clause_before(sentence: Sentence, start: int, end: int) -> tuple[int, bool]:
    """Where the clause of a verb at its end begins, and whether the verb is an infinitive with *zu*."""
    comma = max(sentence.folded.rfind(", ", 0, start), sentence.folded.rfind(": ", 0, start))
    trigger = sentence.folded[start:end]
    infinitive = sentence.folded.startswith(" zu ", end) or " zu " in trigger or bool(_INFIX.search(trigger))
    return max(comma, 0), infinitive
