"""The two sides of an event: actors of several words, pairs told apart, the same party on one side only."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from brinkwatch.models import Actor
from processors.analysis import knowledge
from processors.analysis.events.actors import Names, actors_of, is_actor_noun, is_time
from processors.analysis.events.index import lemmas
from processors.analysis.knowledge import Rule
from processors.analysis.syntax import Token


def all_actors(tokens: Sequence[Token], names: Names, *, loose: bool) -> list[Actor]:
    found: list[Actor] = []
    seen: set[tuple[str | None, int]] = set()
    for token in tokens:
        for actor in actors_of(token, names, loose=loose):
            key = (actor.id, actor.start if actor.id is None else -1)
            if key not in seen:
                seen.add(key)
                found.append(actor)
    return found


def without(target: list[Actor], source: Sequence[Actor], names: Names) -> list[Actor]:
    """Nobody does it to himself: “closed its airspace to …” is aimed at the others. What is his may suffer: “its own villages”."""
    spans = {(a.start, a.end) for a in source}
    ids = {a.id for a in source} - {None}
    kept: list[Actor] = []
    for actor in target:
        at_home = _at_home(actor, names) if actor.id in ids else None
        if at_home is not None and not any(actor.start < end and start < actor.end for start, end in spans):
            kept.append(at_home)
        elif (actor.start, actor.end) not in spans and (actor.id not in ids or _part_of(actor, source, names)):
            kept.append(actor)
    return kept


def _at_home(actor: Actor, names: Names) -> Actor | None:
    """“The Sudanese army shelled Omdurman”: a place of one's own stands for itself and not for its state."""
    for mention in reversed(names.inside(actor.start, actor.end)):
        if mention.kind == "place" and mention.state == actor.id and mention.end == actor.end:
            return Actor(id=mention.id, start=actor.start, end=actor.end, text=actor.text)
    return None


def _part_of(actor: Actor, source: Sequence[Actor], names: Names) -> bool:
    """“Afghan soldiers”, attacked by the government in Kabul: a phrase that the name only qualifies, apart from the doer."""
    if any(actor.start < s.end and s.start < actor.end for s in source):
        return False
    inside = [m for m in names.inside(actor.start, actor.end) if m.id == actor.id]
    return bool(inside) and inside[-1].end < actor.end


def is_instrument(actor: Actor) -> bool:
    """“Rockets hit the base”, “a drone attack killed six”: what is fired, and the deed itself, is nobody who does it."""
    return _last(actor) in _instruments()


def is_weapon(actor: Actor) -> bool:
    return _last(actor) in knowledge.word_class("projectiles")


def _last(actor: Actor) -> str:
    return lemmas().of(actor.text.rsplit(maxsplit=1)[-1].lower(), "NN")


@functools.cache
def _instruments() -> frozenset[str]:
    deeds = {n.split()[-1] for rule in knowledge.rules() if rule.type == "ASSAULT" for n in rule.nouns}
    return (knowledge.word_class("projectiles") | deeds) - {"bomber"}


def pairs(rule: Rule) -> bool:
    return rule.reciprocal or rule.type in ("AGREE", "COOPERATE", "CONSULT")


def is_party(token: Token, names: Names) -> bool:
    """Somebody, not something that merely belongs to somebody: “the envoy”, not “information on the army”."""
    mention = names.at(token)
    if mention is None:
        return is_actor_noun(token) or (
            token.tag in ("NNP", "NNPS") and token.text[:1].isupper() and not is_time(token)
        )
    return mention.kind not in ("weapon", "other")


def paired(rule: Rule, source: list[Actor], target: list[Actor], names: Names) -> tuple[list[Actor], list[Actor]]:
    """Of two that do it together, one is the source and the other the target."""
    if len(source) > 1 and not target and (pairs(rule) or rule.type == "SUPPORT"):
        return halves(source, names)
    return source, target


def halves(source: list[Actor], names: Names) -> tuple[list[Actor], list[Actor]]:
    """“A and B clashed”: the first party against the rest; “Russian President Putin” is one party."""
    ordered = sorted(source, key=lambda a: (a.start, a.end))
    first = [ordered[0]]
    for i, actor in enumerate(ordered[1:], start=1):
        last = ordered[i - 1]
        between = (
            names.text[last.end : actor.start] if actor.start >= last.end else names.text[last.start : actor.start]
        )
        if " and " in f" {between} " or "," in between:
            return first, [a for a in ordered[i:] if a.id is None or all(a.id != f.id for f in first)]
        first.append(actor)
    return first, []


def widened(things: list[Actor], named: list[Actor], names: Names) -> list[Actor]:
    """One actor of the thing's words up to the name in it: “movement of aid workers in Darfur” is Sudan's."""
    if not things or not named:
        return named
    start, end = min(things[0].start, named[0].start), max(things[0].end, named[0].end)
    return [Actor(id=named[0].id, start=start, end=end, text=names.text[start:end]), *things[1:], *named[1:]]


def named_modifier(noun: Token, names: Names, taken: set[str | None]) -> list[Actor]:
    """The nationality of what is moved, where nobody else is said to move it: “Iranian missiles”."""
    actors = [a for t in theme_chain(noun) for a in actors_of(t, names, loose=False)]
    return [a for a in actors if a.id is not None and a.id not in taken][:1]


def theme_chain(theme: Token) -> list[Token]:
    chain = [theme]
    for c in theme.children:
        if c.dep == "prep" and c.lower == "of":
            chain.extend(g for g in c.children if g.dep == "pobj")
        elif c.dep == "conj":
            chain.append(c)
    return chain
