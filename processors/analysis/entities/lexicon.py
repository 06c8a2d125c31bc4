"""Looks up all known names of one language in a text at once. What an ambiguous name means is decided elsewhere."""

from __future__ import annotations

import functools
import re

import ahocorasick_rs

from processors.analysis.entities import load, regions
from processors.analysis.entities.model import Hit, Sense
from processors.analysis.text import fold

_UNSPACED = frozenset({"zh", "ja"})
_ARABIC_PREFIXES = frozenset(
    {"و", "ف", "ب", "ل", "ك", "ال", "لل", "وال", "بال", "فال", "كال", "ولل", "وب", "ول", "فب", "وبال", "س"}
)
_HEBREW_PREFIXES = frozenset(
    {"ו", "ה", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "שב", "של", "מה", "לה", "בה", "שה"}
)

_ARTICLE = re.compile(r"(?:al|el|as|ash|ar)[- ][A-Z]")  # “al-Qaida”, which some write with a capital, some without


class Lexicon:
    """The names of one language in an automaton."""

    def __init__(self, language: str) -> None:
        self.language = language
        entries: dict[str, list[Sense]] = {}
        sources = [
            load.state_names(language),
            load.exact_state_names(),
            load.row_names(language),
            load.city_names(language),
        ]
        if language == "en":
            sources.append(regions.region_names())
        else:
            sources.insert(1, (item for item in load.row_names(language)))
        for source in sources:
            for surface, sense in source:
                key = fold(surface)
                senses = entries.setdefault(key, [])
                if all(
                    s.known.id != sense.known.id or s.case != sense.case or s.evidence != sense.evidence for s in senses
                ):
                    senses.append(sense)
        self._senses = [tuple(senses) for senses in entries.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(entries), matchkind=ahocorasick_rs.MatchKind.Standard)
        self._words = entries

    def senses(self, words: str) -> tuple[Sense, ...]:
        return tuple(self._words.get(fold(words), ()))

    def scan(self, text: str, folded: str) -> list[Hit]:
        """Every place where a known name stands as a whole word, written as it must be; hits may overlap."""
        hits: list[Hit] = []
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if not self._bounded(text, start, end):
                continue
            words = text[start:end]
            senses = tuple(s for s in self._senses[index] if _written_so(words, s))
            if senses:
                hits.append(Hit(start, end, senses))
        return hits

    def _bounded(self, text: str, start: int, end: int) -> bool:
        if self.language in _UNSPACED and not text[start].isascii():
            return True
        if end < len(text):
            after = text[end]
            if after.isalnum() or after == "_":
                if self.language != "ko" and not (
                    after == "s" and text[end - 1].isdigit() and not text[end + 1 : end + 2].isalnum()
                ):
                    return False
            elif after == "." and text[end + 1 : end + 2].islower() and text[end - 1] != ".":
                return False  # reuters.com
        if start > 0:
            before = text[start - 1]
            if before == "@":
                return False
            if before.isalnum() or before == "_":
                return self._after_prefix(text, start)
        return True

    def _after_prefix(self, text: str, start: int) -> bool:
        """Arabic and Hebrew write *and*, *in*, *to*, *the* together with the next word."""
        prefixes = (
            _ARABIC_PREFIXES if self.language in ("ar", "fa") else _HEBREW_PREFIXES if self.language == "he" else None
        )
        if prefixes is None:
            return False
        begin = start
        while begin > 0 and start - begin < 5 and text[begin - 1].isalpha():
            begin -= 1
        return text[begin:start] in prefixes


def _written_so(words: str, sense: Sense) -> bool:
    if sense.case == "any":
        return True
    if sense.case == "exact":
        return words == sense.surface
    first = words[0]
    if first.islower() and sense.surface[0].isupper() and not _ARTICLE.match(words):
        return False
    if not first.isalpha() or " " not in words:
        return True
    # “West bank”, “white House”: the last word is a name's only where it is written like one.
    last_mine, last_given = words.rsplit(" ", 1)[-1], sense.surface.rsplit(" ", 1)[-1]
    return not (last_given[:1].isupper() and last_mine[:1].islower())


def lexicon(language: str) -> Lexicon:
    """The names of a language; one without names of its own uses the English ones."""
    return _english() if language == "en" or language not in load.LANGUAGES else _other(language)


@functools.cache
def _english() -> Lexicon:
    return Lexicon("en")


@functools.lru_cache(maxsize=6)
def _other(language: str) -> Lexicon:
    """Six at a time: each takes some 15 MB and half a second to build."""
    return Lexicon(language)
