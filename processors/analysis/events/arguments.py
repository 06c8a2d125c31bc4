"""Who does it and to whom: the arguments of a trigger on the parse, through passives, relative clauses and control."""

from __future__ import annotations

import functools

from processors.analysis import knowledge
from processors.analysis.syntax import (
    Token,
    agent,
    conjuncts,
    direct_object,
    is_hidden_main,
    is_participle_modifier,
    is_passive,
    own_subject,
    prepositional,
    stands_above,
)

_GOVERNED = ("xcomp", "advcl", "ccomp", "conj", "pcomp", "acl", "dep")


@functools.cache
def _acting() -> frozenset[str]:
    return knowledge.word_class("actors")


def relative_head(token: Token) -> Token | None:
    """The noun that a relative pronoun stands for."""
    for ancestor in token.ancestors():
        if ancestor.dep == "relcl":
            return ancestor.head
    return None


def resolved(token: Token) -> Token:
    if token.tag in ("WDT", "WP") or (
        token.lower == "that" and token.tag in ("IN", "DT") and token.dep.startswith("nsubj")
    ):
        return relative_head(token) or token
    return token


def object_tokens(verb: Token) -> list[Token]:
    """What is acted on: the direct object, or the subject of a passive, or the noun that a clause modifies."""
    found = [c for c in verb.children if c.dep in ("dobj", "obj", "nsubjpass")]
    if is_participle_modifier(verb):
        found.append(verb.head)
    elif verb.dep == "relcl" and not found:
        subject = verb.child("nsubj")
        if (
            subject is not None
            and subject.tag not in ("WDT", "WP")
            and verb.tag != "MD"
            and not prepositionless_gap(verb)
        ):
            found.append(verb.head)
    if not found and verb.dep == "conj" and verb.tag == "VBN" and not own_subject(verb):
        found = [c for c in verb.head.children if c.dep == "nsubjpass"]
    # a particle read as a preposition: “shot down a drone”, “called off the talks”
    if not found:
        for c in verb.children:
            if c.dep == "prep" and c.i == verb.i + 1 and c.lower in ("down", "off", "out", "up", "over"):
                inner = c.child("pobj")
                if inner is not None:
                    found.append(inner)
    if not found and any(c.dep == "advmod" and c.i == verb.i + 1 for c in verb.children):
        found = [c for c in verb.children if c.dep == "oprd" and c.is_noun]  # “called home its envoy”
    if not found:
        # “ordered the bank to pay”, “found the editor guilty”: read as a clause, with what is acted on as its subject
        for c in verb.children:
            if c.dep == "ccomp" and (
                c.tag == "JJ" or verb.lemma == "let" or any(g.dep == "aux" and g.lower == "to" for g in c.children)
            ):
                found.extend(c.children_of("nsubj"))
    # “sent the reservists home”: read as one long noun
    found = [next((g for g in t.children if g.dep == "compound"), t) if t.lower == "home" else t for t in found]
    return [resolved(t) for t in found]


def prepositionless_gap(verb: Token) -> bool:
    return any(c.tag in ("WDT", "WP", "WRB") and c.dep not in ("nsubj", "nsubjpass", "dobj") for c in verb.children)


def subjects(verb: Token, depth: int = 0) -> list[Token]:
    """Who does it: the subject, the by-agent of a passive, or what control and coordination pass down."""
    if depth > 6:
        return []
    doer = agent(verb)
    if doer is not None and (is_passive(verb) or verb.tag == "VBN"):
        return conjuncts(doer)
    if verb.tag == "VBN" and verb.dep in ("ccomp", "xcomp", "oprd") and verb.head.lemma == "order":
        return subjects(verb.head, depth + 1)  # “ordered them jailed”
    if is_passive(verb) or is_participle_modifier(verb):
        return []
    subject = own_subject(verb)
    if subject is not None and subject.dep != "nsubjpass":
        if subject.lower in ("there", "it") and subject.dep == "expl":
            return []
        return [resolved(t) for t in conjuncts(subject)]
    swallowed = _swallowed_subject(verb)
    if swallowed is not None:
        return conjuncts(swallowed)
    if verb.tag == "VBN" and verb.dep == "ROOT" and not any(c.dep in ("aux", "auxpass") for c in verb.children):
        return []
    return governor_subjects(verb, depth)


def _swallowed_subject(verb: Token) -> Token | None:
    """“It came after Oman, in a note, warned that …”: read as *after Oman*, with a verb that has lost its subject."""
    if verb.tag not in ("VBD", "VBZ", "VBP") or own_subject(verb) is not None:
        return None
    before = [c for c in verb.children if c.dep == "ccomp" and c.i < verb.i]
    if verb.dep == "conj" and verb.head.is_verb and not any(c.dep == "cc" for c in verb.head.children):
        before.append(verb.head)
    for clause in before:
        for c in reversed(clause.children):
            if c.dep == "prep" and c.lower in ("after", "before", "as", "since", "until", "till") and c.i < verb.i:
                found = c.child("pobj")
                if found is not None and found.i < verb.i:
                    return found
    return None


def governor_subjects(verb: Token, depth: int) -> list[Token]:
    head = verb.head
    if head is verb:
        return []
    if stands_above(verb, speaks=verb.lemma in _speaking()):
        return subjects(head.head, depth + 1)
    if verb.dep == "acl":
        if is_hidden_main(verb):
            return conjuncts(head)
        if verb.tag != "VBG":
            return owners(head)
        acts = head.lemma in _acting() or head.tag in ("NNP", "NNPS", "PRP")
        return [head] if acts else owners(head) or noun_governor_subjects(head, depth + 1) or [head]
    if verb.dep == "relcl":
        return [head]
    if verb.dep == "amod":
        return []
    if verb.dep in _GOVERNED:
        if head.is_verb or head.tag.startswith("JJ"):
            controlled = direct_object(head)
            if controlled is not None and verb.dep in ("xcomp", "ccomp") and controlled.i < verb.i:
                return conjuncts(controlled)
            if verb.dep == "advcl" and any(c.dep == "mark" for c in verb.children):
                return []
            if head.tag.startswith("JJ") and not own_subject(head):
                return subjects(head.head, depth + 1) if head.head.is_verb else []
            if verb.dep in ("xcomp", "advcl") and is_passive(head):
                passive = head.child("nsubjpass")
                return conjuncts(passive) if passive is not None else []
            return subjects(head, depth + 1)
        if head.dep == "prep" or verb.dep == "pcomp":
            return _through_preposition(head, depth)
        if head.is_noun:
            return owners(head) or noun_governor_subjects(head, depth + 1)
    return []


def _through_preposition(prep: Token, depth: int) -> list[Token]:
    above = prep.head
    if above.is_verb:
        controlled = direct_object(above) or above.child("nsubjpass")
        if controlled is not None and prep.lower in ("of", "from", "for", "with", "over", "against"):
            return conjuncts(controlled)
        return subjects(above, depth + 1)
    if above.is_noun:
        return owners(above) or noun_governor_subjects(above, depth + 1)
    if above.tag.startswith("JJ") and above.head.is_verb:
        return subjects(above.head, depth + 1)
    return []


def owners(noun: Token) -> list[Token]:
    """“Iran's plan to …”, “the plan by Iran”, “a request from Iran”, “an appeal filed by Iran”."""
    owner = noun.child("poss")
    if owner is not None:
        return conjuncts(owner)
    suffered = prepositional(noun, "of")
    doer = (
        prepositional(noun, "by")
        or (prepositional(noun, "from") if noun.lemma in _sent_words() else None)
        or (prepositional(suffered, "by") if suffered is not None else None)  # “the shelling of the port by Oman”
    )
    if doer is None and noun.dep == "dobj" and noun.head.is_verb and not is_passive(noun.head):
        behind = prepositional(noun.head, "by")  # “condemned the abduction of its envoys by Oman”, hung on the verb
        doer = behind if behind is not None and behind.is_noun and behind.i > noun.i else None
    if doer is not None:
        return conjuncts(doer)
    for c in noun.children:
        if c.dep == "acl" and c.tag == "VBN" and c.lemma in _SUBMITTED:
            doer = agent(c)
            if doer is not None:
                return conjuncts(doer)
    return []


_SUBMITTED = frozenset(
    {"file", "lodge", "submit", "make", "issue", "put", "bring", "send", "deliver", "launch", "present"}
)


@functools.cache
def _sent_words() -> frozenset[str]:
    return knowledge.word_class("sent_words")


@functools.cache
def _accusing() -> frozenset[str]:
    return frozenset(v for o in knowledge.operators() if o.effect == "accuse" for v in o.verbs)


@functools.cache
def _speaking() -> frozenset[str]:
    """Verbs that say something to or of somebody, and do not go on with a deed that somebody tells."""
    spoken = ("accuse", "request", "threat", "deny", "refuse")
    return frozenset(v for o in knowledge.operators() if o.effect in spoken for v in o.verbs)


@functools.cache
def _judging() -> frozenset[str]:
    return knowledge.word_class("judging")


@functools.cache
def _undergoing() -> frozenset[str]:
    return knowledge.word_class("undergoing")


def undergoers(noun: Token) -> list[Token]:
    """“Oman faced sanctions”, “Oman came under attack”: the subject of such a verb suffers what its object names."""
    if noun.dep in ("dobj", "obj") and noun.head.lemma in _undergoing():
        return subjects(noun.head)
    if noun.dep == "pobj" and noun.head.lower == "under" and noun.head.head.lemma in ("come", "be"):
        return subjects(noun.head.head)
    return []


@functools.cache
def _answers() -> frozenset[str]:
    return knowledge.word_class("answers")


def noun_governor_subjects(noun: Token, depth: int = 0) -> list[Token]:
    """Who does what a noun names, from the verb above it: “Iran launched an attack”, “responded with an attack”."""
    head = noun.head
    if head is noun or depth > 6:
        return []
    if noun.dep in ("dobj", "obj", "attr", "oprd") and head.is_verb:
        return [] if head.lemma in _judging() else subjects(head, depth + 1)
    if noun.dep == "conj":
        return noun_governor_subjects(head, depth + 1)
    if noun.dep == "pobj":
        above = head.head
        if above.lemma in _answers():
            return []  # “fired in response to the killing of …”: not by who fires
        if above.is_verb and above.lemma in _accusing() and head.lower in ("of", "for", "over"):
            accused = direct_object(above) or above.child("nsubjpass")
            return conjuncts(accused) if accused is not None else []
        if above.is_verb and head.lower in ("in", "with", "to", "for", "on", "into", "from"):
            return subjects(above, depth + 1)
        if above.tag.startswith("JJ") and above.lower in ("responsible", "guilty", "behind") and above.head.is_verb:
            return subjects(above.head, depth + 1)
        if above.is_noun and head.lower in ("of", "for", "to"):
            return owners(above) or noun_governor_subjects(above, depth + 1)
    if noun.dep in ("nsubjpass",):
        doer = agent(head)
        return conjuncts(doer) if doer is not None else []
    return []


def condition_subjects(verb: Token) -> list[Token]:
    """“If Quito resumes the tests, Lima will reimpose sanctions”: those are meant against Quito."""
    for c in verb.children:
        if c.dep == "advcl" and any(m.lower in ("if", "unless", "should") for m in c.children):
            subject = own_subject(c)
            return conjuncts(subject) if subject is not None else []
    return []


def condition_parties(verb: Token) -> list[Token]:
    """Who has to act first: “not until Lima pays”, “unless the terms are met by the firm”."""
    found: list[Token] = []
    for c in verb.children:
        clause = c
        if c.dep == "prep" and c.lower in _UNTIL:
            clause = c.child("pcomp") or c
        elif c.dep != "advcl" or not any(m.lower in _UNTIL for m in c.children if m.dep in ("mark", "advmod")):
            continue
        doer = agent(clause)
        if doer is not None:
            found.extend(conjuncts(doer))
        subject = own_subject(clause)
        if subject is not None:
            found.extend(conjuncts(subject))
    return found


_UNTIL = frozenset({"until", "till", "unless", "before", "if"})


@functools.cache
def _units() -> frozenset[str]:
    return knowledge.word_class("units")


def no_party(token: Token, path: str) -> bool:
    """“Pulled back 10 km”, “fired in retaliation for …”: how far and why, and not on whom."""
    if path == "in" and token.lemma in _answers():
        return True
    return token.lemma in _units() and any(c.dep in ("nummod", "det", "amod") for c in token.children)


def find(token: Token, paths: tuple[str, ...], theme: Token | None) -> list[Token]:
    """The first of the argument paths that leads to something other than the theme, with what is coordinated to it."""
    for path in paths:
        if path == "dobj":
            acted_on = [
                t for f in _follow(token, path) for t in conjuncts(f) if t is not theme and not no_party(t, path)
            ]
            if acted_on and (theme is None or theme not in acted_on[0].subtree()):
                return acted_on
            continue
        for found in _follow(token, path):
            if found is theme or (theme is not None and found in theme.ancestors()) or no_party(found, path):
                continue
            return [t for t in conjuncts(found) if t is not theme]
        if theme is not None and path not in ("dobj", "dative", "clause"):
            # the preposition may hang below the object: “imposed sanctions on Togo”
            found_below = prepositional(theme, path) or _far_below(theme, path)
            if found_below is not None:
                return conjuncts(found_below)
    return []


def _far_below(theme: Token, path: str) -> Token | None:
    """“Returned a coin struck under Basil to Greece”: behind a long object the preposition is hung on its last words."""
    if path not in ("to", "on", "against"):
        return None
    last: Token | None = None
    stack = [c for c in theme.children if c.dep in ("prep", "acl", "conj", "appos", "pobj", "relcl") and c.i > theme.i]
    while stack:
        current = stack.pop()
        if current.dep == "prep" and current.lower == path:
            found = current.child("pobj")
            if found is not None and (last is None or found.i > last.i) and found.tag in ("NNP", "NNPS", "NNS", "NN"):
                last = found
        stack.extend(c for c in current.children if c.dep not in ("ccomp", "advcl", "xcomp"))
    return last


def _follow(token: Token, path: str) -> list[Token]:
    if path == "dobj":
        return object_tokens(token) if token.is_verb else []
    if path == "dative":
        found = token.child("dative")
        if found is None:
            return []
        inner = found.child("pobj")
        return [inner or found]
    if path == "subject":
        if token.is_verb:
            return subjects(token)
        return subjects(token.head) if token.dep == "attr" and token.head.is_verb else []
    if path == "clause":
        clauses = [c for c in token.children if c.dep in ("ccomp", "xcomp")]
        clause = next((c for c in clauses if c.i > token.i), clauses[0] if clauses else None)
        for _ in range(3):
            if clause is None:
                return []
            subject = own_subject(clause)
            if subject is not None and subject.tag not in ("PRP", "EX"):
                return [subject]
            below = direct_object(clause)
            if below is not None and below.lemma in _acting():
                return [below]
            clause = clause.child("ccomp", "xcomp")
        return []
    found = prepositional(token, path)
    return [found] if found is not None else []
