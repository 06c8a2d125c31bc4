"""One feed under several addresses is found, by what its addresses and polls have in common; neighbours are left alone."""

from __future__ import annotations

from typing import Any

from brinkwatch.models import Feed, FeedState
from brinkwatch.models.feed import Move
from producers.registry.duplicates import address_key, duplicates, merged
from tests.producers.feeds import NOW, feed

ITEMS = tuple(f"i{n}" for n in range(10))


def state_of(of: Feed, **attributes: Any) -> FeedState:
    return FeedState(**{"feed_id": of.id, "last_polled": NOW, "last_outcome": "changed", **attributes})


def found(*pairs: tuple[Feed, dict[str, Any] | None]) -> list[tuple[str, list[str], tuple[str, ...]]]:
    states = {f.id: state_of(f, **attributes) for f, attributes in pairs if attributes is not None}
    groups = duplicates([f for f, _ in pairs], states)
    return [(g.keep.url, [extra.url for extra in g.extra], g.because) for g in groups]


A, B, C = feed("https://a.example/rss"), feed("https://b.example/rss"), feed("https://c.example/rss")


def test_addresses_that_differ_in_writing_alone_are_one_feed() -> None:
    other = feed("http://www.a.example/rss/")
    assert found((other, None), (A, None), (B, None)) == [(A.url, [other.url], ("address",))]
    assert address_key("http://feeds.feedburner.com/Paper?format=xml") == address_key(
        "https://feeds2.feedburner.com/paper/"
    )
    assert address_key("https://feeds.feedburner.com/Paper") != address_key("https://feeds.feedburner.com/Papers")


def test_feeds_that_lead_to_one_place_are_one_and_the_one_registered_there_is_kept() -> None:
    moves = {"move": Move(url=C.url, since=NOW)}
    assert found((A, {"url": B.url}), (B, {}), (C, None)) == [(B.url, [A.url], ("redirect",))]
    assert found((A, {"url": C.url, "articles": 9}), (B, moves), (C, {})) == [(C.url, [A.url, B.url], ("redirect",))]


def test_the_same_bytes_are_one_feed_but_two_empty_ones_are_not() -> None:
    same = {"body_hash": "x", "window": ITEMS}
    assert found((A, same), (B, {**same, "articles": 5})) == [(B.url, [A.url], ("content",))]
    assert found((A, {"body_hash": "x"}), (B, {"body_hash": "x"})) == []


def test_nearly_the_same_items_are_told_but_are_no_proof() -> None:
    pairs = [(A, {"window": ITEMS}), (B, {"window": (*ITEMS[:9], "other")}), (C, {"window": ITEMS[:6]})]
    groups = duplicates([f for f, _ in pairs], {f.id: state_of(f, **s) for f, s in pairs})
    assert [(g.sure, g.because, {g.keep.id, *(e.id for e in g.extra)}) for g in groups] == [
        (False, ("items",), {A.id, B.id})
    ]
    assert found((A, {"window": ITEMS[:4]}), (B, {"window": ITEMS[:4]})) == []  # too few to say


def test_the_feed_that_is_polled_best_is_kept() -> None:
    other = feed("http://a.example/rss")
    assert found((A, {"last_error": "down"}), (other, {}))[0][0] == other.url
    assert found((A, None), (other, {"articles": 1}))[0][0] == other.url
    assert found((feed(A.url, paused=True), {}), (other, {}))[0][0] == other.url


def test_merging_keeps_what_is_known_and_adds_what_is_not() -> None:
    first = feed("https://a.example/rss", tags=["x"], class_="wire", class_source="operator")
    second = feed("https://elsewhere.example/rss", tags=["y"], class_="state", country="IRN", storage="excerpt")
    (group,) = duplicates([first, second], {second.id: state_of(second, url=first.url, last_error="down")})
    kept = merged(group)
    assert (kept.id, kept.url, kept.tags, kept.class_) == (first.id, first.url, ("x", "y"), "wire")
    assert (kept.country, kept.storage) == ("IRN", "excerpt")


def test_a_template_that_thousands_carry_costs_little_and_joins_nobody() -> None:
    many = [feed(f"https://{n}.example/rss") for n in range(3000)]
    states = {f.id: state_of(f, window=(*ITEMS, f.id)) for f in many}
    assert duplicates(many, states) == []
