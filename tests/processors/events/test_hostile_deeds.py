"""Hostile deeds in the words of wire reports, headlines and monitors: who does what to whom, and what only sounds like one."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer

DEEDS = [
    # a parser that trips over headlines and bare passives
    ("Peru fires missile over Chile", "PER", "CHL"),
    ("Ghana launches offensive in Togo", "GHA", "TGO"),
    ("Lima denied supplying rifles to Bolivia.", "PER", "BOL"),
    ("Rockets from Laos struck a Thai village.", "LAO", "THA"),
    ("Omani helicopters strayed into Yemeni airspace.", "OMN", "YEM"),
    ("The shelling of the port by Eritrea enraged Sudan.", "ERI", None),
    ("Quito rejected reports that its hackers had broken into the Peruvian foreign ministry.", "ECU", "PER"),
    # both sides in one noun phrase, weapons with a nationality, whose villages
    ("There were clashes between Laotian and Thai soldiers.", "LAO", "THA"),
    ("A barrage of Moroccan shells hit Tindouf.", "MAR", "DZA"),
    ("Kyrgyzstan said Tajik forces had fired on its villages.", "TJK", "KGZ"),
    # who says it threatens
    ("Chad will pay a heavy price for the raid, Sudan said.", "SDN", "TCD"),
    ("Togo gave Benin three days to pull back its soldiers.", "TGO", "BEN"),
    ("Bolivia said Peru was behind the sabotage.", "BOL", "PER"),
]


@pytest.mark.parametrize(("text", "source", "target"), DEEDS)
def test_a_hostile_deed_has_its_two_sides(analyzer: Analyzer, text: str, source: str, target: str | None) -> None:
    hostile = [e for e in analyzer.analyze(text, language="en").events if e.escalation == "escalation"]
    sides = [({a.id for a in e.source}, {a.id for a in e.target}) for e in hostile]
    assert any(source in s and (target is None or target in t) for s, t in sides), sides


@pytest.mark.parametrize(
    "text",
    [
        "A Dutch airline halted flights to Kenya until the runway is repaired.",
        "The lorry slammed into a wall outside Leeds.",
        "Chilean miners dug a trench to drain the pit.",
        "Turkey will pay the price for wasting its chances, the coach said.",
        "The brewer suspended exports to Brazil over a bottle shortage.",
    ],
)
def test_traders_mishaps_and_matches_are_no_hostile_deeds(analyzer: Analyzer, text: str) -> None:
    assert not [e for e in analyzer.analyze(text, language="en").events if e.escalation == "escalation"]


def test_what_a_time_limit_is_set_for_is_asked_and_not_done(analyzer: Analyzer) -> None:
    found = analyzer.analyze("Togo gave Benin three days to pull back its soldiers.", language="en").events
    asked = [e for e in found if e.escalation == "de-escalation"]
    assert all((e.type, e.modality) == ("REQUEST", "requested") for e in asked)
