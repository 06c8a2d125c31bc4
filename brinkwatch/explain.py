"""Says in words why a text has its level, and which of its words are the evidence. Pure functions over an analysis.

Used by the console, the alerts and the command line, so that all three tell the same. The words are in `data/explain.toml`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib import resources
from typing import Literal, NamedTuple

import msgspec

from brinkwatch.models import Analysis, Entity, Event
from brinkwatch.models.analysis import Actor, Mention

MarkKind = Literal["trigger", "framing", "source", "target", "cue", "speaker"]

LONGEST_NAME = 60
"""Characters of an actor's or a speaker's name before it is cut at a word."""

_CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_Deed = tuple[str, str, str, str]
_JUNK = re.compile(r"[()\[\]\"“”:;]|\s[-–—]\s")
_COMMON = re.compile(r"\w[^\W\d_A-Z]+ [a-z]")  # a capital that only opens a sentence: “Masked men”
_WORD = re.compile(r"\w+")


_PLACES = ("geonames:", "loc:", "fac:")

# The target of these rules says already who was counted.
_COUNTED = {"assault.kill": "killed", "assault.wound": "injured", "coerce.arrest": "captured"}


class Mark(NamedTuple):
    """A span to mark, `[start, end)` in the analysed text; marks do not overlap and are in order."""

    start: int
    end: int
    kind: MarkKind
    event: int | None
    """The event that it belongs to, an index into `Analysis.events`."""


class _Sense(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alone: str
    by: str
    self: str


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    said: dict[str, list[str]]
    alone: str
    by: str


class _Accused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    types: frozenset[str]
    modalities: frozenset[str]
    by: str


class _Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    not_read: str
    names_only: str
    nothing: str
    easing: str
    may_ease: str
    nothing_of_weight: str
    it: tuple[str, str]
    they: tuple[str, str]
    unnamed: str
    people_of: str
    things_of: str
    framing: str
    more_one: str
    more: str


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    article: frozenset[str]
    article_alone: frozenset[str]
    small: frozenset[str]
    stand_ins: frozenset[str]
    nobody: frozenset[str]
    hollow: frozenset[str]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    not_built: frozenset[str]
    deeds: dict[str, _Deed]
    rules: dict[str, str | _Deed]
    built: dict[str, tuple[str, str, str]]
    senses: dict[str, _Sense]
    words_are_deeds: _Said
    accused: _Accused
    phrases: _Phrases
    counts: dict[str, str]
    names: _Names


@functools.cache
def words() -> _Words:
    """The data file, checked."""
    return msgspec.toml.decode(resources.files("brinkwatch").joinpath("data/explain.toml").read_bytes(), type=_Words)


def why(analysis: Analysis) -> str:
    """One sentence: why the level is what it is."""
    phrases, escalation = words().phrases, analysis.escalation
    if analysis.coverage == "names":
        return phrases.names_only
    if escalation.level is None:
        return phrases.not_read
    events = [analysis.events[i] for i in escalation.because or ()]
    if not events:
        return phrases.nothing
    rest = len(events) - 1
    more = "" if not rest else phrases.more_one if rest == 1 else phrases.more.format(count=rest)
    first = phrases.nothing_of_weight if escalation.level == "none" else ""
    if escalation.direction == "de-escalation":
        first = phrases.easing if events[0].modality == "asserted" else phrases.may_ease
    return f"{escalation.level.capitalize()}: {first}{describe(analysis, events[0])}{more}."


def describe(analysis: Analysis, event: Event) -> str:
    """One event in words: who, what, whom, in what sense, who says so, and how the text judges it."""
    table = words()
    source = _actors(analysis, event.source) or table.phrases.unnamed
    speaker, own = _speaker(analysis, event)
    utters, own = own, own and speaker == source  # “Ukrainian officials” say more than “its own account” does
    sense = table.senses[event.modality]
    template = sense.alone if speaker is None else sense.self if own else sense.by
    said = table.words_are_deeds
    if event.modality in said.said.get(event.type, ()):
        template = said.alone if speaker is None or utters else said.by
    accuser = _accuser(analysis, event)
    if accuser is not None:
        speaker, template = accuser, table.accused.by
    do, did, doing = _deed(analysis, event)
    it, own_ = table.phrases.they if _many(source) else table.phrases.it
    told = template.format(
        source=source,
        speaker=speaker,
        do=do,
        did=did,
        doing=doing,
        it=it,
        own=own_,
        quote=_quote(event, do, did, doing),
    )
    return told + (table.phrases.framing.format(framing=_cut(event.framing.text)) if event.framing is not None else "")


def evidence(analysis: Analysis, text: str) -> str | None:
    """The words of the sentence that says most, or None where nothing was found. `text` is the analysed text."""
    because = analysis.escalation.because
    if not because:
        return None
    sentence = analysis.events[because[0]].sentence
    return " ".join(text[sentence.start : sentence.end].split())


def marked(analysis: Analysis, text: str) -> list[Mark]:
    """The spans to mark in the analysed text: triggers, framing, actors and speakers of the events that gave the level."""
    wanted: list[Mark] = []
    for i in analysis.escalation.because or ():
        event = analysis.events[i]
        wanted.append(Mark(event.trigger.start, event.trigger.end, "trigger", i))
        if event.framing is not None:
            wanted.append(Mark(event.framing.start, event.framing.end, "framing", i))
        wanted.extend(Mark(a.start, a.end, "source", i) for a in event.source)
        wanted.extend(Mark(a.start, a.end, "target", i) for a in event.target)
        attribution = analysis.attributions[event.attribution] if event.attribution is not None else None
        if attribution is not None:
            if attribution.source is not None:
                wanted.append(Mark(attribution.source.start, attribution.source.end, "speaker", i))
            if attribution.cue is not None:
                wanted.append(Mark(attribution.cue.start, attribution.cue.end, "cue", i))
    kept: list[Mark] = []
    for mark in wanted:
        fits = 0 <= mark.start < mark.end <= len(text)
        if fits and all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept)


# ------------------------------------------------------------------------------------------------ deeds


def _deed(analysis: Analysis, event: Event) -> tuple[str, str, str]:
    """The event's deed with its target: bare verb, past form, -ing form."""
    table = words()
    row, frame = _row(event, table)
    *verbs, rest = row
    target = _actors(analysis, event.target)
    bare = _bare(analysis, target)
    named = {
        "target": target,
        "side": _actors(analysis, event.target, as_side=True),
        "people": table.phrases.people_of.format(name=target) if bare else target,
        "things": table.phrases.things_of.format(name=target) if bare else target,
    }
    do, did, doing = (_joined(verb, _chosen(rest, named)) for verb in verbs)
    if frame is None:
        return do, did, doing
    only = _joined(verbs[0], _chosen(rest, {}))
    # A deed is put into the frame after the frame's own choice is made, so that brackets in names stay what they are.
    do, did, doing = (_chosen(part, {**named, "do": do, "doing": doing, "only": only}) for part in frame)
    return do, did, doing


def _row(event: Event, table: _Words) -> tuple[_Deed, tuple[str, str, str] | None]:
    """The words for the event, by its rule, else by its type and mode, and the frame to put them in if any."""
    code = event.type if event.mode is None else f"{event.type}/{event.mode}"
    built, _, base = event.rule.rpartition(":")
    if event.rule in table.rules and (built or base.partition(".")[0] == event.type.lower()):
        row, frame = table.rules.get(event.rule), None
    else:
        # `threaten:coerce.restrict`, or `coerce.restrict` that gave a THREATEN: the frame of the one, the words of the other.
        row, frame = table.rules.get(base), table.built.get(built or event.type.lower())
        if code in table.not_built or (built and frame is None):
            row = None
    if row is None:
        unknown = ("do", "did", "doing", f"what is coded {code}[ to {{side}}|]")
        return table.deeds.get(code) or table.deeds.get(event.type) or unknown, None
    return table.deeds[row] if isinstance(row, str) else row, frame


def _chosen(template: str, named: dict[str, str]) -> str:
    """The template with its choices made and its names filled in: the part without a target where none is named."""

    def choose(found: re.Match[str]) -> str:
        needs = "side" if "{side}" in found[1] else "target"
        return found[1] if named.get(needs) else found[2]

    return _CHOICE.sub(choose, template).format(**named)


def _joined(verb: str, rest: str) -> str:
    return " ".join(f"{verb}{'' if rest[:1] in ',:' else ' '}{rest}".split())


def _quote(event: Event, *deeds: str) -> str:
    """In brackets: the text's own word for the deed, unless it says nothing or was just said, and the numbers it gives."""
    table = words()
    trigger = " ".join(event.trigger.text.split())
    word = trigger.casefold()
    said = {found.casefold()[:4] for deed in deeds for found in _WORD.findall(deed)}
    parts = [] if word[:4] in said or word in table.names.hollow else [f"“{_cut(trigger)}”"]
    if event.modality not in ("denied", "negated"):
        parts += [
            table.counts[kind].format(count=f"{number:,}")
            for kind, number in event.counts.items()
            if kind in table.counts and not (event.target and kind == _COUNTED.get(event.rule))
        ]
    return f" ({', '.join(parts)})" if parts else ""


# ------------------------------------------------------------------------------------------------ names


def _actors(analysis: Analysis, actors: Sequence[Actor], as_side: bool = False) -> str:
    """The actors in words, each span once: its own words where they name somebody, else the entity it stands for.

    `as_side` gives the state or group in every case, and no places: nobody agrees with a city.
    """
    if as_side:
        places = {(a.start, a.end) for a in actors if a.id is not None and a.id.startswith(_PLACES)}
        actors = [a for a in actors if (a.start, a.end) not in places]
    spans: dict[tuple[int, int], list[Actor]] = {}
    for actor in actors:
        inside = any(start <= actor.start and actor.end <= end for start, end in spans)
        if not inside or (actor.start, actor.end) in spans:
            spans.setdefault((actor.start, actor.end), []).append(actor)
    names: list[str] = []
    for group in spans.values():
        name = _named(analysis, group, as_side)
        if name and name.casefold() not in (other.casefold() for other in names):
            names.append(name)
    if len(names) > 2:
        return f"{names[0]}, {names[1]} and others"
    return " and ".join(names)


def _named(analysis: Analysis, group: Sequence[Actor], as_side: bool) -> str:
    first = group[0]
    entities = {entity.id: entity for entity in analysis.entities}
    known = [entities[actor.id] for actor in group if actor.id is not None and actor.id in entities]
    if not known:
        name = _cut(first.text)
        opens = any(event.sentence.start == first.start for event in analysis.events)
        return name[:1].lower() + name[1:] if opens and _COMMON.match(name) else _placed(name)
    if as_side or analysis.language != "en":
        return _placed(known[0].name)
    exact = [(e, m) for e in known for m in e.mentions if (m.start, m.end) == (first.start, first.end)]
    if exact:
        return _placed(_exact_name(*exact[-1], first.text))
    return _placed(first.text if _speaks_for_itself(known, first) else known[0].name)


def _exact_name(entity: Entity, mention: Mention, text: str) -> str:
    """A name as written where it differs from the entity's; the entity's where it is short, in capitals or a seat."""
    if mention.form != "name" or text.isupper() or text.casefold() in entity.name.casefold():
        return entity.name
    return text


def _speaks_for_itself(known: Sequence[Entity], actor: Actor) -> bool:
    """Whether the words in place name one of the entities: “Israeli troops” does, “its forces” does not."""
    if len(actor.text) > LONGEST_NAME or _JUNK.search(actor.text) or actor.text.isupper():
        return False
    if _first_word(actor.text) in words().names.stand_ins:
        return False
    inside = [m for e in known for m in e.mentions if actor.start <= m.start and m.end <= actor.end]
    if not inside and _first_word(actor.text) in words().names.small:
        return bool(re.search(r"\s[A-Z]", actor.text))  # “an exiled businessman in Vienna”, but not “the movement”
    return bool(inside) and all(not (m.form == "adjective" and m.end == actor.end) for m in inside)


def _bare(analysis: Analysis, shown: str) -> bool:
    """Whether a target is shown by the mere name of a state, a place or a group."""
    known = {_placed(e.name) for e in analysis.entities if e.type in ("GPE", "LOC", "ORG", "NORP", "FAC")}
    return bool(known.intersection((shown, *shown.split(" and "))))


def _many(name: str) -> bool:
    """Whether a sentence speaks of this actor as *they*: several, or a plural."""
    last = _WORD.findall(name)[-1:]
    return " and " in name or (
        bool(last) and last[0].endswith("s") and last[0] not in ("States", "Emirates", "Philippines")
    )


def _speaker(analysis: Analysis, event: Event) -> tuple[str | None, bool]:
    """Who says it, and whether that is the actor itself."""
    said = analysis.attributions[event.attribution] if event.attribution is not None else None
    if said is not None and said.cue is not None and said.cue.start <= event.trigger.start < said.cue.end:
        return None, False  # the deed is the saying: nobody else reports it
    source = said.source if said is not None else None
    if source is None or _first_word(source.name) in words().names.nobody:
        return None, False
    names = {entity.id: entity.name for entity in analysis.entities}
    name = " ".join(source.name.split())
    entity = names.get(source.id) if source.id is not None else None
    if _JUNK.search(name) and entity is None:
        return None, False
    if entity is not None and (analysis.language != "en" or _JUNK.search(name)):
        name = entity
    own = any(
        (actor.start, actor.end) == (source.start, source.end)
        or (actor.id is not None and actor.id == source.id)
        or actor.text == source.name
        for actor in event.source
    )
    return _placed(_cut(name)), own


def _accuser(analysis: Analysis, event: Event) -> str | None:
    """Who accuses the event's actor of it, by an accusation in the same sentence."""
    accused = words().accused
    if event.type not in accused.types or event.modality not in accused.modalities:
        return None
    doers = {actor.id or actor.text for actor in event.source}
    for other in analysis.events:
        if other.type != "ACCUSE" or other.modality != "asserted" or other.sentence != event.sentence:
            continue
        accusers = {actor.id or actor.text for actor in other.source}
        if accusers and not accusers & doers and doers & {actor.id or actor.text for actor in other.target}:
            return _actors(analysis, other.source)
    return None


def _first_word(text: str) -> str:
    found = _WORD.search(text)
    return found.group().casefold() if found else ""


def _placed(name: str) -> str:
    """The name as it stands inside a sentence: with its article, without a sentence's capital."""
    table = words().names
    found = [word.casefold() for word in _WORD.findall(name)]
    if not found:
        return name
    if found[0] in table.small:
        return name[0].lower() + name[1:]
    takes = name.casefold() in table.article_alone or (len(found) <= 5 and bool(table.article.intersection(found)))
    return f"the {name}" if takes and name[0].isupper() and not re.search(r"['’]", name) else name


def _cut(text: str) -> str:
    """The text, or as many whole words of it as fit, with an ellipsis."""
    if len(text) <= LONGEST_NAME:
        return text
    return text[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" ,.;:-–—") + "…"
