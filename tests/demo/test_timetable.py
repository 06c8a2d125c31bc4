"""When which sample is issued, and in which words."""

from __future__ import annotations

import datetime as dt

import pytest

from brinkwatch.demo.samples import Seeds
from brinkwatch.demo.timetable import CORRECTION_GAP, Issued, Timetable, schedule
from tests.demo.conftest import EVERY, HEAD, START

MINUTE = dt.timedelta(minutes=1)


def issued(seeds: Seeds, after: dt.timedelta, seed: int = 0) -> list[Issued]:
    return schedule(seeds.samples, START, START + after, EVERY, HEAD, seed=seed, variations=seeds.variations)


def whole_rounds(seeds: Seeds, rounds: int) -> dt.timedelta:
    return EVERY * (rounds * len(seeds.samples) - HEAD)


def test_the_same_arguments_give_the_same_issues(seeds: Seeds) -> None:
    assert issued(seeds, 60 * MINUTE) == issued(seeds, 60 * MINUTE)
    assert issued(seeds, 60 * MINUTE) != issued(seeds, 60 * MINUTE, seed=1)


def test_what_was_issued_stays_as_it_was(seeds: Seeds) -> None:
    earlier, later = issued(seeds, MINUTE), issued(seeds, 30 * MINUTE)
    assert later[: len(earlier)] == earlier


def test_the_first_batch_fills_every_feed_and_lies_before_the_start(seeds: Seeds) -> None:
    first = issued(seeds, dt.timedelta(0))
    assert len(first) == HEAD
    assert {issue.sample.feed for issue in first} == {feed.id for feed in seeds.feeds}
    assert all(START - dt.timedelta(hours=3) < issue.published < START for issue in first)
    assert not any(issue.sample.lead for issue in first)


def test_one_item_comes_after_another_in_time(seeds: Seeds) -> None:
    for steps in (1, 2, 7):
        now = START + EVERY * steps
        issues = issued(seeds, EVERY * steps)
        assert len(issues) == HEAD + steps
        assert issues[-1].updated == now
    assert len(issued(seeds, EVERY * 3 - dt.timedelta(microseconds=1))) == HEAD + 2


def test_before_the_start_there_is_the_first_batch_only(seeds: Seeds) -> None:
    assert len(issued(seeds, -MINUTE)) == HEAD


def test_the_first_minute_escalates_in_several_feeds(seeds: Seeds) -> None:
    news = issued(seeds, MINUTE)[HEAD:]
    feeds = {issue.sample.feed for issue in news if issue.sample.labels.expect == "escalation"}
    assert len(feeds) >= 5


def test_a_round_issues_every_sample_once_before_the_next_begins(seeds: Seeds) -> None:
    issues = issued(seeds, whole_rounds(seeds, 3))
    size = len(seeds.samples)
    for start in range(0, 3 * size, size):
        assert {issue.sample.id for issue in issues[start : start + size]} == {sample.id for sample in seeds.samples}


def test_later_rounds_are_new_items_in_slightly_other_words(seeds: Seeds) -> None:
    issues = issued(seeds, whole_rounds(seeds, 2))
    size = len(seeds.samples)
    first = {issue.sample.id: issue for issue in issues[:size]}
    for second in issues[size:]:
        before = first[second.sample.id]
        assert second.id != before.id
        assert second.text != before.text
        assert len(second.text) < len(before.text) + 100
        assert second.published > before.published
    assert any(issue.title != first[issue.sample.id].title for issue in issues[size:])


def test_a_restarted_demo_issues_new_items(seeds: Seeds) -> None:
    restarted = schedule(seeds.samples, START + MINUTE, START + MINUTE, EVERY, HEAD)
    assert not {issue.id for issue in restarted} & {issue.id for issue in issued(seeds, MINUTE)}


def test_a_correction_comes_later_under_the_id_of_what_it_corrects(seeds: Seeds) -> None:
    issues = issued(seeds, whole_rounds(seeds, 2))
    corrections = [issue for issue in issues if issue.sample.corrects]
    assert len(corrections) >= 4
    for correction in corrections:
        original = next(issue for issue in issues if issue.id == correction.id)
        assert original.sample.id == correction.sample.corrects
        assert correction.number - original.number >= CORRECTION_GAP
        assert correction.published == original.published < correction.updated
        assert correction.title.startswith("Correction: ")


def test_wire_copies_follow_their_original_and_stay_copies_in_later_rounds(seeds: Seeds) -> None:
    issues = issued(seeds, whole_rounds(seeds, 3))
    tanker = [issue for issue in issues if issue.sample.story == "red-sea-tanker"]
    assert len(tanker) == 9
    for start in (0, 3, 6):
        copies = tanker[start : start + 3]
        assert copies[0].sample.id == "red-sea-tanker"
        assert copies[-1].number - copies[0].number <= 3
        assert len({copy.text.rsplit("\n\n", 1)[0] for copy in copies}) == 1
        assert len({copy.title for copy in copies}) == 1


def test_placeholders_become_the_day_of_issue_in_the_articles_language(seeds: Seeds) -> None:
    issues = {issue.sample.id: issue for issue in issued(seeds, whole_rounds(seeds, 1))}
    assert not any("{" in issue.title + issue.summary + issue.text for issue in issues.values())
    assert issues["baltic-airspace-warning"].text.startswith("TALLINN, Mar 2 (Meridian)")
    assert "on Monday after two Russian bombers" in issues["baltic-airspace-warning"].text
    assert "late on Sunday" in issues["iran-israel-missiles"].text
    assert "am Montag" in issues["de-kaliningrad-blockade"].text
    assert "lundi" in issues["fr-niger-benin"].text


def test_any_item_can_be_found_again_and_what_was_not_issued_cannot(seeds: Seeds) -> None:
    table = Timetable(seeds.samples, START, EVERY, HEAD, variations=seeds.variations)
    now = START + dt.timedelta(days=3)
    first = table.latest(START)[0]
    assert table.find(first.id, now) == first
    newest = table.latest(now, keep=1)[0]
    assert table.find(newest.id, now) == newest
    assert table.find(newest.id, newest.updated - EVERY / 2) is None
    for unknown in (
        "",
        "x",
        "x-0",
        "red-sea-tanker",
        "red-sea-tanker-0-0",
        f"{first.id}9999999999",
        first.id[:-1] + "²",
    ):
        assert table.find(unknown, now) is None


def test_a_corrected_item_is_found_in_its_newest_version(seeds: Seeds) -> None:
    table = Timetable(seeds.samples, START, EVERY, HEAD)
    issues = table.latest(START + whole_rounds(seeds, 1))
    correction = next(issue for issue in issues if issue.sample.corrects)
    assert table.find(correction.id, correction.updated) == correction
    before = table.find(correction.id, correction.updated - EVERY)
    assert before is not None
    assert before.sample.id == correction.sample.corrects


def test_the_last_items_are_the_end_of_all_items(seeds: Seeds) -> None:
    table = Timetable(seeds.samples, START, EVERY, HEAD)
    now = START + dt.timedelta(hours=1)
    assert table.latest(now, keep=30) == table.latest(now)[-30:]
    assert len(table.latest(START, keep=10_000)) == HEAD


@pytest.mark.parametrize("head_start", [0, 1, 10_000])
def test_any_head_start_issues_every_sample_in_the_first_round(seeds: Seeds, head_start: int) -> None:
    table = Timetable(seeds.samples, START, EVERY, head_start)
    round_of_issues = [table.issue(number) for number in range(len(seeds.samples))]
    assert len({issue.sample.id for issue in round_of_issues}) == len(seeds.samples)
    assert not any(issue.sample.corrects for issue in table.latest(START))


def test_a_timetable_that_never_moves_is_refused(seeds: Seeds) -> None:
    with pytest.raises(ValueError, match="every"):
        Timetable(seeds.samples, START, dt.timedelta(0), HEAD)
