"""The score of a text: what its events add up to, and which of them say so. The weights are data, and documented there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

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
    quiet_cap: float
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
    if event.framing is not None:
        weight += w.framing * sense
    return min(weight, 0.95)


def score_text(events: Sequence[Event], kind: Callable[[str], str]) -> Escalation:
    """The escalation that a text's events add up to; `because` are those that count most, the heaviest first."""
    w = weights()
    escalating: dict[tuple[object, ...], tuple[float, int]] = {}
    for i, event in enumerate(events):
        if event.escalation != "escalation":
            continue
        deed = (
            event.type,
            frozenset(a.id or a.text for a in event.source),
            frozenset(a.id or a.text for a in event.target),
            event.modality,
        )
        weight = weigh(event, kind)
        if deed not in escalating or weight > escalating[deed][0]:
            escalating[deed] = (weight, i)
    relieving = [i for i, e in enumerate(events) if e.escalation == "de-escalation"]
    real = [e for e in relieving if events[e].modality not in ("denied", "negated", "historical")]
    rest = 1.0
    for weight, _ in escalating.values():
        rest *= 1.0 - weight
    score = 1.0 - rest
    score *= 1.0 - w.relief * min(2, len(real))
    loud = [i for _, i in escalating.values() if events[i].modality not in QUIET]
    if not loud:
        score = min(score, w.quiet_cap)
    ranked = sorted(escalating.values(), key=lambda pair: (-pair[0], pair[1]))
    because = [i for weight, i in ranked if weight >= w.least]
    direction: Direction | None = None
    if loud and (len(loud) >= len(real) or score >= w.levels["elevated"]):
        direction = "escalation"
    elif real:
        direction = "de-escalation"
        because = [*real, *because]
    score = round(score, 3)
    return Escalation(score=score, level=level_of(score), direction=direction, because=tuple(because[:8]))
