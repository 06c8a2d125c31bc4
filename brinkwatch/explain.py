"""Says in words why a text has its level, and which of its words are the evidence. Pure functions over an analysis.

Used by the console, the alerts and the command line, so that all three tell the same.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from brinkwatch.models import Analysis, Event

MarkKind = Literal["trigger", "framing", "source", "target", "cue", "speaker"]


class Mark(NamedTuple):
    """A span to mark, `[start, end)` in the analysed text; marks do not overlap and are in order."""

    start: int
    end: int
    kind: MarkKind
    event: int | None
    """The event that it belongs to, an index into `Analysis.events`."""


_DEEDS = {
    "AGREE": "agrees with",
    "CONSULT": "consults with",
    "SUPPORT": "supports",
    "CONCEDE": "concedes to",
    "COOPERATE": "cooperates with",
    "AID": "aids",
    "RETREAT": "retreats before",
    "REQUEST": "makes demands on",
    "ACCUSE": "accuses",
    "REJECT": "rejects",
    "THREATEN": "threatens",
    "PROTEST": "protests against",
    "SANCTION": "sanctions",
    "MOBILIZE": "mobilizes against",
    "COERCE": "coerces",
    "ASSAULT": "attacks",
}
_SENSES = {
    "asserted": "said to have happened",
    "intended": "announced or planned",
    "hypothetical": "said to be possible",
    "requested": "asked for",
    "negated": "said not to have happened",
    "denied": "denied",
    "historical": "of another time",
}


def why(analysis: Analysis) -> str:
    """One sentence: why the level is what it is."""
    escalation = analysis.escalation
    if escalation.level is None:
        return "Not read: no rules for this language."
    events = [analysis.events[i] for i in escalation.because or ()]
    if not events:
        return "Nothing escalating was found."
    first = events[0]
    rest = len(events) - 1
    more = f"; {rest} more {'event adds' if rest == 1 else 'events add'} to it" if rest else ""
    level = (escalation.level or "none").capitalize()
    return f"{level}: {describe(analysis, first)}{more}."


def describe(analysis: Analysis, event: Event) -> str:
    """One event in words: who, what, whom, in what sense, and who says so."""
    names = {entity.id: entity.name for entity in analysis.entities}
    source = _actors(event, names, "source") or "somebody"
    target = _actors(event, names, "target")
    pointed = f" at {target}" if target else ""
    words = f"“{event.trigger.text}” by {source}{pointed} ({event.type}"
    words += f"/{event.mode})" if event.mode else ")"
    words += f", {_SENSES[event.modality]}"
    speaker = _speaker(analysis, event)
    if speaker:
        words += (
            f" by {speaker}"
            if event.modality in ("asserted", "denied", "negated", "hypothetical")
            else f" according to {speaker}"
        )
    if event.framing is not None:
        words += f", which “{event.framing.text}”"
    return words


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


def _actors(event: Event, names: dict[str, str], side: str) -> str:
    actors = event.source if side == "source" else event.target
    words: list[str] = []
    for actor in actors:
        name = names.get(actor.id, actor.text) if actor.id else actor.text
        if name not in words:
            words.append(name)
    return " and ".join(words[:2]) + (" and others" if len(words) > 2 else "")


def _speaker(analysis: Analysis, event: Event) -> str | None:
    if event.attribution is None:
        return None
    source = analysis.attributions[event.attribution].source
    return source.name if source is not None else None
