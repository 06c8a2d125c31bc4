"""Finds attributions and core events by patterns around names, sentence by sentence. What the patterns are is data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from brinkwatch.models import Actor, Attribution, Entity, Event, Mention
from brinkwatch.models.analysis import Modality, Source, Span, TextSpan
from processors.analysis.entities import Entities
from processors.analysis.light.rules import Language, Rule, language
from processors.analysis.sentences import split
from processors.analysis.text import PreparedText, fold

_CLAUSE = 140
"""How far from a trigger its actors may stand, in characters."""
_QUOTE = re.compile(r"[«“\"„»]([^«»“”\"„]{3,600})[»”\"“«]")
_ACTING = frozenset({"state", "organisation", "group", "person"})
_SOFT = frozenset({"negated", "denied", "requested", "historical"})


class _Sentence(NamedTuple):
    start: int
    end: int
    text: str
    folded: str
    names: list[tuple[Mention, Entity]]


def analyze_light(
    prepared: PreparedText, code: str, entities: Entities
) -> tuple[tuple[Attribution, ...], tuple[Event, ...]]:
    """The attributions and events of a text in a language without a parser; nothing where the language has no patterns."""
    patterns = language(code)
    if patterns is None:
        return (), ()
    folded = fold(prepared.text)
    if len(patterns.quiet.findall(folded[:6000])) >= 3 and not _warlike(patterns, folded):
        return (), ()
    attributions: list[Attribution] = []
    events: list[Event] = []
    for span in split(prepared.safe):
        if any(z.start <= span.start and span.end <= z.end for z in entities.zones):
            continue
        sentence = _Sentence(
            span.start,
            span.end,
            prepared.text[span.start : span.end],
            folded[span.start : span.end],
            entities.mentions_in(span.start, span.end),
        )
        said = _attribution(sentence, patterns, entities)
        if said is not None:
            attributions.append(said)
        for event in _events(sentence, patterns, entities):
            inside = said is not None and said.content.start <= event.trigger.start < said.content.end
            events.append(_with_attribution(event, len(attributions) - 1) if inside else event)
    return tuple(attributions), tuple(events)


def _warlike(patterns: Language, folded: str) -> bool:
    """Whether a text that speaks of sport or business speaks more of war."""
    hits = sum(len(trigger.findall(folded[:6000])) for rule, trigger in patterns.triggers if rule.escalation)
    return hits > 2 * len(patterns.quiet.findall(folded[:6000]))


# ------------------------------------------------------------------------------------------------ events


def _events(sentence: _Sentence, patterns: Language, entities: Entities) -> list[Event]:
    if patterns.quiet.search(sentence.folded):
        return []
    found: list[Event] = []
    taken: list[tuple[int, int]] = []
    for rule, trigger in patterns.triggers:
        for match in trigger.finditer(sentence.folded):
            start, end = match.start(), match.end()
            while end > start and sentence.folded[end - 1].isspace():
                end -= 1
            if any(a < end and start < b for a, b in taken):
                continue
            event = _event(sentence, rule, start, end, patterns, entities)
            if event is not None:
                taken.append((start, end))
                found.append(event)
    return sorted(found, key=lambda e: e.trigger.start)


def _event(
    sentence: _Sentence, rule: Rule, start: int, end: int, patterns: Language, entities: Entities
) -> Event | None:
    from processors.analysis.events.plover import intensity_of, quad_of

    source, target = _actors(sentence, rule, start, end, patterns, entities)
    if not source and not target and not rule.alone:
        return None
    if rule.mutual and source and not target and len(source) > 1:
        source, target = source[:1], source[1:]
    begin = sentence.start
    return Event(
        type=rule.type,
        mode=rule.mode,
        quad=quad_of(rule.type),
        intensity=intensity_of(rule.type, rule.mode),
        source=tuple(source),
        target=tuple(target),
        modality=_modality(sentence, rule, start, end, patterns),
        escalation=rule.escalation,
        attribution=None,
        trigger=TextSpan(start=begin + start, end=begin + end, text=sentence.text[start:end]),
        framing=None,
        sentence=Span(start=begin, end=sentence.end),
        rule=rule.name,
    )


def _actors(
    sentence: _Sentence, rule: Rule, start: int, end: int, patterns: Language, entities: Entities
) -> tuple[list[Actor], list[Actor]]:
    """Who acts and on whom, by what stands before and after the trigger. Names after *in* act on nobody but may be hit."""
    begin = sentence.start
    acting = [(m, e) for m, e in sentence.names if entities.role(e.id) in _ACTING or entities.state_of(e.id)]
    acting = [(m, e) for m, e in acting if entities.role(e.id) != "weapon"]
    before = [(m, e) for m, e in acting if m.end <= begin + start and begin + start - m.end < _CLAUSE]
    after = [(m, e) for m, e in acting if m.start > begin + start and m.start - begin - end < _CLAUSE]
    can_act = [p for p in before if entities.role(p[1].id) in _ACTING and not _located(sentence, p[0], patterns)]
    struck_by = patterns.by.search(sentence.folded[end:])
    if rule.order == "noun":
        return _noun_actors(sentence, start, end, can_act, after, struck_by, patterns, entities)
    if rule.order == "final":
        return _final_actors(sentence, before, patterns, entities)
    if can_act and patterns.conjoined.search(sentence.folded[:start]):
        can_act = can_act[:1]  # “A accused B of it and vowed …”: the first who acts goes on acting
    if patterns.words.subject_after and can_act and begin + start - can_act[-1][0].end <= 1:
        return _apart(can_act[-1:], [p for p in after if p[1].id != can_act[-1][1].id][:1], entities)
    if patterns.words.subject_after:
        subjects = [p for p in after if entities.role(p[1].id) in _ACTING]
        near = [p for p in subjects if p[0].start - begin - end < 45]
        source = near[:1] or can_act[-1:]
        rest = [p for p in after if p not in source and (not source or p[1].id != source[0][1].id)]
        return _apart(source, rest[:1], entities)
    if struck_by and after:
        agent = next((p for p in after if p[0].start >= begin + end + struck_by.end() - 1), None)
        if agent is not None:
            return _as_actors([agent], entities), _as_actors(
                [p for p in before[-1:] if p[1].id != agent[1].id], entities
            )
    source = can_act[-1:]
    if source and entities.role(source[0][1].id) == "person" and entities.state_of(source[0][1].id) is None:
        source = [p for p in can_act if entities.role(p[1].id) != "person"][-1:] or source
    targets = [p for p in after if not source or p[1].id != source[0][1].id]
    partners = [p for p in can_act[-2:-1] if rule.mutual and source and p[1].id != source[0][1].id]
    return _apart(partners + source, targets[:1], entities)


def _noun_actors(
    sentence: _Sentence,
    start: int,
    end: int,
    before: list[tuple[Mention, Entity]],
    after: list[tuple[Mention, Entity]],
    struck_by: re.Match[str] | None,
    patterns: Language,
    entities: Entities,
) -> tuple[list[Actor], list[Actor]]:
    """“el ataque israelí contra Irán”: an adjective or the first name after the noun acts, the next one is hit."""
    begin = sentence.start
    adjective = next((p for p in after if p[0].form == "adjective" and p[0].start - begin - end < 12), None)
    adjective = adjective or next(
        (p for p in reversed(before) if p[0].form == "adjective" and begin + start - p[0].end < 12), None
    )
    agent = None
    if struck_by is not None:
        agent = next((p for p in after if p[0].start >= begin + end + struck_by.end() - 1), None)
    owner = next((p for p in after if patterns.of.fullmatch(sentence.folded[end : p[0].start - begin].lstrip())), None)
    source = adjective or agent or owner
    if source is None and before and not _judging(sentence, before[-1][0].end - begin, start, patterns):
        source = before[-1]
    rest = [p for p in after if source is None or p[1].id != source[1].id]
    return _as_actors([source] if source else [], entities), _as_actors(rest[:1], entities)


def _judging(sentence: _Sentence, low: int, high: int, patterns: Language) -> bool:
    """Whether a verb of accusing or asking stands between: “Turkey condemned the attack” is no Turkish attack."""
    return any(
        rule.type in ("ACCUSE", "REQUEST") and trigger.search(sentence.folded, low, high)
        for rule, trigger in patterns.triggers
    )


def _final_actors(
    sentence: _Sentence, before: list[tuple[Mention, Entity]], patterns: Language, entities: Entities
) -> tuple[list[Actor], list[Actor]]:
    """A verb at the clause's end: who acts stands first, or after *von*; the other is hit."""
    free = [p for p in before if entities.role(p[1].id) in _ACTING and not _located(sentence, p[0], patterns)]
    agent = next(
        (
            p
            for p in free
            if re.search(rf"(?<!\w)(?:{patterns.words.by}) (?:\w+ )?$", sentence.folded[: p[0].start - sentence.start])
        ),
        None,
    )
    source = agent or (free[0] if free else None)
    rest = [p for p in before if source is None or p[1].id != source[1].id]
    return _as_actors([source] if source else [], entities), _as_actors(rest[-1:], entities)


def _located(sentence: _Sentence, mention: Mention, patterns: Language) -> bool:
    return bool(
        patterns.at.search(
            sentence.folded[max(0, mention.start - sentence.start - 25) : mention.start - sentence.start].rstrip() + " "
        )
    )


def _apart(
    source: Sequence[tuple[Mention, Entity]], target: Sequence[tuple[Mention, Entity]], entities: Entities
) -> tuple[list[Actor], list[Actor]]:
    """Sources and targets, where nobody is both: a place in the actor's own country is no target."""
    acting = _as_actors(source, entities)
    return acting, [a for a in _as_actors(target, entities) if all(a.id != b.id for b in acting)]


def _as_actors(pairs: Sequence[tuple[Mention, Entity]], entities: Entities) -> list[Actor]:
    """A place stands for the state that it lies in."""
    made: list[Actor] = []
    for mention, entity in pairs:
        id_ = entity.id
        if entities.role(id_) == "place":
            id_ = entities.state_of(id_) or id_
        if all(a.id != id_ for a in made):
            made.append(Actor(id=id_, start=mention.start, end=mention.end, text=mention.text))
    return made


def _modality(sentence: _Sentence, rule: Rule, start: int, end: int, patterns: Language) -> Modality:
    """In what sense the trigger is said: what stands before it in its clause, nearest and strongest first."""
    before, after = sentence.folded[:start], sentence.folded[end:]
    clause = re.split(r"[;:]|, (?:y|et|und|and|и|а|но|но|pero|mais|aber|but) ", before)[-1]
    if patterns.conjoined.search(before):
        clause = ""  # what governs the first verb does not reach the second
    near = before[-45:]
    if patterns.negation.search(near) or (
        patterns.after_negation is not None and patterns.after_negation.search(after[:40])
    ):
        return "negated"
    if patterns.denied.search(clause):
        return "denied"
    if patterns.historical.search(sentence.folded):
        return "historical"
    if rule.modality is not None:
        return rule.modality
    if patterns.requested.search(clause):
        return "requested"
    if patterns.hypothetical.search(clause):
        return "hypothetical"
    if patterns.intended.search(clause[-70:]):
        return "intended"
    return "asserted"


def _with_attribution(event: Event, index: int) -> Event:
    import msgspec

    return msgspec.structs.replace(event, attribution=index)


# ------------------------------------------------------------------------------------------------ attributions


def _attribution(sentence: _Sentence, patterns: Language, entities: Entities) -> Attribution | None:
    denied = patterns.denied.search(sentence.folded)
    said = patterns.said.search(sentence.folded)
    according = patterns.according.search(sentence.folded)
    quote = _QUOTE.search(sentence.text)
    cue = said or denied or according
    if cue is None:
        return None
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


def _speaker(
    sentence: _Sentence,
    start: int,
    end: int,
    after_only: bool,
    quote: re.Match[str] | None,
    entities: Entities,
    patterns: Language,
) -> Source | None:
    """The nearest who can speak: before the cue, or after it where the cue follows a quotation or opens the clause."""
    begin = sentence.start
    speakers = [(m, e) for m, e in sentence.names if entities.role(e.id) in _ACTING]
    before = [p for p in speakers if p[0].end <= begin + start and begin + start - p[0].end < 60]
    after = [p for p in speakers if p[0].start >= begin + end and p[0].start - begin - end < 60]
    inverted = (
        after_only
        or patterns.words.subject_after
        or (quote is not None and quote.end() <= start)
        or sentence.folded[:start].rstrip().endswith(",")
    )
    chosen = (after or ([] if after_only else before[-1:])) if inverted else (before[-1:] or after)
    people = [p for p in chosen[:2] if entities.role(p[1].id) == "person"]
    pick = people[0] if people else chosen[0] if chosen else None
    if pick is not None:
        mention, entity = pick
        phrase = _phrase(sentence, start, end, mention.start >= begin + end) if mention.form == "adjective" else None
        if phrase is not None and phrase.start <= mention.start and mention.end <= phrase.end:
            return Source(id=entity.id, name=phrase.name, start=phrase.start, end=phrase.end)
        return Source(
            id=entity.id,
            name=mention.text if entity.type != "PERSON" else entity.name,
            start=mention.start,
            end=mention.end,
        )
    return _phrase(sentence, start, end, inverted)


_PHRASE_BEFORE = re.compile(r"[^.,;:!?«»\"“”()\n]{3,60}$")
_PHRASE_AFTER = re.compile(r"^\s*([^.,;:!?«»\"“”()\n]{3,60})")


def _phrase(sentence: _Sentence, start: int, end: int, inverted: bool) -> Source | None:
    """A speaker without a known name: the words up to the next comma."""
    match = _PHRASE_AFTER.search(sentence.text[end:]) if inverted else _PHRASE_BEFORE.search(sentence.text[:start])
    if match is None or not match.group().strip():
        return None
    offset = end if inverted else 0
    words = match.group()
    low = offset + match.start() + len(words) - len(words.lstrip())
    high = offset + match.start() + len(words.rstrip())
    return Source(id=None, name=sentence.text[low:high], start=sentence.start + low, end=sentence.start + high)


def _content(
    sentence: _Sentence, start: int, end: int, source: Source | None, quote: re.Match[str] | None, according: bool
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
