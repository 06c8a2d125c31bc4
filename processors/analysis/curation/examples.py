"""Runs what the knowledge says of itself: every rule codes its examples and leaves its counter-examples alone.

The project's tests and `brinkwatch knowledge test` use it alike; it works on the knowledge that this process reads with.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from brinkwatch.models import Actor, Analysis, Event
from processors.analysis import knowledge, light
from processors.analysis.analyzer import Analyzer, Request
from processors.analysis.entities import EntityFinder
from processors.analysis.escalation.framing import FramingRule, find_framing, framing_rules
from processors.analysis.knowledge import Cue, Example, Operator, Rule
from processors.analysis.language import detect
from processors.analysis.light import rules as light_rules
from processors.analysis.text import prepare

RuleKind = Literal["event rule", "light rule", "operator", "cue", "framing"]
Wanted = Literal["example", "counter-example"]
LightExample = light_rules.Example

_LONGEST = 100_000


class Case(NamedTuple):
    """One sentence of a rule; `given` is the example as it stands in the file, its text for a counter-example."""

    kind: RuleKind
    language: str
    rule: Rule | light_rules.Rule | Operator | Cue | FramingRule
    wanted: Wanted
    given: Example | LightExample | str

    @property
    def text(self) -> str:
        return self.given if isinstance(self.given, str) else self.given.text

    def __str__(self) -> str:
        return f"{self.rule.name}-{self.wanted}-{self.text[:40]}"


class Verdict(NamedTuple):
    """What went wrong, or None; and the rule whose event was the one wanted, where an event was."""

    failure: str | None
    coded_by: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What became of a case. `failure` tells what went wrong, null where nothing did; `coded_by` which rule coded an example."""

    rule: str
    kind: RuleKind
    language: str
    wanted: Wanted
    text: str
    failure: str | None
    coded_by: str | None = None


def cases(*kinds: RuleKind) -> list[Case]:
    """The sentences of all rules, or of those of some kinds, in the order of the files."""
    return [case for case in _cases() if not kinds or case.kind in kinds]


def _cases() -> Iterator[Case]:
    for rule in knowledge.rules():
        yield from (Case("event rule", "en", rule, "example", example) for example in rule.examples)
        yield from (Case("event rule", "en", rule, "counter-example", text) for text in rule.counter)
    for operator in knowledge.operators():
        yield from (Case("operator", "en", operator, "example", example) for example in operator.examples)
        yield from (Case("operator", "en", operator, "counter-example", example) for example in operator.counter)
    for cue in knowledge.cues():
        yield from (Case("cue", "en", cue, "example", text) for text in cue.examples)
        yield from (Case("cue", "en", cue, "counter-example", text) for text in cue.counter)
    for framing in framing_rules():
        yield from (Case("framing", "en", framing, "example", text) for text in framing.examples)
        yield from (Case("framing", "en", framing, "counter-example", text) for text in framing.counter)
    for code in light_rules.languages():
        patterns = light_rules.language(code)
        for pattern in patterns.rules if patterns is not None else ():
            yield from (Case("light rule", code, pattern, "example", example) for example in pattern.examples)
            yield from (Case("light rule", code, pattern, "counter-example", text) for text in pattern.counter)


def outcomes(chosen: Sequence[Case], analyzer: Analyzer) -> Iterator[Outcome]:
    """What becomes of each case, in order."""
    parsed = [case for case in chosen if case.kind in ("event rule", "operator", "cue")]
    analyses = analyzer.analyze_many([Request(case.text, language="en") for case in parsed])
    for case in chosen:
        analysis = next(analyses) if case.kind in ("event rule", "operator", "cue") else None
        verdict = _judged(case, analysis)
        yield Outcome(
            rule=case.rule.name,
            kind=case.kind,
            language=case.language,
            wanted=case.wanted,
            text=case.text,
            failure=verdict.failure,
            coded_by=verdict.coded_by,
        )


def failure(case: Case, analyzer: Analyzer) -> str | None:
    """What goes wrong with one case, or None."""
    return next(outcomes([case], analyzer)).failure


def _judged(case: Case, analysis: Analysis | None) -> Verdict:
    match case.rule, case.given:
        case FramingRule() as framing, str(text):
            return Verdict(_not_framed(framing, text) if case.wanted == "example" else _framed(framing, text))
        case light_rules.Rule() as pattern, (str() | LightExample()) as given:
            return _light(pattern, case.language, given)
    assert analysis is not None
    match case.rule, case.given:
        case (Rule() | Operator()) as rule, Example() as example:
            wanted = example.type or (rule.type if isinstance(rule, Rule) else None)
            close = [e for e in analysis.events if wanted in (None, e.type) or e.rule.endswith(rule.name)]
            fitting = [e.rule for e in close if _fits(e, example)]
            if not fitting:
                return Verdict(_missed(analysis.events, example, wanted))
            own = isinstance(rule, Operator) or any(_is_of(rule.name, name) for name in fitting)
            return Verdict(None, rule.name if own else fitting[0])
        case Rule() as rule, str():
            return Verdict(_not_left_alone(rule, analysis))
        case Cue() as cue, str():
            return Verdict(_not_stated(cue, analysis) if case.wanted == "example" else _stated(analysis))
    raise AssertionError(case)


def _is_of(rule: str, coded: str) -> bool:
    """`threaten:coerce.restrict` is of the rule `coerce.restrict` too."""
    return coded == rule or coded.endswith(f":{rule}")


# ------------------------------------------------------------------------------------------------ English


def _fits(event: Event, example: Example) -> bool:
    return (
        (example.source is None or _named(example.source, event, "source"))
        and (example.target is None or _named(example.target, event, "target"))
        and (example.modality is None or event.modality == example.modality)
        and (example.type is None or event.type == example.type)
        and (example.escalation is None or event.escalation == example.escalation)
    )


def _named(wanted: str, event: Event, side: str) -> bool:
    actors = event.source if side == "source" else event.target
    return any(wanted == a.id or wanted.lower() in a.text.lower() for a in actors)


def _not_left_alone(rule: Rule, analysis: Analysis) -> str | None:
    directed = [e for e in analysis.events if e.escalation is not None]
    own = [e for e in analysis.events if _is_of(rule.name, e.rule)]
    if directed:
        return f"It is coded, with a direction: {_told(directed)}."
    if rule.escalation is None and own:
        return f"It is coded: {_told(own)}."
    if analysis.escalation.level not in ("none", "low"):
        return f"Its level is {analysis.escalation.level}."
    return None


def _not_stated(cue: Cue, analysis: Analysis) -> str | None:
    if not analysis.attributions:
        return "No statement is found in it."
    if any(one.denies for one in analysis.attributions) != cue.denies:
        return "The statement is not read as a denial." if cue.denies else "The statement is read as a denial."
    return None


def _stated(analysis: Analysis) -> str | None:
    found = [one.cue.text for one in analysis.attributions if one.cue is not None]
    return f"A statement is found in it, by “{'”, “'.join(found)}”." if analysis.attributions else None


def _not_framed(framing: FramingRule, text: str) -> str | None:
    found = {f.direction for f in find_framing(text)}
    if framing.direction in found:
        return None
    return f"It is read as {' and '.join(sorted(found))}." if found else "No judging words are found in it."


def _framed(framing: FramingRule, text: str) -> str | None:
    found = [f for f in find_framing(text) if f.direction == framing.direction]
    words = "; ".join(f"“{text[f.start : f.end]}” by {f.rule}" for f in found)
    return f"Judging words are found in it: {words}." if found else None


# ------------------------------------------------------------------------------------------------ the lighter path


@functools.cache
def _finder() -> EntityFinder:
    return EntityFinder()


def _light(rule: light_rules.Rule, code: str, given: LightExample | str) -> Verdict:
    text = given if isinstance(given, str) else given.text
    prepared = prepare(None, text, _LONGEST)
    events = light.analyze_light(prepared, code, _finder().find(prepared, code))[1]
    if isinstance(given, str):
        wrong = [e for e in events if e.rule == rule.name or e.escalation == "escalation"]
        return Verdict(f"It is coded: {_told(wrong)}." if wrong else None)
    found = detect(text, code)
    if found != code:
        return Verdict(f"Its language is taken for {found}.")
    fitting = [
        e
        for e in events
        if e.rule == rule.name
        and given.modality in (None, e.modality)
        and (given.source is None or given.source in [a.id for a in e.source])
        and (given.target is None or given.target in [a.id for a in e.target])
    ]
    if not fitting:
        return Verdict(_missed(events, given, rule.type))
    if fitting[0].escalation != rule.escalation:
        return Verdict(f"Its direction is {fitting[0].escalation or 'none'}, not {rule.escalation or 'none'}.")
    return Verdict(None, rule.name)


# ------------------------------------------------------------------------------------------------ in words


def _missed(events: Sequence[Event], example: Example | LightExample, type_: str | None) -> str:
    fields = ("source", "target", "modality", "escalation")
    asked = [f"{field} {value}" for field in fields if (value := getattr(example, field, None)) is not None]
    wanted = ", ".join([*([type_] if type_ else []), *asked]) or "an event"
    return f"Wanted {wanted}; found {_told(events) if events else 'no event'}."


def _told(events: Sequence[Event]) -> str:
    def side(actors: Sequence[Actor]) -> str:
        return "+".join(a.id or a.text for a in actors) or "nobody"

    return "; ".join(
        f"{e.type} by {e.rule} (“{e.trigger.text}”: {side(e.source)} → {side(e.target)}, {e.modality}, "
        f"{e.escalation or 'no direction'})"
        for e in events
    )
