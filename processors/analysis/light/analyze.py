"""Finds attributions and core events by patterns around names, sentence by sentence. What the patterns are is data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brinkwatch.models import Actor, Attribution, Entity, Event, Mention
from brinkwatch.models.analysis import Span, TextSpan
from processors.analysis.entities import Entities
from processors.analysis.light.rules import Language, Rule, language
from processors.analysis.light.sense import clause_before, modality_of, turned
from processors.analysis.light.sentence import ACTING, Sentence
from processors.analysis.light.speech import THAT, attribution_in
from processors.analysis.sentences import split
from processors.analysis.text import PreparedText, fold

_CLAUSE = 140
"""How far from a trigger its actors may stand, in characters."""

_VIOLENT = frozenset({"ASSAULT", "THREATEN"})
"""What animals, athletes, diseases and firms are said to do too."""


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
        sentence = Sentence(
            span.start,
            span.end,
            prepared.text[span.start : span.end],
            folded[span.start : span.end],
            entities.mentions_in(span.start, span.end),
        )
        said = attribution_in(sentence, patterns, entities)
        if said is not None:
            attributions.append(said)
        for event in _events(sentence, patterns, entities):
            inside = said is not None and said.content.start <= event.trigger.start < said.content.end
            if said is not None and inside:
                event = _spoken(event, said, len(attributions) - 1, sentence, patterns)
            if event.source or event.target or patterns.alone(event.rule):
                events.append(event)
    return tuple(attributions), tuple(events)


def _warlike(patterns: Language, folded: str) -> bool:
    """Whether a text that speaks of sport or business speaks more of war."""
    hits = sum(len(trigger.findall(folded[:6000])) for rule, trigger in patterns.triggers if rule.escalation)
    return hits > 2 * len(patterns.quiet.findall(folded[:6000]))


# ------------------------------------------------------------------------------------------------ events


def _events(sentence: Sentence, patterns: Language, entities: Entities) -> list[Event]:
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
    sentence: Sentence, rule: Rule, start: int, end: int, patterns: Language, entities: Entities
) -> Event | None:
    from processors.analysis.events.plover import intensity_of, quad_of

    source, target = _actors(sentence, rule, start, end, patterns, entities)
    ours = patterns.first_person is not None and patterns.first_person.match(sentence.folded, start, end)
    if ours and patterns.words.subject_after:
        source, target = [], target or source  # “we shall strike M”: the name that follows does not act
    if not source and not target and not rule.alone and not ours:
        return None
    if not source and not ours and not _armed(sentence, rule, end, target, patterns):
        return None
    if rule.mutual and source and not target and len(source) > 1:
        source, target = source[:1], source[1:]
    if rule.both and not (source and target):
        return None
    begin = sentence.start
    modality = modality_of(sentence, rule, start, end, patterns)
    coded = turned(sentence, rule, start, end, modality, patterns)
    modality = coded.modality
    if coded.type == "REQUEST" != rule.type:
        source, target = _asking(sentence, start, entities) or (source, target)
    return Event(
        type=coded.type,
        mode=coded.mode,
        quad=quad_of(coded.type),
        intensity=intensity_of(coded.type, coded.mode),
        source=tuple(source),
        target=tuple(target),
        modality=modality,
        escalation=coded.escalation,
        attribution=None,
        trigger=TextSpan(start=begin + start, end=begin + end, text=sentence.text[start:end]),
        framing=None,
        sentence=Span(start=begin, end=sentence.end),
        rule=coded.rule,
    )


def _armed(sentence: Sentence, rule: Rule, end: int, target: Sequence[Actor], patterns: Language) -> bool:
    """Whether an attack by nobody named is one of arms: a shark, a rider or a firm “attacks” in a country too."""
    if patterns.armed is None or rule.alone or rule.escalation != "escalation" or rule.type not in _VIOLENT:
        return True
    if patterns.armed.search(sentence.folded):
        return True
    reach = _CLAUSE if rule.order == "noun" else 9
    near = [a.start - sentence.start for a in target if a.start - sentence.start - end < reach]
    return any(not patterns.at.search(sentence.folded[:at].rstrip() + " ") for at in near)


def _partners(
    sentence: Sentence,
    rule: Rule,
    end: int,
    before: list[tuple[Mention, Entity]],
    after: list[tuple[Mention, Entity]],
    patterns: Language,
) -> list[tuple[Mention, Entity]]:
    """The two who fight, talk or exchange: “clashes between M and N”, “M and N trade fire”."""
    begin = sentence.start
    other = [p for p in after if p[1].id != after[0][1].id]
    if (
        other
        and patterns.between is not None
        and patterns.between.search(sentence.folded, end, after[0][0].start - begin)
    ):
        return [after[0], other[0]]
    if rule.order != "noun" or len(before) < 2 or before[-1][1].id == before[-2][1].id:
        return []
    joined = sentence.folded[before[-2][0].end - begin : before[-1][0].start - begin]
    return before[-2:] if re.search(rf"(?<!\w)(?:{patterns.words.conjunction})", joined + " ") else []


def _actors(
    sentence: Sentence, rule: Rule, start: int, end: int, patterns: Language, entities: Entities
) -> tuple[list[Actor], list[Actor]]:
    """Who acts and on whom, by what stands before and after the trigger. Names after *in* act on nobody but may be hit."""
    begin = sentence.start
    acting = [(m, e) for m, e in sentence.names if entities.role(e.id) in ACTING or entities.state_of(e.id)]
    acting = [(m, e) for m, e in acting if entities.role(e.id) != "weapon"]
    before = [(m, e) for m, e in acting if m.end <= begin + start and begin + start - m.end < _CLAUSE]
    after = [(m, e) for m, e in acting if m.start > begin + start and m.start - begin - end < _CLAUSE]
    can_act = [p for p in before if entities.role(p[1].id) in ACTING and not _located(sentence, p[0], patterns)]
    struck_by = patterns.by.search(sentence.folded[end:])
    if rule.order == "verb" and patterns.words.inverts and not _is_passive(sentence, patterns):
        struck_by = None  # *von* tells who did it only of a passive: “handed over the bodies of soldiers” has none
    pair = _partners(sentence, rule, end, can_act, after, patterns) if rule.mutual or rule.order == "noun" else []
    if pair and (rule.mutual or pair[0] in after):
        return _apart(pair[:1], pair[1:], entities)
    giving = rule.order == "noun" and rule.type == "AID" and can_act and len(after) == 1
    if giving and not _judging(sentence, can_act[-1][0].end - begin, start, patterns):
        return _apart(can_act[-1:], after, entities)  # “N denied deliveries of arms to M”
    if rule.order == "noun":
        return _noun_actors(sentence, start, end, can_act, after, struck_by, patterns, entities)
    if rule.order == "final":
        before = [p for p in acting if p[0].end <= begin + end and begin + start - p[0].end < _CLAUSE]
        return _final_actors(sentence, start, end, before, patterns, entities)
    if can_act and patterns.conjoined.search(sentence.folded[:start]):
        can_act = can_act[:1]  # “A accused B of it and vowed …”: the first who acts goes on acting
    if patterns.words.subject_after and can_act and begin + start - can_act[-1][0].end <= 1:
        if rule.mutual and len(can_act) > 1:
            return _apart(can_act[-2:-1], can_act[-1:], entities)  # a headline's order: “N and M resume …”
        return _apart(can_act[-1:], [p for p in after if p[1].id != can_act[-1][1].id][:1], entities)
    if patterns.governed is not None and can_act and patterns.governed.match(sentence.folded[end:].lstrip()):
        # the verb goes on without a subject of its own: who acts is the last subject of a verb before it
        return _apart([_subject_before(sentence, can_act, patterns)], after[:1], entities)
    if patterns.words.subject_after:
        subjects = [p for p in after if entities.role(p[1].id) in ACTING and not _located(sentence, p[0], patterns)]
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
    if patterns.passive is not None and patterns.passive.search(sentence.folded[:start]):
        return _passive_actors(sentence, end, before, after, patterns, entities)
    source = can_act[-1:]
    if patterns.words.inverts and not source and after and after[0][0].start - begin - end < 6:
        source = after[:1]  # “Then attacked A the B”: the verb stands second, who acts behind it
    if source and entities.role(source[0][1].id) == "person" and entities.state_of(source[0][1].id) is None:
        source = [p for p in can_act if entities.role(p[1].id) != "person"][-1:] or source
    targets = [p for p in after if not source or p[1].id != source[0][1].id]
    partners = [p for p in can_act[-2:-1] if rule.mutual and source and p[1].id != source[0][1].id]
    if partners:
        return _apart(partners, source, entities)  # two who agree are each other's partners, wherever they meet
    return _apart(source, targets[:1], entities)


def _is_passive(sentence: Sentence, patterns: Language) -> bool:
    return patterns.passive is not None and patterns.passive.search(sentence.folded) is not None


def _noun_actors(
    sentence: Sentence,
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
    if patterns.onto is not None and after and patterns.onto.match(sentence.folded[end:].lstrip()):
        # “attacks on Russian refineries”: the preposition tells that the next name is hit, adjective or not
        own = next((p for p in reversed(before) if p[0].form == "adjective" and begin + start - p[0].end < 12), None)
        judged = before and _judging(sentence, before[-1][0].end - begin, start, patterns)
        actor = own or (before[-1] if before and not judged else None)
        return _apart(
            [actor] if actor else [], [p for p in after if actor is None or p[1].id != actor[1].id][:1], entities
        )
    adjective = next((p for p in after if p[0].form == "adjective" and p[0].start - begin - end < 12), None)
    adjective = adjective or next(
        (p for p in reversed(before) if p[0].form == "adjective" and begin + start - p[0].end < 12), None
    )
    agent = None
    if struck_by is not None:
        agent = next((p for p in after if p[0].start >= begin + end + struck_by.end() - 1), None)
    owner = next((p for p in after if patterns.of.fullmatch(sentence.folded[end : p[0].start - begin].lstrip())), None)
    if (
        patterns.governed is not None
        and before
        and owner is not None
        and patterns.governed.match(sentence.folded[start:])
    ):
        # “threatened with the shelling of N”: the name that follows is hit
        return _apart([_subject_before(sentence, before, patterns)], [owner], entities)
    source = adjective or agent or owner
    if source is None and before and not _judging(sentence, before[-1][0].end - begin, start, patterns):
        source = before[-1]
    near = [p for p in after if ", " not in sentence.folded[end : p[0].start - begin]]
    rest = [p for p in near if source is None or p[1].id != source[1].id]
    if not rest and before and patterns.passive is not None and patterns.passive.search(sentence.folded[:start]):
        rest = [
            p for p in before[-1:] if source is None or p[1].id != source[1].id
        ]  # “N came under attack by M's drones”
    return _as_actors([source] if source else [], entities), _as_actors(rest[:1], entities)


def _asking(sentence: Sentence, start: int, entities: Entities) -> tuple[list[Actor], list[Actor]] | None:
    """Who asks and who is asked to stop: the first and the last who are named before the deed."""
    named = [
        p
        for p in sentence.names
        if p[0].end <= sentence.start + start and (entities.role(p[1].id) in ACTING or entities.state_of(p[1].id))
    ]
    if len(named) < 2 or named[0][1].id == named[-1][1].id:
        return None
    return _apart(named[:1], named[-1:], entities)


def _passive_actors(
    sentence: Sentence,
    end: int,
    before: list[tuple[Mention, Entity]],
    after: list[tuple[Mention, Entity]],
    patterns: Language,
    entities: Entities,
) -> tuple[list[Actor], list[Actor]]:
    """“N was shelled by M artillery”: what stands before is hit; an adjective close behind tells who did it."""
    agent = [p for p in after if p[0].form == "adjective" and p[0].start - sentence.start - end < 14][:1]
    hit = before[-1:] or [p for p in after if p not in agent][:1]
    return _apart(agent, hit, entities)


def _subject_before(
    sentence: Sentence, before: list[tuple[Mention, Entity]], patterns: Language
) -> tuple[Mention, Entity]:
    """The last name that stands right behind a verb; else the first."""
    verbs = [patterns.said, patterns.denied, patterns.requested, patterns.intended]
    verbs += [trigger for rule, trigger in patterns.triggers if rule.order == "verb"]
    for mention, entity in reversed(before):
        at = mention.start - sentence.start
        head = sentence.folded[max(0, at - 30) : at]
        if any(m.end() >= len(head.rstrip()) for verb in verbs for m in verb.finditer(head)):
            return mention, entity
    return before[0]


def _judging(sentence: Sentence, low: int, high: int, patterns: Language) -> bool:
    """Whether a verb of accusing or asking stands between: “Turkey condemned the attack” is no Turkish attack.

    Nor is what Turkey said of an attack, unless it spoke of its own.
    """
    said = patterns.said.search(sentence.folded, low, high)
    if said is not None and THAT.search(sentence.folded, said.end(), high):
        own = patterns.possessive
        return own is None or not own.search(sentence.folded, max(low, high - 30), high)
    return any(
        rule.type in ("ACCUSE", "REQUEST") and trigger.search(sentence.folded, low, high)
        for rule, trigger in patterns.triggers
    )


def _final_actors(
    sentence: Sentence,
    start: int,
    end: int,
    before: list[tuple[Mention, Entity]],
    patterns: Language,
    entities: Entities,
) -> tuple[list[Actor], list[Actor]]:
    """A verb at the clause's end: who acts stands first, or after *von*; the other is hit."""
    clause, infinitive = clause_before(sentence, start, end)
    own = [p for p in before if p[0].start - sentence.start >= clause]
    if own and not infinitive:
        before = own  # a verb at its clause's end has its actors inside; an infinitive takes its subject from outside
    free = [p for p in before if entities.role(p[1].id) in ACTING and not _located(sentence, p[0], patterns)]
    agent = next(
        (
            p
            for p in free
            if re.search(rf"(?<!\w)(?:{patterns.words.by}) (?:\w+ )?$", sentence.folded[: p[0].start - sentence.start])
        ),
        None,
    )
    if agent is None and patterns.passive is not None and patterns.passive.search(sentence.folded[clause:end]):
        return [], _as_actors(before[-1:], entities)
    source = agent or (free[0] if free else None)
    rest = [p for p in before if source is None or p[1].id != source[1].id]
    return _as_actors([source] if source else [], entities), _as_actors(rest[-1:], entities)


def _located(sentence: Sentence, mention: Mention, patterns: Language) -> bool:
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


def _spoken(event: Event, said: Attribution, index: int, sentence: Sentence, patterns: Language) -> Event:
    """An event inside what is said; one of “we” is the speaker's."""
    import msgspec

    source = event.source
    words = sentence.folded[said.content.start - sentence.start : said.content.end - sentence.start]
    who = said.source
    if (
        not source
        and who is not None
        and who.id
        and patterns.first_person is not None
        and patterns.first_person.search(words)
    ):
        text = sentence.text[who.start - sentence.start : who.end - sentence.start]
        source = (Actor(id=who.id, start=who.start, end=who.end, text=text),)
    return msgspec.structs.replace(event, attribution=index, source=source)
