"""Every rule codes its own examples, and leaves its counter-examples alone."""

from __future__ import annotations

import pytest

from brinkwatch.models import Analysis, Event
from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer
from processors.analysis.events.plover import intensity_of, quad_of, scale
from processors.analysis.knowledge import Example, Rule

EXAMPLES = [(rule, example) for rule in knowledge.rules() for example in rule.examples]
COUNTERS = [(rule, text) for rule in knowledge.rules() for text in rule.counter]


def told_by(rule: Rule, analysis: Analysis) -> list[Event]:
    return [e for e in analysis.events if e.rule == rule.name or e.rule.endswith(f":{rule.name}")]


def named(wanted: str, event: Event, side: str) -> bool:
    actors = event.source if side == "source" else event.target
    return any(wanted == a.id or wanted.lower() in a.text.lower() for a in actors)


def fits(event: Event, example: Example) -> bool:
    return (
        (example.source is None or named(example.source, event, "source"))
        and (example.target is None or named(example.target, event, "target"))
        and (example.modality is None or event.modality == example.modality)
        and (example.escalation is None or event.escalation == example.escalation)
    )


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{r.name}-{e.text[:40]}" for r, e in EXAMPLES])
def test_a_rule_codes_its_example(analyzer: Analyzer, rule: Rule, example: Example) -> None:
    events = analyzer.analyze(example.text, language="en").events
    wanted_type = example.type or rule.type
    close = [e for e in events if e.type == wanted_type or e.rule.endswith(rule.name)]
    assert any(fits(e, example) for e in close), [
        (e.rule, e.type, [a.text for a in e.source], [a.text for a in e.target], e.modality, e.escalation)
        for e in events
    ]


@pytest.mark.parametrize(("rule", "text"), COUNTERS, ids=[f"{r.name}-{t[:40]}" for r, t in COUNTERS])
def test_a_rule_leaves_its_counter_example_alone(analyzer: Analyzer, rule: Rule, text: str) -> None:
    analysis = analyzer.analyze(text, language="en")
    escalating = [e for e in analysis.events if e.escalation is not None]
    assert not escalating, [(e.rule, e.trigger.text) for e in escalating]
    if rule.escalation is None:
        assert not told_by(rule, analysis)
    assert analysis.escalation.level in ("none", "low")


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
