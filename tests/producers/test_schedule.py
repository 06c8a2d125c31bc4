"""When a feed is polled next follows from what it said, within the operator's limits, and is told in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.models.feed import FeedHints, PollOutcome
from brinkwatch.settings import read_settings
from producers.schedule.decide import Decision, Record, ScheduleLimits, next_poll, schedule_limits
from tests.producers.feeds import NOW

LIMITS = ScheduleLimits(interval=900, shortest=120, longest=86400)


def decide(outcome: PollOutcome = "changed", **given: Any) -> Decision:
    ttl = given.pop("ttl", None)
    arguments: dict[str, Any] = {
        "failures": 0, "headers": {}, "record": Record(hints=FeedHints(ttl=ttl)), "limits": LIMITS, "now": NOW,
        "jitter": 0.0, **given,
    }  # fmt: skip
    return next_poll(outcome, **arguments)


def seconds(decision: Decision) -> float:
    """The wait, less the second that rounding up adds."""
    assert decision.at is not None
    return (decision.at - NOW).total_seconds() - 1


def http_date(after: float) -> str:
    return (NOW + dt.timedelta(seconds=after)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize("outcome", ["changed", "unchanged", "not-modified"])
def test_a_feed_that_says_nothing_is_polled_at_the_usual_interval(outcome: PollOutcome) -> None:
    assert decide(outcome) == Decision(NOW + dt.timedelta(seconds=901), "In 15 min: the usual interval.")


@pytest.mark.parametrize(
    ("given_", "wait", "words"),
    [
        ({"ttl": 3600.0}, 3600, "the feed asks for it (ttl)"),
        ({"ttl": 60.0}, 900, "the usual interval"),
        ({"headers": {"cache-control": "public, max-age=1800"}}, 1800, "Cache-Control"),
        ({"headers": {"cache-control": "max-age=1800", "age": "600"}}, 1200, "Cache-Control"),
        ({"headers": {"cache-control": "no-cache, max-age=1800"}}, 900, "the usual interval"),
        ({"headers": {"cache-control": "s-maxage=1800"}}, 900, "the usual interval"),
        ({"headers": {"expires": http_date(2700)}}, 2700, "Expires"),
        ({"headers": {"expires": http_date(2700), "date": http_date(900)}}, 1800, "Expires"),
        ({"headers": {"expires": http_date(9000), "cache-control": "max-age=60"}}, 900, "the usual interval"),
        ({"headers": {"expires": "0"}}, 900, "the usual interval"),
        ({"headers": {"expires": http_date(-5)}}, 900, "the usual interval"),
        ({"headers": {"retry-after": "7200"}}, 7200, "Retry-After"),
        ({"ttl": 3600.0, "headers": {"cache-control": "max-age=5400"}}, 5400, "Cache-Control"),
        ({"ttl": 30 * 86400.0}, 86400, "the longest interval that is set, though the feed asks for it (ttl)"),
        ({"limits": LIMITS._replace(interval=60)}, 120, "the shortest interval that is set"),
    ],
)
def test_the_largest_wish_within_the_limits_wins(given_: dict[str, Any], wait: float, words: str) -> None:
    decision = decide(**given_)
    assert seconds(decision) == wait
    assert words in decision.why


def test_jitter_only_ever_adds() -> None:
    assert seconds(decide(jitter=0.0)) == 900
    assert 900 < seconds(decide(jitter=0.99)) <= 990


def test_temporary_failures_begin_at_the_shortest_interval_and_double_to_an_hour() -> None:
    waits = [seconds(decide("temporary", failures=count)) for count in (1, 2, 3, 4, 5, 6, 50)]
    assert waits == [120, 240, 480, 960, 1920, 3600, 3600]


def test_soft_failures_stay_away_longer_up_to_the_longest_interval() -> None:
    assert [seconds(decide("soft", failures=count)) for count in (1, 2, 3, 10)] == [1800, 3600, 7200, 86400]


def test_a_hard_failure_waits_the_longest_interval_and_410_ends_the_feed() -> None:
    assert seconds(decide("hard", failures=1)) == 86400
    gone = decide("gone", failures=1)
    assert gone.at is None
    assert "resumed" in gone.why


@pytest.mark.parametrize("value", ["3000", http_date(3000)])
def test_retry_after_of_either_form_is_obeyed_after_a_failure(value: str) -> None:
    decision = decide("temporary", failures=1, headers={"retry-after": value})
    assert seconds(decision) == 3000
    assert "Retry-After" in decision.why


def test_retry_after_shorter_than_the_back_off_or_past_or_absurd_changes_nothing_for_the_worse() -> None:
    assert seconds(decide("temporary", failures=5, headers={"retry-after": "1"})) == 1920
    assert seconds(decide("temporary", failures=1, headers={"retry-after": http_date(-99)})) == 120
    assert seconds(decide("temporary", failures=1, headers={"retry-after": "9" * 400})) == 86400
    assert seconds(decide("temporary", failures=1, headers={"retry-after": "soon"})) == 120


def test_failures_that_came_together_do_not_come_back_together() -> None:
    assert seconds(decide("temporary", failures=3, jitter=0.9)) > seconds(decide("temporary", failures=3, jitter=0.1))


@given(
    st.sampled_from(["changed", "unchanged", "not-modified", "temporary", "soft", "hard"]),
    st.integers(0, 5000),
    st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]), st.text(max_size=40)),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.floats(0, 1, exclude_max=True),
)
def test_whatever_a_server_says_the_next_poll_is_within_the_limits(
    outcome: PollOutcome, failures: int, headers: dict[str, str], ttl: float | None, jitter: float
) -> None:
    decision = decide(outcome, failures=failures, headers=headers, ttl=ttl, jitter=jitter)
    assert LIMITS.shortest <= seconds(decision) + 1 <= LIMITS.longest * 1.5
    assert decision.why


def test_the_usual_interval_stays_within_the_operators_limits() -> None:
    assert schedule_limits(read_settings(poll_interval=1, poll_interval_min=60)).interval == 60
    assert schedule_limits(read_settings(poll_interval=9000, poll_interval_max=3600)).interval == 3600
