"""In what sense an event is said: dated to another time, presupposed, announced, nobody's doing."""

from __future__ import annotations

import datetime as dt

import pytest

from brinkwatch.models import Event
from processors.analysis.analyzer import Analyzer


def events(analyzer: Analyzer, text: str, published: dt.datetime | None = None) -> list[Event]:
    return list(analyzer.analyze(text, language="en", published=published).events)


@pytest.mark.parametrize(
    "text",
    [
        "Seventy years ago, Portugal deployed warships to Goa.",
        "In October 1956, Hungary was invaded by the Soviet army.",
        "In 1990 Iraq invaded Kuwait.",
        "Two decades ago Ethiopia bombed Asmara airport.",
        "The 1979 invasion of Cambodia by Vietnam is taught in schools.",
        "Greece marked the anniversary of the 1912 war, in which Bulgarian shelling killed more than 1,000 people.",
    ],
)
def test_a_deed_dated_to_another_time_is_history(analyzer: Analyzer, text: str) -> None:
    assert {e.modality for e in events(analyzer, text)} == {"historical"}
    assert analyzer.analyze(text, language="en").escalation.level in ("none", "low")


@pytest.mark.parametrize(
    "text",
    [
        "Two days ago, Portugal deployed warships to Goa.",
        "Ethiopia bombed Asmara airport in March.",
        "Ethiopia withdrew from the 1987 treaty on Monday.",
        "Two months ago Ethiopia bombed Asmara airport.",
    ],
)
def test_a_recent_deed_is_news(analyzer: Analyzer, text: str) -> None:
    assert "asserted" in {e.modality for e in events(analyzer, text)}


def test_the_publication_decides_what_is_long_ago(analyzer: Analyzer) -> None:
    text = "In 2008 Ethiopia bombed Asmara airport."
    then = events(analyzer, text, dt.datetime(2009, 1, 3, tzinfo=dt.UTC))
    later = events(analyzer, text, dt.datetime(2024, 1, 3, tzinfo=dt.UTC))
    assert [e.modality for e in then] == ["asserted"]
    assert [e.modality for e in later] == ["historical"]


def test_a_deed_with_an_owner_inside_another_phrase_is_a_fact(analyzer: Analyzer) -> None:
    text = "Any sale would deepen Oman's backing for Qatar's invasion of Bahrain."
    assert [e.modality for e in events(analyzer, text) if e.trigger.text == "invasion"] == ["asserted"]


def test_a_feared_deed_with_an_owner_is_none(analyzer: Analyzer) -> None:
    text = "Diplomats discussed the risk of Qatar's invasion of Bahrain."
    assert [e.modality for e in events(analyzer, text) if e.trigger.text == "invasion"] == ["hypothetical"]


def test_what_somebody_said_he_would_do_is_announced(analyzer: Analyzer) -> None:
    announced = events(analyzer, "Quito said it would deploy troops along the border with Peru.")
    supposed = events(analyzer, "Quito said a deployment of troops would be a mistake.")
    assert {e.modality for e in announced} == {"intended"}
    assert "intended" not in {e.modality for e in supposed}


@pytest.mark.parametrize(
    "text",
    [
        "A cyclone struck the coast of Madagascar, killing at least 12 people.",
        "Malaria killed 3,000 people in Benin last year.",
        "Locusts invaded Kenya.",
        "Cholera has killed dozens in Sudan's White Nile state.",
        "Nepal crushed Oman by eight wickets in Muscat.",
        "India attacked early and Pakistan's bowlers were hit for six.",
        "India launched a weather satellite on Tuesday.",
        "The frigate took on ammunition before sailing.",
        "In retaliation for the fine the club raised its prices.",
    ],
)
def test_nature_sport_and_stores_raise_no_tension(analyzer: Analyzer, text: str) -> None:
    analysis = analyzer.analyze(text, language="en")
    assert [e.trigger.text for e in analysis.events if e.escalation] == []
    assert analysis.escalation.level == "none"


def test_people_strike_what_storms_strike(analyzer: Analyzer) -> None:
    told = events(analyzer, "Malagasy gunboats struck the coast of Mozambique, killing 12 people.")
    assert any(e.escalation == "escalation" for e in told)


def test_warning_somebody_against_a_deed_does_not_say_that_it_happens(analyzer: Analyzer) -> None:
    told = events(analyzer, "France warned Iran against sending missiles to Sudan.")
    sent = [e for e in told if e.trigger.text == "sending"]
    assert [(e.modality, e.source[0].id) for e in sent] == [("hypothetical", "IRN")]
