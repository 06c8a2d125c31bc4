"""Every pattern of the lighter path codes its examples and leaves its counter-examples alone."""

from __future__ import annotations

import functools

import pytest

from brinkwatch.models import Event
from processors.analysis.analyzer import Analyzer
from processors.analysis.curation.examples import Case, cases, failure
from processors.analysis.entities import EntityFinder
from processors.analysis.language import coverage_of
from processors.analysis.light import analyze_light
from processors.analysis.light.rules import Rule, language, languages
from processors.analysis.text import prepare


@functools.cache
def finder() -> EntityFinder:
    return EntityFinder()


def events_of(text: str, code: str) -> tuple[Event, ...]:
    prepared = prepare(None, text, 100_000)
    return analyze_light(prepared, code, finder().find(prepared, code))[1]


def rules() -> list[tuple[str, Rule]]:
    return [(code, rule) for code in languages() for rule in patterns(code)]


def patterns(code: str) -> tuple[Rule, ...]:
    found = language(code)
    assert found is not None
    return found.rules


@pytest.mark.parametrize("case", cases("light rule"), ids=str)
def test_a_rule_codes_its_examples_and_not_its_counter_examples(analyzer: Analyzer, case: Case) -> None:
    assert failure(case, analyzer) is None


@pytest.mark.parametrize(("code", "rule"), rules(), ids=lambda v: v.name if isinstance(v, Rule) else v)
def test_a_rule_has_both(code: str, rule: Rule) -> None:
    assert rule.examples and rule.counter


def test_every_light_language_has_patterns() -> None:
    assert {code for code in ("es", "fr", "de", "ru", "ar") if coverage_of(code) == "light"} == set(languages()) - {
        "en"
    }


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "El delantero disparó dos misiles y el equipo bombardeó la portería en el partido de liga en Perú."),
        ("fr", "Le buteur a bombardé le gardien pendant tout le match contre la Suède."),
        ("de", "Der Stürmer hat das Tor der Schweden im Spiel bombardiert."),
        ("ru", "Сборная Швеции атаковала ворота Норвегии весь матч."),
        ("ar", "هاجم منتخب تونس مرمى منتخب مصر طوال المباراة."),
    ],
)
def test_sport_stays_quiet(code: str, text: str) -> None:
    assert not [e for e in events_of(text, code) if e.escalation]


def test_a_denial_is_an_attribution_that_denies_and_its_event_is_denied() -> None:
    text = "El Gobierno de Sudán negó haber bombardeado Chad."
    prepared = prepare(None, text, 1000)
    attributions, events = analyze_light(prepared, "es", finder().find(prepared, "es"))
    assert attributions[0].denies and attributions[0].cue is not None and attributions[0].cue.text == "negó"
    assert [e.modality for e in events] == ["denied"]


def test_offsets_of_events_and_attributions_are_those_of_the_text() -> None:
    text = "Kurz gemeldet\n\n»Wir antworten«, sagte der Sprecher des iranischen Außenministeriums. Russland droht Litauen mit Vergeltung."
    prepared = prepare(None, text, 1000)
    attributions, events = analyze_light(prepared, "de", finder().find(prepared, "de"))
    assert attributions[0].source is not None and "iranischen" in attributions[0].source.name
    assert text[attributions[0].content.start : attributions[0].content.end] == "Wir antworten"
    for event in events:
        assert text[event.trigger.start : event.trigger.end] == event.trigger.text
        for actor in (*event.source, *event.target):
            assert text[actor.start : actor.end] == actor.text
    assert [[a.id for a in e.source] for e in events] == [["RUS"]]
