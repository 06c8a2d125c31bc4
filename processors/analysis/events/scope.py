"""In what sense an event is said: what the syntax above its trigger makes of it (scope, not distance).

Walks from the trigger to the root of its clause; what each step folds in is told in `reading`.
"""

from __future__ import annotations

import functools

from processors.analysis import knowledge
from processors.analysis.events.operators import belongs_above, noun_effect, verb_effect
from processors.analysis.events.reading import (
    CONDITIONAL,
    Reading,
    apply,
    negate,
    read_clause,
    read_noun,
    set_always,
    set_sense,
    under_adjective,
    under_noun,
    wrap,
)
from processors.analysis.events.setting import below_history, in_passing, told_by_a_work
from processors.analysis.syntax import Token, antecedent, auxiliaries, direct_object

_HISTORICAL_PREPOSITIONS = frozenset({"since"})
_CIRCUMSTANCES = frozenset({"after", "following", "because", "amid", "despite", "before", "over", "during"})
_EVALUATING = frozenset({"consider", "regard", "deem", "see", "view", "find", "call", "term"})


def read(trigger: Token) -> Reading:
    """The sense of the event that `trigger` names."""
    reading = Reading()
    if trigger.is_noun and any(a.lemma in ("consider", "regard", "deem") for a in trigger.ancestors()):
        reading.evaluated = True
    if trigger.is_verb:
        read_clause(trigger, reading)
    else:
        read_noun(trigger, reading)
        reading.background = in_passing(trigger)
    current = trigger
    for _ in range(14):
        head = current.head.head if belongs_above(current) else current.head
        if head is current or not _step(current, head, reading):
            break
        current = head
    if told_by_a_work(trigger):
        set_always(reading, "historical")
    return reading


def _step(current: Token, head: Token, reading: Reading) -> bool:
    """Fold what `head` does to what is below it; False where the scope ends."""
    reading.seen.append(head)
    dep = current.dep
    told_of = antecedent(current) if dep in ("relcl", "acl", "advcl") else None
    if dep == "acl" and current.tag == "VBN":
        told_of = head
    if told_of is not None and below_history(told_of):
        set_always(reading, "historical")
    if dep == "relcl" or (told_of is not None and dep == "advcl"):
        return False
    if dep == "advcl":
        return _adverbial(current, head, reading)
    if dep == "acl":
        if current.tag == "VBN" or (current.tag == "VBG" and not head.is_noun):
            return False
        if any(c.lower == "to" and c.dep == "aux" for c in current.children) or current.tag == "VB":
            under_noun(head, reading)
            return True
        if any(c.dep == "mark" and c.lower == "that" for c in current.children):
            under_noun(head, reading)
            return True
        return False
    if dep == "conj":
        return _conjunct(current, head, reading)
    if dep in ("ccomp", "xcomp", "csubj", "oprd"):
        return _complement(current, head, reading)
    if head.dep == "prep" or head.tag == "IN" or dep in ("pobj", "pcomp"):
        return _preposition(current, head, reading)
    if dep in ("dobj", "obj", "nsubj", "nsubjpass", "attr", "dative"):
        return _argument(current, head, reading)
    if dep in ("prep", "agent"):
        return _attached(current, head, reading)
    if dep in ("compound", "amod", "nmod", "poss", "appos"):
        if head.is_noun:
            under_noun(head, reading)
            return dep != "appos"
        return False
    if dep == "parataxis":
        return False
    return head.is_verb


_SPEECH = frozenset(
    {"say", "tell", "urge", "add", "write", "shout", "reply", "insist", "demand", "warn", "plead", "declare"}
)


def _imperative(verb: Token, head: Token) -> bool:
    """“*Stop* the raids,” the envoy told Rome."""
    return (
        verb.tag == "VB"
        and head.lemma in _SPEECH
        and verb.i < head.i
        and not auxiliaries(verb)
        and not any(c.dep in ("nsubj", "nsubjpass", "mark") for c in verb.children)
    )


def _adverbial(current: Token, head: Token, reading: Reading) -> bool:
    if _imperative(current, head):
        apply("request", head, reading)
        return True
    marks = {c.lower for c in current.children if c.dep in ("mark", "advmod", "prep")}
    if marks & CONDITIONAL:
        set_sense(reading, "hypothetical")
        return False
    if any(c.dep == "aux" and c.lower == "to" for c in current.children):
        asked = direct_object(head)
        if asked is not None and asked.i < current.i and noun_effect(asked) in ("request", "agree", "threat"):
            under_noun(asked, reading)  # “rejected calls to end …”: what is called for, wherever it is hung
            return _argument(asked, head, reading)
        calling = head if head.is_noun else head.child("nsubj")
        if calling is not None and calling.is_noun and noun_effect(calling) == "request" and calling.i < current.i:
            under_noun(calling, reading)  # “its call for Rome to …”, “calls are growing for Rome to …”
            return True
        for_others = any(c.lower == "for" and c.dep == "mark" for c in current.children)
        if verb_effect(head) == "request" and for_others:
            apply("request", head, reading)  # “called for both sides to …”
            return True
        if verb_effect(head) == "request" and any(
            (c.dep in ("prep", "prt") and c.lower in ("on", "upon", "to", "with")) or c.dep == "dobj"
            for c in head.children
            if c.i < current.i
        ):
            apply("request", head, reading)  # “called on Rome to …” asks for it, wherever the parser hangs it
            return True
        if reading.modality == "asserted":
            set_sense(reading, "intended")
            reading.purpose = True
        return verb_effect(head) in ("request", "threat", "refuse")
    if "without" in marks:
        negate(reading)
        return False
    if "before" in marks and current.tag == "VBG":
        return False
    return False


def _conjunct(current: Token, head: Token, reading: Reading) -> bool:
    if current.is_verb and head.is_verb:
        if any(c.dep in ("nsubj", "nsubjpass", "expl") for c in current.children):
            # a clause of its own shares only what stands above both
            return head.dep in ("ccomp", "xcomp", "advcl", "pcomp")
        own = auxiliaries(current)
        if not own:
            saved = reading.modality
            shared_negation = any(c.dep == "neg" for c in head.children) and not any(
                c.dep == "cc" and c.lower == "but" for c in head.children
            )
            if any(a.tag == "MD" for a in auxiliaries(head)):
                read_clause(head, reading)
            elif (
                shared_negation
                and saved == "asserted"
                and any(c.dep == "cc" and c.lower == "or" for c in head.children)
            ):
                negate(reading)
    return True


def _complement(current: Token, head: Token, reading: Reading) -> bool:
    if head.tag.startswith("JJ"):
        under_adjective(head, reading)
        return True
    if head.is_noun:
        under_noun(head, reading)
        return True
    if _imperative(current, head):
        apply("request", head, reading)
        return True
    told_to = any(c.dep == "aux" and c.lower == "to" for c in current.children)
    if told_to and any(c.lower == "yet" for c in (*head.children, *current.children)):
        negate(reading)  # “has yet to withdraw”
    elif told_to and head.lemma == "be":
        set_sense(reading, "intended")  # “are to resume flights”
    elif told_to and head.lemma == "need" and head.dep == "ccomp" and reading.modality in ("asserted", "intended"):
        set_always(reading, "requested")  # “Rome said that Tripoli needs to …”
        reading.ought = True
        return True
    effect = verb_effect(head)
    finite = (
        current.dep == "ccomp"
        and any(c.dep in ("nsubj", "nsubjpass") for c in current.children)
        and not any(c.dep == "aux" and c.lower == "to" for c in current.children)
        and not (effect == "allow" and current.tag == "VB")
    )
    if effect is None:
        if finite or current.dep == "ccomp":
            return False  # said, reported, showed: what is above them says nothing about the content
        if current.dep == "oprd" and head.lemma in _EVALUATING:
            reading.evaluated = True
        read_clause(head, reading)
        return True
    if finite and effect in (
        "intended",
        "agree",
        "transparent",
        "threat",
        "end",
        "refuse",
        "accuse",
        "negate",
        "allow",
        "historical",
    ):
        # “warned that X would”: the content's own verb tells; “agreed that”, “announced that” too
        if effect == "refuse":
            negate(reading)
        return effect in ("transparent",)
    if (
        effect == "request"
        and head.lemma in ("tell", "require", "advise", "insist")
        and finite
        and not _subjunctive(current)
    ):
        return False
    apply(effect, head, reading)
    return True


def _subjunctive(verb: Token) -> bool:
    return verb.tag == "VB" or any(a.lower in ("should", "must") for a in auxiliaries(verb))


def _preposition(current: Token, prep: Token, reading: Reading) -> bool:
    if prep.lower in ("without", "barring") or (prep.lower == "of" and prep.head.lower == "instead"):
        negate(reading)
    elif prep.lower in _HISTORICAL_PREPOSITIONS:
        set_always(reading, "historical")
        return False
    elif (prep.head.is_verb and prep.lower in _CIRCUMSTANCES) or _presupposed(current, prep):
        return False
    return True


def _presupposed(noun: Token, prep: Token) -> bool:
    """“Would deepen Rome's support for Tripoli's war”: a deed with an owner, inside another noun's phrase, is a fact."""
    above = prep.head
    return (
        noun.is_noun
        and noun.child("poss") is not None
        and above.is_noun
        and noun_effect(above) is None
        and above.lemma not in _changes()
    )


@functools.cache
def _shares() -> frozenset[str]:
    return knowledge.word_class("shares")


@functools.cache
def _claims() -> frozenset[str]:
    return knowledge.word_class("claims")


@functools.cache
def _changes() -> frozenset[str]:
    return knowledge.word_class("changes")


def _attached(prep: Token, head: Token, reading: Reading) -> bool:
    if head.is_verb:
        effect = verb_effect(head)
        if effect == "threat" and prep.lower in ("against", "about"):
            set_sense(reading, "hypothetical")  # “warned Rome against sending”
            return True
        if effect in (
            "request",
            "refuse",
            "negate",
            "deny",
            "end",
            "threat",
            "agree",
            "intended",
            "hypothetical",
            "accuse",
            "historical",
        ):
            fits = {
                "request": ("for", "on", "to", "against"),
                "refuse": ("to", "from"),
                "negate": ("from", "of", "in", "to"),
                "end": ("to", "from", "on"),
                "threat": ("of", "with"),
                "agree": ("to", "on"),
                "intended": ("for", "to", "on", "at"),
                "hypothetical": ("of", "about", "for"),
                "accuse": ("of", "for", "over"),
                "historical": ("of",),
                "deny": (),
            }[effect]
            if prep.lower in fits:
                barred = effect == "end" and prep.lower == "from"  # “barred from entering” ends nothing
                apply("negate" if barred else effect, head, reading)
                return True
        if prep.lower in ("of", "for", "to", "from", "in", "with", "by", "against", "on", "under"):
            governs = effect == "transparent" or prep.lower in ("in", "with", "to", "under")
            if governs and prep.lower in ("with", "under", "to"):
                read_clause(head, reading)
            return governs
        return False
    if head.is_noun:
        if prep.lower in ("of", "for", "to", "about", "on", "in", "against", "over", "from", "at"):
            before = reading.modality
            if head.lemma in _shares():
                return True  # “denied any part in the shooting”
            under_noun(head, reading)
            return reading.modality != before or reading.wrapper is not None or prep.lower in ("of", "for", "to")
        return False
    if head.tag.startswith("JJ"):
        under_adjective(head, reading)
        return True
    return False


def _argument(current: Token, head: Token, reading: Reading) -> bool:
    if not head.is_verb:
        if head.is_noun:
            under_noun(head, reading)
            return True
        if head.tag.startswith("JJ"):
            return False
        return False
    effect = verb_effect(head)
    subject = current.dep in ("nsubj",)
    passive_subject = current.dep == "nsubjpass"
    if subject:
        if head.dep in ("ccomp", "xcomp") and head.head.lemma in _EVALUATING:
            reading.evaluated = True
        if effect == "end" or head.lemma in ("collapse", "fail", "end", "stop", "cease", "halt"):
            read_clause(head, reading)
            if _comes_to_an_end(head):
                wrap(reading, "end", head)  # “the shelling stopped”
            return False
        if _comes_to_an_end(head):
            apply("end", head, reading)
            return False
        read_clause(head, reading)
        if head.lemma == "be" and any(
            c.dep == "xcomp" and any(g.lower == "to" for g in c.children) for c in head.children
        ):
            set_sense(reading, "intended")  # “the truce is to begin at noon”
        return False
    if effect is not None and not (
        effect == "intended"
        and head.lemma in ("see", "go", "look", "move", "mean", "set", "seek")
        and head.lemma != "seek"
    ):
        if effect == "refuse" and current.lemma in _claims():
            effect = "deny"  # who rejects a claim denies what it says
        if effect == "transparent" and reading.light is None and not passive_subject:
            reading.light = head
        apply(effect, head, reading)
        if passive_subject:
            # “talks are expected to resume”
            return True
        return True
    if head.lemma in _EVALUATING and not any(
        c.dep in ("det", "poss") and c.lower not in ("a", "an") for c in current.children
    ):
        reading.evaluated = True
    if subject_is_of_another_time(head):
        set_always(reading, "historical")
    read_clause(head, reading)
    return not finite_clause(head)


_ENDING = frozenset(
    {
        "stop",
        "cease",
        "end",
        "halt",
        "subside",
        "abate",
        "die",
        "let",
        "wane",
        "pause",
        "recede",
        "ebb",
        "drop",
        "decrease",
        "decline",
        "dwindle",
        "lessen",
    }
)


def _comes_to_an_end(verb: Token) -> bool:
    """“The shelling stopped”, “the fighting died down”, “the raids came to an end”."""
    if direct_object(verb) is not None:
        return False
    if verb.lemma in ("die", "let"):
        return any(c.lower in ("down", "up", "away") for c in verb.children)
    if verb.lemma in ("come", "draw", "grind"):
        return any(
            g.lemma in ("end", "halt", "close", "stop") for c in verb.children if c.lower == "to" for g in c.children
        )
    return verb.lemma in _ENDING


def subject_is_of_another_time(verb: Token) -> bool:
    """“A film revisits the siege”, “the exhibition shows the bombing”."""
    subject = verb.child("nsubj")
    return subject is not None and noun_effect(subject) == "historical"


def finite_clause(verb: Token) -> bool:
    return any(c.dep in ("nsubj", "nsubjpass") for c in verb.children) and verb.dep in (
        "ROOT",
        "ccomp",
        "advcl",
        "relcl",
        "parataxis",
    )
