"""What runs the examples of the rules tells what goes wrong, in words."""

from __future__ import annotations

import msgspec
import pytest

from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer
from processors.analysis.curation.examples import Case, cases, failure, outcomes
from processors.analysis.escalation.framing import framing_rules
from processors.analysis.knowledge import Example
from processors.analysis.light import rules as light_rules


def rule(name: str) -> knowledge.Rule:
    return next(r for r in knowledge.rules() if r.name == name)


def test_every_rule_of_every_kind_is_run() -> None:
    assert {case.kind for case in cases()} >= {"event rule", "light rule", "cue", "framing"}
    assert {case.language for case in cases("light rule")} == set(light_rules.languages())
    assert {case.rule.name for case in cases("event rule")} == {r.name for r in knowledge.rules()}


@pytest.mark.parametrize(
    ("example", "said"),
    [
        (Example("It rained in Lima.", source="PER"), "Wanted ASSAULT, source PER; found no event."),
        (Example("Peru bombed a village in Chile.", source="CHL"), "found ASSAULT by assault.aerial (“bombed”: PER"),
        (Example("Peru did not bomb Chile.", modality="asserted"), "negated"),
    ],
)
def test_an_example_that_is_not_coded_tells_what_was_found(analyzer: Analyzer, example: Example, said: str) -> None:
    told = failure(Case("event rule", "en", rule("assault.aerial"), "example", example), analyzer)
    assert told is not None and said in told


def test_a_counter_example_that_is_coded_tells_by_which_rule(analyzer: Analyzer) -> None:
    case = Case("event rule", "en", rule("assault.aerial"), "counter-example", "Peru bombed a village in Chile.")
    told = failure(case, analyzer)
    assert told is not None and "assault.aerial" in told and "escalation" in told


def test_an_example_that_another_rule_codes_says_which(analyzer: Analyzer) -> None:
    renamed = msgspec.structs.replace(rule("assault.aerial"), name="assault.mine")
    case = Case("event rule", "en", renamed, "example", Example("Peru bombed a village in Chile."))
    [outcome] = outcomes([case], analyzer)
    assert (outcome.failure, outcome.coded_by) == (None, "assault.aerial")


def test_a_cue_and_a_framing_tell_what_they_miss(analyzer: Analyzer) -> None:
    deny = next(cue for cue in knowledge.cues() if cue.denies)
    assert failure(Case("cue", "en", deny, "example", "It rained in Lima."), analyzer) == "No statement is found in it."
    said = failure(Case("cue", "en", deny, "example", "Peru said that it had rained."), analyzer)
    assert said == "The statement is not read as a denial."
    said = failure(Case("cue", "en", deny, "counter-example", "Peru said that it had rained."), analyzer)
    assert said == "A statement is found in it, by “said”."
    framing = next(f for f in framing_rules() if f.direction == "escalation")
    assert "No judging" in (failure(Case("framing", "en", framing, "example", "It rained."), analyzer) or "")


def test_a_light_rule_tells_what_it_misses_and_what_it_should_not_have_coded(analyzer: Analyzer) -> None:
    spanish = light_rules.language("es")
    assert spanish is not None
    one = spanish.rules[0]
    quiet = light_rules.Example("La ministra de Perú visitó ayer el museo de la ciudad.")
    assert "found no event" in (failure(Case("light rule", "es", one, "example", quiet), analyzer) or "")
    loud = one.examples[0].text
    assert one.name in (failure(Case("light rule", "es", one, "counter-example", loud), analyzer) or "")
