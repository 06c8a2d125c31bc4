"""What takes the heat out: who lets go, goes home, opens up, makes up; and who asks for it."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer

EASING = [
    "The junta let two Beninese fishermen go.",
    "Latvia sent its reservists home.",
    "Shelling of the port ceased.",
    "The fighting in Malakal died down.",
    "The guns fell silent in Bouake.",
    "Tensions between Peru and Chile have eased.",
    "The resumption of flights between Erbil and Ankara was welcomed.",
    "Trade resumed between Mali and Niger.",
    "Serbia agreed to negotiate with Kosovo.",
    "Kuwait took Iraq off its blacklist.",
]


@pytest.mark.parametrize("text", EASING)
def test_easing_is_a_step_down(analyzer: Analyzer, text: str) -> None:
    directions = {e.escalation for e in analyzer.analyze(text, language="en").events}
    assert "de-escalation" in directions
    assert "escalation" not in directions


@pytest.mark.parametrize(
    "text",
    [
        "There was no let-up in the shelling of Malakal.",
        "The ceasefire between Peru and Chile collapsed.",
        "Peru refused to release the Chilean sailors.",
    ],
)
def test_what_does_not_ease_is_none(analyzer: Analyzer, text: str) -> None:
    events = analyzer.analyze(text, language="en").events
    assert "escalation" in {e.escalation for e in events if e.modality == "asserted"}


@pytest.mark.parametrize(
    ("text", "asks", "asked"),
    [
        ("Lima called on Quito to stop draining the lake.", "PER", "ECU"),
        ("Beijing wants Manila to lift its export controls on nickel.", "CHN", "PHL"),
        ("Oman repeated its demand that Yemen stop its drilling.", "OMN", "YEM"),
        ("Oman renewed its call for Yemen to withdraw from Socotra.", "OMN", "YEM"),
        ("“Release the pilots,” the Omani minister told Yemen.", "OMN", "YEM"),
    ],
)
def test_who_asks_and_who_is_asked(analyzer: Analyzer, text: str, asks: str, asked: str) -> None:
    (told,) = [e for e in analyzer.analyze(text, language="en").events if e.escalation]
    assert (told.modality, told.escalation) == ("requested", "de-escalation")
    assert asks in {a.id for a in told.source}
    assert asked in {a.id for a in told.target}


def test_what_one_is_to_do_is_to_come(analyzer: Analyzer) -> None:
    (told,) = analyzer.analyze("Oman and Yemen are to resume flights.", language="en").events
    assert (told.modality, told.escalation) == ("intended", "de-escalation")


@pytest.mark.parametrize(
    "text",
    [
        "Chad reopens border with Libya",
        "Shan rebels free Thai worker",
        "Oman freed a Yemeni tanker it had seized in June.",
        "Oman apologised to Yemen for the shelling of Hawf.",
        "Oman expressed regret over the killing of a Yemeni student.",
        "Oman withdrew its threat to attack Yemen.",
        "Oman pledged not to attack Yemen.",
    ],
)
def test_what_is_made_good_does_not_count_against_it(analyzer: Analyzer, text: str) -> None:
    assert {e.escalation for e in analyzer.analyze(text, language="en").events} - {None} == {"de-escalation"}
