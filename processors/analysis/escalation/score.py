"""The score of a text: what its events add up to, and which of them say so. The weights are data, and documented there."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Sequence

import msgspec

from brinkwatch.models import LEVELS, Escalation, Event
from brinkwatch.models.analysis import Direction, Level
from processors.analysis.knowledge import DATA, read

QUIET = frozenset({"denied", "negated", "requested", "historical"})


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    framing: float
    between_states: float
    relief: float
    least: float
    again: float
    quiet_cap: float
    unarmed_cap: float
    calming: float
    calmed_cap: float
    first: float
    background: float
    dead: float
    types: dict[str, float]
    modalities: dict[str, float]
    levels: dict[str, float]


@functools.cache
def weights() -> Weights:
    return read(DATA / "escalation" / "score.toml", Weights)


def level_of(score: float) -> Level:
    """The level of a score: monotone, by the thresholds of the data file."""
    level: Level = "none"
    for name in LEVELS[1:]:
        if score >= weights().levels[name]:
            level = name
    return level


def weigh(event: Event, kind: Callable[[str], str]) -> float:
    """What one escalating event adds to its text, 0…1."""
    w = weights()
    sense = w.modalities[event.modality]
    weight = w.types[event.type] * sense
    states = [
        any(a.id is not None and kind(a.id) in ("state", "group") for a in side)
        for side in (event.source, event.target)
    ]
    same = {a.id for a in event.source} & {a.id for a in event.target} - {None}
    if all(states) and not same:
        weight *= w.between_states
    if event.type == "ASSAULT" and event.counts.get("killed"):
        weight *= 1.0 + w.dead * len(str(event.counts["killed"]))
    if event.framing is not None:
        weight += w.framing * sense
    return min(weight, 0.95)


def score_text(events: Sequence[Event], kind: Callable[[str], str], background: Collection[int] = ()) -> Escalation:
    """The escalation that a text's events add up to; `because` are those that count most, the heaviest first. `background`
    are the indexes of events told in passing."""
    w = weights()
    loud = _deeds(events, kind, background, loud=True)
    quiet = _deeds(events, kind, background, loud=False)
    relieving = [
        (w.calming * w.modalities[e.modality], i)
        for i, e in enumerate(events)
        if e.escalation == "de-escalation" and e.modality not in ("denied", "negated", "historical")
    ]
    direction = _direction(events, loud, relieving)
    told = loud or quiet
    score = _together(told, events) * (1.0 - w.relief * min(2, len(relieving)))
    if not loud:
        score = min(score, w.quiet_cap)
    elif direction == "de-escalation":
        score = min(score, w.calmed_cap)
    elif not any(events[i].type == "ASSAULT" and events[i].modality == "asserted" for _, i in loud):
        score = min(score, w.unarmed_cap)
    because = [i for weight, i in told if weight >= w.least]
    if direction == "de-escalation":
        because = [*(i for _, i in relieving), *because]
    score = round(score, 3)
    return Escalation(score=score, level=level_of(score), direction=direction, because=tuple(because[:8]))


def _direction(
    events: Sequence[Event], loud: Sequence[tuple[float, int]], relieving: Sequence[tuple[float, int]]
) -> Direction | None:
    """Where the text points: what it tells first counts most, as news is told."""
    places = sorted({e.sentence.start for e in events})
    order = {start: rank for rank, start in enumerate(places)}

    def told(deeds: Sequence[tuple[float, int]]) -> float:
        return sum(weight * weights().first ** max(0, 2 - order[events[i].sentence.start]) for weight, i in deeds)

    if not loud and not relieving:
        return None
    return "escalation" if told(loud) >= told(relieving) else "de-escalation"


def _deeds(
    events: Sequence[Event], kind: Callable[[str], str], background: Collection[int], *, loud: bool
) -> list[tuple[float, int]]:
    """(weight, index) of the escalating events that are so, or are only denied, asked for, of another time; each deed once."""
    found: dict[tuple[object, ...], tuple[float, int]] = {}
    for i, event in enumerate(events):
        if event.escalation != "escalation" or (event.modality not in QUIET) is not loud:
            continue
        deed = (
            event.type,
            frozenset(a.id or a.text for a in event.source),
            frozenset(a.id or a.text for a in event.target),
            event.modality,
        )
        weight = weigh(event, kind) * (weights().background if i in background else 1.0)
        if deed not in found or weight > found[deed][0]:
            found[deed] = (weight, i)
    return sorted(found.values(), key=lambda pair: (-pair[0], pair[1]))


def _together(deeds: Sequence[tuple[float, int]], events: Sequence[Event]) -> float:
    """1 - (1-a)(1-b)…, where each further deed of a type counts `again` as much as the one before it."""
    rest = 1.0
    times: Counter[str] = Counter()
    for weight, i in deeds:
        rest *= 1.0 - weight * weights().again ** times[events[i].type]
        times[events[i].type] += 1
    return 1.0 - rest
