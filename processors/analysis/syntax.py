"""A parsed sentence as plain objects, and the questions that the steps ask of it: subject, objects, clause, span.

Knows nothing of spaCy beyond the names of its English dependency labels (ClearNLP) and Penn tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
OBJECTS = frozenset({"dobj", "obj", "attr", "oprd"})
CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "conj", "parataxis", "csubj", "csubjpass"})


@dataclass(slots=True, eq=False)
class Token:
    """One word: `start`/`end` are offsets in the analysed text."""

    i: int
    text: str
    lower: str
    lemma: str
    tag: str
    dep: str
    start: int
    end: int
    head: Token = field(init=False, repr=False)
    children: list[Token] = field(default_factory=list, repr=False)

    @property
    def is_verb(self) -> bool:
        return self.tag.startswith("V") or self.tag == "MD"

    @property
    def is_noun(self) -> bool:
        return self.tag.startswith("N")

    def child(self, *deps: str) -> Token | None:
        for c in self.children:
            if c.dep in deps:
                return c
        return None

    def children_of(self, *deps: str) -> list[Token]:
        return [c for c in self.children if c.dep in deps]

    def subtree(self) -> Iterator[Token]:
        stack = [self]
        while stack:
            token = stack.pop()
            yield token
            stack.extend(token.children)

    def ancestors(self) -> Iterator[Token]:
        token = self
        while token.head is not token:
            token = token.head
            yield token


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence of the analysed text; `tokens` is empty where it was not parsed."""

    start: int
    end: int
    paragraph: int
    text: str
    tokens: list[Token] = field(default_factory=list, repr=False)

    def root(self) -> Token | None:
        return next((t for t in self.tokens if t.head is t), None)


def span_of(token: Token, *, skip: frozenset[str] = frozenset()) -> tuple[int, int]:
    """First to last character of a token's subtree, branches with a dependency in `skip` left out."""
    start, end = token.start, token.end
    stack = [token]
    while stack:
        current = stack.pop()
        start, end = min(start, current.start), max(end, current.end)
        stack.extend(c for c in current.children if c.dep not in skip)
    return start, end


def conjuncts(token: Token) -> list[Token]:
    """The token and what is coordinated with it after it: “Britain, France and Italy”."""
    found = [token]
    queue = [token]
    while queue:
        for c in queue.pop().children:
            if c.dep == "conj":
                found.append(c)
                queue.append(c)
    return sorted(found, key=lambda t: t.i)


def first_conjunct(token: Token) -> Token:
    while token.dep == "conj" and token.head is not token:
        token = token.head
    return token


def is_passive(verb: Token) -> bool:
    return any(c.dep in ("nsubjpass", "auxpass", "csubjpass") for c in verb.children)


def is_participle_modifier(verb: Token) -> bool:
    """A past participle after its noun: “the jets sold to Baku”."""
    return (
        verb.dep == "acl"
        and verb.tag == "VBN"
        and verb.child("nsubj", "nsubjpass", "mark") is None  # “reports that Oman had fired”
        and not is_hidden_main(verb)
    )


def is_hidden_main(verb: Token) -> bool:
    """“A report called for sanctions”, read as a noun with a participle: a participle has no object of its own."""
    return (
        verb.dep == "acl"
        and verb.tag in ("VBD", "VBN")
        and verb.head.dep == "ROOT"
        and verb.head.is_noun
        and verb.i > verb.head.i
        and (
            verb.tag == "VBD"
            or verb.child("dobj", "ccomp") is not None
            or (verb.lower in ("called", "appealed", "vowed") and verb.child("prep", "xcomp") is not None)
            or verb.lower in NEVER_PASSIVE
        )
        and agent(verb) is None
        and not is_passive(verb)
    )


NEVER_PASSIVE = frozenset(
    {
        "strayed", "flared", "soared", "erupted", "raged", "clashed", "arrived", "collapsed", "crashed", "exploded", "landed",
        "advanced", "gathered", "massed", "converged", "marched", "sailed", "rained", "rolled", "poured", "mounted", "intensified",
        "escalated", "faltered", "stalled", "crossed", "crumbled", "unravelled", "unraveled", "lapsed", "expired", "failed", "resumed",
    }
)  # fmt: skip
"""Participles that tell what their noun does: without another verb beside them they are the main one."""


def antecedent(clause: Token) -> Token | None:
    """The noun that a relative clause tells of, also where the parser hangs “…, in which …” on the verb above."""
    if clause.dep == "relcl":
        return clause.head
    if clause.dep != "advcl":
        return None
    which = next((g for c in clause.children if c.dep == "prep" for g in c.children if g.tag == "WDT"), None)
    if which is None:
        return None
    inside = {t.i for t in clause.subtree()}
    before = [t for t in clause.head.subtree() if t.is_noun and t.i < which.i and t.i not in inside]
    return max(before, key=lambda t: t.i, default=None)


def own_subject(verb: Token) -> Token | None:
    """Its subject; of several before it (a dateline is read as one, too) the nearest."""
    found = verb.children_of("nsubj", "nsubjpass", "csubj")
    if not found and verb.tag in ("VBZ", "VBP", "VBD") and verb.dep == "ROOT":
        # headlines: “Turkey shells …”, read as one compound
        return next((c for c in reversed(verb.children) if c.i == verb.i - 1 and c.dep in _JOINED and c.is_noun), None)
    return next((t for t in reversed(found) if t.i < verb.i), found[0] if found else None)


_JOINED = ("compound", "nmod", "dep", "npadvmod")


def stands_above(verb: Token, *, speaks: bool = False) -> bool:
    """“Denied that any had been removed and accused …”: the parser puts the second deed into what the first one says.

    Told by form: a past or present tense cannot go on after a modal or a passive participle, but after the verb above.
    A verb of speaking (`speaks`) does not go on after a perfect either: “denied that it had fired and blamed …”.
    """
    content = verb.head
    upper = content.head
    return (
        verb.dep == "conj"
        and content.dep in ("ccomp", "xcomp")
        and upper is not content
        and upper.is_verb
        and (
            verb.tag in ("VBD", "VBZ") or (verb.tag == "VBN" and is_passive(content) and verb.child("dobj") is not None)
        )
        and upper.tag == ("VBZ" if verb.tag == "VBZ" else "VBD")
        and own_subject(verb) is None
        and not auxiliaries(verb)
        and (content.tag != verb.tag or verb.tag == "VBN")
        and (
            content.tag != "VBN" or speaks or (is_passive(content) and verb.child("dobj", "ccomp", "prep") is not None)
        )
    )


def agent(verb: Token) -> Token | None:
    """The by-phrase of a passive."""
    for c in verb.children:
        if c.dep == "agent" or (c.dep == "prep" and c.lower == "by" and verb.tag == "VBN"):
            found = c.child("pobj")
            if found is not None:
                return found
    return None


def prepositional(token: Token, preposition: str) -> Token | None:
    """The object of `preposition` below the token, also through another preposition: “out of the town”."""
    for c in token.children:
        if c.dep in ("prep", "dative", "agent", "prt") and c.lower == preposition:
            found = c.child("pobj", "pcomp")
            if found is not None:
                return found
            for inner in c.children:
                if inner.dep == "prep":
                    return inner.child("pobj")
    return None


def direct_object(verb: Token) -> Token | None:
    return verb.child("dobj", "obj")


def auxiliaries(verb: Token) -> list[Token]:
    return [c for c in verb.children if c.dep in ("aux", "auxpass")]


def clause_of(token: Token) -> Token:
    """The verb (or root) of the clause that a token stands in."""
    current = token
    while current.head is not current and not (
        current.is_verb and current.dep not in ("aux", "auxpass", "amod", "compound")
    ):
        current = current.head
    return current
