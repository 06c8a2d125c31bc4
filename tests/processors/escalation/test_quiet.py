"""What is no conflict raises no alarm, whatever its words and whoever's nationality stands in it; its twin in a conflict does."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer
from processors.analysis.escalation.sides import head_of


def escalates(analyzer: Analyzer, text: str) -> bool:
    return any(event.escalation == "escalation" for event in analyzer.analyze(text, language="en").events)


@pytest.mark.parametrize(
    ("quiet", "loud"),
    [
        # sport: people and teams of a country, results, deeds that only sound like war
        ("The Danish rider attacked on the final climb.", "Danish soldiers attacked the outpost."),
        ("Torino laid siege to the Roma goal for twenty minutes.", "Rebels laid siege to Goma for twenty days."),
        ("Peru's Ana Quiroga destroyed the field over the last lap.", "Peru's jets destroyed the base at dawn."),
        ("Serbia destroyed Spain 31-19 in the semi-final.", "Serbia destroyed a Kosovar border post."),
        ("Missing the cut, the Swede fired a 74 in Dubai.", "Missiles struck a football stadium in Aden during a match."),
        # business and courts
        ("Two Korean chipmakers are fighting over patents.", "Two Korean patrol boats are fighting off the island."),
        ("The American chain is invading Europe with forty shops.", "The American army is invading the island."),
        ("Union leaders in Lyon will strike for 24 hours.", "Workers in Odesa were killed in a Russian strike."),
        # crime and mishaps
        ("Thieves raided a warehouse in Rotterdam.", "Militants raided a warehouse in Mosul."),
        ("A gas explosion destroyed a block of flats in Lodz.", "A missile destroyed a block of flats in Lodz."),
        ("The European rocket exploded during a test flight, seconds after lift-off.", "A rocket exploded near the Chadian embassy."),
        # health, weather and politics at home
        ("Doctors in Uganda are battling an outbreak of Ebola.", "Ugandan soldiers are fighting the rebels."),
        ("Cold air from Russia will invade Poland at the weekend.", "Russia will invade Poland, the general warned."),
        ("Lawmakers in Nairobi clashed over the budget.", "Soldiers in Nairobi clashed over the weekend."),
    ],
)  # fmt: skip
def test_a_quiet_sentence_and_its_loud_twin_are_told_apart(analyzer: Analyzer, quiet: str, loud: str) -> None:
    assert (escalates(analyzer, quiet), escalates(analyzer, loud)) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "The documentary retells the siege of Leningrad.",
        "Historians have found letters by a soldier killed at Verdun.",
        "The town was besieged by the Swedes in the 17th century.",
        "Divers found the wreck of a submarine torpedoed during the Second World War.",
        "A statue of the admiral who sank the Spanish fleet was unveiled.",
    ],
)
def test_what_works_and_remains_tell_of_is_of_another_time(analyzer: Analyzer, text: str) -> None:
    analysis = analyzer.analyze(text, language="en")
    assert {event.modality for event in analysis.events if event.escalation} == {"historical"}
    assert analysis.escalation.level in ("none", "low")


def test_what_a_step_down_is_to_avert_escalates_nothing(analyzer: Analyzer) -> None:
    assert not escalates(analyzer, "Oman and Yemen set up a hotline to prevent clashes at sea.")


@pytest.mark.parametrize(
    ("phrase", "head"),
    [
        ("the Dutch rider", "rider"),
        ("Two Korean chipmakers in Texas", "chipmaker"),
        ("a block of flats in Lodz", "flat"),
        ("Kenya's football team", "team"),
        ("dozens of Syrian soldiers", "soldier"),
        ("fishermen", "fisherman"),
        ("thieves", "thief"),
        ("a jeweller's shop in Antwerp", "shop"),
        ("", ""),
    ],
)
def test_the_head_of_a_phrase(phrase: str, head: str) -> None:
    assert head_of(phrase) == head
