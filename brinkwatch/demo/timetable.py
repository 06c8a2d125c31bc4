"""Decides which sample is issued when, under which id and in which words. Pure: the clock is an argument.

A first batch was issued before the start, spread over the last hours; then one item comes at a time, for ever. When all
samples were used, the next round issues them again as new items with new ids, new dates and slightly other words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
from babel.dates import format_date, get_day_names

from brinkwatch.demo.samples import Sample, Variation
from brinkwatch.ids import content_id

HEAD_SPACING = dt.timedelta(minutes=3)
CORRECTION_GAP = 12
"""A correction comes at least this many items after what it corrects, so that a poll sees both."""


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as published. A correction has the id and the publication time of what it corrects, and a later `updated`."""

    id: str
    number: int
    sample: Sample
    title: str
    summary: str
    text: str
    published: dt.datetime
    updated: dt.datetime

    @property
    def path(self) -> str:
        return f"/a/{self.id}"


class Timetable:
    """The issues of one demo, numbered from 0. The same arguments give the same issues, in any process.

    `every` is the time between two items, `head_start` how many were issued before `started`.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        started: dt.datetime,
        every: dt.timedelta,
        head_start: int,
        *,
        seed: int = 0,
        variations: Mapping[str, Variation] | None = None,
    ) -> None:
        if every <= dt.timedelta(0):
            raise ValueError("every must be longer than nothing")
        self._samples = tuple(samples)
        self._started = started
        self._every = every
        self._seed = seed
        self._variations = variations or {}
        self._head = max(0, min(head_start, sum(1 for s in self._samples if s.corrects is None)))
        self._first_round = order_samples(self._samples, seed, round_number=0, head=self._head)
        self._orders: dict[int, tuple[Sample, ...]] = {}

    def count(self, now: dt.datetime) -> int:
        """How many items have been issued at `now`."""
        return self._head + max(0, (now - self._started) // self._every)

    def latest(self, now: dt.datetime, keep: int | None = None) -> list[Issued]:
        """The last `keep` issues, oldest first; all since the start where `keep` is None. Linear in what it returns."""
        count = self.count(now)
        first = 0 if keep is None else max(0, count - keep)
        return [self.issue(number) for number in range(first, count)]

    def find(self, item: str, now: dt.datetime) -> Issued | None:
        """The newest version of the item with this id, however old it is; None where it was never issued."""
        stem, _, tail = item.rpartition("-")
        if not tail.isdecimal() or len(tail) > 9:
            return None
        round_number = int(tail)
        numbers = [round_number * len(self._samples) + i for i in range(len(self._samples))]
        issued_so_far = [number for number in numbers if number < self.count(now)]
        for number in reversed(issued_so_far):
            sample, _ = self._at(number)
            if stem.startswith(sample.corrects or sample.id) and (issue := self.issue(number)).id == item:
                return issue
        return None

    def issue(self, number: int) -> Issued:
        """Item `number` as it is published."""
        sample, round_number = self._at(number)
        updated = self._time(number)
        published = updated
        if sample.corrects is not None:
            order = self._order(round_number)
            place = next(i for i, other in enumerate(order) if other.id == sample.corrects)
            published = self._time(round_number * len(order) + place)
        title, text = self._words(sample, round_number, updated)
        day = published.date()
        return Issued(
            id=f"{sample.corrects or sample.id}-{int(self._started.timestamp()):x}-{round_number}",
            number=number,
            sample=sample,
            title=_fill(title, day, sample.language),
            summary=_fill(sample.summary, day, sample.language),
            text=_fill(text, day, sample.language),
            published=published,
            updated=updated,
        )

    def _at(self, number: int) -> tuple[Sample, int]:
        round_number, place = divmod(number, len(self._samples))
        return self._order(round_number)[place], round_number

    def _order(self, round_number: int) -> tuple[Sample, ...]:
        if round_number == 0:
            return self._first_round
        if round_number not in self._orders:
            if len(self._orders) > 8:  # a demo that runs for months looks at the last rounds only
                self._orders.clear()
            self._orders[round_number] = order_samples(self._samples, self._seed, round_number)
        return self._orders[round_number]

    def _time(self, number: int) -> dt.datetime:
        if number < self._head:
            return self._started - HEAD_SPACING * (self._head - number)
        return self._started + self._every * (number - self._head + 1)

    def _words(self, sample: Sample, round_number: int, at: dt.datetime) -> tuple[str, str]:
        """Title and text; wire copies of one story vary alike, so that they stay copies."""
        variation = self._variations.get(sample.language)
        if round_number == 0 or variation is None:
            return sample.title, sample.text
        draw = int(content_id(str(self._seed), str(round_number), sample.story or sample.id), 16)
        title = variation.titles[draw % len(variation.titles)].replace("{title}", sample.title)
        closing = variation.closings[draw // 64 % len(variation.closings)].replace("{time}", f"{at:%H:%M}")
        return (sample.title if sample.corrects else title), f"{sample.text}\n\n{closing}"


def schedule(
    samples: Sequence[Sample],
    started: dt.datetime,
    now: dt.datetime,
    every: dt.timedelta,
    head_start: int,
    *,
    seed: int = 0,
    variations: Mapping[str, Variation] | None = None,
) -> list[Issued]:
    """Everything issued up to `now`, oldest first."""
    return Timetable(samples, started, every, head_start, seed=seed, variations=variations).latest(now)


def order_samples(
    samples: Sequence[Sample], seed: int, round_number: int, head: int | None = None
) -> tuple[Sample, ...]:
    """One round: wire copies right behind each other, corrections well behind what they correct, the rest shuffled.

    With `head` given it is the first round: the first items fill every feed, and the `lead` samples follow them.
    """
    groups: dict[str, list[Sample]] = {}
    for sample in sorted(
        samples, key=lambda s: s.story is not None and s.story != s.id
    ):  # the original before its copies
        if sample.corrects is None:
            groups.setdefault(sample.story or sample.id, []).append(sample)
    corrected = {sample.corrects for sample in samples}

    def draw(group: list[Sample]) -> int:
        """A number drawn for the group; what will be corrected comes in the first half, so that there is time for it."""
        number = int(content_id(str(seed), str(round_number), group[0].id), 16)
        return number >> 1 if any(sample.id in corrected for sample in group) else number

    shuffled = sorted(groups.values(), key=draw)
    if head is not None:
        shuffled = _first_round(shuffled, head)
    order = [sample for group in shuffled for sample in group]
    for sample in samples:
        if sample.corrects is not None:
            place = next(i for i, other in enumerate(order) if other.id == sample.corrects)
            order.insert(max(place, (head or 0) - 1) + CORRECTION_GAP, sample)
    return tuple(order)


def _first_round(shuffled: list[list[Sample]], head: int) -> list[list[Sample]]:
    """Every feed once, others until the head is full, the leads, the rest."""
    leads = [group for group in shuffled if any(sample.lead for sample in group)]
    others = [group for group in shuffled if not any(sample.lead for sample in group)]
    seen: set[str] = set()
    filling: list[list[Sample]] = []
    waiting: list[list[Sample]] = []
    for group in others:
        (waiting if all(sample.feed in seen for sample in group) else filling).append(group)
        seen.update(sample.feed for sample in group)
    while waiting and sum(len(group) for group in filling) < head:
        filling.append(waiting.pop(0))
    return [*filling, *leads, *waiting]


def _fill(text: str, day: dt.date, language: str) -> str:
    """Put the issue's date into the placeholders of a text, in its language."""
    if "{" not in text:
        return text
    names = get_day_names("wide", locale=language)
    step = dt.timedelta(days=1)
    filled = {
        "{date}": format_date(day, "MMM d", locale=language),
        "{weekday}": names[day.weekday()],
        "{yesterday}": names[(day - step).weekday()],
        "{tomorrow}": names[(day + step).weekday()],
    }
    for placeholder, words in filled.items():
        text = text.replace(placeholder, words)
    return text
