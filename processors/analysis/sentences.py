"""Cuts text into sentences by punctuation and a list of abbreviations, without a parser.

A line end always ends a sentence: feeds and pages put one paragraph on a line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from processors.analysis.knowledge import Wording, wording

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
# End punctuation, what closes after it, white space, and what may open before the next word.
_BOUNDARY = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(\s+)(?=[\"'“‘«(\[—–-]*[^\W_])")
_LAST_WORD = re.compile(r"[^\s\"'“”‘’(\[]{1,24}$")
_FIRST_WORD = re.compile(r"[\"'“‘«(\[—–-]*\s*([^\s.,;:!?\"'“”‘’]+)")
_INITIAL = re.compile(r"^(?:[^\W\d_]\.)+$")

LONGEST = 1500
"""Characters after which a sentence is cut at a space: the parser's memory grows with its longest input."""


class SentenceSpan(NamedTuple):
    """A sentence, and the number of the line (paragraph) that it stands in."""

    start: int
    end: int
    paragraph: int


def split(text: str) -> list[SentenceSpan]:
    """The sentences of a text, in order, without the white space around them."""
    words = wording()
    spans: list[SentenceSpan] = []
    for number, line in enumerate(_LINE.finditer(text)):
        start = line.start()
        for found in _BOUNDARY.finditer(line.group()):
            at = line.start() + found.start()
            after = line.start() + found.end()
            if _ends_here(text, start, at, after, found.group(), words):
                _append(spans, text, start, line.start() + found.start(1), number)
                start = after
        _append(spans, text, start, line.end(), number)
    return spans


def _ends_here(text: str, start: int, at: int, after: int, mark: str, words: Wording) -> bool:
    first = text[after]
    opener = first in "\"'“‘«([—–-"
    following = _FIRST_WORD.match(text, after, min(len(text), after + 60))
    word = following.group(1) if following else ""
    if not opener and not (word[:1].isupper() or word[:1].isdigit() or not word[:1].isascii()):
        return False
    if mark[0] != ".":
        # “Why?” the minister asked: what is asked does not end where the question does.
        quoted = any(c in '"”’»' for c in mark)
        return not (quoted and _cue_follows(text, after, words))
    last = _LAST_WORD.search(text, max(start, at - 26), at)
    before = (last.group() if last else "") + "."
    if before.lower() in words.abbreviations:
        return before.lower() in words.may_end and word in words.openers
    if _INITIAL.match(before):
        # “U.S. The”, “J. Smith”: an initial goes on unless a word that opens sentences follows.
        return word in words.openers and len(before) > 2
    return not (any(c in "”’»" for c in mark) and _cue_follows(text, after, words) and word in ("Mr", "Mrs"))


def _cue_follows(text: str, after: int, words: Wording) -> bool:
    upcoming = text[after : after + 80].split(".")[0].split()[:5]
    return any(w.strip(",.;:").lower() in words.said for w in upcoming)


def _append(spans: list[SentenceSpan], text: str, start: int, end: int, paragraph: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        spans.append(SentenceSpan(start, cut, paragraph))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        spans.append(SentenceSpan(start, end, paragraph))
