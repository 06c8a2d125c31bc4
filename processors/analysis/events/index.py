"""The rules by their trigger words, and which rule fits a word in its sentence."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from processors.analysis import knowledge
from processors.analysis.events.actors import Names, is_time
from processors.analysis.events.arguments import object_tokens, relative_head, subjects
from processors.analysis.events.domain import Domain
from processors.analysis.knowledge import Lemmas, Rule, noun_forms
from processors.analysis.syntax import Token, is_passive


@functools.cache
def lemmas() -> Lemmas:
    """Lemmas of every word that a rule, an operator, a cue or a class names."""
    verbs: set[str] = set()
    nouns: set[str] = set()
    for rule in knowledge.rules():
        verbs.update(v.split("_")[0] for v in rule.verbs)
        named = (*rule.nouns, *rule.object, *rule.not_object, *rule.subject, *rule.not_subject)
        nouns.update(n.split()[-1] for n in named)
        nouns.update(n.split()[0] for n in named if " of " in n)
    for operator in knowledge.operators():
        verbs.update(v.split("_")[0] for v in operator.verbs)
        nouns.update(operator.nouns)
    for cue in knowledge.cues():
        verbs.update(v.split("_")[0] for v in cue.verbs)
        nouns.update(n.split()[-1] for n in cue.nouns)
    for name in (
        "actors",
        "troops",
        "weapons",
        "transparent",
        "captives",
        "territory",
        "natural_causes",
        "answers",
        "changes",
        "others",
        "pointers",
        "units",
        "thrown",
        "commerce",
    ):
        nouns.update(n.split()[-1] for n in knowledge.classes()[name])
    for name in ("occurring", "mishaps"):
        verbs.update(v.split("_")[0] for v in knowledge.classes()[name])
    # “talks” is a form of “talk” wherever both are named.
    irregular = knowledge.read(knowledge.DATA / "events" / "forms.toml", knowledge.Forms).nouns
    plurals = {form for noun in nouns for form in noun_forms(noun, irregular) if form != noun}
    return Lemmas(verbs, nouns - plurals)


def normal(phrase: str) -> str:
    """A phrase with its last word as the lemma that tokens get."""
    *rest, last = phrase.split()
    return " ".join([*rest, lemmas().of(last, "NN")])


class RuleIndex:
    """Rules by trigger: verbs (`call_off` with its particle) and nouns (`drone strike` with its modifier)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.verbs: dict[str, list[Rule]] = {}
        self.nouns: dict[str, list[Rule]] = {}
        self.adjectives: dict[str, list[Rule]] = {}
        self._objects: dict[str, frozenset[str]] = {}
        self._excluded: dict[str, frozenset[str]] = {}
        self._doers: dict[str, frozenset[str]] = {}
        self._others: dict[str, frozenset[str]] = {}
        for rule in rules:
            for verb in rule.verbs:
                self.verbs.setdefault(verb, []).append(rule)
            for noun in rule.nouns:
                self.nouns.setdefault(normal(noun), []).append(rule)
            for adjective in rule.adjectives:
                self.adjectives.setdefault(adjective, []).append(rule)
            self._objects[rule.name] = frozenset(map(normal, rule.object))
            self._excluded[rule.name] = frozenset(map(normal, rule.not_object))
            self._doers[rule.name] = frozenset(map(normal, rule.subject))
            self._others[rule.name] = frozenset(map(normal, rule.not_subject))

    def verb_rule(self, token: Token, names: Names) -> tuple[Rule, Token | None] | None:
        """The most specific rule that fits the verb, and the object that it needed."""
        best: tuple[int, Rule, Token | None] | None = None
        for key, bonus in _verb_keys(token):
            for rule in self.verbs.get(key, ()):
                fit = self._fits_verb(rule, token, names)
                if fit is None:
                    continue
                weight = (
                    bonus
                    + 4 * bool(rule.object and "*" not in rule.object)
                    + 4 * bool(rule.subject)
                    + 2 * bool(rule.preposition)
                    + bool(rule.escalation)
                )
                if best is None or weight > best[0]:
                    best = (weight, rule, fit[0])
        return None if best is None else (best[1], best[2])

    def _fits_verb(self, rule: Rule, token: Token, names: Names) -> tuple[Token | None] | None:
        objects = object_tokens(token)
        around = {c.lower for c in token.children} | {
            g.lemma for c in token.children if c.dep == "prep" for g in c.children
        }
        for found in objects:
            around.update(c.lower for c in found.children)
            around.add(found.lower)
            for c in found.children:
                if c.dep == "prep":
                    around.update(g.lemma for g in c.children)
        around.update(
            m.lower
            for c in token.children
            if c.dep == "prep"
            for g in c.children
            for m in g.children
            if m.dep in ("amod", "compound")
        )
        if rule.unless and any(word in around for word in rule.unless):
            return None
        excluded = self._excluded[rule.name]
        told_of = objects or (subjects(token) if rule.source[:1] == ("none",) and excluded else [])
        if excluded and any(phrase in excluded for found in told_of for phrase in phrases(found, names)):
            return None
        if rule.preposition and not any(
            c.lower in rule.preposition for c in _attached(token) if c.dep in ("prep", "prt", "dative")
        ):
            return None
        if rule.subject and not self._done_by(self._doers[rule.name], token, objects, names):
            return None
        if rule.not_subject and self._done_by(self._others[rule.name], token, [], names):
            return None
        if not rule.object:
            return (None,)
        wanted = self._objects[rule.name]
        pool = list(objects)
        direct = rule.target[:1] == ("dobj",) and bool(objects)  # it must be acted on, not stand somewhere behind
        if "*" in wanted:
            return (objects[0],) if objects else None
        if rule.source[:1] == ("none",):
            pool = subjects(token)[:1] if not objects else []
        for c in _attached(token):
            if direct and c.lower != "as":  # “used them as human shields”
                continue
            if c.dep in ("prep", "prt", "agent") and (c.lower in _BEHIND or c.lower in rule.preposition):
                pool.extend(g for g in c.children if g.dep in ("pobj", "pcomp"))
                pool.extend(g for inner in c.children if inner.dep == "prep" for g in inner.children if g.dep == "pobj")
        for found in pool:
            acted_on = found in objects  # a bare name counts where it is acted on, not where it tells the place
            if any(phrase in wanted and (acted_on or phrase[0] != "<") for phrase in phrases(found, names)):
                return (found,)
        return None

    def _done_by(self, wanted: frozenset[str], verb: Token, objects: list[Token], names: Names) -> bool:
        """“A bomb exploded”, “a bomb was detonated”: what goes off is the subject of either."""
        doers = subjects(verb) or (objects if is_passive(verb) or verb.tag == "VBN" else [])
        return any(phrase in wanted for doer in doers for phrase in phrases(doer, names))

    def noun_rule(self, token: Token, domain: Domain, names: Names) -> Rule | None:
        """The rule of the longest phrase that ends in this noun."""
        modifiers = [c.lower for c in token.children if c.dep in ("compound", "amod", "nmod") and c.i < token.i]
        lemma = token.lower if token.tag == "VBG" and token.lower in self.nouns else token.lemma
        keys = [f"{' '.join(modifiers[i:])} {lemma}" for i in range(len(modifiers))] + [
            f"{m} {lemma}" for m in modifiers
        ]
        # “_on” is the noun behind *on* (“on strike”), which is not the noun before it (“a strike on the base”)
        before = f"_{token.head.lower}" if token.dep == "pobj" else token.head.lower
        around = {*modifiers, *(c.lower for c in token.children if c.dep != "prep"), token.head.lemma, before}
        around.discard(token.head.lower if token.dep == "pobj" else "")
        if token.head.is_verb:
            around.update(c.lower for c in token.head.children)
        if _is_under(token):
            keys.append(f"under_{lemma}")
        for key in [*keys, lemma]:
            for rule in self.nouns.get(key, ()):
                if rule.unless and any(word in around for word in rule.unless):
                    continue
                beside = [*token.children, *(token.head.children if token.head.is_verb else ())]
                if rule.preposition and not any(
                    c.lower in rule.preposition and not any(is_time(g) for g in c.children)
                    for c in beside
                    if c.dep == "prep"
                ):
                    continue
                if any(domain.counts[name] > domain.war for name in rule.not_in):
                    continue
                if key in rule.bound and not self._bound_fits(rule, token, names):
                    continue
                return rule
        return None

    def _bound_fits(self, rule: Rule, noun: Token, names: Names) -> bool:
        """A noun that means this only with its object: “transfer” of missiles, “missile transfer”."""
        wanted = self._objects[rule.name]
        for c in noun.children:
            if c.dep == "prep" and c.lower in ("of", "in", "for", "on"):
                if any(phrase in wanted for g in c.children if g.is_noun for phrase in phrases(g, names)):
                    return True
            elif c.dep in ("compound", "amod", "nmod", "poss") and any(
                phrase in wanted for phrase in phrases(c, names)
            ):
                return True
        return False

    def trigger_words(self) -> set[str]:
        """First words of verbs and last words of nouns: what the gate looks for, as lemmas."""
        return {v.split("_")[0] for v in self.verbs} | {n.split()[-1] for n in self.nouns}


_BEHIND = frozenset({"with", "from", "of", "in", "into", "on", "to", "against", "at", "out", "through", "as"})
"""Prepositions behind which the object of a rule may stand, beside those that the rule itself asks for."""


@functools.cache
def rule_index() -> RuleIndex:
    return RuleIndex(knowledge.rules())


def _is_under(noun: Token) -> bool:
    """“Came under fire”, and not “came under fire for his remarks”."""
    prep = noun.head
    verb = prep.head
    return (
        noun.dep == "pobj"
        and prep.lower == "under"
        and verb.lemma in ("come", "be", "remain")
        and not any(c.lower in ("for", "over") for t in (verb, noun) for c in t.children if c.dep == "prep")
    )


def _verb_keys(token: Token) -> list[tuple[str, int]]:
    keys = [
        (f"{token.lemma}_{c.lower}", 5)
        for c in token.children
        if c.dep in ("prt", "prep", "advmod", "agent", "acomp")
        or (c.dep in ("dobj", "amod", "oprd") and c.i == token.i + 1)
        or (c.dep in ("ccomp", "oprd", "xcomp") and c.tag == "JJ")
    ]
    for c in token.children:
        if c.dep == "advcl" and token.child("dobj") is not None and any(g.lower == "to" for g in c.children):
            keys.append((f"{token.lemma}_do", 5))  # “pushed Rome to …”
        elif c.dep in ("xcomp", "ccomp") and c.i > token.i:
            if any(g.dep == "aux" and g.lower == "to" for g in c.children):
                keys.append((f"{token.lemma}_to_{c.lemma}", 5))  # “agreed to meet”, “allowed them to leave”
                if c.child("nsubj") is not None or token.child("dobj") is not None:
                    keys.append((f"{token.lemma}_do", 5))  # “wants Rome to …”, “told Rome to …”
            elif token.lemma == "let":
                keys.append((f"let_{c.lemma}", 5))  # “let the crew go”
        elif c.dep in ("dobj", "npadvmod"):
            if c.lower == "home":
                keys.append((f"{token.lemma}_home", 5))  # “sent the reservists home”
            keys.extend((f"{token.lemma}_{g.lower}", 5) for g in c.children if g.i == token.i + 1 and g.tag == "JJ")
    # “set the depot ablaze”, hung on what burns
    keys.extend(
        (f"{token.lemma}_{g.lower}", 5)
        for c in token.children
        if c.dep == "dobj"
        for g in c.children
        if g.i == c.i + 1 and g.dep in ("advmod", "amod", "acomp", "oprd")
    )
    keys.append((token.lemma, 0))
    return keys


def _attached(verb: Token) -> list[Token]:
    """What hangs on the verb, or on its particle: “handed the pilot *back to* Oman”."""
    inner = [
        g for c in verb.children if c.dep in ("advmod", "prt", "ccomp") and c.tag in ("RB", "RP") for g in c.children
    ]
    return [*verb.children, *inner]


_HELD = frozenset(
    {"kidnapped", "abducted", "captured", "captive", "hostage", "freed", "jailed", "imprisoned", "deported"}
)


def phrases(token: Token, names: Names, depth: int = 0) -> list[str]:
    """What an object may be called: its lemma, with its modifiers, what it holds (“hundreds of missiles”), “<state>”."""
    if token.tag in ("WDT", "WP") and depth == 0:
        head = relative_head(token)
        return phrases(head, names, 1) if head is not None else []
    found = [token.lemma]
    modifiers = [c.lower for c in token.children if c.dep in ("compound", "amod", "nmod", "poss")]
    found.extend(f"{m} {token.lemma}" for m in modifiers)
    if len(modifiers) > 1:
        found.append(f"{' '.join(modifiers[-2:])} {token.lemma}")
    mention = names.at(token)
    if mention is not None and mention.form != "adjective":
        found.append(f"<{mention.kind}>")
    if any(c.lower in _HELD for c in token.children if c.dep in ("amod", "compound")):
        found.append("<captive>")  # “the kidnapped engineers”
    if any(m is not None and m.kind == "weapon" for m in map(names.at, token.children) if m is not mention):
        found.append("<weapon>")  # “two Patriot systems”
    if depth == 0:
        found.append("*")
        found.extend(
            f"{token.lemma} of {g.lemma}"
            for c in token.children
            if c.dep == "prep" and c.lower == "of"
            for g in c.children
        )
        found.extend(
            f"{token.lemma} of {m.lower} {g.lemma}"
            for c in token.children
            if c.dep == "prep" and c.lower == "of"
            for g in c.children
            for m in g.children
            if m.dep in ("amod", "compound")
        )
    if depth < 3:
        for c in token.children:
            if c.dep == "prep" and c.lower == "of" and token.lemma in _transparent():
                found.extend(p for g in c.children if g.dep == "pobj" for p in phrases(g, names, depth + 1))
            elif c.dep in ("conj", "appos") and c.is_noun:
                found.extend(phrases(c, names, depth + 1))
    return found


@functools.cache
def _transparent() -> frozenset[str]:
    return frozenset(map(normal, knowledge.classes()["transparent"]))
