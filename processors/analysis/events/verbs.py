"""Events that a verb or an adjective tells, with who does it to whom on its arguments."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from brinkwatch.models import Actor
from processors.analysis import knowledge
from processors.analysis.events import arguments, scenes, scope
from processors.analysis.events.actors import Names, is_deed, named_below
from processors.analysis.events.coded import Coded
from processors.analysis.events.index import rule_index
from processors.analysis.events.parties import (
    all_actors,
    halves,
    is_party,
    named_modifier,
    paired,
    pairs,
    widened,
    without,
)
from processors.analysis.events.plover import quad_of
from processors.analysis.knowledge import Rule
from processors.analysis.syntax import Sentence, Token, conjuncts, direct_object, is_passive, prepositional


def from_verb(rule: Rule, verb: Token, theme: Token | None, sentence: Sentence, names: Names) -> Coded:
    source_tokens: list[Token] = []
    for path in rule.source:
        if path == "subject":
            source_tokens.extend(arguments.subjects(verb))
        elif path == "from" and not source_tokens:
            found = prepositional(verb, "from") or (prepositional(theme, "from") if theme is not None else None)
            source_tokens.extend(conjuncts(found) if found is not None else [])
    source = all_actors(source_tokens, names, loose=False)
    laid_on = all_actors(scenes.laid_on(verb), names, loose=True) if rule.type == "ACCUSE" else []
    target = laid_on or _target(rule, verb, theme, source, names)
    if not source and theme is not None and (rule.type in ("AID", "RETREAT") or "theme" in rule.source):
        source = named_modifier(theme, names, {a.id for a in target if a.id})
    if not source and rule.type in ("COERCE", "SANCTION") and is_passive(verb):
        # “was arrested in Iran”: by whoever rules there
        where = ("from", "in") if rule.mode in ("expel", "deport") else ("in",)
        source = [a for a in all_actors(arguments.find(verb, where, None), names, loose=False) if a.id is not None][:1]
        target = without(target, source, names)
    if not source and theme is not None and pairs(rule):
        # “cooperation between A and B was strengthened”, “trade resumed between A and B”
        between = prepositional(theme, "between") or prepositional(verb, "between")
        if between is not None:
            source, target = all_actors(conjuncts(between), names, loose=False), []
    source, target = paired(rule, source, target, names)
    if not target and quad_of(rule.type) >= 3:
        target = without(all_actors(arguments.condition_subjects(verb), names, loose=False), source, names)
    # “Pakistan struck early”: a blow against nobody is one only where war is spoken of
    aimless = rule.type == "ASSAULT" and rule.when == "armed" and not target and theme is None and not is_passive(verb)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        verb,
        sentence,
        source,
        target if rule.type == "COERCE" else without(target, source, names),
        "asserted",
        rule.escalation,
        "wartime" if aimless else rule.when,
        theme,
        scope.read(verb),
    )


def from_adjective(rule: Rule, adjective: Token, sentence: Sentence, names: Names) -> Coded:
    """“Norway is willing to send engineers to Malta.”"""
    verb = adjective.head if adjective.head.is_verb else adjective
    source = all_actors(arguments.subjects(verb), names, loose=False)
    target = named_below(adjective, names, source, clauses=True)
    source, target = paired(rule, source, target, names)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        adjective,
        sentence,
        source,
        target,
        "asserted",
        rule.escalation,
        rule.when,
        None,
        scope.read(verb),
    )


def ought_to(verb: Token, sentence: Sentence, names: Names) -> Coded | None:
    """“Rome said that Tripoli must act”: a demand, whatever is demanded."""
    must = next((c for c in verb.children if c.dep == "aux" and c.lower in ("must", "should")), None)
    if must is None or verb.dep not in ("ccomp", "parataxis", "ROOT"):
        return None
    rule = next(r for r in rule_index().verbs["demand"] if r.type == "REQUEST")
    speaker = verb.head if verb.dep == "ccomp" else verb.child("ccomp", "parataxis")
    source = (
        all_actors(arguments.subjects(speaker), names, loose=False)
        if speaker is not None and speaker is not verb
        else []
    )
    target = all_actors(arguments.subjects(verb), names, loose=False) or all_actors(
        arguments.object_tokens(verb), names, loose=False
    )
    if not source or not target:
        return None
    return Coded(
        rule,
        "request.must",
        rule.type,
        "change",
        must,
        sentence,
        source,
        without(target, source, names),
        "requested",
        None,
        "never",
    )


def _target(rule: Rule, verb: Token, theme: Token | None, source: Sequence[Actor], names: Names) -> list[Actor]:
    """Whom it is done to: the first argument that is an actor, else a name below it, else the thing itself."""
    things: list[Actor] = []
    together = pairs(rule) and len(source) > 1 and bool(halves(list(source), names)[1])
    if rule.type in _BETWEEN_PARTIES:
        for path in rule.target:
            held = theme or (direct_object(verb) if path in ("from", "with") else None)
            tokens = [t for t in arguments.find(verb, (path,), held) if is_party(t, names)]
            actors = without(all_actors(tokens, names, loose=False), source, names)
            if actors and not (together and path in _CIRCUMSTANTIAL):
                return actors
    if together:
        return []  # they do it with each other
    ids = {a.id for a in source}
    own: list[Actor] = []
    for path in rule.target:
        tokens = arguments.find(verb, (path,), theme)
        if (
            not tokens
            and path == "dobj"
            and theme is not None
            and not (rule.mode == "withdraw" or (rule.type in _MOVING and rule.target[:1] != ("dobj",)))
        ):
            tokens = conjuncts(theme)
        if path == "dobj" and rule.mode == "withdraw" and theme is not None and theme.lemma not in _places():
            continue
        actors = without(all_actors(tokens, names, loose=False), source, names)
        if rule.type == "COERCE" and path in _WHERE and not actors:
            own = [
                a
                for a in all_actors(tokens, names, loose=False)
                if all(a.end <= s.start or s.end <= a.start for s in source)
            ]
        if any(a.id is None or a.id not in ids for a in actors):
            stands_there = things and quad_of(rule.type) == 4 and path in (*_WHERE, "at", "near")
            return [*things, *actors] if stands_there else actors  # “attacked a camp in Kabul”
        own = own or actors
        tied = path not in _LOOSELY_TIED or (path == "from" and rule.type == "RETREAT")
        if not things and tokens and (tied or (rule.type in _HOLDING and tokens[0].lemma in _places())):
            things = without(all_actors(tokens, names, loose=True), source, names)
            if rule.type in _ATTITUDES and is_deed(tokens[0]):
                return things  # who condemns a strike on Rome does not condemn Rome
            for token in tokens:
                named = named_below(token, names, [*source, *things], clauses=False)
                if named:
                    return widened(things, named, names)
    if own:
        return own  # a state that closes its own border, its own people who are jailed
    named = named_below(verb, names, [*source, *things], clauses=quad_of(rule.type) != 4)
    if named and (not things or rule.type in _PEOPLE_ONLY):
        return named
    if rule.type in _PEOPLE_ONLY and not (rule.type == "MOBILIZE" and tokens_are_ground(verb, rule, theme)):
        return []
    return [*things, *named]


def tokens_are_ground(verb: Token, rule: Rule, theme: Token | None) -> bool:
    """“Mobilised its men to the area”: where they are sent, though nobody is named."""
    return any(t.lemma in _places() for path in rule.target for t in arguments.find(verb, (path,), theme))


_ATTITUDES = ("ACCUSE", "SUPPORT", "REJECT", "REQUEST")


@functools.cache
def _places() -> frozenset[str]:
    return knowledge.word_class("territory")


_HOLDING = ("COERCE", "ASSAULT", "MOBILIZE")
"""What is done to ground as well as to people."""
_MOVING = ("AID", "MOBILIZE")
"""What is sent is not to whom it is sent."""
_WHERE = ("in", "across", "on", "over")
_LOOSELY_TIED = ("in", "for", "with", "over", "about", "from", "as", "by")
"""What stands behind these is no target unless it is somebody: “in a bid to …”, “for better pay”."""
_CIRCUMSTANTIAL = ("in", "on", "at", "for", "of")
_BETWEEN_PARTIES = ("AGREE", "CONSULT", "COOPERATE", "REQUEST", "AID")
"""What somebody does with or for somebody: an argument that is a party goes before one that is a thing."""
_PEOPLE_ONLY = ("AGREE", "CONSULT", "COOPERATE", "REQUEST", "AID", "MOBILIZE", "SANCTION")
"""What is agreed, sent, asked or moved is no target."""
