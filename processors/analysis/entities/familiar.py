"""Which sentences hold no name that is new: a language model need not look at them, and looking is half of all the work.

A sentence is familiar where each capitalised word in it belongs to a known name that needs no model to be understood, to
a name that the model was shown in an earlier sentence of the same text, or to no name at all (a month, a title, an
ordinary word that opens the sentence). `repeated` then finds the model's names again where it did not look.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from processors.analysis.entities.context import words
from processors.analysis.entities.model import Hit, NamedSpan

_CAPITALISED = re.compile(r"(?<!\w)[^\W\d_](?:[\w.&-]|['’](?!s\b))*\w|(?<!\w)[^\W\d_](?!\w)")
_LOWER = re.compile(r"(?<![\w'’-])[^\W\d_]{2,}(?![\w'’])")
_OPENING = re.compile(r"[\s\"“”'‘’«(\[—–:-]*$")
_ACTORS = frozenset({"GPE", "NORP", "ORG", "PERSON"})
_OFTEN = 2  # times that a model is shown a name before it is trusted to have seen it
_BIG_CITY = 1_000_000  # below this a city's name needs a model's word, see link.py


class Glance(NamedTuple):
    """What a first look at a sentence tells: whether the model must look for names, and whether someone is named for sure."""

    new: bool
    named: bool


def glance(
    text: str, spans: Sequence[tuple[int, int]], hits: Sequence[Hit], ordinary: Callable[[str], bool]
) -> list[Glance]:
    """For each sentence `[start, end)`, in order. `hits` do not overlap; `ordinary` tells words that are no names."""
    small = set(_LOWER.findall(text))
    shown: Counter[str] = Counter()
    at = 0
    result: list[Glance] = []
    for start, end in spans:
        while at < len(hits) and hits[at].end <= start:
            at += 1
        here = at
        sure: list[Hit] = []
        while here < len(hits) and hits[here].start < end:
            if _is_sure(hits[here]):
                sure.append(hits[here])
            here += 1
        runs = list(_runs(text, start, end, sure, lambda word: ordinary(word) or word in small))
        new = any(shown[run] < _OFTEN for run in runs)
        if new:
            for run in runs:
                shown.update({run, run.rsplit(" ", 1)[-1]})
        for hit in sure:
            if any(s.known.kind == "person" for s in hit.senses):
                shown[text[hit.start : hit.end].rsplit(" ", 1)[-1]] += _OFTEN
        result.append(Glance(new, bool(runs) or any(s.known.type in _ACTORS for h in sure for s in h.senses)))
    return result


def _is_sure(hit: Hit) -> bool:
    """Whether what the words mean is decided without a model: all but smaller cities and names that want a fuller one."""
    return any(
        s.known.population >= _BIG_CITY if s.known.kind == "city" else s.evidence in ("", "place") for s in hit.senses
    )


def _runs(text: str, start: int, end: int, sure: Sequence[Hit], ordinary: Callable[[str], bool]) -> list[str]:
    """The runs of capitalised words that may be names and are not known: “Ada Quill”, without titles before."""
    runs: list[str] = []
    last = -2
    at = 0
    aside = words().titles | words().never
    for match in _CAPITALISED.finditer(text, start, end):
        word = match.group()
        if not word[0].isupper() and not any(c.isupper() for c in word):
            continue
        while at < len(sure) and sure[at].end <= match.start():
            at += 1
        if at < len(sure) and sure[at].start <= match.start():
            continue
        lower = word.lower().rstrip(".")
        if lower in aside or word == "I":
            continue
        if ordinary(lower) and (word.istitle() or len(word) == 1) and _OPENING.match(text[start : match.start()]):
            continue
        if runs and last >= 0 and text[last : match.start()] in (" ", " of ", " the ", " de ", " bin ", " al-"):
            runs[-1] += text[last : match.start()] + word
        else:
            runs.append(word)
        last = match.end()
    return runs


def repeated(text: str, names: Sequence[NamedSpan], unseen: Sequence[tuple[int, int]]) -> list[NamedSpan]:
    """The names again in the parts `[start, end)` that the model did not look at, with the label that each mostly had."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        shown = text[name.start : name.end]
        if len(shown) > 2 and shown[0].isupper():
            votes[shown][name.label] += 1
    if not votes or not unseen:
        return []
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(votes, key=len, reverse=True)) + r")(?!\w)"
    )
    return [
        NamedSpan(m.start(), m.end(), votes[m.group()].most_common(1)[0][0])
        for start, end in unseen
        for m in pattern.finditer(text, start, end)
    ]
