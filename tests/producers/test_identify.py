"""One article is one article, however often, in whichever feed and under whichever GUID it comes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.models import Feed, Identity
from producers.identify.articles import SUMMARY_CHARS, Identified, candidate_ids, hash_of, identify
from producers.parse.model import ParsedEntry
from tests.producers.feeds import NOW, feed

PAPER = feed("https://paper.example/rss", title="The Paper", country="GBR", class_="wire", storage="excerpt")
OTHER = feed("https://other.example/rss")


def entry(number: int = 1, **changes: Any) -> ParsedEntry:
    given = {
        "guid": f"guid-{number}",
        "url": f"https://paper.example/story/{number}",
        "title": f"Headline {number}",
        "summary": f"What happened in case {number}.",
        "published": NOW - dt.timedelta(hours=1),
        **changes,
    }
    return ParsedEntry(**given)


class Memory:
    """Remembers identities from poll to poll, as a runtime does."""

    def __init__(self) -> None:
        self.known: dict[str, Identity] = {}
        self.erased: set[str] = set()
        self.now = NOW

    def poll(self, *entries: ParsedEntry, feed: Feed = PAPER, **given: Any) -> Identified:
        self.now += dt.timedelta(minutes=15)
        ids = candidate_ids(feed.id, entries)
        decided = identify(
            feed,
            entries,
            known={id_: self.known[id_] for id_ in ids if id_ in self.known},
            erased=self.erased & set(ids),
            now=self.now,
            **given,
        )
        self.known.update((identity.id, identity) for identity in decided.identities)
        return decided


def test_a_new_entry_is_an_article_of_revision_0_first_seen_now() -> None:
    found = identify(PAPER, [entry()], known={}, erased=(), now=NOW.replace(microsecond=777), language="en-GB")
    (article,) = found.articles
    (identity,) = found.identities
    assert (found.new, found.revised) == (1, 0)
    assert (article.revision, article.first_seen, article.silent) == (0, NOW, None)
    assert (article.title, article.summary, article.body) == ("Headline 1", "What happened in case 1.", "")
    assert (article.feed.title, article.feed.country, article.feed.class_, article.feed.storage) == (
        "The Paper", "GBR", "wire", "excerpt",
    )  # fmt: skip
    assert article.language == "en"
    assert (identity.id, identity.first_seen, identity.revision) == (article.id, NOW, 0)


def test_an_unchanged_entry_is_nothing() -> None:
    memory = Memory()
    assert memory.poll(entry()).new == 1
    assert memory.poll(entry()) == Identified([], [])


def test_a_changed_text_is_a_revision_with_the_first_sighting_kept() -> None:
    memory = Memory()
    first = memory.poll(entry()).articles[0]
    again = memory.poll(entry(title="Correction: headline 1")).articles[0]
    assert (again.id, again.revision, again.first_seen) == (first.id, 1, first.first_seen)
    assert again.version > first.version
    assert memory.poll(entry(title="Correction: headline 1")).articles == []
    assert memory.poll(entry(summary="More.")).articles[0].revision == 2


def test_white_space_times_authors_and_tracking_make_no_revision() -> None:
    memory = Memory()
    memory.poll(entry())
    changed = entry(
        title=" Headline\n 1 ",
        summary="What  happened\u00a0in case 1.\n",
        published=NOW,
        updated=NOW,
        authors=("Somebody",),
        url="http://www.paper.example/story/1/?utm_source=rss",
    )
    assert memory.poll(changed).articles == []


def test_guids_that_change_at_every_poll_make_no_new_articles() -> None:
    memory = Memory()
    memory.poll(entry(1), entry(2))
    assert memory.poll(entry(1, guid="x1"), entry(2, guid="x2")).articles == []


def test_a_guid_used_again_for_another_link_is_another_article() -> None:
    memory = Memory()
    memory.poll(entry(1))
    assert memory.poll(entry(2, guid="guid-1")).new == 1


def test_one_article_through_three_feeds_is_one_and_their_teasers_do_not_fight() -> None:
    memory = Memory()
    third = feed("https://third.example/rss")
    memory.poll(entry())
    for _ in range(3):
        assert memory.poll(entry(summary="Another teaser.", guid="o"), feed=OTHER).articles == []
        assert memory.poll(entry(summary="A third."), feed=third).articles == []
        assert memory.poll(entry()).articles == []
    assert memory.poll(entry(title="Corrected")).revised == 1


def test_an_article_known_without_a_feed_may_be_revised_by_any() -> None:
    memory = Memory()
    memory.poll(entry())
    memory.known = {
        key: Identity(id=key, first_seen=NOW, text_hash=value.text_hash) for key, value in memory.known.items()
    }
    assert memory.poll(entry(title="New"), feed=OTHER).revised == 1


def test_the_same_article_twice_in_one_feed_is_one() -> None:
    memory = Memory()
    found = memory.poll(entry(), entry(url="https://www.paper.example/story/1#x"), entry(guid="again"))
    assert found.new == 1


def test_entries_that_share_a_link_but_not_guid_and_headline_are_articles_of_their_own_for_good() -> None:
    memory = Memory()
    link = "https://ministry.example/notices"
    a, b, c = (entry(n, url=link) for n in (1, 2, 3))
    assert memory.poll(a, b).new == 2
    assert memory.poll(a, b).articles == []
    assert memory.poll(b, a).articles == []
    assert memory.poll(c, b).new == 1
    assert memory.poll(c).articles == []  # alone under its link by now


def test_an_article_alone_under_its_link_keeps_its_id_when_another_comes_to_share_it() -> None:
    memory = Memory()
    link = "https://ministry.example/notices"
    memory.poll(entry(1, url=link))
    found = memory.poll(entry(2, url=link), entry(1, url=link))
    assert [article.title for article in found.articles] == ["Headline 2"]
    assert (found.new, found.revised) == (1, 0)


def test_without_a_link_the_guid_of_that_feed_counts() -> None:
    memory = Memory()
    assert memory.poll(entry(url=""), entry(2, url="https://paper.example/")).new == 2
    assert memory.poll(entry(url=""), entry(2, url="https://paper.example/")).articles == []
    assert memory.poll(entry(url=""), feed=OTHER).new == 1


def test_without_link_and_guid_headline_and_day_count() -> None:
    memory = Memory()
    bare = entry(url="", guid="")
    assert memory.poll(bare).new == 1
    assert memory.poll(entry(url="", guid="", published=NOW)).articles == []
    assert memory.poll(entry(url="", guid="", published=NOW + dt.timedelta(days=1))).new == 1
    assert memory.poll(ParsedEntry(summary="one"), ParsedEntry(summary="two")).new == 2


def test_what_was_erased_does_not_come_back_under_any_of_its_ids() -> None:
    memory = Memory()
    article = memory.poll(entry()).articles[0]
    memory.erased.add(article.id)
    memory.known.clear()  # an erasure may take the identity along
    for again in (entry(), entry(title="Changed"), entry(guid="other"), entry(url="http://m.paper.example/story/1")):
        assert memory.poll(again).articles == []
    assert memory.poll(entry(), entry(guid="b", title="Sharing the link")).articles == []


def test_silence_is_carried_by_all_that_a_first_poll_publishes_and_by_nothing_later() -> None:
    memory = Memory()
    assert memory.poll(entry(1), entry(2), silent="first-poll").articles[1].silent == "first-poll"
    later = memory.poll(entry(1, title="Changed"), entry(3))
    assert [(article.revision, article.silent) for article in later.articles] == [(1, None), (0, None)]


def test_long_texts_are_cut_and_say_so() -> None:
    found = identify(
        PAPER, [entry(body="word " * 1000, summary="x" * 30_000)], known={}, erased=(), now=NOW, max_chars=1000
    )
    (article,) = found.articles
    assert article.truncated
    assert len(article.body) <= 1000 and len(article.summary) <= 1000
    found = identify(PAPER, [entry(summary="word " * 8000)], known={}, erased=(), now=NOW)
    assert found.articles[0].summary == "" and len(found.articles[0].body) > SUMMARY_CHARS


def test_a_password_in_a_feeds_address_does_not_travel() -> None:
    private = feed("https://reader:s3cret@paper.example/rss")
    assert (
        identify(private, [entry()], known={}, erased=(), now=NOW).articles[0].feed.url == "https://paper.example/rss"
    )


texts = st.text(max_size=30)
entries = st.builds(
    ParsedEntry,
    guid=st.sampled_from(["", "a", "b", "https://x.example/1"]),
    url=st.sampled_from(
        ["", "https://x.example/", "https://x.example/1", "https://www.x.example/1/?utm_id=3", "https://x.example/2"]
    ),
    title=st.sampled_from(["", "One", "Two", " One "]),
    summary=texts,
)


@given(st.lists(entries, max_size=8))
def test_a_second_poll_of_the_same_feed_publishes_nothing(polled: list[ParsedEntry]) -> None:
    memory = Memory()
    first = memory.poll(*polled)
    assert len({article.id for article in first.articles}) == len(first.articles)
    assert memory.poll(*polled).articles == []


@given(st.lists(entries, max_size=8), st.randoms())
def test_ids_do_not_depend_on_order_or_process(polled: list[ParsedEntry], random: Any) -> None:
    shuffled = list(polled)
    random.shuffle(shuffled)
    one, other = Memory().poll(*polled), Memory().poll(*shuffled)
    assert {article.id for article in one.articles} == {article.id for article in other.articles}


@given(st.lists(st.lists(entries, max_size=5), max_size=6))
def test_revisions_count_up_by_one_and_the_first_sighting_never_moves(polls: list[list[ParsedEntry]]) -> None:
    memory = Memory()
    last: dict[str, tuple[int, dt.datetime]] = {}
    for polled in polls:
        for article in memory.poll(*polled).articles:
            if article.id in last:
                assert (article.revision, article.first_seen) == (last[article.id][0] + 1, last[article.id][1])
            else:
                assert article.revision == 0
            last[article.id] = (article.revision, article.first_seen)


def test_a_thousand_revisions_of_a_hundred_articles_are_a_hundred_articles() -> None:
    memory = Memory()
    published = [a for r in range(10) for a in memory.poll(*(entry(n, title=f"T{n}.{r}") for n in range(100))).articles]
    assert len(published) == 1000
    assert len({article.id for article in published}) == 100
    assert max(article.revision for article in published) == 9


def test_the_hash_composes_letters() -> None:
    assert hash_of(ParsedEntry(title="Caf\u00e9")) == hash_of(ParsedEntry(title="Cafe\u0301"))
