"""Finds one feed under several addresses, and tells which of them to keep. Pure; merging them is the caller's act."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from brinkwatch.models import Feed, FeedState
from producers.registry.feeds import feed_key, merge_feeds

Because = Literal["address", "redirect", "content", "items"]
SURE: frozenset[Because] = frozenset({"address", "redirect", "content"})
"""Reasons that are proof. The same items may also be those of a small paper's two sections."""

MIN_ITEMS = 5
SAME_ITEMS = 0.8
"""Items that two feeds share ÷ items of both, from which on they are told as one."""
_MAX_CARRIERS = 20
"""An item that more feeds carry says nothing of any two of them; looking at all pairs of such would take for ever."""
_FEEDBURNER = re.compile(r"^https?://(feeds\d?|feedproxy)\.(feedburner|google)\.com/", re.IGNORECASE)


class Duplicates(NamedTuple):
    """Addresses of one feed: the one to keep, the others, and why they are held to be one."""

    keep: Feed
    extra: tuple[Feed, ...]
    because: tuple[Because, ...]

    @property
    def sure(self) -> bool:
        return any(reason in SURE for reason in self.because)


def address_key(url: str) -> str:
    """What addresses of one feed have in common, as `feed_key`, and FeedBurner's several hosts and formats too."""
    if _FEEDBURNER.match(url):
        path = url.partition("://")[2].partition("/")[2].partition("?")[0]
        return f"feedburner/{path.strip('/').lower()}"
    return feed_key(url)


def duplicates(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> list[Duplicates]:
    """All feeds that are there more than once, sure ones first. Time grows with feeds and items, not with their pairs.

    What has the same items and no better reason is told in groups of its own, without the extra feeds of the sure ones.
    """
    by_id = {feed.id: feed for feed in feeds}
    joined = _Groups()
    for because, first, second in itertools.chain(_same_addresses(feeds, states), _same_content(feeds, states)):
        joined.join(first, second, because)
    sure = [_told([by_id[i] for i in ids], states, reasons) for ids, reasons in joined.groups()]
    extra = {feed.id for group in sure for feed in group.extra}
    likely = _Groups()
    for first, second in _same_items([feed for feed in feeds if feed.id not in extra], states):
        likely.join(first, second, "items")
    return sure + [_told([by_id[i] for i in ids], states, reasons) for ids, reasons in likely.groups()]


def twins(
    feed: Feed, state: FeedState | None, others: Sequence[Feed], states: Mapping[str, FeedState]
) -> list[tuple[Feed, Because]]:
    """The feeds that a new one seems to be, by what its first look brought; each with a reason."""
    known = states if state is None else {**states, feed.id: state}
    others = [other for other in others if other.id != feed.id]
    found: dict[str, Because] = {}
    for because, *pair in (*_same_addresses([*others, feed], known), *_same_content([*others, feed], known)):
        if feed.id in pair:
            found.setdefault(next(i for i in pair if i != feed.id), because)
    for pair_of_items in _same_items([*others, feed], known):
        if feed.id in pair_of_items:
            found.setdefault(next(i for i in pair_of_items if i != feed.id), "items")
    return [(other, found[other.id]) for other in others if other.id in found]


def merged(group: Duplicates) -> Feed:
    """The feed to keep with what the others knew and it did not, their tags added up."""
    kept = group.keep
    for extra in group.extra:  # merging goes by address: each is read as if it had that of the one that stays
        (kept,) = merge_feeds([kept], [msgspec.structs.replace(extra, id=kept.id, url=kept.url)]).changed or [kept]
    return kept


def _told(feeds: Sequence[Feed], states: Mapping[str, FeedState], because: Iterable[Because]) -> Duplicates:
    keep, *extra = sorted(feeds, key=lambda feed: _worth(feed, states.get(feed.id)))
    return Duplicates(keep, tuple(extra), tuple(sorted(set(because))))


def _worth(feed: Feed, state: FeedState | None) -> tuple[bool, bool, bool, int, bool, str]:
    """The best sorts first: polled at all, without failing, fetched where it is registered, the longest history, TLS."""
    return (
        feed.paused,
        state is None or state.last_polled is None or state.last_error is not None,
        any(address_key(url) != address_key(feed.url) for url in _elsewhere(state)),
        -(state.articles if state else 0),
        not feed.url.startswith("https:"),
        feed.url,
    )


def _same_addresses(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> Iterator[tuple[Because, str, str]]:
    first: dict[str, tuple[str, bool]] = {}
    for feed in feeds:
        own = address_key(feed.url)
        for key in dict.fromkeys([own, *map(address_key, _elsewhere(states.get(feed.id)))]):
            before, was_own = first.setdefault(key, (feed.id, key == own))
            if before != feed.id:
                yield "address" if was_own and key == own else "redirect", before, feed.id


def _elsewhere(state: FeedState | None) -> list[str]:
    """Where the feed is fetched from or says that it has moved to."""
    urls = [] if state is None else [state.url, state.move.url if state.move else None]
    return [url for url in urls if url]


def _same_content(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> Iterator[tuple[Because, str, str]]:
    first: dict[str, str] = {}
    for feed in feeds:
        state = states.get(feed.id)
        # a feed without items may well be the template that a thousand sites share
        if state is not None and state.body_hash and state.window:
            before = first.setdefault(state.body_hash, feed.id)
            if before != feed.id:
                yield "content", before, feed.id


def _same_items(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> Iterator[tuple[str, str]]:
    windows = {
        feed.id: frozenset(state.window)
        for feed in feeds
        if (state := states.get(feed.id)) is not None and len(state.window) >= MIN_ITEMS
    }
    carriers: dict[str, list[str]] = defaultdict(list)
    for feed_id, window in windows.items():
        for item in window:
            carriers[item].append(feed_id)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for ids in carriers.values():
        if 1 < len(ids) <= _MAX_CARRIERS:
            for pair in itertools.combinations(ids, 2):
                shared[pair] += 1
    for (first, second), count in shared.items():
        if count >= SAME_ITEMS * len(windows[first] | windows[second]):
            yield first, second


class _Groups:
    """Ids that are joined by pairs, each group with the reasons of its joining."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._reasons: list[tuple[str, Because]] = []

    def join(self, first: str, second: str, because: Because) -> None:
        self._parent[self._root(second)] = self._root(first)
        self._reasons.append((first, because))

    def groups(self) -> list[tuple[list[str], list[Because]]]:
        ids: dict[str, list[str]] = defaultdict(list)
        reasons: dict[str, list[Because]] = defaultdict(list)
        for each in self._parent:
            ids[self._root(each)].append(each)
        for each, because in self._reasons:
            reasons[self._root(each)].append(because)
        return [(found, reasons[root]) for root, found in ids.items()]

    def _root(self, each: str) -> str:
        self._parent.setdefault(each, each)
        while self._parent[each] != each:
            self._parent[each] = self._parent[self._parent[each]]
            each = self._parent[each]
        return each
