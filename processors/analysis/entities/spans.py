"""Corrects a language model's named spans: their ends, and labels that the text around them belies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from processors.analysis.entities.context import words
from processors.analysis.entities.model import NamedSpan
from processors.analysis.entities.people import trim

LABELS = frozenset({"PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "EVENT"})
_LEADING = re.compile(
    r"(?:Near|In|At|From|To|On|By|And|But|Outside|Around|Inside|Dear|Since|After|Before|With|For|Minister for|of)\s+(?=\S)"
)
_INTO_PLACE = re.compile(
    r"\b(?:in|near|around|outside|inside|city of|town of|village of|north of|south of|east of|west of|vicinity of|outskirts of|suburb of|liberate|liberation of|surrounding|isolate|isolation of) (?:the )?$"
)

_AT_PLACE = re.compile(r"\b(?:at|of|from|to|for|retaken|recaptured) (?:the )?$")
_PLACE_BEHIND = re.compile(r" (?:in|,) (?:(?:north|south|east|west|central)\w*[- ])*[A-Z]")


def corrected(text: str, names: Sequence[NamedSpan]) -> list[NamedSpan]:
    """The spans that are names, cut to the name, each with the label that most of its occurrences deserve."""
    cleaned = [span for name in names if (span := _clean(text, name)) is not None]
    full = {text[s.start : s.end] for s in cleaned if s.label == "PERSON" and " " in text[s.start : s.end]}
    located = [_located(text, _only_person(text, span, full)) for span in cleaned]
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for span in located:
        votes[text[span.start : span.end]][span.label] += 1
    surnames = {
        text[s.start : s.end].rsplit(" ", 1)[-1]
        for s in located
        if s.label == "PERSON" and " " in text[s.start : s.end]
    }
    result: list[NamedSpan] = []
    for span in located:
        shown = text[span.start : span.end]
        label = span.label
        if " " not in shown and label in ("ORG", "GPE", "NORP") and shown in surnames:
            label = "PERSON"
        elif (
            votes[shown]["GPE"]
            and label in ("PERSON", "ORG", "LOC")
            and votes[shown]["GPE"] >= votes[shown]["PERSON"]
            and shown not in surnames
        ):
            label = "GPE"
        result.append(NamedSpan(span.start, span.end, label))
    return _without_overlaps(result + _missed_surnames(text, result, surnames))


def _clean(text: str, name: NamedSpan) -> NamedSpan | None:
    if name.label not in LABELS:
        return None
    start, end = trim(text, name.start, name.end, person=name.label == "PERSON")
    label = name.label
    lead = _LEADING.match(text, start, end)
    if lead and label != "EVENT" and not (label == "ORG" and lead.group().strip() in ("For", "With")):
        near = lead.group().strip().lower() in ("near", "in", "at", "outside", "around", "inside", "from")
        start = lead.end()
        label = "GPE" if near and label == "PERSON" else label
    cut = text.find("\n", start, end)
    if cut >= 0:
        start, end = trim(text, start, cut, person=label == "PERSON")
    shown = text[start:end]
    if len(shown) < 2 or len(shown) > 120 or not any(c.isupper() for c in shown) or shown.lower() in words().never:
        return None
    if label == "PERSON" and any(c.isdigit() for c in shown):
        return None
    if label in ("GPE", "NORP", "LOC") and shown[0].islower():
        return None
    return NamedSpan(start, end, label)


def _only_person(text: str, span: NamedSpan, full: Collection[str]) -> NamedSpan:
    """“Minister for the Middle East Ada Quill”: who is named in full elsewhere is no part of an organisation."""
    if span.label != "ORG":
        return span
    parts = text[span.start : span.end].split(" ")
    for count in (3, 2):
        name = " ".join(parts[-count:])
        if len(parts) > count and name in full:
            return NamedSpan(span.end - len(name), span.end, "PERSON")
    return span


def _located(text: str, span: NamedSpan) -> NamedSpan:
    """“in Dabiq” is a place, whatever the model calls it; organisations keep their name where it looks like one."""
    shown = text[span.start : span.end]
    if shown.startswith("Operation ") and span.label in ("ORG", "LOC", "FAC", "PERSON"):
        return span._replace(label="EVENT")
    if span.label not in ("PERSON", "ORG", "NORP"):
        return span
    if shown.isupper() or (span.label == "ORG" and " " in shown):
        return span
    before = text[max(0, span.start - 30) : span.start].lower()
    if _INTO_PLACE.search(before):
        return span._replace(label="GPE")
    if " " not in shown and _AT_PLACE.search(before) and _PLACE_BEHIND.match(text, span.end):
        return span._replace(label="GPE")
    return span


def _missed_surnames(text: str, spans: Sequence[NamedSpan], surnames: set[str]) -> list[NamedSpan]:
    """Surnames of people who are named in full elsewhere, where the model did not see them."""
    usable = [
        s
        for s in surnames
        if len(s) > 3 and s[0].isupper() and s not in words().also_surname and s.lower() not in words().titles
    ]
    if not usable:
        return []
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(s) for s in sorted(usable, key=len, reverse=True)) + r")\b")
    taken = {(s.start, s.end) for s in spans}
    return [
        NamedSpan(m.start(), m.end(), "PERSON") for m in pattern.finditer(text) if (m.start(), m.end()) not in taken
    ]


def _without_overlaps(spans: list[NamedSpan]) -> list[NamedSpan]:
    kept: list[NamedSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
