"""A cheap gate: which sentences can hold a statement or an event, by the forms of all trigger words, without parsing."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterable, Sequence

from processors.analysis import knowledge
from processors.analysis.events.domain import domain_of
from processors.analysis.events.index import lemmas, normal
from processors.analysis.knowledge import noun_forms, verb_forms
from processors.analysis.sentences import SentenceSpan

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


class Want(enum.IntEnum):
    """How much a sentence wants the parser."""

    NO = 0
    IF_NAMED = 1
    YES = 2


class Gate:
    """Holds the forms of every trigger and cue. Quotations, cues and escalating triggers are always parsed.

    Weaker triggers (*open*, *send*) only beside a name: without one they tell nothing about anybody. A text that is
    plainly about sport, business, culture or the weather is parsed only where a sentence speaks of war or politics beside
    a strong trigger: its other events would stay quiet anyway, and who says what of a match is nobody's business here.
    """

    def __init__(self) -> None:
        self.lemmas = lemmas()
        forms = knowledge.read(knowledge.DATA / "events" / "forms.toml", knowledge.Forms)

        def inflected(verbs: Iterable[str], nouns: Iterable[str]) -> set[str]:
            found = {f for v in verbs for f in verb_forms(v.split("_")[0], forms.verbs, forms.doubling)}
            return found | {f for n in nouns for f in noun_forms(normal(n).split()[-1], forms.nouns)}

        cues = knowledge.cues()
        telling = [r for r in knowledge.rules() if r.escalation is not None]
        self._said = frozenset(knowledge.wording().said | {"according", "citing", "per"})
        # a light verb with its particle, or one that needs a certain subject, tells nothing by itself
        strong = {v for r in telling for v in r.verbs if not r.object and not r.subject and "_" not in v}
        self._strong = (
            self._said
            | inflected(strong, {n for r in telling for n in r.nouns if n not in r.bound})
            | inflected({v for cue in cues for v in cue.verbs}, {n for cue in cues for n in cue.nouns})
        )
        everything = {v for r in knowledge.rules() for v in r.verbs} | {v for cue in cues for v in cue.verbs}
        nouns = {n for r in knowledge.rules() for n in r.nouns} | {n for cue in cues for n in cue.nouns}
        adjectives = {w for r in knowledge.rules() for w in r.adjectives} | {w for c in cues for w in c.adjectives}
        self._weak = self._strong | inflected(everything, nouns) | adjectives

    @property
    def words(self) -> frozenset[str]:
        """Every form that may open the gate, in lower case."""
        return frozenset(word for word in self._weak if word.isalpha())

    def wanted(self, text: str, spans: Sequence[SentenceSpan], *, leisure: bool = False) -> list[Want]:
        """For each sentence, whether the parser should see it; `leisure` tells what the text is about."""
        if leisure:
            return [self._wanted_at_leisure(text[s.start : s.end]) for s in spans]
        return [self._wanted(text[s.start : s.end]) for s in spans]

    def _wanted(self, sentence: str) -> Want:
        if "“" in sentence or '"' in sentence:
            return Want.YES
        words = _WORD.findall(sentence.lower())
        if not self._strong.isdisjoint(words):
            return Want.YES
        return Want.NO if self._weak.isdisjoint(words) else Want.IF_NAMED

    def _wanted_at_leisure(self, sentence: str) -> Want:
        if self._strong.isdisjoint(_WORD.findall(sentence.lower())):
            return Want.NO
        here = domain_of(sentence)
        return Want.YES if here.war + here.politics > here.strongest else Want.NO


@functools.cache
def english_forms() -> frozenset[str]:
    """The forms of all triggers and cues: words that English news is made of."""
    return Gate().words
