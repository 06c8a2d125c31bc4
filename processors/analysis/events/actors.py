"""From the words of an argument to actors with ids: names in the phrase, nationalities, owners, pronouns."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from brinkwatch.models import Actor
from processors.analysis import knowledge
from processors.analysis.syntax import Token, conjuncts, span_of

_PRONOUNS = frozenset(
    {
        "it",
        "he",
        "she",
        "they",
        "them",
        "him",
        "her",
        "its",
        "his",
        "their",
        "itself",
        "themselves",
        "himself",
        "who",
        "which",
    }
)
_TIMES = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "yesterday",
        "tomorrow",
    ]
)
_NO_ACTORS = frozenset(
    {
        "i",
        "we",
        "you",
        "us",
        "our",
        "me",
        "my",
        "there",
        "what",
        "that",
        "this",
        "these",
        "those",
        "one",
        "some",
        "many",
        "all",
    }
)


def is_time(token: Token) -> bool:
    """A month, a weekday, today: nobody, and nothing that is done to."""
    return token.lower in _TIMES


class NameRef(NamedTuple):
    """A mention of a known thing: `kind` is person, state, place, organisation, group, weapon, other; `state` its state's id."""

    start: int
    end: int
    id: str
    kind: str
    state: str | None
    form: str


Resolver = Callable[[Token], NameRef | Token | None]


class Names:
    """The mentions of a text by place, with what pronouns stand for."""

    def __init__(self, mentions: Sequence[NameRef], text: str, resolve: Resolver | None = None) -> None:
        self.text = text
        self._mentions = sorted(mentions)
        self._starts = [m.start for m in self._mentions]
        self._resolve = resolve or (lambda token: None)

    def at(self, token: Token) -> NameRef | None:
        """The mention that the token is part of."""
        i = bisect_left(self._starts, token.end)
        while i > 0:
            i -= 1
            mention = self._mentions[i]
            if mention.start < token.end and token.start < mention.end:
                return mention
            if mention.end < token.start - 200:
                break
        return None

    def inside(self, start: int, end: int) -> list[NameRef]:
        i = bisect_left(self._starts, start)
        found: list[NameRef] = []
        while i < len(self._mentions) and self._mentions[i].start < end:
            if self._mentions[i].end <= end:
                found.append(self._mentions[i])
            i += 1
        return found

    def is_state(self, token: Token) -> bool:
        mention = self.at(token)
        return mention is not None and mention.kind == "state" and mention.form != "adjective"

    def resolve(self, token: Token) -> NameRef | Token | None:
        return self._resolve(token)


_SKIPPED = frozenset({"relcl", "acl", "appos", "conj", "cc", "punct", "advcl", "case", "ccomp", "parataxis"})
_LINKS = (
    "in",
    "of",
    "from",
    "at",
    "near",
    "for",
    "to",
    "on",
    "along",
    "with",
    "against",
    "inside",
    "around",
    "between",
    "into",
)


def actors_of(token: Token, names: Names, *, loose: bool, depth: int = 0) -> list[Actor]:
    """The actors that a noun phrase names. `loose` lets a phrase without a name in it stand, whatever it is."""
    mention = names.at(token)
    if mention is None and (token.lower in _NO_ACTORS or token.lower in _TIMES):
        return []
    if mention is not None and mention.kind not in ("weapon", "other"):
        mention = _as_state(mention)
        found = [_actor(names, mention.id, mention.start, mention.end)]
        found.extend(_modifiers(token, names, {mention.id}, mention))
        return found
    if token.lower in _PRONOUNS or token.tag in ("PRP", "PRP$"):
        return _referred(token, names, loose=loose, depth=depth)
    if not (token.is_noun or token.tag in ("JJ", "JJS", "VBN", "VBG", "CD", "NN", "DT")):
        return []
    start, end = _core(token)
    if (
        token.lemma in _others()
        and (token.child("poss") is not None)
        and not any(names.at(c) for c in token.children if c.dep in ("amod", "compound", "appos"))
    ):
        return [_actor(names, None, start, end)]  # “Rome's critics”, “its allies”: just not Rome
    found_mentions = _linked(token, names) if not is_deed(token) else _owners_of_deed(token, names)
    if found_mentions:
        first = found_mentions[0]
        begin, finish = min(start, first.start), max(end, first.end)
        actors = [_actor(names, first.id, begin, finish)]
        actors.extend(_actor(names, m.id, m.start, m.end) for m in found_mentions[1:])
        return actors
    owner = token.child("poss")
    if owner is not None and owner.lower in _PRONOUNS:
        antecedent = names.resolve(owner)
        if isinstance(antecedent, NameRef):
            return [_actor(names, antecedent.id, start, end)]
        if (
            isinstance(antecedent, Token)
            and token.lemma in ("country", "government", "nation", "administration")
            and depth < 2
        ):
            return actors_of(antecedent, names, loose=False, depth=depth + 1)  # “said his country would …”
    antecedent = names.resolve(token) if is_definite(token) else None
    if isinstance(antecedent, NameRef):
        return [_actor(names, antecedent.id, start, end)]
    # a name that nobody knows is one all the same
    unknown = token.text[:1].isupper() and (token.tag in ("NNP", "NNPS") or (token.is_noun and token.text.isupper()))
    if loose or unknown or token.lemma in _actor_nouns() or is_deed(token):
        start, end = _without_determiner(token, start, end)
        return [_actor(names, None, start, end)] if end > start else []
    return []


@functools.cache
def _others() -> frozenset[str]:
    return knowledge.word_class("others")


def is_deed(token: Token) -> bool:
    """“Attack”, “bombing”: who stands behind it did it, and who stands after its preposition suffered it."""
    return token.is_noun and token.lemma in _deeds()


@functools.cache
def _deeds() -> frozenset[str]:
    nouns = {noun.split()[-1] for rule in knowledge.rules() if rule.type == "ASSAULT" for noun in rule.nouns}
    return frozenset(nouns) - _actor_nouns()


def _owners_of_deed(token: Token, names: Names) -> list[NameRef]:
    """“The Omani strike”, “Oman's strike”, “the strike by Oman”: never “the strike on Oman”."""
    found: list[NameRef] = []
    for c in token.children:
        if c.dep in ("amod", "compound", "nmod", "poss"):
            found.extend(m for m in names.inside(*span_of(c, skip=frozenset({"relcl", "acl"}))) if _can_act(m))
        elif c.dep in ("prep", "agent") and c.lower == "by":
            found.extend(m for g in c.children if g.dep == "pobj" for m in _linked_or_named(g, names))
        elif c.dep == "prep" and c.lower == "of":  # “a salvo of Omani rockets”
            found.extend(m for g in c.children if is_fired(g) for m in _linked(g, names))
    return _unique(found)


def is_fired(token: Token) -> bool:
    return token.is_noun and token.lemma in _fired()


@functools.cache
def _fired() -> frozenset[str]:
    return knowledge.word_class("projectiles")


def _referred(token: Token, names: Names, *, loose: bool, depth: int) -> list[Actor]:
    """Whom a pronoun stands for: in the words of the same sentence where they are there, else in its own place."""
    antecedent = names.resolve(token)
    if antecedent is None or depth > 2:
        return []
    if isinstance(antecedent, Token):
        return actors_of(antecedent, names, loose=loose, depth=depth + 1)
    near = (
        0 <= token.start - antecedent.end < 200
        and "\n" not in names.text[antecedent.end : token.start]
        and _same_sentence(names.text[antecedent.end : token.start])
    )
    if near:
        return [_actor(names, antecedent.id, antecedent.start, antecedent.end)]
    return [_actor(names, antecedent.id, token.start, token.end)]


def _same_sentence(between: str) -> bool:
    return not any(mark in between for mark in (". ", "! ", "? "))


def named_below(token: Token, names: Names, taken: Sequence[Actor], *, clauses: bool) -> list[Actor]:
    """The first name in the phrase or clause below a token that is not already an actor: where or whose it is."""
    spans = [(a.start, a.end) for a in taken]
    ids = {a.id for a in taken} - {None}
    stack = sorted(token.children, key=lambda t: -t.i)
    while stack:
        current = stack.pop()
        if (
            current.lower in ("according", "citing")
            or (not clauses and current.dep == "prep" and current.lower in _NOT_TO)
            or current.dep in ("nsubj", "nsubjpass", "agent", "relcl", "npadvmod", "csubj")
            or (current.dep == "conj" and current.is_verb)
            or (current.dep in ("advcl", "ccomp", "parataxis") and current.is_verb and not clauses)
        ):
            continue
        mention = names.at(current)
        if (
            mention is not None
            and mention.kind in ("state", "organisation", "group", "person", "place")
            and mention.id not in ids
            and not any(s < mention.end and mention.start < e for s, e in spans)
        ):
            id_ = (
                mention.state if mention.kind == "place" and mention.state and mention.state not in ids else mention.id
            )
            return [_actor(names, id_, mention.start, mention.end)]
        stack.extend(sorted(current.children, key=lambda t: -t.i))
    return []


_NOT_TO = ("since", "after", "before", "during", "amid", "following", "despite", "because", "until")
"""Behind these stands no target: when and why it was."""


def is_definite(token: Token) -> bool:
    return any(c.dep == "det" and c.lower in ("the", "this", "that", "these", "those") for c in token.children)


@functools.cache
def _actor_nouns() -> frozenset[str]:
    return knowledge.word_class("actors")


def is_actor_noun(token: Token) -> bool:
    return token.lemma in _actor_nouns()


def _actor(names: Names, id_: str | None, start: int, end: int) -> Actor:
    return Actor(id=id_, start=start, end=end, text=names.text[start:end])


def _core(token: Token) -> tuple[int, int]:
    """The noun with what stands before it."""
    start = min(
        [
            token.start,
            *(
                span_of(c, skip=_SKIPPED)[0]
                for c in token.children
                if c.i < token.i and c.dep not in _SKIPPED and c.dep != "prep"
            ),
        ]
    )
    return start, token.end


def _without_determiner(token: Token, start: int, end: int) -> tuple[int, int]:
    for c in token.children:
        if c.dep in ("det", "predet") and c.start == start:
            start = c.end + 1
    return min(start, token.start), end


def _modifiers(token: Token, names: Names, seen: set[str], mention: NameRef) -> list[Actor]:
    """The state of “Russian President Putin”, “the Kenyan army”: adjectives and owners before the name."""
    found: list[Actor] = []
    for c in token.children:
        if c.dep in ("amod", "compound", "nmod", "poss") or (c.dep == "appos" and mention.kind == "person"):
            for m in names.inside(*span_of(c, skip=frozenset({"relcl", "acl"}))):
                if m.id not in seen and m.kind in ("state", "organisation", "group"):
                    seen.add(m.id)
                    found.append(_actor(names, m.id, m.start, m.end))
    # an office holder speaks for the state; an armed group fights in one, often against it
    if mention.kind not in ("state", "group") and mention.state and mention.state not in seen:
        found.append(_actor(names, mention.state, mention.start, mention.end))
    return found


def _linked(token: Token, names: Names) -> list[NameRef]:
    """Names that tell whose or where the noun is: “Iranian warplanes”, “the government of Iran”, “a market in Nyala”."""
    found: list[NameRef] = []
    for c in token.children:
        if c.dep in ("amod", "compound", "nmod", "poss"):
            found.extend(m for m in names.inside(*span_of(c, skip=frozenset({"relcl", "acl"}))) if _can_act(m))
            own = names.at(c)
            if own is not None and own not in found and _can_act(own):
                found.append(own)
    if found:
        return _unique(found)
    for c in token.children:
        if c.dep in ("prep", "agent") and c.lower == "by":
            return _unique([m for g in c.children if g.dep == "pobj" for m in _linked_or_named(g, names)])
    for c in token.children:
        if c.dep == "prep" and c.lower in _LINKS:
            for g in c.children:
                if g.dep == "pobj":
                    found.extend(m for each in conjuncts(g) for m in _linked_or_named(each, names))
        elif c.dep == "appos" or (c.dep == "acl" and c.lower in _belonging()):
            found.extend(m for m in names.inside(*span_of(c)) if _can_act(m))
        elif c.dep == "amod":
            found.extend(_linked(c, names))
    return _unique([_as_state(m) for m in found])[:2]


@functools.cache
def _belonging() -> frozenset[str]:
    return knowledge.word_class("belonging")


def _linked_or_named(token: Token, names: Names) -> list[NameRef]:
    mention = names.at(token)
    own = [mention] if mention is not None and _can_act(mention, places=True) else _linked(token, names)
    for c in token.children:
        if c.dep in ("conj", "prep") and not own:
            own = own + [m for g in ([c] if c.dep == "conj" else c.children) for m in _linked_or_named(g, names)]
    return own


def _as_state(mention: NameRef) -> NameRef:
    if mention.kind == "place" and mention.state:
        return mention._replace(id=mention.state)
    return mention


def _can_act(mention: NameRef, *, places: bool = True) -> bool:
    return mention.kind in ("state", "organisation", "group", "person") or (places and mention.kind == "place")


def _unique(found: Sequence[NameRef]) -> list[NameRef]:
    kept: list[NameRef] = []
    for mention in found:
        if all(mention.id != k.id for k in kept):
            kept.append(mention)
    return kept
