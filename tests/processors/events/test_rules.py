"""Every rule codes its own examples, and leaves its counter-examples alone."""

from __future__ import annotations

import pytest

from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer
from processors.analysis.curation.examples import Case, cases, failure
from processors.analysis.events.plover import intensity_of, quad_of, scale

CASES = cases("event rule", "operator")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_codes_its_examples_and_leaves_its_counter_examples_alone(analyzer: Analyzer, case: Case) -> None:
    assert failure(case, analyzer) is None


def test_every_rule_has_an_example_and_a_counter_example() -> None:
    assert [r.name for r in knowledge.rules() if not r.examples or not r.counter] == []


def test_every_rule_names_a_type_and_a_mode_of_plover() -> None:
    for rule in knowledge.rules():
        assert rule.type in scale()
        assert rule.mode is None or rule.mode in scale()[rule.type].modes, rule.name


def test_conflict_is_negative_and_cooperation_positive_on_the_scale() -> None:
    for type_ in scale():
        if type_ != "REQUEST":
            assert (intensity_of(type_, None) < 0) == (quad_of(type_) > 2), type_
