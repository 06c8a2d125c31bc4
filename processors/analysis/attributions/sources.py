"""Who says it: the source of a cue by the parse, also where another verb, a passive or a relative pronoun holds it."""

from __future__ import annotations

from typing import NamedTuple

from processors.analysis.attributions.cues import is_cue_verb
from processors.analysis.knowledge import wording
from processors.analysis.syntax import (
    Token,
    agent,
    direct_object,
    is_participle_modifier,
    is_passive,
    own_subject,
    stands_above,
)

_RELATIVE = ("WDT", "WP")


class Who(NamedTuple):
    """The token that says it, what it stands for where it is a relative pronoun, and whether a passive tells nobody."""

    token: Token | None
    antecedent: Token | None = None
    untold: bool = False


NOBODY = Who(None)


def source_of(verb: Token) -> Who:
    """The source of a verb that is a cue."""
    lost = headless(verb)
    if lost is not None:
        return Who(lost)
    if is_passive(verb) or is_participle_modifier(verb):
        doer = agent(verb)
        if doer is not None:
            return Who(doer)
        quoted = verb.child("nsubjpass") if verb.lemma == "quote" or _reported_to_say(verb) else None
        return Who(quoted, untold=quoted is None)
    subject = own_subject(verb)
    if subject is None:
        subject = _inherited(verb)
    if subject is None or subject.dep in ("expl", "csubj"):
        return NOBODY
    if subject.tag in _RELATIVE or (subject.lower == "that" and verb.dep == "relcl"):
        return _relative(verb, subject)
    return Who(subject)


def _reported_to_say(verb: Token) -> bool:
    """“The talks are over, the envoy was reported to have said.”"""
    said = verb.child("xcomp")
    return said is not None and said.lemma in wording().says and any(c.dep == "ccomp" for c in verb.children)


def headless(verb: Token) -> Token | None:
    """“A report by the panel, seen by Reuters, accused …”: the parser took the verb for a participle and left none.

    Told by what a participle before its noun's own clause cannot have: an object or a clause of its own.
    """
    if verb.dep != "acl" or verb.tag not in ("VBD", "VBN") or verb.child("agent") is not None:
        return None
    if verb.child("dobj", "ccomp") is None:
        return None
    above = [verb, *verb.ancestors()]
    top = above[-1]
    if not top.is_noun or top.i > verb.i or any(a.is_verb and a.tag != "VBG" and a is not verb for a in above):
        return None
    behind_comma = any(c.dep == "punct" and c.text == "," and c.i == verb.i - 1 for a in above[1:] for c in a.children)
    return top if behind_comma else None


def _relative(verb: Token, pronoun: Token) -> Who:
    """“the envoy, who said …”: the pronoun stands for the noun above its clause."""
    if verb.dep == "relcl":
        return Who(pronoun, verb.head)
    for ancestor in verb.ancestors():
        if ancestor.dep == "relcl":
            return Who(pronoun, ancestor.head)
    return NOBODY


def _inherited(verb: Token) -> Token | None:
    """“Oman protested, saying …”, “went on to say”, “refused to say”: the subject of the verb above."""
    head = verb.head
    if verb.dep == "acl" and verb.tag == "VBG" and head.is_noun:
        return _issuer(head)
    if verb.dep == "relcl":
        return None
    for _ in range(4):
        if verb.dep == "pcomp" and head.dep == "prep":
            verb, head = head, head.head
            if verb.lower == "as" and head.lemma in ("cite", "quote") and not is_passive(head):
                return direct_object(head)
            if not head.is_verb:
                return None
        if verb.dep == "acl" and verb.tag == "VBG" and head.is_noun:
            return _issuer(head)
        if verb.dep == "conj" and belongs_above(verb):
            verb, head = head, head.head
            return own_subject(head) or _inherited(head)
        if verb.dep == "ccomp" and verb.tag not in ("VBG", "VB"):
            return None
        if verb.dep not in ("advcl", "xcomp", "conj", "pcomp", "prep", "dep", "parataxis", "ccomp"):
            return None
        if not head.is_verb:
            if not (verb.dep == "xcomp" and head.dep in ("acomp", "oprd") and head.head.is_verb):
                return None
            verb, head = head, head.head  # “is able to say”: whoever is able
        if verb.dep == "xcomp" and head.is_verb:
            controlled = direct_object(head)
            if controlled is not None:
                return controlled
        subject = own_subject(head)
        if subject is not None:
            return (
                subject
                if subject.dep != "nsubjpass"
                or verb.dep in ("advcl", "xcomp", "conj", "acomp")
                or head.lemma == "quote"
                else None
            )
        verb, head = head, head.head
    return None


def _issuer(noun: Token) -> Token:
    """“issued a paper welcoming …”: who issued it speaks; a statement that stands alone speaks for itself."""
    verb = noun.head
    if noun.dep == "dobj" and verb.is_verb and noun.tag in ("NN", "NNS") and not is_passive(verb):
        subject = own_subject(verb)
        if subject is not None and subject.tag not in _RELATIVE and subject.dep == "nsubj":
            return subject
    return noun


def belongs_above(verb: Token) -> bool:
    """“said it would stand firm and warned …”: the parser puts the second verb into what the first one says.

    How it is told stands at `stands_above`.
    """
    return stands_above(verb, speaks=True) and is_cue_verb(verb) and is_cue_verb(verb.head.head)
