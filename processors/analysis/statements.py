"""Statements and events of a parsed text: attributions, events, their sense, direction, framing, place in the answer."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from brinkwatch.models import Actor, Attribution, Event, Span, TextSpan
from brinkwatch.models.analysis import Modality
from processors.analysis import knowledge
from processors.analysis.attributions import find as attribution_finder
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.attributions.resolve import build
from processors.analysis.discourse import Discourse
from processors.analysis.entities import Entities
from processors.analysis.entities.context import words
from processors.analysis.escalation.direction import Judge
from processors.analysis.escalation.framing import REACH, Framed, find_framing, tie, tie_back
from processors.analysis.events.actors import NameRef, Names
from processors.analysis.events.age import of_another_time
from processors.analysis.events.anaphora import resolve_anaphora
from processors.analysis.events.arguments import subjects
from processors.analysis.events.code import code
from processors.analysis.events.coded import Coded
from processors.analysis.events.counts import counts_of
from processors.analysis.events.places import place_of
from processors.analysis.events.plover import intensity_of, quad_of
from processors.analysis.events.times import when_of
from processors.analysis.syntax import Sentence
from processors.analysis.text import PreparedText


class Statements(NamedTuple):
    """What a text says. `background` are the indexes of events that are told in passing: “since its invasion of …”."""

    attributions: list[Attribution]
    events: list[Event]
    background: frozenset[int]


def read_statements(
    prepared: PreparedText,
    sentences: Sequence[Sentence],
    entities: Entities,
    published: dt.datetime | None,
    *,
    leisure: bool = False,
) -> Statements:
    """Who says what, and who does what to whom, in text order; `leisure` tells that the text is about something else."""
    who = Who(entities, prepared.text)
    mentions = name_refs(entities, who)
    discourse = Discourse(sentences, mentions)
    names = Names(mentions, prepared.text, discourse.resolve)
    quotes = Quotes(prepared.text)
    found = [hit for s in sentences if s.tokens for hit in attribution_finder.find(s, quotes)]
    found.extend(_headlines(sentences, prepared, found))
    found.extend(_signed(sentences, quotes, prepared.text))
    attributions, _ = build(prepared.text, found, quotes, sentences, names)
    coded = [one for s in sentences if s.tokens for one in code(s, names)]
    coded = resolve_anaphora(sentences, coded, names)
    for one in coded:
        if of_another_time(one, published):
            one.modality = "historical"
    _leave_out_averted(coded)
    near = _Near(attributions)
    laid = [_attribution_of(one, near) for one in coded]
    _speak_for_themselves(coded, laid, attributions, prepared.text)
    _settle_denials(coded, laid, attributions, who)
    judge = Judge(prepared.text, who, leisure=leisure)
    framings = _framings(sentences, coded)
    judging = [(framed, id_) for id_, framed in framings.items()]
    events: list[Event] = []
    background: set[int] = set()
    for one, index in zip(coded, laid, strict=True):
        framed = framings.get(id(one))
        if any(f.start <= one.trigger.start < f.end for f, id_ in judging if id_ != id(one)):
            continue  # the words that judge another event are no deed of their own
        direction = judge.direction(one)
        if framed is not None and direction is None and (one.source or one.target):
            direction = framed.direction
        event = _event(one, index, direction, framed, names, published)
        if _tellable(event):
            if one.background:
                background.add(len(events))
            events.append(event)
    return Statements(attributions, events, frozenset(background))


def _leave_out_averted(coded: Sequence[Coded]) -> None:
    """“Set up a hotline to prevent clashes”: what a step down is to avert has no direction of its own."""
    calming = [one for one in coded if one.direction == "de-escalation"]
    for one in coded:
        if one.modality == "negated" and one.direction == "escalation":
            above = set(one.trigger.ancestors())
            if any(step.trigger in above for step in calming if step.sentence is one.sentence):
                one.direction = None


class Who:
    """What the ids of one text stand for: a coarse kind, and the state that someone belongs to or speaks for."""

    _INDEPENDENT = frozenset({"media", "company", "ngo", "igo", "alliance", "university", "think-tank", "bank", "team"})

    def __init__(self, entities: Entities, text: str = "") -> None:
        self._text = text
        self._listed = {e.id for e in entities.entities if entities.is_listed(e.id)}
        self._kinds = {e.id: entities.role(e.id) for e in entities.entities}
        self._states = {
            e.id: entities.state_of(e.id) for e in entities.entities if entities.kind(e.id) not in self._INDEPENDENT
        }

    def kind(self, id_: str) -> str:
        """person, state, place, organisation, group, weapon or other; a state that only others point to is one, too."""
        return self._kinds.get(id_) or ("state" if len(id_) == 3 and id_.isupper() else "other")

    def state_of(self, id_: str) -> str | None:
        return self._states.get(id_) or (id_ if self.kind(id_) == "state" else None)

    def is_private(self, actor: Actor) -> bool:
        """A person without an office: neither known to hold one nor called by a title (“Kenya's Daniel Kiprop”)."""
        if actor.id is None or actor.start is None or self.kind(actor.id) != "person" or actor.id in self._listed:
            return False
        before = self._text[max(0, actor.start - 40) : actor.start].lower().split()[-3:]
        said = {w.strip(",.;:'’\"“”()") for w in (*before, *actor.text.lower().split())}
        return not said & (words().titles | knowledge.word_class("leaders"))


def name_refs(entities: Entities, who: Who) -> list[NameRef]:
    """The mentions of a text with what the rules need to know of them."""
    return [
        NameRef(m.start, m.end, entity.id, who.kind(entity.id), who.state_of(entity.id), m.form)
        for entity in entities.entities
        for m in entity.mentions
    ]


def _headlines(
    sentences: Sequence[Sentence], prepared: PreparedText, found: Sequence[attribution_finder.Found]
) -> list[attribution_finder.Found]:
    """Colon headlines: in the title, or where the text is one line."""
    hits: list[attribution_finder.Found] = []
    limit = prepared.title_end or (sentences[0].end if sentences else 0)
    for sentence in sentences:
        if sentence.start >= max(limit, 1):
            continue
        spans = attribution_finder.headline(sentence)
        if spans is None or any(f.sentence is sentence and f.cue[0] < spans[1][1] for f in found):
            continue
        source, cue, content = spans
        token = next((t for t in reversed(sentence.tokens) if source[0] <= t.start < source[1]), None)
        if token is not None and (token.tag.startswith("N")):
            hits.append(attribution_finder.Found(token, source, cue, content, False, sentence, cue_lemma=":"))
    return hits


def _signed(sentences: Sequence[Sentence], quotes: Quotes, text: str) -> list[attribution_finder.Found]:
    """Quotations signed behind a dash, and lines of transcripts."""
    hits: list[attribution_finder.Found] = []
    previous = -1
    for sentence in sentences:
        spans = attribution_finder.signed_quotes(sentence, quotes, text)
        spoken = attribution_finder.transcript(sentence) if sentence.paragraph != previous else None
        previous = sentence.paragraph
        if spoken is not None:
            line = [s for s in sentences if s.paragraph == sentence.paragraph]
            spans.append((spoken[0], spoken[1], (spoken[2][0], line[-1].end)))
        for source, cue, content in spans:
            if all(h.cue != cue for h in hits):
                hits.append(
                    attribution_finder.Found(None, source, cue, content, False, sentence, quoted=True, signed=True)
                )
    return hits


class _Near:
    """The attributions by place, so that an event asks only those around it."""

    def __init__(self, attributions: Sequence[Attribution]) -> None:
        self._ordered = sorted((a.content.start, a.content.end, i, a) for i, a in enumerate(attributions))
        self._starts = [start for start, *_ in self._ordered]

    def before(self, offset: int) -> list[tuple[int, Attribution]]:
        """The last ones whose content begins at or before the offset; statements do not nest deeper than that."""
        end = bisect_right(self._starts, offset)
        return [(i, a) for _, _, i, a in self._ordered[max(0, end - 40) : end]]

    def around(self, offset: int) -> list[tuple[int, Attribution]]:
        at = bisect_right(self._starts, offset)
        return [(i, a) for _, _, i, a in self._ordered[max(0, at - 6) : at + 6]]


def _attribution_of(one: Coded, near: _Near) -> int | None:
    """The innermost attribution whose content holds the trigger; a verbal act of a speaker is its own statement's."""
    holding = [
        (a.content.end - a.content.start, i)
        for i, a in near.before(one.trigger.start)
        if one.trigger.end <= a.content.end
    ]
    if holding:
        return min(holding)[1]
    return next(
        (i for i, a in near.around(one.trigger.start) if a.cue and a.cue.start <= one.trigger.start < a.cue.end), None
    )


def _speak_for_themselves(
    coded: Sequence[Coded], laid: Sequence[int | None], attributions: Sequence[Attribution], text: str
) -> None:
    """“We will answer”: *we* in somebody's words is the speaker, and so is who says that others will pay a price."""
    for one, index in zip(coded, laid, strict=True):
        speaker = attributions[index].source if index is not None else None
        if speaker is not None and not one.source and "speaker" in one.rule.source:
            one.source = [
                Actor(id=speaker.id, start=speaker.start, end=speaker.end, text=text[speaker.start : speaker.end])
            ]
            one.target = [a for a in one.target if a.id is None or a.id != speaker.id]
        if speaker is not None and speaker.id is not None and _done_to_the_speaker(one, speaker.id):
            one.target = [
                Actor(id=speaker.id, start=speaker.start, end=speaker.end, text=text[speaker.start : speaker.end])
            ]
        if one.source or speaker is None or not one.trigger.is_verb:
            continue
        first = next((t for t in subjects(one.trigger) if t.lower in ("we", "i")), None)
        if first is not None:
            one.source = [Actor(id=speaker.id, start=first.start, end=first.end, text=text[first.start : first.end])]


def _done_to_the_speaker(one: Coded, speaker: str) -> bool:
    """“Omani forces had fired at its villages, Aden said”: not their own villages, but those of who says so."""
    if quad_of(one.type) != 4 or not one.source or any(a.id is not None for a in one.target):
        return False
    if any(a.id == speaker for a in one.source):
        return False
    return any(
        (t.dep == "poss" and t.lower in ("its", "their", "our"))
        or (t.dep == "dobj" and t.head is one.trigger and t.lemma in ("border", "frontier"))
        for t in one.trigger.subtree()
    )


def _settle_denials(
    coded: Sequence[Coded], laid: Sequence[int | None], attributions: Sequence[Attribution], who: Who
) -> None:
    """Denied, where the one it is laid to says no: by a verb of denial, or by negation of what others lay to it."""
    for one, index in zip(coded, laid, strict=True):
        if index is None:
            continue
        attribution = attributions[index]
        speaker = attribution.source.id if attribution.source is not None else None
        side = {speaker, who.state_of(speaker) if speaker else None} - {None}
        doers = {a.id for a in one.source} | {who.state_of(a.id) for a in one.source if a.id}
        doers.discard(None)
        speaks_for_itself = not doers or bool(side & doers)
        if attribution.denies and one.modality in ("asserted", "intended", "hypothetical", "denied"):
            one.modality = "denied" if speaks_for_itself or not side else "negated"
        elif one.modality == "denied" and doers and side and not speaks_for_itself:
            one.modality = "negated"
        elif one.modality == "negated" and bool(side & doers):
            accusation = _laid_elsewhere(one, coded)
            if accusation is not None:
                one.modality = "denied"
                if not any(a.id for a in one.target):
                    one.target = [*accusation.target]


def _laid_elsewhere(one: Coded, coded: Sequence[Coded]) -> Coded | None:
    """The same deed, laid to the same doer elsewhere in the text, not as a denial."""
    doers = {a.id for a in one.source if a.id}
    told: tuple[Modality, ...] = ("asserted", "hypothetical", "intended")
    for other in coded:
        if (
            other is not one
            and other.rule.type == one.rule.type
            and other.modality in told
            and doers & {a.id for a in other.source}
            and other.sentence is not one.sentence
        ):
            return other
    return None


def _framings(sentences: Sequence[Sentence], coded: Sequence[Coded]) -> dict[int, Framed]:
    tied: dict[int, Framed] = {}
    by_sentence: dict[int, list[Coded]] = {}
    for one in coded:
        by_sentence.setdefault(id(one.sentence), []).append(one)
    for i, sentence in enumerate(sentences):
        here = by_sentence.get(id(sentence), [])
        if not sentence.tokens:
            continue
        before = [by_sentence.get(id(s), []) for s in sentences[max(0, i - REACH) : i]]
        for framed in find_framing(sentence.text, sentence.start):
            event = tie(sentence, framed, here) or tie_back(framed, sentence, before)
            if event is not None and id(event) not in tied:
                tied[id(event)] = framed
    return tied


def _event(
    one: Coded,
    attribution: int | None,
    direction: str | None,
    framed: Framed | None,
    names: Names,
    published: dt.datetime | None,
) -> Event:
    text = names.text
    return Event(
        type=one.type,
        mode=one.mode,
        quad=quad_of(one.type),
        intensity=intensity_of(one.type, one.mode),
        source=tuple(_unique(one.source)),
        target=tuple(_unique(one.target)),
        modality=one.modality,
        escalation=direction,  # type: ignore[arg-type]
        attribution=attribution,
        trigger=TextSpan(start=one.trigger.start, end=one.trigger.end, text=text[one.trigger.start : one.trigger.end]),
        framing=TextSpan(start=framed.start, end=framed.end, text=text[framed.start : framed.end]) if framed else None,
        sentence=Span(start=one.sentence.start, end=one.sentence.end),
        place=place_of(one, names),
        when=when_of(one, published),
        counts=counts_of(one),
        rule=one.name,
    )


def _unique(actors: Sequence[Actor]) -> list[Actor]:
    kept: list[Actor] = []
    for actor in actors:
        if all(actor.id is None or actor.id != k.id for k in kept) and actor not in kept:
            kept.append(actor)
    return kept


def _tellable(event: Event) -> bool:
    return bool(event.source or event.target or event.escalation)
