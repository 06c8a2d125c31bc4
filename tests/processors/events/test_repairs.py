"""What the parser reads wrong by its shape alone is read right behind it."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("Kenya demanded that the rebels stop shelling Kismayo.", ("REQUEST", "KEN", "de-escalation")),
        ("Oman and Yemen pledged to refrain from striking power plants.", ("AGREE", "OMN", "de-escalation")),
        ("Egypt reopened the Gole crossing to lorries.", ("RETREAT", "EGY", "de-escalation")),
        ("Hackers linked to Oman knocked out the power grid of Yemen.", ("COERCE", "OMN", "escalation")),
        ("Saudi Arabia scrambled Typhoons to meet an Iranian bomber.", ("MOBILIZE", "SAU", "escalation")),
    ],
)
def test_words_that_the_parser_joins_wrongly(analyzer: Analyzer, text: str, coded: tuple[str, str, str]) -> None:
    events = analyzer.analyze(text).events
    assert coded in [(e.type, e.source[0].id if e.source else None, e.escalation) for e in events]


def test_a_crossing_with_a_name_is_a_place_that_nobody_crosses(analyzer: Analyzer) -> None:
    assert "MOBILIZE" not in {e.type for e in analyzer.analyze("Egypt closed the Gole crossing to aid trucks.").events}


def test_who_holds_back_from_a_strike_does_not_strike(analyzer: Analyzer) -> None:
    events = analyzer.analyze("Oman held back from striking Yemen's refineries.").events
    assert [e.modality for e in events if e.type == "ASSAULT"] == ["negated"]


def test_who_attacks_somebody_for_what_he_did_uses_words(analyzer: Analyzer) -> None:
    events = analyzer.analyze("The Kenyan minister attacked the opposition for blocking the bill.").events
    assert not [e for e in events if e.escalation]
