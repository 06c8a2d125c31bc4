"""Where what is said ends and the writer goes on: dates of the saying, asides with another fact, the other half of a line."""

from __future__ import annotations

import calendar

from processors.analysis.attributions.cues import Chars, verb_cues
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.knowledge import wording
from processors.analysis.syntax import Sentence, Token, own_subject, span_of

_DATES = frozenset(
    name.lower() for names in (calendar.day_name, calendar.month_name, calendar.month_abbr) for name in names if name
)
_SPOKEN_PAST = ("VBD", "VBZ", "VBP")


def is_date(phrase: Token) -> bool:
    """“on Monday”, “late on Sunday”, “in May”: a phrase that tells when."""
    words = [t.lower.rstrip(".") for t in phrase.subtree()]
    return any(w in _DATES for w in words) and len(words) <= 6


def without_date(clause: Token, verb: Token, span: Chars) -> Chars:
    """“said on Monday it had …”: the day is that of the saying, though the parser hangs it on what is said."""
    start, end = span
    subject = own_subject(clause)
    if subject is None or subject.i < verb.i:
        return span
    for c in clause.children:
        if verb.i < c.i < subject.i and c.dep in ("prep", "npadvmod", "advmod") and is_date(c):
            low, high = span_of(c)
            if low == start:
                start = high + 1
    return start, end


def without_asides(content: Chars, verb: Token, sentence: Sentence, quotes: Quotes, *, finite: bool) -> Chars:
    """“ruled out talks, a day after Rome warned …”: the content up to an aside that tells another's statement or fact.

    What a clause says may have asides of its own; there only another's statement ends it.
    """
    start, end = content
    if start < verb.start:
        return content
    for comma in sentence.tokens:
        if comma.text != "," or not start < comma.start < end or quotes.around(comma.start) is not None:
            continue
        timed, marker = _opening(sentence, comma)
        if marker is None:
            continue
        told = _statement(marker, sentence, comma)
        if told or (not finite and (timed or marker.lower in wording().asides)):
            return start, comma.start
    return content


def _opening(sentence: Sentence, comma: Token) -> tuple[bool, Token | None]:
    """The conjunction that opens an aside behind a comma, and whether it tells how long before or after."""
    words = wording()
    timed = False
    for token in sentence.tokens:
        if token.i <= comma.i:
            continue
        if token.i > comma.i + 6:
            return timed, None
        if token.lower in words.spells:
            timed = True
        elif token.lower in words.asides or (timed and token.lower in ("after", "before", "since")):
            return timed, token
        elif token.lower not in words.measures and not token.tag.startswith("CD"):
            return timed, None
    return timed, None


def _statement(marker: Token, sentence: Sentence, comma: Token) -> bool:
    """Whether the aside is a statement of somebody with a name or an office: its verb is a cue that tells a clause or a thing."""
    verb = marker.head if marker.dep in ("mark", "advmod") else None
    if verb is None or not verb.is_verb or verb.i < comma.i or verb.tag not in _SPOKEN_PAST:
        return False
    subject = own_subject(verb)
    return subject is not None and subject.is_noun and subject.i > comma.i and bool(verb_cues(verb))


def on_its_side(content: Chars, cue: Chars, sentence: Sentence, quotes: Quotes) -> Chars | None:
    """“Rome says A; Tunis denies B”: of a content that a semicolon cuts the part beside its cue, None where there is none."""
    start, end = content
    for token in sentence.tokens:
        if token.text != ";" or quotes.around(token.start) is not None:
            continue
        if cue[1] <= token.start < end:
            end = token.start
        elif start < token.end <= cue[0]:
            start = token.end
    return (start, end) if end - start > 1 else None
