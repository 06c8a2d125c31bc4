"""What the gate keeps from the parser: texts that are plainly about other things, and nothing of war."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer
from processors.analysis.events.domain import is_leisure

MATCH = (
    "The striker scored twice as the home team beat the champions in the final of the cup. Their captain lifted the trophy "
    "in front of the fans, and the coach praised his players. “We attacked from the first minute,” he said. The supporters sang long after the game."
)
SHARES = (
    "Shares of the retailer rose after quarterly profits beat forecasts. Analysts said sales in its stores and online had "
    "grown, and the chief executive raised the dividend. Investors expect a price war with discounters. Its rivals on the market had warned of falling margins a week before."
)
WAR = (
    "The team that won the cup left the stadium when missiles struck the city. The army said that rebels had fired the "
    "rockets, and the government promised an answer. The players, fans and coach of the club were unhurt."
)


@pytest.mark.parametrize(("text", "leisure"), [(MATCH, True), (SHARES, True), (WAR, False), ("", False)])
def test_a_text_of_other_fields_is_told_from_one_of_war(text: str, leisure: bool) -> None:
    assert is_leisure(text, 0) is leisure


def test_the_more_actors_stand_on_the_stage_the_less_a_text_is_leisure() -> None:
    assert is_leisure(MATCH, 1) and not is_leisure(MATCH, 40)


def test_a_match_report_has_names_and_no_events(analyzer: Analyzer) -> None:
    found = analyzer.analyze("Ada Quill's brother, Marlow Tregarthen, kept goal. " + MATCH, language="en")
    assert found.events == () and found.escalation.level == "none"
    assert "Marlow Tregarthen" in {e.name for e in found.entities}


def test_a_sentence_of_war_in_a_match_report_is_read(analyzer: Analyzer) -> None:
    text = MATCH + " In the capital, rebels attacked the army's headquarters with rockets, the president said."
    assert {e.type for e in analyzer.analyze(text, language="en").events} >= {"ASSAULT"}
