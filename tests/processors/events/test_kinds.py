"""What kind of deed it is, and whether it escalates: violence told by what went off, mishaps, blame, history, what is known."""

from __future__ import annotations

import pytest

from brinkwatch.models import Event
from processors.analysis.analyzer import Analyzer


def events(analyzer: Analyzer, text: str, title: str = "") -> list[Event]:
    return list(analyzer.analyze(text, title=title, language="en").events)


def ids(actors: object) -> list[str]:
    return [a.id or a.text for a in actors]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Clashes broke out in Sebha on Monday.", "LBY"),
        ("Fighting raged near Bunia through the night.", "COD"),
        ("A truck bomb went off outside the Kenyan consulate in Kismayo.", "KEN"),
        ("Four rockets landed near an Iraqi airfield.", "IRQ"),
        ("The Armenian village of Sotk came under mortar fire.", "ARM"),
        ("Heavy gunfire erupted near the barracks in Juba.", "SSD"),
    ],
)
def test_violence_without_a_doer_is_violence_all_the_same(analyzer: Analyzer, text: str, target: str) -> None:
    (told,) = [e for e in events(analyzer, text) if e.type == "ASSAULT"]
    assert (ids(told.source), ids(told.target)[:1], told.escalation) == ([], [target], "escalation")


@pytest.mark.parametrize(
    "text",
    [
        "A drone attack on a Libyan airfield killed nine.",
        "Missiles hit the Omani port overnight.",
        "Shelling killed three Malian soldiers.",
    ],
)
def test_a_weapon_is_nobody(analyzer: Analyzer, text: str) -> None:
    assert {e.source for e in events(analyzer, text) if e.type == "ASSAULT"} == {()}


def test_the_owner_of_a_weapon_is_somebody(analyzer: Analyzer) -> None:
    assert "CHN" in [i for e in events(analyzer, "Chinese missiles hit the Omani port.") for i in ids(e.source)]


@pytest.mark.parametrize(
    "text",
    [
        "A Greek ferry and a Maltese tanker collided off Crete, injuring nine.",
        "A Filipino trawler sank near Palawan after striking a reef.",
        "A Nepalese airliner crashed near Pokhara, killing thirty people.",
        "Togo attacked in the second half and Ghana struck late.",
        "Most of the rockets were intercepted by Kuwaiti air defences.",
        "Syrian air defences shot down four Turkish missiles.",
        "The storm left two Cubans dead and many wounded.",
    ],
)
def test_mishaps_games_and_defence_do_not_escalate(analyzer: Analyzer, text: str) -> None:
    assert [e for e in events(analyzer, text) if e.escalation == "escalation"] == []


@pytest.mark.parametrize(
    "text", ["The raid left four Malian soldiers dead.", "The flood left the Sudanese town in ruins."]
)
def test_who_is_left_dead_is_left_by_nobody(analyzer: Analyzer, text: str) -> None:
    assert "RETREAT" not in {e.type for e in events(analyzer, text)}


@pytest.mark.parametrize(
    "text",
    [
        "Kampala blamed the raid on Rwandan soldiers.",
        "Kampala blamed Rwanda for the raid.",
        "It was a raid that Kampala blamed on Rwanda.",
    ],
)
def test_blame_falls_on_whom_a_deed_is_laid(analyzer: Analyzer, text: str) -> None:
    told = events(analyzer, text)
    (blamed,) = [e for e in told if e.type == "ACCUSE"]
    assert (ids(blamed.source), ids(blamed.target)) == (["UGA"], ["RWA"])
    assert all("RWA" not in ids(e.target) for e in told if e.type == "ASSAULT")


@pytest.mark.parametrize(
    "text",
    [
        "The ministry denied that any envoys had been expelled and accused Oman of lying.",
        "Muscat denied that its boats had crossed the line and accused Oman of lying.",
    ],
)
def test_a_deed_after_a_denial_is_not_denied(analyzer: Analyzer, text: str) -> None:
    (accused,) = [e for e in events(analyzer, text) if e.type == "ACCUSE"]
    assert accused.modality == "asserted" and accused.source
    assert all("OMN" not in ids(e.target) for e in events(analyzer, text) if e.type == "REJECT")


@pytest.mark.parametrize(
    "title",
    [
        "Togo and Benin trade fire across border",
        "Benin shells Togolese positions",
        "Togo, Benin trade strikes near border",
    ],
)
def test_headlines_without_an_article_have_their_sides(analyzer: Analyzer, title: str) -> None:
    told = [e for e in events(analyzer, "", title) if e.type == "ASSAULT"]
    assert any({*ids(e.source), *ids(e.target)} >= {"TGO", "BEN"} for e in told)


@pytest.mark.parametrize(
    "text",
    [
        "The party grew out of the war, whose anniversary is today.",
        "Togo marked the anniversary of the raid, in which Beninese troops killed forty men.",
    ],
)
def test_what_a_clause_tells_of_an_anniversary_is_history(analyzer: Analyzer, text: str) -> None:
    assert {e.modality for e in events(analyzer, text) if e.type == "ASSAULT"} <= {"historical"}


def test_who_is_called_on_to_end_it_is_asked(analyzer: Analyzer) -> None:
    for text in (
        "Lima called on Quito to halt its arms sales to Togo.",
        "Lima demanded that Quito halt its supply of missiles to Togo.",
    ):
        (asked,) = [e for e in events(analyzer, text) if e.type == "REQUEST"]
        assert (ids(asked.source), ids(asked.target), asked.escalation) == (["PER"], ["ECU"], "de-escalation")


def test_who_refuses_to_end_it_goes_on(analyzer: Analyzer) -> None:
    (told,) = events(analyzer, "Moscow refused to halt its strikes on Odesa.")
    assert (told.type, told.modality, told.escalation) == ("REJECT", "asserted", "escalation")
    (told,) = events(analyzer, "Ankara dismissed a demand to withdraw its troops from Syria.")
    assert (told.type, told.escalation) == ("REJECT", "escalation")


def test_how_far_is_no_target_and_why_is_none(analyzer: Analyzer) -> None:
    told = events(analyzer, "The two armies will pull back 10 km from the line.")
    assert [(e.target, e.escalation) for e in told] == [((), "de-escalation")]
    told = events(analyzer, "Benin fired rockets in retaliation for the raid on Togo.")
    assert all("retaliation" not in a.text for e in told for a in e.target)


def test_a_call_on_the_telephone_asks_for_nothing(analyzer: Analyzer) -> None:
    assert "REQUEST" not in {
        e.type for e in events(analyzer, "The Kenyan president called the emir to thank him for aid.")
    }


def test_places_of_ones_own_can_be_hit(analyzer: Analyzer) -> None:
    (told,) = events(analyzer, "The Sudanese army shelled Omdurman.")
    assert ids(told.source) == ["SDN"] and [a.text for a in told.target] == ["Omdurman"]


def test_words_that_judge_the_deal_judge_the_deed_told_before(analyzer: Analyzer) -> None:
    text = "Togo and Benin will pull back their troops from the border. Diplomats called the deal a step back from the brink."
    (told,) = [e for e in events(analyzer, text) if e.framing]
    assert (told.escalation, told.framing and "step back" in told.framing.text) == ("de-escalation", True)


def test_infinitives_of_headlines_are_plans(analyzer: Analyzer) -> None:
    (told,) = events(analyzer, "", "Norway to send tanks to Moldova")
    assert (told.type, told.modality, ids(told.target)) == ("AGREE", "intended", ["MDA"])


def test_telling_somebody_on_friday_asks_him_for_nothing(analyzer: Analyzer) -> None:
    text = "Rebels will not free the pilots, a spokesman told Reuters on Friday."
    assert "REQUEST" not in {e.type for e in events(analyzer, text)}
