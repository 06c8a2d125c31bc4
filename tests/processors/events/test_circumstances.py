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
        ("on Friday night", "2026-05-01", "2026-05-01", "day"),
        ("on Monday", "2026-05-04", "2026-05-04", "day"),
        ("last Monday", "2026-04-27", "2026-04-27", "day"),
        ("yesterday", "2026-05-03", "2026-05-03", "day"),
        ("three days ago", "2026-05-01", "2026-05-01", "day"),
        ("two weeks ago", "2026-04-20", "2026-04-26", "week"),
        ("last week", "2026-04-27", "2026-05-03", "week"),
        ("earlier this month", "2026-05-01", "2026-05-31", "month"),
        ("last month", "2026-04-01", "2026-04-30", "month"),
        ("last year", "2025-01-01", "2025-12-31", "year"),
        ("in August", "2025-08-01", "2025-08-31", "month"),
        ("in late March", "2026-03-01", "2026-03-31", "month"),
        ("in March 2019", "2019-03-01", "2019-03-31", "month"),
        ("in April last year", "2025-04-01", "2025-04-30", "month"),
        ("on April 3", "2026-04-03", "2026-04-03", "day"),
        ("on 3 April", "2026-04-03", "2026-04-03", "day"),
        ("on the 3rd of April", "2026-04-03", "2026-04-03", "day"),
        ("on April 3, 2024", "2024-04-03", "2024-04-03", "day"),
        ("on April 3 and 4", "2026-04-03", "2026-04-04", "day"),
        ("in 2024", "2024-01-01", "2024-12-31", "year"),
        ("over the weekend", "2026-05-02", "2026-05-03", "day"),
        ("in the early hours of Sunday", "2026-05-03", "2026-05-03", "day"),
    ],
)
def test_days_are_resolved_against_the_publication(
    analyzer: Analyzer, phrase: str, begin: str, end: str, precision: str
) -> None:
    when = first(analyzer, f"Kenyan jets bombed a rebel camp {phrase}.").when
    assert when is not None
    assert (when.from_.isoformat(), when.to.isoformat(), when.precision) == (begin, end, precision)


@pytest.mark.parametrize(
    "phrase",
    ["overnight", "recently", "for three days", "since Friday", "until Friday", "the previous Friday", "on April 31"],
)
def test_what_names_no_days_dates_nothing(analyzer: Analyzer, phrase: str) -> None:
    assert first(analyzer, f"Kenyan jets bombed a rebel camp {phrase}.").when is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The two foreign ministers will meet in Doha on Thursday.", "2026-05-07"),
        ("Kenya will send troops to Haiti on Monday.", "2026-05-04"),
        ("Friday's strike on the port of Odesa killed five people.", "2026-05-01"),
        ("Rebels attacked the base on Saturday, killing three soldiers.", "2026-05-02"),
        (
            "Twelve people were killed in an attack on a market in Kano on Saturday, police said on Sunday.",
            "2026-05-02",
        ),
        ("Five soldiers were killed when rockets hit their base on Saturday.", "2026-05-02"),
        ("Iran launched an attack on Israel on Saturday.", "2026-05-02"),
        ("On Saturday, Kenyan jets bombed a rebel camp.", "2026-05-02"),
    ],
)
def test_the_days_are_those_of_the_events_own_clause(analyzer: Analyzer, text: str, day: str) -> None:
    when = first(analyzer, text).when
    assert when is not None and when.from_.isoformat() == day


def test_without_a_publication_time_nothing_is_dated(analyzer: Analyzer) -> None:
    assert analyzer.analyze("Kenyan jets bombed a rebel camp on Friday.", language="en").events[0].when is None


def test_the_time_of_saying_is_not_the_time_of_the_event(analyzer: Analyzer) -> None:
    assert first(analyzer, "Kenyan jets bombed a rebel camp, the army said on Friday.").when is None


def test_the_place_is_the_clauses_own(analyzer: Analyzer) -> None:
    place = first(analyzer, "Rebels attacked an army post near Goma, the government in Kinshasa said.").place
    assert place is not None
    assert (place.name, place.country, place.precision) == ("Goma", "COD", "city")


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("Russian drones hit the port of Izmail on Friday.", "Izmail", "UKR", "city"),
        ("An Israeli air strike on Khan Younis killed nine people.", "Khan Younis", "PSE", "city"),
        ("Gunmen attacked a police post in Tripoli, Lebanon, killing two officers.", "Tripoli", "LBN", "city"),
        (
            "Rival militias attacked a base in Tripoli, and the Libyan government called for calm.",
            "Tripoli",
            "LBY",
            "city",
        ),
        ("Soldiers raided a house in Hyderabad, in Pakistan's Sindh province.", "Hyderabad", "PAK", "city"),
        ("Israel bombed targets in the eastern Lebanese city of Baalbek.", "Baalbek", "LBN", "city"),
        ("Rebels shelled Merawi, in Ethiopia's Amhara region.", "Amhara region", "ETH", "region"),
        ("Jihadists killed 12 soldiers in Mali on Saturday.", "Mali", "MLI", "country"),
        ("Germany sent 200 soldiers to Lithuania.", "Lithuania", "LTU", "country"),
        ("Ukraine's forces withdrew from Avdiivka in February.", "Avdiivka", "UKR", "city"),
        ("Gunmen stormed a hotel in Mogadishu, the Somali capital.", "Mogadishu", "SOM", "city"),
    ],
)
def test_the_narrowest_place_of_the_clause_is_told(
    analyzer: Analyzer, text: str, name: str, country: str, precision: str
) -> None:
    place = first(analyzer, text).place
    assert place is not None
    assert (place.name, place.country, place.precision) == (name, country, precision)
    assert (place.id is not None) is (precision == "city")
    assert text[place.start : place.end] == name


@pytest.mark.parametrize(
    "text",
    [
        "Rebels attacked an army post, the government in Kinshasa said.",
        "MOSCOW, May 3 (Upland Wire) - Ukraine attacked three oil depots with drones, the ministry said.",
        "Iran attacked Israel with 14 missiles.",
        "The mayor of Kharkiv accused Russia of attacking schools.",
        "Moscow condemned the strike, a spokesman said in Geneva.",
        "Germany promised 18 tanks to Ukraine.",
    ],
)
def test_no_place_is_guessed(analyzer: Analyzer, text: str) -> None:
    assert first(analyzer, text).place is None


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Rebels killed 22 soldiers and wounded three policemen.", {"killed": 22, "injured": 3}),
        ("Twenty-two soldiers were killed by rebels.", {"killed": 22}),
        ("Kenya sent 1,200 troops to the Somali border.", {"forces": 1200}),
        ("Rebels killed dozens of soldiers.", {}),
        (
            "Rebels attacked the base, killing at least three soldiers and wounding nine others.",
            {"killed": 3, "injured": 9},
        ),
        ("Three civilians and two soldiers were killed in a drone strike in Tigray.", {"killed": 5}),
        ("Israel killed 31 Palestinians, 11 of them children, in Gaza.", {"killed": 31}),
        ("The Taliban executed a 34-year-old man in Farah.", {}),
        ("A hundred soldiers were killed in fighting in Sagaing.", {"killed": 100}),
        ("Rebels killed two dozen soldiers.", {"killed": 24}),
        ("Police arrested 14 people in Minsk.", {"captured": 14}),
        ("The army captured three villages from rebels.", {}),
        ("The US sent two aircraft carriers and 5,000 troops to the Gulf.", {"forces": 5000, "weapons": 2}),
        ("Turkish artillery shelled rebels, hours after a rocket killed two soldiers.", {}),
    ],
)
def test_numbers_in_words_and_figures_are_counted(analyzer: Analyzer, text: str, counts: dict[str, int]) -> None:
    assert first(analyzer, text).counts == counts
