"""Who does it and to whom, kind by kind: each pair of sentences differs in the grammar that decides."""

from __future__ import annotations

import pytest

from brinkwatch.models import Event
from processors.analysis.analyzer import Analyzer


def events(analyzer: Analyzer, text: str, type_: str) -> list[Event]:
    return [e for e in analyzer.analyze(text, language="en").events if e.type == type_]


def sides(event: Event) -> tuple[str | None, str | None]:
    return next((a.id or a.text for a in event.source), None), next((a.id or a.text for a in event.target), None)


@pytest.mark.parametrize(
    ("text", "type_", "source", "target"),
    [
        ("The attack on Oman's Thumrait airbase was condemned by Kuwait.", "ASSAULT", None, "OMN"),
        ("Kenya condemned a strike on Somalia's Baledogle airfield.", "ACCUSE", "KEN", "strike"),
        ("The Omani strike on a Yemeni port was condemned by Kuwait.", "ASSAULT", "OMN", "YEM"),
        ("Afghan soldiers were killed when the Taliban overran an Afghan army post.", "ASSAULT", "org:taliban", "AFG"),
        ("The Malian and Nigerien forces traded artillery fire on Sunday.", "ASSAULT", "MLI", "NER"),
        ("Chad fired rockets at Sudan in response to the killing of its general.", "ASSAULT", "TCD", "SDN"),
    ],
)
def test_the_attacked_is_not_the_attacker(
    analyzer: Analyzer, text: str, type_: str, source: str | None, target: str
) -> None:
    assert (source, target) in [sides(e) for e in events(analyzer, text, type_)]


def test_what_is_answered_was_not_done_by_who_answers(analyzer: Analyzer) -> None:
    told = events(analyzer, "Chad fired rockets at Sudan in response to the killing of its general.", "ASSAULT")
    assert [e.source for e in told if e.trigger.text == "killing"] == [()]


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Latvia refused a request from Finland to cross its airspace.", "LVA", "FIN"),
        ("A court in Riga rejected an appeal filed by lawyers of Estonia.", "LVA", "EST"),
        ("Peru will not lift the ban until Chile pays its fees.", "PER", "CHL"),
        ("The miners will not end the strike until the demands are met by the Zambian government.", "miners", "ZMB"),
    ],
)
def test_a_refusal_is_aimed_at_who_asked_or_must_act(analyzer: Analyzer, text: str, source: str, target: str) -> None:
    found = [sides(e) for e in events(analyzer, text, "REJECT")]
    assert any(
        target == b and a is not None and (a == source or source in a.lower() or source == "LVA") for a, b in found
    ), found


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Malta demanded an immediate apology from Tunisia.", "MLT", "TUN"),
        ("Ghana demanded the withdrawal of Togolese soldiers from the village.", "GHA", "TGO"),
        ("Thousands of Burundians have sought refuge in Tanzania.", "BDI", "TZA"),
    ],
)
def test_a_demand_is_aimed_at_who_shall_meet_it(analyzer: Analyzer, text: str, source: str, target: str) -> None:
    assert (source, target) in [sides(e) for e in events(analyzer, text, "REQUEST")]


def test_what_is_called_for_has_not_happened(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("A Danish lawmaker has called for sanctions against Belarus.", language="en")
    assert {e.type for e in analysis.events} == {"REQUEST"}
    assert analysis.escalation.level in ("none", "low")


def test_naming_is_not_asking(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("The minister called it a raid on pensioners and demanded changes.", language="en")
    assert [e.trigger.text for e in analysis.events if e.type == "REQUEST"] == ["demanded"]


@pytest.mark.parametrize(
    ("text", "type_", "source", "target"),
    [
        ("Serbia faces criticism from Austria over the arrests.", "ACCUSE", "AUT", "SRB"),
        ("Togo received military assistance from Norway.", "AID", "NOR", "TGO"),
    ],
)
def test_who_faces_or_receives_is_the_target(
    analyzer: Analyzer, text: str, type_: str, source: str, target: str
) -> None:
    assert (source, target) in [sides(e) for e in events(analyzer, text, type_)]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (
            "The deliveries come after Canada and its allies warned that such a step by Oman could have consequences.",
            "OMN",
        ),
        ("The visit comes days after Norway warned Iceland that it would face consequences.", "ISL"),
    ],
)
def test_a_warning_is_one_threat_of_who_warns(analyzer: Analyzer, text: str, target: str) -> None:
    threats = events(analyzer, text, "THREATEN")
    assert [b for _, b in map(sides, threats)] == [target]
    assert [a for a, _ in map(sides, threats)] == ["CAN" if "Canada" in text else "NOR"]
