"""What a feed publishes when is learnt from its polls, decides how often it is polled, and tells what was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
import pytest

from brinkwatch.models import FeedState
from brinkwatch.models.feed import FeedHints, Gap, Rhythm
from producers.parse.feed import parse_feed
from producers.parse.model import ParsedEntry
from producers.schedule.decide import Record, ScheduleLimits, next_poll
from producers.schedule.record import learnt
from producers.schedule.rhythm import begin, expected, learn, mean_rate
from producers.schedule.window import SILENT_AFTER, is_silent, overlap
from tests.producers.feeds import NOW, item, rss

LIMITS = ScheduleLimits(interval=900, shortest=120, longest=86400)
QUARTER = dt.timedelta(minutes=15)


def entries(*numbers: int, at: dt.datetime | None = NOW, every: dt.timedelta = QUARTER) -> list[ParsedEntry]:
    """Entries by number, a quarter of an hour apart, newest first; without times where `at` is None."""
    return [
        ParsedEntry(url=f"https://paper.example/{n}", title=f"Headline {n}", published=at and at + n * every)
        for n in sorted(numbers, reverse=True)
    ]


def steady(items_an_hour: float, days: int = 10, hours: Iterable[int] = range(24)) -> Rhythm:
    """The rhythm of a feed that was watched for days and publishes alike in each of the hours."""
    wanted = set(hours)
    return Rhythm(
        hours=tuple(items_an_hour * days if h in wanted else 0.0 for h in range(24)),
        days=days,
        recent=items_an_hour * 2 if NOW.hour in wanted else 0.0,
        at=NOW,
    )


def wait(rhythm: Rhythm | None, **record: object) -> float:
    """Minutes until the next poll."""
    decision = next_poll(
        "changed",
        failures=0,
        headers={},
        record=Record(rhythm, **record),  # type: ignore[arg-type]
        limits=LIMITS,
        now=NOW,
        jitter=0.0,
    )
    assert decision.at is not None
    return (decision.at - NOW) / dt.timedelta(minutes=1)


# how often


def test_a_feed_with_an_item_in_each_usual_interval_is_polled_at_it() -> None:
    assert wait(steady(4.0)) == pytest.approx(15, rel=0.1)


@pytest.mark.parametrize(("items_an_hour", "minutes"), [(16.0, 7.5), (1.0, 30.0), (1 / 24, 147.0)])
def test_the_wait_is_the_geometric_mean_of_the_usual_interval_and_the_time_between_items(
    items_an_hour: float, minutes: float
) -> None:
    assert wait(steady(items_an_hour, days=60)) == pytest.approx(minutes, rel=0.15)


def test_a_feed_is_polled_more_in_the_hours_in_which_it_publishes() -> None:
    busy = steady(1.0, hours=range(11, 15))
    asleep = steady(1.0, hours=range(0, 4))
    assert wait(busy) < wait(asleep) / 2


def test_items_in_quick_succession_bring_the_next_poll_sooner() -> None:
    usual = steady(0.5)
    burst = learn(usual, [NOW + dt.timedelta(minutes=m) for m in range(10)], NOW, NOW + QUARTER, 900)
    calm = learn(usual, [], NOW, NOW + QUARTER, 900)
    at = NOW + QUARTER
    waits = [
        next_poll("changed", failures=0, headers={}, record=Record(r), limits=LIMITS, now=at, jitter=0.0).at
        for r in (burst, calm)
    ]
    assert waits[0] is not None and waits[1] is not None
    assert (waits[0] - at) < (waits[1] - at) / 2


def test_no_more_than_half_of_what_a_feed_shows_may_be_new_at_the_next_poll() -> None:
    assert wait(steady(30.0), entries=4) < wait(steady(30.0), entries=200)
    assert wait(steady(30.0), entries=4) == pytest.approx(4, rel=0.1)


def test_a_wait_that_missed_items_is_halved_and_tried_again_after_days() -> None:
    gap = Gap(since=NOW - QUARTER, until=NOW, missed=9, noted=NOW, waited=1800)
    assert wait(steady(0.1), gaps=[gap]) == pytest.approx(15, rel=0.01)
    old = msgspec.structs.replace(gap, noted=NOW - dt.timedelta(days=30))
    assert wait(steady(0.1), gaps=[old]) == wait(steady(0.1)) > 60


def test_a_dead_feed_is_polled_ever_less_and_told_so() -> None:
    rhythm, at, waits = begin([NOW, NOW - dt.timedelta(days=1)], NOW), NOW, []
    for _ in range(40):
        rhythm = learn(rhythm, [], at, at + dt.timedelta(days=1), 900)
        at += dt.timedelta(days=1)
        decision = next_poll(
            "not-modified", failures=0, headers={}, record=Record(rhythm), limits=LIMITS, now=at, jitter=0.0
        )
        assert decision.at is not None
        waits.append(decision.at - at)
    assert waits == sorted(waits)
    assert waits[-1] > dt.timedelta(hours=4)


def test_what_a_feed_asks_for_still_puts_a_poll_off() -> None:
    assert wait(steady(60.0), hints=FeedHints(ttl=3600)) == pytest.approx(60, rel=0.01)


# skipped hours and days


def test_hours_and_days_to_skip_are_read_and_kept() -> None:
    channel = (
        "<skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    )
    hints = parse_feed(rss(item(1), channel=channel), url="https://paper.example/rss").hints
    assert (hints.skip_hours, hints.skip_days) == ((0, 13), (6,))
    assert NOW.hour == 12
    at_one = wait(None, hints=FeedHints(skip_hours=(12, 13)))
    assert at_one == pytest.approx(120, abs=0.1)


def test_hours_to_skip_in_which_the_feed_publishes_all_the_same_are_not_skipped() -> None:
    assert wait(steady(4.0), hints=FeedHints(skip_hours=tuple(range(24)))) < 20
    assert wait(steady(4.0), hints=FeedHints(skip_hours=(12, 13))) < 20


# learning


def test_the_dates_of_a_first_poll_tell_the_rate() -> None:
    rhythm = begin([NOW - n * dt.timedelta(hours=1) for n in range(48)], NOW)
    assert rhythm is not None
    assert mean_rate(rhythm, 900) == pytest.approx(1.0, rel=0.1)
    assert begin([NOW], NOW) is None
    assert begin([NOW + dt.timedelta(days=400), NOW - dt.timedelta(days=4000), None], NOW) is None


def test_a_rate_is_learnt_from_items_with_and_without_times_and_followed_when_it_changes() -> None:
    for dated in (True, False):
        rhythm, at = None, NOW
        for n in range(24 * 20):
            later = at + dt.timedelta(hours=1)
            new = [at + dt.timedelta(minutes=30) if dated else None] * (1 if n < 240 else 4)
            rhythm = learn(rhythm, new, at, later, 900)
            at = later
            if n == 239:
                assert mean_rate(rhythm, 900) == pytest.approx(1.0, rel=0.1)
        assert rhythm is not None
        assert 2.3 < mean_rate(rhythm, 900) <= 4.0


def test_what_is_expected_over_days_is_the_sum_of_its_hours() -> None:
    rhythm = steady(2.0, hours=(8, 9))
    a_day = expected(rhythm, NOW, NOW + dt.timedelta(days=1), 900)
    assert expected(rhythm, NOW, NOW + dt.timedelta(days=5), 900) == pytest.approx(5 * a_day)
    parts = [expected(rhythm, NOW + n * QUARTER, NOW + (n + 1) * QUARTER, 900) for n in range(96)]
    assert sum(parts) == pytest.approx(a_day)


# what was missed


def poll(state: FeedState, found: list[ParsedEntry], at: dt.datetime) -> FeedState:
    after = FeedState(
        **{**{f: getattr(state, f) for f in state.__struct_fields__}, "last_polled": at, "first_poll": False}
    )
    return learnt(after, state, found, 900, at)


def test_polls_that_join_leave_no_gap_and_those_that_do_not_leave_one() -> None:
    state = poll(FeedState(feed_id="f"), entries(*range(-20, 0)), NOW)
    assert (state.overlap, state.gaps) == (None, ())
    later = NOW + dt.timedelta(hours=1)
    joined = poll(state, entries(*range(-16, 4)), later)
    assert joined.overlap == pytest.approx(16 / 20)
    assert joined.gaps == ()
    much_later = NOW + dt.timedelta(hours=10)
    torn = poll(joined, entries(*range(20, 40)), much_later)
    assert torn.overlap == 0
    (gap,) = torn.gaps
    assert (gap.since, gap.until) == (NOW + 3 * QUARTER, NOW + 20 * QUARTER)
    assert 10 <= gap.missed <= 24
    assert torn.missed == gap.missed


def test_a_feed_sorted_anew_or_with_links_that_change_at_every_poll_has_no_gap() -> None:
    state = poll(FeedState(feed_id="f"), entries(*range(-20, 0)), NOW)
    renamed = [
        ParsedEntry(url=f"{e.url}?session=2", title=e.title, published=e.published) for e in entries(*range(-20, 0))
    ]
    assert poll(state, renamed, NOW + QUARTER).gaps == ()


def test_a_feed_without_times_has_a_gap_from_poll_to_poll() -> None:
    state = poll(FeedState(feed_id="f"), entries(1, 2, 3, at=None), NOW)
    torn = poll(state, entries(7, 8, 9, at=None), NOW + dt.timedelta(hours=6))
    assert [(gap.since, gap.until) for gap in torn.gaps] == [(NOW, NOW + dt.timedelta(hours=6))]


def test_an_empty_answer_is_no_gap_and_forgets_nothing() -> None:
    state = poll(FeedState(feed_id="f"), entries(-2, -1), NOW)
    empty = poll(state, [], NOW + QUARTER)
    assert (empty.window, empty.gaps) == (state.window, ())
    assert poll(empty, entries(-2, -1, 0), NOW + 2 * QUARTER).gaps == ()


def test_the_oldest_first_order_of_a_feed_makes_no_gap() -> None:
    long = entries(*range(-200, 0))[::-1]
    state = poll(FeedState(feed_id="f"), long, NOW)
    assert overlap(state.window, entries(*range(-100, 100))[::-1]) != 0


def test_a_feed_that_falls_silent_against_its_own_rhythm_is_told_from_one_that_rests() -> None:
    busy, rare = steady(2.0), steady(1 / 48)
    for rhythm, silent in ((busy, True), (rare, False)):
        at = NOW
        for _ in range(12):
            rhythm = learn(rhythm, [], at, at + dt.timedelta(hours=1), 900)
            at += dt.timedelta(hours=1)
        assert is_silent(rhythm) is silent
    assert not is_silent(learn(learn(busy, [], NOW, NOW + dt.timedelta(days=1), 900), [None], NOW, NOW, 900))
    assert SILENT_AFTER > 5
