"""The score: monotone levels, framing found by patterns, and quiet senses that never lift a text."""

from __future__ import annotations

import pytest

from brinkwatch.models import LEVELS, Actor, Event, Span, TextSpan
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis.analyzer import Analyzer
from processors.analysis.curation.examples import Case, cases, failure
from processors.analysis.escalation.framing import find_framing
from processors.analysis.escalation.score import QUIET, level_of, score_text


def event(
    modality: Modality,
    direction: Direction = "escalation",
    start: int = 0,
    framed: bool = False,
    type_: EventType = "ASSAULT",
    killed: int = 0,
) -> Event:
    return Event(
        type=type_,
        mode=None,
        quad=4,
        intensity=-9.0,
        source=(Actor(id="KEN", start=start, end=start + 1, text="K"),),
        target=(Actor(id="SOM", start=start + 2, end=start + 3, text=str(start)),),
        modality=modality,
        escalation=direction,
        attribution=None,
        trigger=TextSpan(start=start, end=start + 1, text="x"),
        framing=TextSpan(start=start, end=start + 1, text="x") if framed else None,
        sentence=Span(start=start, end=start + 9),
        counts={"killed": killed} if killed else {},
        rule="test",
    )


def state(_: str) -> str:
    return "state"


def test_no_events_are_level_none() -> None:
    found = score_text((), state)
    assert (found.score, found.level, found.direction, found.because) == (0.0, "none", None, ())


def test_levels_rise_with_the_score() -> None:
    levels = [LEVELS.index(level_of(i / 100)) for i in range(101)]
    assert levels == sorted(levels) and set(levels) == set(range(5))


@pytest.mark.parametrize("modality", sorted(QUIET))
def test_quiet_senses_never_lift_a_text_above_low(modality: Modality) -> None:
    many = [event(modality, start=10 * i, framed=True) for i in range(30)]
    assert score_text(many, state).level in ("none", "low")


def test_framing_and_a_second_event_raise_the_score() -> None:
    plain = score_text([event("asserted")], state).score
    framed = score_text([event("asserted", framed=True)], state).score
    assert plain is not None and framed is not None and framed > plain


def test_the_same_deed_told_twice_counts_once() -> None:
    once = score_text([event("asserted")], state).score
    assert score_text([event("asserted"), event("asserted")], state).score == once


def test_what_is_denied_adds_nothing_to_what_is_so_and_is_no_reason_for_it() -> None:
    alone = score_text([event("asserted")], state)
    both = score_text([event("asserted"), event("denied", start=30), event("historical", start=60)], state)
    assert (both.score, both.because) == (alone.score, alone.because)


def test_many_reports_of_one_kind_of_deed_weigh_less_than_deeds_of_several_kinds() -> None:
    alike = score_text([event("asserted", start=10 * i) for i in range(3)], state).score
    mixed = [event("asserted", start=10 * i, type_=t) for i, t in enumerate(("ASSAULT", "MOBILIZE", "COERCE"))]
    several = score_text(mixed, state).score
    assert alike is not None and several is not None and several > alike


def test_the_dead_count() -> None:
    scores = [score_text([event("asserted", killed=n)], state).score or 0.0 for n in (0, 3, 30, 300)]
    assert scores == sorted(set(scores))


def test_without_violence_no_text_is_severe() -> None:
    words = [event("asserted", start=10 * i, framed=True, type_="THREATEN") for i in range(30)]
    assert score_text(words, state).level == "high"
    assert score_text([*words, event("asserted", start=999)], state).level == "severe"


def test_de_escalation_relieves() -> None:
    tense = score_text([event("asserted")], state).score
    eased = score_text([event("asserted"), event("asserted", "de-escalation", start=50)], state).score
    assert tense is not None and eased is not None and eased < tense


@pytest.mark.parametrize("case", cases("framing"), ids=str)
def test_every_framing_finds_its_example(analyzer: Analyzer, case: Case) -> None:
    assert failure(case, analyzer) is None


def test_de_escalation_is_not_escalation() -> None:
    assert {f.direction for f in find_framing("The pullback is a major de-escalation.")} == {"de-escalation"}
