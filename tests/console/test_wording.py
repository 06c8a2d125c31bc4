"""Times, durations, languages and countries in words."""

from __future__ import annotations

import datetime as dt

import pytest

from brinkwatch.console.wording import ago, country, day, duration, lang_attribute, language, word
from brinkwatch.models import FEED_CLASSES, LEVELS

NOW = dt.datetime(2026, 9, 6, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (-10, "in a moment"), (60, "1 min ago"), (3540, "59 min ago"), (3600, "1 h ago"), (-7200, "in 2 h"),
     (86400, "1 d ago"), (30 * 86400, "30 d ago"), (90 * 86400, "8 Jun 2026")],
)  # fmt: skip
def test_times_are_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    assert ago(NOW - dt.timedelta(seconds=seconds), NOW) == words


def test_days_are_those_of_utc() -> None:
    late = dt.datetime(2026, 9, 6, 1, 0, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    assert day(late, NOW) == "Yesterday"
    assert day(dt.datetime(2026, 9, 1, tzinfo=dt.UTC), NOW) == "Tuesday, 1 September 2026"


def test_durations_are_told_in_whole_units() -> None:
    assert [duration(each) for each in (86400, 3 * 86400, 3600, 5400, 50)] == ["24 h", "3 d", "1 h", "90 min", "50 s"]


def test_languages_and_countries_have_names() -> None:
    assert (language("fa"), language("und"), language("qqq")) == ("Persian", "unknown language", "qqq")
    assert (country("IRN"), country("XKX"), country(None), country("QQQ")) == ("Iran", "Kosovo", "", "QQQ")
    assert lang_attribute("und") is None and lang_attribute('"><b>') is None and lang_attribute("fa") == "fa"


def test_every_level_and_class_has_words() -> None:
    for level in (*LEVELS, "unread", "names"):
        assert word("level_note", level) != level
    assert word("class", "think-tank") == "think tank"
    assert all(word("class", each) for each in FEED_CLASSES)
