"""Statements that punctuation alone marks: colon headlines, quotations signed behind a dash, lines of transcripts."""

from __future__ import annotations

import re

from processors.analysis.attributions.cues import Chars
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.knowledge import wording
from processors.analysis.syntax import Sentence

Marked = tuple[Chars, Chars, Chars]
"""The spans of source, cue and content."""

_COLON = re.compile(r"^(?P<source>[^:“”\"\n]{2,48}?)(?P<cue>\s?:)\s+(?P<content>\S.{14,})$")
_TAIL = re.compile(r"^(?P<content>(?:[^\s:]+ ){3,}[^\s:]+)(?: (?=[-–—]))?(?P<cue>[:–—-]) (?P<source>\S+(?: \S+){0,3})$")
_DASH = re.compile(r"[”\"]\s*(?P<cue>[―—–]|--)\s*(?P<source>[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,4})")
_TRANSCRIPT = re.compile(
    r"^[\"“]?(?P<source>[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3})(?P<cue>:)\s+(?P<content>\S.*)$", re.DOTALL
)


def headline(sentence: Sentence) -> Marked | None:
    """“Envoy: truce holds”, where the line looks like that and what stands before the colon is no label of a newsroom."""
    signed = _TAIL.match(sentence.text)
    if signed is not None and _can_speak(signed.group("source")):
        return _moved(signed, sentence.start)
    found = _COLON.match(sentence.text)
    if found is None or len(found.group("source").split()) > 6 or _is_label(found.group("source")):
        return None
    return _moved(found, sentence.start)


def _can_speak(words: str) -> bool:
    """“Three held after blast: state media”, “… - police”: who is named last is one who tells."""
    last = words.rstrip(".").rsplit(" ", 1)[-1]
    return last.islower() and last in wording().informants and not _is_label(words)


def transcript(sentence: Sentence) -> Marked | None:
    """“MINISTER: The talks go on.”, a line of a transcript."""
    match = _TRANSCRIPT.match(sentence.text)
    return None if match is None or _is_label(match.group("source")) else _moved(match, sentence.start)


def _moved(match: re.Match[str], base: int) -> Marked:
    source, cue, content = (match.span(name) for name in ("source", "cue", "content"))
    return (source[0] + base, source[1] + base), (cue[0] + base, cue[1] + base), (content[0] + base, content[1] + base)


def _is_label(words: str) -> bool:
    """“Correction”, “Breaking news”, “Live updates”: nobody who speaks."""
    return not wording().labels.isdisjoint(words.lower().split())


def signed_quotes(sentence: Sentence, quotes: Quotes, text: str) -> list[Marked]:
    """“…” ― Name: a quotation with its speaker behind a dash."""
    found = []
    for match in _DASH.finditer(text, max(0, sentence.start - 2), min(len(text), sentence.end)):
        quote = quotes.around(match.start())
        if quote is not None and match.start() == quote.end - 1:
            found.append((match.span("source"), match.span("cue"), (quote.start, quote.end)))
    return found
