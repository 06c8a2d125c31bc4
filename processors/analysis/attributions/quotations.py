"""Quotations beside a cue: the one that ends right before it (“…,” the envoy said) or begins right behind it."""

from __future__ import annotations

import re

from processors.analysis.attributions.cues import Chars
from processors.analysis.attributions.quotes import Quote, Quotes
from processors.analysis.syntax import Sentence, Token, own_subject, span_of

_WORD = re.compile(r"\w")
_TOLD = re.compile(r"[,?!…—–-][”\"’'»]+$")
_FINITE = ("VBD", "VBZ", "VBP", "MD")
_NEAR = 16  # words that may stand between a quotation and its cue: a name with its office


def before(verb: Token, sentence: Sentence, quotes: Quotes) -> Quote | None:
    """The quotation that ends right before the cue's clause: “…,” said the envoy; “…,” the envoy told them."""
    if verb.tag == "VBG" or quotes.around(verb.start) is not None:
        return None
    near = [q for q in _touching(sentence, quotes) if q.end <= verb.start]
    if not near:
        return None
    quote = near[-1]
    between = [t for t in sentence.tokens if quote.end <= t.start and t.end <= verb.start]
    if len(between) > _NEAR or any(t.tag in _FINITE and t.head is not verb for t in between):
        return None
    if any(t.lower in ("who", "which", "that", "but", "because", "if", "when", "while") for t in between):
        return None
    subject = own_subject(verb)
    words = [t for t in between if _WORD.search(t.text)]
    if not words:
        return quote
    if subject is not None and subject.start >= quote.end:
        start = min(span_of(subject)[0], *(t.start for t in words if t.head is verb), verb.start)
        return quote if words[0].start >= start else None
    return quote if is_told(sentence, quote) else None


def after(verb: Token, sentence: Sentence, quotes: Quotes) -> Quote | None:
    """The quotation that a comma or a colon behind the cue opens: the envoy told them, “…”."""
    if quotes.around(verb.start) is not None:
        return None
    quote = next((q for q in quotes.within(verb.end, sentence.end)), None)
    if quote is None:
        return None
    between = sentence.text[verb.end - sentence.start : quote.start - sentence.start]
    if between.strip() and not between.rstrip().endswith((",", ":")):
        return None
    others = [t for t in sentence.tokens if verb.end <= t.start and t.end <= quote.start]
    if any(t.tag in _FINITE for t in others) or len(others) > _NEAR:
        return None
    return quote


def is_told(sentence: Sentence, quote: Quote) -> bool:
    """Whether the quotation ends as speech does before its cue: with a comma, a question, a dash."""
    return _TOLD.search(sentence.text[: quote.end - sentence.start]) is not None


def speaker_between(verb: Token, quote: Quote, sentence: Sentence) -> Token | None:
    """The one who speaks, where the parser lost the subject: the noun between quotation and cue, else that behind it."""
    between = [t for t in sentence.tokens if quote.end <= t.start and t.end <= verb.start]
    nouns = [t for t in between if t.is_noun or t.tag == "PRP"]
    heads = [t for t in nouns if t.head not in nouns]
    if heads:
        return heads[0]
    behind = [t for t in sentence.tokens if t.start >= verb.end][:_NEAR]
    nouns = [t for t in behind if t.is_noun or t.tag == "PRP"]
    return next((t for t in nouns if t.dep in ("nsubj", "dobj", "attr", "oprd") and t.head is verb), None)


def widened(quote: Quote, sentence: Sentence, clause: Chars | None) -> Chars:
    """The quotation, and the words before it where it only begins in the midst of its sentence: The plan is “bad,” …"""
    start, end = quote.start, quote.end
    lead = sentence.text[: max(0, start - sentence.start)]
    if start > sentence.start and len(_WORD.findall(lead)) > 0:
        if clause is not None and clause[0] < start and clause[0] >= sentence.start:
            return clause[0], max(end, min(clause[1], end))
        if clause is None and lead.rstrip()[-1:] not in ",:;.?!":
            return sentence.start, end
    return start, end


def _touching(sentence: Sentence, quotes: Quotes) -> list[Quote]:
    found = quotes.within(sentence.start, sentence.end)
    around = quotes.around(sentence.start)
    return [around, *found] if around is not None and around not in found else found
