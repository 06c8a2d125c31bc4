"""The words that judge an event (“would mark a major escalation”, “red line”), found by patterns and tied to what they judge."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from brinkwatch.models.analysis import Direction
from processors.analysis import knowledge
from processors.analysis.events.coded import Coded
from processors.analysis.knowledge import DATA, KnowledgeError, read
from processors.analysis.syntax import Sentence


class FramingRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    direction: Direction
    pattern: str
    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    framing: tuple[FramingRule, ...]


class Framed(NamedTuple):
    start: int
    end: int
    direction: Direction
    rule: str


@functools.cache
def _patterns() -> tuple[tuple[FramingRule, re.Pattern[str]], ...]:
    path = DATA / "escalation" / "framing.toml"
    compiled = []
    for rule in read(path, _File).framing:
        try:
            compiled.append((rule, re.compile(rf"(?<![\w-])(?:{rule.pattern})(?![\w-])", re.IGNORECASE)))
        except re.error as error:
            raise KnowledgeError(f"{path.name}, framing {rule.name!r}: {error}.", "Correct the pattern.") from error
    return tuple(compiled)


def framing_rules() -> tuple[FramingRule, ...]:
    return tuple(rule for rule, _ in _patterns())


def find_framing(text: str, offset: int = 0) -> list[Framed]:
    """The judging words of a sentence, the longest of those that overlap."""
    found: list[Framed] = []
    for rule, pattern in _patterns():
        for match in pattern.finditer(text):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append(Framed(offset + start, offset + match.end(), rule.direction, rule.name))
    found.sort(key=lambda f: (f.start - f.end, f.start))
    kept: list[Framed] = []
    for one in found:
        if all(one.end <= k.start or k.end <= one.start for k in kept):
            kept.append(one)
    return sorted(kept)


def tie(sentence: Sentence, framed: Framed, events: Sequence[Coded]) -> Coded | None:
    """The event that the words judge: the subject's of their verb, else the nearest before them in the sentence."""
    tokens = [t for t in sentence.tokens if t.start < framed.end and framed.start < t.end]
    inside = {t.i for t in tokens}
    judged = [e for e in events if e.trigger.i not in inside]
    if not judged:
        return None
    for token in tokens:
        for c in token.children:
            if c.dep in ("nsubj", "nsubjpass", "csubj"):
                below = {t.i for t in c.subtree()}
                hits = [e for e in judged if e.trigger.i in below]
                if hits:
                    return min(hits, key=lambda e: _depth(e, c.i))
    before = [e for e in judged if e.trigger.start < framed.start]
    pool = before or judged
    return min(pool, key=lambda e: min(abs(e.trigger.start - framed.end), abs(framed.start - e.trigger.end)))


REACH = 2
"""How many sentences back a judged deed may stand."""


def tie_back(framed: Framed, sentence: Sentence, before: Sequence[Sequence[Coded]]) -> Coded | None:
    """“Officials called the deal a step back from the brink”: the deed of a sentence or two before, of the same direction."""
    pointed = any(
        t.lemma in knowledge.word_class("pointers") and any(c.lower in ("the", "this", "that") for c in t.children)
        for t in sentence.tokens
    )
    if not pointed:
        return None
    for told in reversed(before):
        found = [e for e in told if e.direction == framed.direction]
        if found:
            return found[0]
    return None


def _depth(event: Coded, top: int) -> int:
    depth, token = 0, event.trigger
    while token.i != top and token.head is not token:
        token, depth = token.head, depth + 1
    return depth
