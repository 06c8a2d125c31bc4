"""What the sentence takes as known: deeds of another time, and deeds told only to place another in time or cause."""

from __future__ import annotations

from processors.analysis import knowledge
from processors.analysis.events.operators import adjective_effect, noun_effect, verb_effect
from processors.analysis.syntax import Token


def below_history(noun: Token) -> bool:
    """“The anniversary of the war, in which …”, “commemorated the raid that …”: the noun is of another time, and what is told of it."""
    current = noun
    for _ in range(5):
        if noun_effect(current) == "historical" or any(
            adjective_effect(c) == "historical" for c in current.children if c.dep in ("amod", "compound")
        ):
            return True
        above = current.head
        if current.dep in ("dobj", "nsubjpass"):
            return above.is_verb and verb_effect(above) == "historical"
        if current.dep == "pobj" and above.lower in ("of", "about", "from", "in", "on"):
            above = above.head
        elif current.dep not in ("poss", "compound", "appos", "conj"):
            return False
        if not above.is_noun:
            return False
        current = above
    return False


def told_by_a_work(trigger: Token) -> bool:
    """“The book describes how …”, “a statue of the admiral who sank …”, “historians found letters by a soldier killed …”:
    what works of art and remains of the past tell of, and what those who study it find."""
    works, scholars = knowledge.word_class("works"), knowledge.word_class("scholars")
    current = trigger
    for _ in range(14):
        head = current.head
        if head is current or current.dep == "parataxis":
            return False
        if head.is_noun and head.lemma in works and current.dep not in ("conj", "poss", "compound", "amod"):
            return True
        subject = head.child("nsubj") if head.is_verb else None
        if subject is not None and subject is not current and current.dep not in ("conj", "advcl"):
            if subject.lemma in works:
                return True
            if subject.lemma in scholars and head.lemma in knowledge.word_class("finding"):
                return True
        current = head
    return False


def in_passing(noun: Token) -> bool:
    """“Support for Rome's war”, “since its invasion”, “amid the fighting”: a deed that the sentence takes as known.

    A definite or owned noun behind a preposition that only places what is told in time or cause, or behind another
    noun that is no operator; what is told of it as news (“the toll of the raid rose”) stays in the foreground.
    """
    owned = noun.child("poss") is not None
    definite = any(c.dep == "det" and c.lower in ("the", "this", "that", "these", "those") for c in noun.children)
    prep = noun.head
    if prep.lower == "of" and prep.head.lemma in knowledge.word_class("units") and prep.head.dep == "pobj":
        return prep.head.head.lower in _SETTING  # “after months of skirmishes”
    if prep.lower == "of" and prep.head.is_noun and not noun.child("det", "poss") and noun.dep == "pobj":
        return prep.head.dep == "pobj" and in_passing(prep.head)  # “Rome's war of aggression”
    if noun.dep != "pobj" or not (owned or definite or prep.lower in ("since", "amid", "despite")):
        return False
    if prep.lower in _SETTING:
        return True
    above = prep.head
    if above.lemma in knowledge.word_class("answers"):
        return True
    return (
        owned
        and above.is_noun
        and noun_effect(above) is None
        and above.lemma not in knowledge.word_class("changes")
        and above.lemma not in knowledge.word_class("claims")
    )


_SETTING = ("since", "amid", "despite", "during", "following", "after", "before", "until", "over", "because")
