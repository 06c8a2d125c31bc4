"""Events that a noun tells (“the attack by A on B”, “B's arrest”), with who does it to whom around it."""

from __future__ import annotations

from brinkwatch.models import Actor
from processors.analysis.events import arguments, scenes, scope
from processors.analysis.events.actors import Names, actors_of, is_actor_noun, is_fired, named_below
from processors.analysis.events.coded import Coded
from processors.analysis.events.operators import verb_effect
from processors.analysis.events.parties import all_actors, halves, is_party, named_modifier, paired, widened, without
from processors.analysis.events.plover import quad_of
from processors.analysis.knowledge import Rule
from processors.analysis.syntax import Sentence, Token, conjuncts, prepositional


def from_noun(rule: Rule, noun: Token, sentence: Sentence, names: Names) -> Coded:
    reading = scope.read(noun)
    blamed = scenes.blamed_for(noun) if rule.type in ("ASSAULT", "COERCE") else []
    suffering = [] if rule.reciprocal else arguments.undergoers(noun)
    source = _noun_source(rule, noun, names, governed=not suffering)
    if suffering and not source:
        giver = prepositional(noun.head, "from") or prepositional(noun, "from")
        source = all_actors(conjuncts(giver), names, loose=False) if giver is not None else []
    if blamed:
        source = all_actors(blamed, names, loose=False)
    theme = prepositional(noun, "of")
    if theme is None and rule.possessor == "target":
        theme = noun.child("poss")
    if rule.type == "ASSAULT" and theme is not None and is_fired(theme):
        source, theme = source or all_actors([theme], names, loose=False), None  # “a barrage of Omani artillery”
    transfers = rule.type in ("AID", "RETREAT", "MOBILIZE", "COOPERATE") and theme is not None
    paths = tuple(p for p in rule.target if p not in ("dobj", "dative") and not (p == "of" and theme is None))
    tokens = [t for t in arguments.find(noun, paths, theme if transfers else None) if t not in blamed]
    if not tokens and theme is not None and "of" in paths:
        tokens = conjuncts(theme)
    things = all_actors(tokens, names, loose=True)
    target = (
        all_actors(suffering, names, loose=True)
        or all_actors(tokens, names, loose=False)
        or [
            a
            for t in tokens
            for a in widened(all_actors([t], names, loose=True), named_below(t, names, source, clauses=False), names)[
                :1
            ]
            if a.id
        ]
    )
    if not target and noun.dep in ("dobj", "pobj", "nsubjpass") and (noun.head.is_verb or noun.head.head.is_verb):
        light = noun.head if noun.head.is_verb else noun.head.head
        below = [t for path in paths if path != "of" for t in arguments.find(light, (path,), noun)]
        dative = light.child("dative")
        if dative is not None:
            below.insert(0, dative.child("pobj") or dative)
        target = [
            a
            for a in all_actors(below, names, loose=False) or _suffering(rule, below, names, source)
            if not any(a.start < s.end and s.start < a.end for s in source)
        ]
    together = scenes.between(noun) if rule.reciprocal or rule.type == "ASSAULT" else []
    together = together or scenes.traded(noun)
    if not together and rule.reciprocal and theme is not None:
        together = scenes.between(theme)  # “the resumption of flights between A and B”
    if together:
        target = []
        source = all_actors(together, names, loose=True)
    if not source and transfers and theme is not None:
        moving = rule.mode in ("withdraw", "troops") and is_party(theme, names)  # “the withdrawal of Malian soldiers”
        source = all_actors([theme], names, loose=False) if moving else []
        source = source or named_modifier(theme, names, {a.id for a in target if a.id})
    source, target = halves(source, names) if together else paired(rule, source, target, names)
    if not target and rule.type == "ASSAULT":
        target = [a for t in scenes.scene(noun) if t not in blamed for a in all_actors([t], names, loose=True) if a.id]
    if not target:
        target = named_below(noun, names, source, clauses=False) or things
    if not target and noun.head.is_verb and noun.dep in ("dobj", "nsubjpass"):
        target = named_below(noun.head, names, source, clauses=False)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        noun,
        sentence,
        source,
        without(target, source, names),
        "asserted",
        rule.escalation,
        rule.when,
        theme,
        reading,
    )


def _suffering(rule: Rule, tokens: list[Token], names: Names, source: list[Actor]) -> list[Actor]:
    """“Mounted an attack against the depot in Aden”: what violence is done to may be a thing, with the name in its phrase."""
    if (
        (quad_of(rule.type) != 4 and rule.type != "ACCUSE")
        or not tokens
        or tokens[0].dep != "pobj"
        or tokens[0].head.lower in _LOOSE
    ):
        return []
    things = all_actors(tokens, names, loose=True)
    return widened(things, named_below(tokens[0], names, source, clauses=False), names) or things


_LOOSE = ("for", "with", "over", "about", "from", "as", "by", "to")


def _only_talked_about(noun: Token) -> bool:
    """“Survived the attack”, “the siege was condemned by Rome”: only verbs of doing pass their subject on to the deed."""
    if noun.dep not in ("dobj", "obj", "nsubjpass") or not noun.head.is_verb:
        return False
    return verb_effect(noun.head) not in _DOING


_DOING = (
    "transparent",
    "intended",
    "threat",
    "agree",
    "hypothetical",
    "end",
    "request",
    "refuse",
    "allow",
    "deny",
    "negate",
)


def _noun_source(rule: Rule, noun: Token, names: Names, *, governed: bool) -> list[Actor]:
    if rule.source == ("none",):
        return []
    doers = [] if noun.child("poss") is not None else arguments.owners(noun)
    if doers:
        return all_actors(doers, names, loose=False)
    found: list[Actor] = []
    for c in noun.children:
        if c.dep == "poss" and rule.possessor == "target":
            continue
        if c.dep in ("poss", "amod", "compound", "nmod"):
            mention = names.at(c)
            if c.dep == "poss" or (
                mention is not None and mention.kind in ("state", "organisation", "group", "person")
            ):
                found.extend(actors_of(c, names, loose=False))
            elif c.dep == "amod" and any(names.at(g) for g in c.children):
                found.extend(a for g in c.children for a in actors_of(g, names, loose=False))
    if found:
        return found
    if "from" in rule.source:
        thing = prepositional(noun, "of")
        giver = prepositional(noun, "from")
        while giver is None and thing is not None:
            giver = prepositional(thing, "from")
            thing = prepositional(thing, "of")
        if giver is not None:
            return all_actors(conjuncts(giver), names, loose=False)
    governed = governed and not (quad_of(rule.type) == 4 and _only_talked_about(noun))
    governing = all_actors(arguments.noun_governor_subjects(noun), names, loose=False) if governed else []
    if governing:
        return governing
    acting = next((c for c in noun.children if c.dep == "compound" and is_actor_noun(c)), None)
    if acting is None:
        return []
    return [Actor(id=None, start=acting.start, end=acting.end, text=names.text[acting.start : acting.end])]
