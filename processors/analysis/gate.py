"""A cheap gate: which sentences can hold a statement or an event, by the forms of all trigger words, without parsing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processors.analysis import knowledge
from processors.analysis.events.index import lemmas, normal, rule_index
from processors.analysis.knowledge import noun_forms, verb_forms
from processors.analysis.sentences import SentenceSpan

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


class Gate:
    """Holds the forms of every trigger; a sentence without one of them, without a cue and without a quotation is not parsed."""

    def __init__(self) -> None:
        self.lemmas = lemmas()
        forms = knowledge.read(knowledge.DATA / "events" / "forms.toml", knowledge._Forms)
        words: set[str] = set()
        index = rule_index()
        for verb in index.verbs:
            words |= verb_forms(verb.split("_")[0], forms.verbs, forms.doubling)
        for noun in index.nouns:
            words |= noun_forms(normal(noun).split()[-1], forms.nouns)
        for cue in knowledge.cues():
            for verb in cue.verbs:
                words |= verb_forms(verb.split("_")[0], forms.verbs, forms.doubling)
            for noun in cue.nouns:
                words |= noun_forms(noun, forms.nouns)
        self._words = frozenset(words | {"according", "citing", "per"})

    def wanted(self, text: str, spans: Sequence[SentenceSpan]) -> list[bool]:
        return [self._wanted(text[s.start : s.end]) for s in spans]

    def _wanted(self, sentence: str) -> bool:
        lowered = sentence.lower()
        if "“" in lowered or '"' in lowered:
            return True
        return not self._words.isdisjoint(_WORD.findall(lowered))
