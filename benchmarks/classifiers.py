"""What others do with the same texts: a keyword classifier and spaCy's PhraseMatcher, with the words of our own rules.

Both are given every verb and noun by which our rules see escalation and de-escalation, so that only the reading differs. A
text is what most of the hits say; how many hits it takes is set to what is best for these very texts, in their favour.
"""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ahocorasick_rs

from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer

DATA = Path(__file__).parent / "data"
Classify = Callable[[str], str | None]
"""A text to `escalation`, `de-escalation` or None."""

Count = Callable[[str], collections.Counter[str]]
"""A text to how many words speak for each direction."""


def vocabulary() -> dict[str, str]:
    """Each form of each verb and noun of the rules that have a direction, and that direction."""
    forms = knowledge.read(knowledge.DATA / "events" / "forms.toml", knowledge.Forms)
    found: dict[str, str] = {}
    for rule in knowledge.rules():
        if rule.escalation is None:
            continue
        for verb in rule.verbs:
            head, *rest = verb.strip("_").split("_")
            for form in knowledge.verb_forms(head, forms.verbs, forms.doubling):
                found.setdefault(" ".join([form, *rest]), rule.escalation)
        for noun in rule.nouns:
            *first, last = noun.strip("_").split()
            for form in knowledge.noun_forms(last, forms.nouns):
                found.setdefault(" ".join([*first, form]), rule.escalation)
    return found


def keyword_counter() -> Count:
    """Counts the words of a text that stand in the lists: what most news monitors do."""
    words = vocabulary()
    automaton = ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    directions = list(words.values())

    def count(text: str) -> collections.Counter[str]:
        lowered = text.lower()
        return collections.Counter(
            directions[index]
            for index, start, end in automaton.find_matches_as_indexes(lowered)
            if not lowered[start - 1 : start].isalnum() and not lowered[end : end + 1].isalnum()
        )

    return count


def phrase_matcher() -> Count:
    """The same lists in spaCy's PhraseMatcher over its tokenizer."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    by_direction = collections.defaultdict(list)
    for words, direction in vocabulary().items():
        by_direction[direction].append(nlp.make_doc(words))
    for direction, docs in by_direction.items():
        matcher.add(direction, docs)
    return lambda text: collections.Counter(nlp.vocab.strings[key] for key, _, _ in matcher(nlp.make_doc(text)))


def best_threshold(count: Count, texts: Sequence[tuple[str, str | None]]) -> Classify:
    """A classifier by these counts with the number of hits, for each hundred words, that gives the most right answers."""

    def classify(text: str, least: float) -> str | None:
        direction, hits = (count(text).most_common(1) or [("", 0)])[0]
        return direction if hits >= least * len(text.split()) / 100 and hits else None

    tried = [step / 4 for step in range(1, 40)]
    best = max(tried, key=lambda least: sum(classify(text, least) == wanted for text, wanted in texts))
    return lambda text: classify(text, best)


def ours() -> Classify:
    analyzer = Analyzer()

    def classify(text: str) -> str | None:
        found = analyzer.analyze(text, language="en").escalation
        return found.direction if found.level not in ("none", "low") or found.direction == "de-escalation" else None

    return classify


def labelled() -> list[tuple[str, str | None]]:
    """(text, direction that an analyst gives it) of the political and of the quiet articles."""
    found = []
    for name in ("political", "quiet"):
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            article: dict[str, Any] = json.loads(line)
            direction = article["labels"]["direction"]
            found.append((f"{article['title']}\n\n{article['text']}", None if direction == "none" else direction))
    return found


def measure() -> dict[str, dict[str, float]]:
    """Precision and recall of escalation, f1 of de-escalation, and how many of the others are left quiet."""
    texts = labelled()
    figures: dict[str, dict[str, float]] = {}
    contenders = {
        "keywords": best_threshold(keyword_counter(), texts),
        "PhraseMatcher": best_threshold(phrase_matcher(), texts),
        "the analysis": ours(),
    }
    for name, classify in contenders.items():
        pairs = [(classify(text), wanted) for text, wanted in texts]
        up, down = _score(pairs, "escalation"), _score(pairs, "de-escalation")
        quiet = [given is None for given, wanted in pairs if wanted is None]
        figures[name] = {
            "escalation_precision": up[0],
            "escalation_recall": up[1],
            "de_escalation_f1": 2 * down[0] * down[1] / max(1e-9, down[0] + down[1]),
            "quiet": sum(quiet) / max(1, len(quiet)),
        }
        print(f"{name:16}" + "  ".join(f"{key} {value:.2f}" for key, value in figures[name].items()))
    return figures


def _score(pairs: list[tuple[str | None, str | None]], direction: str) -> tuple[float, float]:
    right = sum(given == wanted == direction for given, wanted in pairs)
    given_so = sum(given == direction for given, _ in pairs)
    wanted_so = sum(wanted == direction for _, wanted in pairs)
    return right / max(1, given_so), right / max(1, wanted_so)
