"""Where, when and how many: read from the event's own clause, null where it does not say."""

from __future__ import annotations

import datetime as dt

import pytest

from brinkwatch.models import Event
from processors.analysis.analyzer import Analyzer

MONDAY = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def first(analyzer: Analyzer, text: str) -> Event:
    return analyzer.analyze(text, language="en", published=MONDAY).events[0]


@pytest.mark.parametrize(
    ("phrase", "begin", "end", "precision"),
    [
        ("on Friday", "2026-05-01", "2026-05-01", "day"),
        ("yesterday", "2026-05-03", "2026-05-03", "day"),
        ("last week", "2026-04-27", "2026-05-03", "week"),
        ("in August", "2025-08-01", "2025-08-31", "month"),
        ("on April 3", "2026-04-03", "2026-04-03", "day"),
        ("in 2024", "2024-01-01", "2024-12-31", "year"),
    ],
)
def test_days_are_resolved_against_the_publication(
    analyzer: Analyzer, phrase: str, begin: str, end: str, precision: str
) -> None:
    when = first(analyzer, f"Kenyan jets bombed a rebel camp {phrase}.").when
    assert when is not None
    assert (when.from_.isoformat(), when.to.isoformat(), when.precision) == (begin, end, precision)


def test_the_time_of_saying_is_not_the_time_of_the_event(analyzer: Analyzer) -> None:
    assert first(analyzer, "Kenyan jets bombed a rebel camp, the army said on Friday.").when is None


def test_the_place_is_the_clauses_own(analyzer: Analyzer) -> None:
    place = first(analyzer, "Rebels attacked an army post near Goma, the government in Kinshasa said.").place
    assert place is not None
    assert (place.name, place.country, place.precision) == ("Goma", "COD", "city")


def test_no_place_is_guessed(analyzer: Analyzer) -> None:
    assert first(analyzer, "Rebels attacked an army post, the government in Kinshasa said.").place is None


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Rebels killed 22 soldiers and wounded three policemen.", {"killed": 22, "injured": 3}),
        ("Twenty-two soldiers were killed by rebels.", {"killed": 22}),
        ("Kenya sent 1,200 troops to the Somali border.", {"forces": 1200}),
        ("Rebels killed dozens of soldiers.", {}),
    ],
)
def test_numbers_in_words_and_figures_are_counted(analyzer: Analyzer, text: str, counts: dict[str, int]) -> None:
    assert first(analyzer, text).counts == counts
