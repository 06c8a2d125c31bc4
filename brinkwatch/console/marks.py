"""An article's text cut where any mark begins or ends, so that marks which overlap can be shown on top of each other.

Decides only; how a mark looks is left to the templates and the style sheet.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from brinkwatch.models import ArticleDocument

_PARAGRAPH = re.compile(r"[^\r\n]+")

_CUT = " …"
"""What an excerpt ends with: no part of the text that was analysed."""


@dataclass(frozen=True)
class Mark:
    """Something said about `[start, end)` of the analysed text. `index` counts within the kind.

    Kinds: `entity` · `content` and `cue` and `speaker` of an attribution · `event` (its trigger) · `framing` ·
    `reason` (a sentence that the level rests on).
    """

    kind: str
    index: int
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A run of text with the same marks all through. `opens` lists the marks that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    opens: tuple[Mark, ...] = ()

    def of(self, kind: str) -> Mark | None:
        """The shortest mark of the kind: the most specific one."""
        found = [mark for mark in self.marks if mark.kind == kind]
        return min(found, key=lambda mark: mark.end - mark.start, default=None)

    def has(self, kind: str) -> bool:
        return any(mark.kind == kind for mark in self.marks)


@dataclass(frozen=True)
class MarkedText:
    """The title and the paragraphs, each as segments. `unmarked` says why marks are missing, where they are."""

    title: tuple[Segment, ...]
    paragraphs: tuple[tuple[Segment, ...], ...]
    unmarked: str = ""
    placed: frozenset[tuple[str, int]] = field(default_factory=frozenset)


def marked_text(document: ArticleDocument) -> MarkedText:
    """The document's text with the marks of its analysis.

    Offsets refer to the text as it was analysed. Where less of it is kept (a feed's storage policy), only the marks
    whose words are still in their place are shown, and it is said.
    """
    stored = document.body or document.summary
    title_length = len(document.title)
    text = f"{document.title}\n\n{stored}" if document.title else stored
    kept = len(text) - len(_CUT) if document.feed.storage == "excerpt" and text.endswith(_CUT) else len(text)
    marks = [mark for mark in _marks(document) if 0 <= mark.start < mark.end <= kept]
    quoted = list(_quoted(document))
    unmarked = ""
    if not stored and document.feed.storage == "metadata":
        unmarked = "The text is not kept: its feed is set to store metadata only. What was understood is listed."
    elif any(text[start:end] != words for start, end, words in quoted if end <= kept):
        marks = [mark for mark in marks if mark.end <= title_length]
        unmarked = "The text kept is not the one that was analysed, so names and events are marked in the title alone."
    elif kept < len(text) or any(end > kept for _, end, _ in quoted):
        unmarked = "Only an excerpt of the text is kept. What was understood of all of it is listed."
    begin = title_length + 2 if document.title else 0
    found = _PARAGRAPH.finditer(text, min(begin, len(text)))
    paragraphs = [(each.start(), each.end()) for each in found if each[0].strip()]
    title, *rest = _cut(text, [(0, title_length), *paragraphs], marks)
    return MarkedText(title, tuple(rest), unmarked, frozenset((mark.kind, mark.index) for mark in marks))


def _marks(document: ArticleDocument) -> Iterator[Mark]:
    for index, entity in enumerate(document.entities):
        for mention in entity.mentions:
            yield Mark("entity", index, mention.start, mention.end)
    for index, said in enumerate(document.attributions):
        yield Mark("content", index, said.content.start, said.content.end)
        if said.cue is not None:
            yield Mark("cue", index, said.cue.start, said.cue.end)
        if said.source is not None:
            yield Mark("speaker", index, said.source.start, said.source.end)
    for index, event in enumerate(document.events):
        yield Mark("event", index, event.trigger.start, event.trigger.end)
        if event.framing is not None:
            yield Mark("framing", index, event.framing.start, event.framing.end)
    for index in document.escalation.because or ():
        if 0 <= index < len(document.events):
            sentence = document.events[index].sentence
            yield Mark("reason", index, sentence.start, sentence.end)


def _quoted(document: ArticleDocument) -> Iterator[tuple[int, int, str]]:
    """The words that the analysis quotes, and where it says that they stand."""
    for entity in document.entities:
        yield from ((each.start, each.end, each.text) for each in entity.mentions)
    yield from ((event.trigger.start, event.trigger.end, event.trigger.text) for event in document.events)
    yield from ((said.cue.start, said.cue.end, said.cue.text) for said in document.attributions if said.cue)


def _cut(text: str, ranges: list[tuple[int, int]], marks: list[Mark]) -> Iterator[tuple[Segment, ...]]:
    """The segments of each of the ranges, which rise and do not overlap: cut at every boundary, in one pass."""
    waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
    cuts = sorted({place for mark in marks for place in (mark.start, mark.end)})
    over: list[Mark] = []
    for start, end in ranges:
        inner = cuts[bisect.bisect_right(cuts, start) : bisect.bisect_left(cuts, end)]
        segments = []
        for left, right in itertools.pairwise([start, *inner, end] if end > start else []):
            opens = []
            while waiting and waiting[-1].start <= left:
                opens.append(waiting.pop())
            over = [mark for mark in [*over, *opens] if mark.end > left]
            segments.append(Segment(text[left:right], tuple(over), tuple(mark for mark in opens if mark.end > left)))
        yield tuple(segments)
