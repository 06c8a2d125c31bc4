"""Who says what in a sentence without a parser: a cue, the nearest who can speak, and a quotation or the rest."""

from __future__ import annotations

import re

from brinkwatch.models import Attribution
from brinkwatch.models.analysis import Source, Span, TextSpan
from processors.analysis.entities import Entities
from processors.analysis.light.rules import Language
from processors.analysis.light.sentence import ACTING, Sentence

_QUOTE = re.compile(r"[«“\"„»]([^«»“”\"„]{3,600})[»”\"“«]")

_CLAUSE = re.compile(r"\s*,?\s*(?:que\b|qu'|dass\b|что\b)")
"""“N, the spokesman, said that …”: who spoke stands before, whatever comma there is."""

THAT = re.compile(r"(?<!\w)(?:que\b|qu'|dass\b|что\b|ان\b|بان\b)")
"""Opens the clause of what is said."""

_INTRODUCES = re.compile(r"\s*(?:[,.:«]|que\b|qu'|dass\b|что\b|ان\b|$)")


def attribution_in(sentence: Sentence, patterns: Language, entities: Entities) -> Attribution | None:
    denied = patterns.denied.search(sentence.folded)
    said = patterns.said.search(sentence.folded)
    according = patterns.according.search(sentence.folded)
    quote = _QUOTE.search(sentence.text)
    cue = said or denied or according
    if cue is None:
        return _headline(sentence, entities)
    denies = cue is denied or (denied is not None and denied.start() == cue.start())
    start, end = cue.start(), cue.end()
    while end > start and sentence.folded[end - 1].isspace():
        end -= 1
    source = _speaker(sentence, start, end, cue is according, quote, entities, patterns)
    content = _content(sentence, start, end, source, quote, cue is according)
    if content is None:
        return None
    begin = sentence.start
    return Attribution(
        source=source,
        cue=TextSpan(start=begin + start, end=begin + end, text=sentence.text[start:end]),
        content=content,
        quoted=quote is not None and quote.start() + begin >= content.start and quote.end() + begin <= content.end + 1,
        denies=denies,
    )


def _headline(sentence: Sentence, entities: Entities) -> Attribution | None:
    """“Defence Ministry: drones shot down”: a name and a colon at the start speak."""
    colon = sentence.folded.find(": ")
    if not 0 < colon < 60 or len(sentence.folded) - colon < 15:
        return None
    speakers = [(m, e) for m, e in sentence.names if m.end <= sentence.start + colon and entities.role(e.id) in ACTING]
    covered = sum(m.end - m.start for m, _ in speakers) + max(0, len(speakers) - 1)
    if not speakers or speakers[-1][0].end != sentence.start + colon or covered < colon or speakers[0][1].type == "GPE":
        return None
    mention, entity = speakers[0]
    begin = sentence.start
    return Attribution(
        source=Source(id=entity.id, name=sentence.text[:colon], start=mention.start, end=begin + colon),
        cue=None,
        content=Span(start=begin + colon + 2, end=sentence.end),
        quoted=False,
        denies=False,
    )


def _speaker(
    sentence: Sentence,
    start: int,
    end: int,
    after_only: bool,
    quote: re.Match[str] | None,
    entities: Entities,
    patterns: Language,
) -> Source | None:
    """The nearest who can speak: before the cue, or after it where the cue follows a quotation or opens the clause."""
    begin = sentence.start
    speakers = [(m, e) for m, e in sentence.names if entities.role(e.id) in ACTING]
    before = [p for p in speakers if p[0].end <= begin + start and begin + start - p[0].end < 60]
    after = [p for p in speakers if p[0].start >= begin + end and p[0].start - begin - end < 60]
    if patterns.recipient is not None:
        heard = patterns.recipient
        after = [p for p in after if not heard.fullmatch(sentence.folded[end : p[0].start - begin].lstrip())]
    inverted = (
        after_only
        or patterns.words.subject_after
        or (quote is not None and quote.end() <= start)
        or (sentence.folded[:start].rstrip().endswith(",") and not _CLAUSE.match(sentence.folded[end:]))
    )
    follows = sentence.folded[:start].rstrip().endswith(",") and not _INTRODUCES.match(sentence.folded[end:])
    if follows and not after:
        return _phrase(sentence, start, end, True, patterns)  # “…, said the minister”: no name before the comma speaks
    chosen = (after or ([] if after_only else before[-1:])) if inverted else (before[-1:] or after)
    people = [p for p in chosen[:2] if entities.role(p[1].id) == "person"]
    pick = people[0] if people else chosen[0] if chosen else None
    if pick is not None:
        mention, entity = pick
        phrase = (
            _phrase(sentence, start, end, mention.start >= begin + end, patterns)
            if mention.form == "adjective" or sentence.text[mention.end - begin : mention.end - begin + 1] == "-"
            else None
        )
        if phrase is not None and phrase.start <= mention.start and mention.end <= phrase.end:
            return Source(id=entity.id, name=phrase.name, start=phrase.start, end=phrase.end)
        return Source(
            id=entity.id,
            name=mention.text if entity.type != "PERSON" else entity.name,
            start=mention.start,
            end=mention.end,
        )
    return _phrase(sentence, start, end, inverted, patterns)


_PHRASE_BEFORE = re.compile(r"[^.,;:!?«»\"“”()\n]{3,60}$")
_PHRASE_AFTER = re.compile(r"^\s*([^.,;:!?«»\"“”()\n]{3,60})")


def _phrase(sentence: Sentence, start: int, end: int, inverted: bool, patterns: Language) -> Source | None:
    """A speaker without a known name: the words up to the next comma."""
    match = (
        _PHRASE_AFTER.search(sentence.text[end:])
        if inverted
        else _PHRASE_BEFORE.search(sentence.text[:start].rstrip(" ,"))
    )
    if match is None or not match.group().strip():
        return None
    offset = end if inverted else 0
    words = match.group()
    low = offset + match.start() + len(words) - len(words.lstrip())
    high = offset + match.start() + len(words.rstrip())
    if patterns.timing is not None and (day := patterns.timing.match(sentence.folded, low, high)):
        low = day.end()  # “a annoncé mercredi le ministère”: the day speaks of when
    if patterns.recipient is not None and (told := patterns.recipient.match(sentence.folded, low, high)):
        space = sentence.folded.find(" ", told.end(), high)
        low = space + 1 if space > 0 else low  # “a dit à l'AFP un responsable”: the agency hears
    if low >= high:
        return None
    return Source(id=None, name=sentence.text[low:high], start=sentence.start + low, end=sentence.start + high)


def _content(
    sentence: Sentence, start: int, end: int, source: Source | None, quote: re.Match[str] | None, according: bool
) -> Span | None:
    """The quotation where there is one; else what follows the cue, or what stands before it where little follows."""
    begin = sentence.start
    if quote is not None:
        return Span(start=begin + quote.start(1), end=begin + quote.end(1))
    after = end if source is None or source.start < begin + end else max(end, source.end - begin)
    rest = sentence.text[after:].strip(" .,:")
    if len(rest) >= 15:
        low = after + len(sentence.text[after:]) - len(sentence.text[after:].lstrip(" ,:"))
        return Span(start=begin + low, end=sentence.end)
    low = start if source is None or source.start >= begin + start else source.start - begin
    head = sentence.text[:low].rstrip(" ,")
    return Span(start=begin, end=begin + len(head)) if len(head) > 10 else None
