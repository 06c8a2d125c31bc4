"""Codes the events of a sentence: finds the triggers, lets verbs and nouns tell their events, and keeps what is told once."""

from __future__ import annotations

import functools

from processors.analysis import knowledge
from processors.analysis.events import arguments
from processors.analysis.events.actors import Names
from processors.analysis.events.coded import Coded
from processors.analysis.events.domain import domain_of
from processors.analysis.events.index import rule_index
from processors.analysis.events.nouns import from_noun
from processors.analysis.events.operators import noun_effect, verb_effect
from processors.analysis.events.parties import is_instrument, is_weapon, theme_chain
from processors.analysis.events.plover import quad_of
from processors.analysis.events.turning import turn
from processors.analysis.events.verbs import from_adjective, from_verb, ought_to
from processors.analysis.syntax import Sentence, Token, direct_object, is_passive


def code(sentence: Sentence, names: Names) -> list[Coded]:
    """The events of one parsed sentence, in the order of their triggers."""
    found: list[Coded] = []
    consumed: set[int] = set()
    for token in sentence.tokens:
        if token.is_verb and token.dep not in ("aux", "auxpass", "amod", "compound") and not _is_named_deed(token):
            match = rule_index().verb_rule(token, names)
            if match is not None:
                rule, theme = match
                if theme is not None and rule.object:
                    consumed.update(t.i for t in theme_chain(theme))
                if rule.subject:
                    consumed.update(t.i for t in arguments.subjects(token))
                if not (rule.type in _DELIBERATE and _nobody_does(token, rule.type == "ASSAULT")):
                    found.append(from_verb(rule, token, theme, sentence, names))
            ought = ought_to(token, sentence, names)
            if ought is not None:
                found.append(ought)
        elif (
            token.tag == "JJ"
            and token.lower in rule_index().adjectives
            and token.child("xcomp", "prep", "ccomp") is not None
        ):
            found.append(from_adjective(rule_index().adjectives[token.lower][0], token, sentence, names))
    domain = domain_of(sentence.text)
    titled = _is_titled(sentence)
    for token in sentence.tokens:
        if token.i in consumed or not _may_trigger(token, titled):
            continue
        rule_ = rule_index().noun_rule(token, domain, names)
        if rule_ is not None:
            found.append(from_noun(rule_, token, sentence, names))
    result: list[Coded] = []
    bare: dict[int, Coded] = {c.trigger.i: c for c in found if _verbal(c)}
    dropped: set[int] = set()
    for coded in found:
        wrapper = coded.reading.wrapper_token
        turn(coded, names)
        if quad_of(coded.type) == 4:
            _without_instruments(coded)
        plain = bare.get(wrapper.i) if wrapper is not None and wrapper is not coded.trigger else None
        if plain is not None and plain.type == coded.type:
            # the verb of asking, refusing, agreeing is told by the event that it turned, with whom it is directed at
            if coded.direction is None and plain.direction is not None:
                coded.direction, coded.when, coded.modality = plain.direction, plain.when, plain.modality
            coded.source = coded.source or plain.source
            if not any(a.id for a in coded.target) and any(a.id for a in plain.target):
                coded.target = plain.target
                coded.source = [a for a in coded.source if all(a.id != t.id for t in plain.target)] or plain.source
            dropped.add(id(plain))
        result.append(coded)
    _asked_for(result)
    _made_good(result)
    warned = {c.trigger.i for c in result if c.type == "THREATEN" and c.source}
    result = [c for c in result if id(c) not in dropped and _worth_keeping(c) and not _within(c, warned)]
    return sorted(_merged(result), key=lambda c: c.trigger.start)


def _asked_for(found: list[Coded]) -> None:
    """“Gave Togo two days to pull back”: what a time limit is set for is asked for, and not done."""
    limits = {c.trigger.i: c for c in found if c.name == "threaten.deadline"}
    for coded in found if limits else ():
        limit = next((limits[t.i] for t in coded.trigger.ancestors() if t.i in limits), None)
        if limit is not None and coded.direction == "de-escalation":
            coded.type, coded.mode, coded.modality = "REQUEST", "yield", "requested"
            coded.source, coded.target = list(limit.source), list(limit.target)


def _made_good(found: list[Coded]) -> None:
    """“Freed the crew that it had seized”, “apologised for the raid”: the older deed is told in passing, and is what ends here."""
    for end in found:
        apology = end.rule.name in ("concede.apologise", "concede.regret")
        if end.direction != "de-escalation" or not (apology or end.mode in ("release", "return")):
            continue
        freed = {t.i for t in arguments.object_tokens(end.trigger)} if end.trigger.is_verb else set()
        below = {t.i for c in end.trigger.children if c.dep != "conj" for t in c.subtree()} if apology else set()
        for deed in found:
            if deed.direction != "escalation":
                continue
            if deed.trigger.i in below or (deed.trigger.dep in ("acl", "relcl") and deed.trigger.head.i in freed):
                deed.direction = None
                if apology and not any(a.id for a in end.target):
                    end.target = [
                        a for a in deed.target if a.id and a.id not in {s.id for s in end.source}
                    ] or end.target


def _without_instruments(coded: Coded) -> None:
    """A weapon is nobody, but it tells that the deed was armed."""
    kept = [a for a in coded.source if a.id is not None or not is_instrument(a)]
    if len(kept) < len(coded.source) and coded.when == "armed" and any(map(is_weapon, coded.source)):
        coded.when = "always"
    coded.source = kept


_DELIBERATE = ("ASSAULT", "COERCE", "MOBILIZE", "THREATEN", "SANCTION", "PROTEST", "REJECT")


def _nobody_does(verb: Token, violent: bool) -> bool:
    """“A storm struck the coast”, “killed by malaria”, “the ferry sank, injuring six”: nature and mishaps are no actors."""
    if violent and (_happens(verb) or (verb.dep in ("advcl", "conj", "pcomp") and _above_happens(verb))):
        return True
    doers = arguments.subjects(verb)
    return bool(doers) and all(
        (t.lemma in _natural() and not _is_gunfire(t))
        or any(c.dep == "compound" and c.lower in _natural() for c in t.children)
        for t in doers
    )


def _is_gunfire(token: Token) -> bool:
    """“Artillery fire”, “sniper fire”: no blaze."""
    return token.lemma == "fire" and any(c.dep in ("compound", "amod") and c.lower in _guns() for c in token.children)


@functools.cache
def _guns() -> frozenset[str]:
    return knowledge.word_class("projectiles") | {
        "tank",
        "sniper",
        "arms",
        "machine-gun",
        "gun",
        "hostile",
        "enemy",
        "heavy",
    }


def _above_happens(verb: Token) -> bool:
    above = next((t for t in verb.ancestors() if t.is_verb), None)
    return above is not None and _happens(above)


def _happens(verb: Token) -> bool:
    keys = {verb.lemma, *(f"{verb.lemma}_{c.lower}" for c in verb.children if c.dep in ("prt", "advmod", "acomp"))}
    if not keys & _mishaps() or verb.child("dobj", "obj") is not None or verb.dep == "acl" or is_passive(verb):
        return False
    subject = verb.child("nsubj")
    return subject is None or subject.lemma not in _thrown()


@functools.cache
def _thrown() -> frozenset[str]:
    return knowledge.word_class("thrown")


@functools.cache
def _mishaps() -> frozenset[str]:
    return knowledge.word_class("mishaps")


@functools.cache
def _natural() -> frozenset[str]:
    return knowledge.word_class("natural_causes")


def _verbal(coded: Coded) -> bool:
    """A bare REQUEST, THREATEN, AGREE or REJECT: told better by the event that its verb turns into one."""
    return coded.type in ("REQUEST", "THREATEN", "AGREE", "REJECT")


def _may_trigger(token: Token, titled: bool) -> bool:
    if (
        not token.is_noun
        and not (token.tag == "VBG" and token.dep in ("nsubj", "dobj", "pobj", "ROOT"))
        and not _is_named_deed(token)
    ):
        return False
    if token.dep in ("compound", "nmod") and token.head.is_noun:
        return False
    # “March”, “the Good Friday Agreement”: names are no deeds, but in headlines everything looks like a name
    return titled or not (token.tag in ("NNP", "NNPS") and token.text[:1].isupper() and token.i > 0)


def _is_named_deed(token: Token) -> bool:
    """“Fighting raged”: a deed by its noun, though the parser takes it for a verb."""
    return (
        token.tag == "VBG"
        and (token.dep in ("nsubj", "nsubjpass") or any(c.lower == "between" for c in token.children))
        and token.lower in rule_index().nouns
        and direct_object(token) is None
    )


def _is_titled(sentence: Sentence) -> bool:
    """A headline in Title Case or CAPITALS."""
    words = [t for t in sentence.tokens if t.text[:1].isalpha() and len(t.text) > 3]
    return len(words) > 2 and sum(t.text[:1].isupper() for t in words) >= 0.8 * len(words)


def _within(coded: Coded, warned: set[int]) -> bool:
    """“Warned of grave consequences” is one threat: what it holds is told by who utters it."""
    return (
        coded.type == "THREATEN"
        and not coded.source
        and any(t.i in warned and t is not coded.trigger for t in coded.trigger.ancestors())
    )


def _worth_keeping(coded: Coded) -> bool:
    if coded.when == "warlike":
        reading = coded.reading
        told = reading.light is not None or any(
            (noun_effect(t) if t.is_noun else verb_effect(t)) in ("hypothetical", "threat", "intended")
            for t in reading.seen[:2]
        )
        wanted = coded.trigger.dep in ("dobj", "pobj", "attr", "nsubj", "xcomp", "ccomp", "ROOT", "advcl", "conj")
        if coded.trigger.is_noun and not (told and wanted):
            return False
    if coded.direction is not None or coded.source:
        return True
    return any(a.id is not None for a in coded.target) or coded.type in ("ASSAULT", "COERCE", "RETREAT", "SANCTION")


def _merged(found: list[Coded]) -> list[Coded]:
    """One event where two rules read the same deed out of one trigger chain (“launched an attack”, “call for a truce”)."""
    kept: list[Coded] = []
    for coded in sorted(found, key=lambda c: (-_fullness(c), c.trigger.start)):
        twin = next(
            (
                k
                for k in kept
                if k.type == coded.type
                and {a.id or a.text for a in k.source} == {a.id or a.text for a in coded.source}
                and {a.id or a.text for a in k.target} == {a.id or a.text for a in coded.target}
                and k.modality == coded.modality
            ),
            None,
        )
        if twin is None:
            kept.append(coded)
        elif twin.direction is None and coded.direction is not None:
            twin.direction, twin.when = coded.direction, coded.when
    return kept


def _fullness(coded: Coded) -> int:
    return 2 * bool(coded.source) + 2 * bool(coded.target) + (coded.direction is not None)
