"""What every store promises, held against the embedded one and against a real Elasticsearch."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from brinkwatch.errors import QueryError
from brinkwatch.models import ArticleDocument
from sinks.documents import article_document
from sinks.ports import SearchRequest
from sinks.revisions import with_changes
from tests.sinks.articles import BODY, NOW, SEEN, a_delivery, an_alert, analysis, enriched, event, quiet, unread
from tests.sinks.conftest import Store

HOUR = dt.timedelta(hours=1)


def found(store: Store, query: str = "", **given: object) -> list[str]:
    """What a search finds once everything written is searchable."""
    store.ids(SearchRequest())  # looks at what is newest, whatever the store
    return [hit.id for hit in store.search(SearchRequest(query=query, **given)).hits]  # type: ignore[arg-type]


def results(store: Store, *articles: object) -> list[str]:
    return [outcome.result for outcome in store.write(articles)]  # type: ignore[arg-type]


# documents


def test_what_is_written_is_read_field_for_field(store: Store) -> None:
    articles = [
        enriched("a1"),
        quiet("a2"),
        unread("a3"),
        enriched("a4", storage="excerpt"),
        enriched("a5", storage="metadata"),
    ]
    assert results(store, *articles) == ["created"] * 5
    for each in articles:
        assert store.get(each.article.id) == article_document(each)
    hits = store.search(SearchRequest(query="id:a1"))
    store.ids(SearchRequest())
    hits = store.search(SearchRequest(query="id:a1"))
    assert hits.hits == (article_document(articles[0]),)


def test_what_was_never_written_is_not_there(store: Store) -> None:
    assert store.get("nobody") is None
    assert store.search(SearchRequest()).total == 0
    assert store.ids(SearchRequest(query="anything")) == []
    assert store.erase(["nobody"]) == 0
    assert store.alerts() == []
    assert store.get_alert("nobody") is None
    assert store.deliveries("nobody") == []
    assert store.due_deliveries(NOW) == []
    assert not store.acknowledge("nobody", NOW)


def test_nothing_written_gives_no_outcome(store: Store) -> None:
    assert store.write([]) == []


def test_a_redelivery_changes_nothing(store: Store) -> None:
    once = enriched("a1")
    assert results(store, once) == ["created"]
    assert results(store, once) == ["updated"]
    assert found(store) == ["a1"]
    assert store.get("a1") == article_document(once)


def test_a_correction_wins_and_a_late_redelivery_does_not(store: Store) -> None:
    first = enriched("a1")
    corrected = enriched("a1", revision=1, title="Valdria threatens Ostmark no more")
    assert results(store, first) == ["created"]
    assert results(store, corrected) == ["updated"]
    assert results(store, first) == ["stale"]
    assert store.get("a1") == with_changes(article_document(corrected), article_document(first))
    assert found(store, '"no more"') == ["a1"]
    assert found(store, '"over the strait"') == []


def test_what_revisions_changed_is_kept_with_the_article(store: Store) -> None:
    store.write([quiet("a1", title="Two dead at border", body="Two died. The army denied it.")])
    store.write([
        quiet("a1", revision=1, title="Three dead at border", body="Three died. The army denied it."),
        quiet("a1", revision=2, title="Three dead at border", body="Three died. The army denied it. Talks go on."),
    ])  # fmt: skip
    document = store.get("a1")
    assert document is not None
    first, second = document.changes
    assert (first.revision, first.title_before, first.removed, first.added) == (
        1,
        "Two dead at border",
        ("Two died.",),
        ("Three died.",),
    )
    assert (second.title_before, second.removed, second.added) == (None, (), ("Talks go on.",))
    store.write([quiet("a1", revision=2, generation=1, title="Three dead at border", body="Three died.")])
    replayed = store.get("a1")
    assert replayed is not None and replayed.changes == document.changes


def test_a_replay_wins_over_what_it_replays_and_a_correction_over_the_replay(store: Store) -> None:
    replayed, corrected = enriched("a1", generation=3), enriched("a1", revision=1)
    assert results(store, enriched("a1"), replayed, corrected) == ["created", "updated", "updated"]
    assert results(store, replayed) == ["stale"]
    assert store.get("a1") == article_document(corrected)


def test_versions_of_one_article_in_one_batch_are_taken_one_by_one(store: Store) -> None:
    new, old = enriched("a1", revision=2), enriched("a1", revision=1)
    assert results(store, new, old, quiet("a2")) == ["created", "stale", "created"]
    assert store.get("a1") == article_document(new)


def test_an_article_stays_one_document_when_it_comes_back_in_another_month(store: Store) -> None:
    assert results(store, enriched("a1")) == ["created"]
    again = enriched("a1", revision=1, first_seen=SEEN + dt.timedelta(days=40))
    assert results(store, again) == ["updated"]
    assert found(store) == ["a1"]
    assert store.get("a1") == article_document(again)


def test_an_article_twice_in_a_batch_with_two_months_is_one_document(store: Store) -> None:
    store.write([enriched("a1"), enriched("a1", revision=1, first_seen=SEEN + dt.timedelta(days=40))])
    assert found(store) == ["a1"]


def test_articles_of_all_months_are_searched(store: Store) -> None:
    months = [enriched(f"a{n}", first_seen=SEEN - dt.timedelta(days=31 * n), published=None) for n in range(4)]
    store.write(months)
    assert found(store, sort="time") == ["a0", "a1", "a2", "a3"]


# searching


def test_words_events_and_fields_are_found(store: Store) -> None:
    store.write([enriched("a1"), quiet("a2"), unread("a3")])
    assert found(store, "sink ship") == ["a1"]
    assert found(store, "dyads:VAL-OST AND escalation.level:>=elevated") == ["a1"]
    assert found(store, 'speakers:"ilva brandt"') == ["a1"]
    assert found(store, "coverage:none") == ["a3"]
    assert found(store, "nunez OR authors:nunez") != []
    assert sorted(found(store, "NOT language:und")) == ["a1", "a2"]


def test_the_newest_come_first_by_time_page_by_page(store: Store) -> None:
    store.write([quiet(f"a{n}", published=NOW - n * HOUR) for n in range(7)])
    assert found(store, sort="time") == [f"a{n}" for n in range(7)]
    assert found(store, sort="time", limit=3) == ["a0", "a1", "a2"]
    assert found(store, sort="time", limit=3, offset=5) == ["a5", "a6"]
    assert found(store, sort="time", limit=3, offset=7) == []
    page = store.search(SearchRequest(limit=2, offset=2))
    assert (page.total, len(page.hits)) == (7, 2)


def test_no_hits_may_be_asked_for_to_have_the_total(store: Store) -> None:
    store.write([quiet(f"a{n}") for n in range(5)])
    found(store)
    result = store.search(SearchRequest(limit=0))
    assert (result.total, result.hits) == (5, ())


def test_a_better_hit_comes_first_by_relevance(store: Store) -> None:
    store.write(
        [quiet("a1", body="One lighthouse in a long list of apples, pears and plums."), quiet("a2", title="Lighthouse")]
    )
    assert found(store, "lighthouse") == ["a2", "a1"]


def test_since_is_included_and_until_is_not(store: Store) -> None:
    store.write([quiet(f"a{n}", published=NOW - n * HOUR) for n in range(5)])
    assert found(store, sort="time", since=NOW - 2 * HOUR) == ["a0", "a1", "a2"]
    assert found(store, sort="time", until=NOW - 2 * HOUR) == ["a3", "a4"]
    assert found(store, "fair", sort="time", since=NOW - 3 * HOUR, until=NOW - HOUR) == ["a2", "a3"]
    both = SearchRequest(since=NOW - 3 * HOUR, until=NOW - HOUR, limit=1, offset=1)
    assert store.ids(both) == ["a2", "a3"]


def test_the_times_of_a_search_bind_tighter_than_its_or(store: Store) -> None:
    store.write([quiet("a1", published=NOW - 5 * HOUR), quiet("a2", published=NOW)])
    assert found(store, "apples OR fair", since=NOW - HOUR) == ["a2"]


def test_a_query_outside_the_language_is_refused(store: Store) -> None:
    for ask in (store.search, store.ids):
        with pytest.raises(QueryError):
            ask(SearchRequest(query="title:(apples"))


def test_more_articles_than_a_page_of_the_server_are_all_listed(store: Store) -> None:
    # a list is read in pages of 2,000
    articles = [quiet(f"a{n:04}", body="", summary="") for n in range(2_300)]
    for start in range(0, len(articles), 500):
        store.write(articles[start : start + 500])
    ids = store.ids(SearchRequest(limit=1))
    assert ids == [each.article.id for each in articles]
    assert store.search(SearchRequest(limit=1)).total == 2_300
    assert store.erase(ids) == 2_300
    assert store.ids(SearchRequest()) == []


# erasing


def test_what_is_erased_is_gone_with_everything_made_from_it(store: Store) -> None:
    store.write([enriched("a1"), enriched("a2")])
    mine, other = an_alert("a1"), an_alert("a2")
    for alert in (mine, other):
        store.put_alert(alert)
        store.put_delivery(a_delivery(alert))
    assert store.erase(["a1", "nobody"]) == 1
    assert store.get("a1") is None
    assert found(store, "sink") == ["a2"]
    assert store.get_alert(mine.id) is None
    assert store.deliveries(mine.id) == []
    assert [each.id for each in store.alerts()] == [other.id]
    assert [each.alert_id for each in store.due_deliveries(NOW)] == [other.id]
    assert store.erase(["a1"]) == 0


# alerts


def test_an_alert_is_raised_once(store: Store) -> None:
    alert = an_alert()
    assert store.put_alert(alert)
    assert not store.put_alert(msgspec.structs.replace(alert, title="Another title"))
    assert store.alerts() == [alert]
    assert store.get_alert(alert.id) == alert


def test_an_alert_is_raised_once_even_when_the_months_differ(store: Store) -> None:
    alert = an_alert()
    assert store.put_alert(alert)
    assert not store.put_alert(msgspec.structs.replace(alert, raised_at=NOW + dt.timedelta(days=30)))
    assert store.alerts() == [alert]


def test_alerts_are_listed_newest_first_and_since(store: Store) -> None:
    alerts = [an_alert(f"a{n}", raised_at=NOW - n * HOUR) for n in range(4)]
    for alert in alerts:
        store.put_alert(alert)
    assert store.alerts() == alerts
    assert store.alerts(limit=2) == alerts[:2]
    assert store.alerts(since=NOW - HOUR) == alerts[:2]


def test_the_first_acknowledgement_stays(store: Store) -> None:
    alert = an_alert()
    store.put_alert(alert)
    assert store.acknowledge(alert.id, NOW + HOUR)
    assert store.acknowledge(alert.id, NOW + 2 * HOUR)
    assert store.get_alert(alert.id) == msgspec.structs.replace(alert, acknowledged_at=NOW + HOUR)


# deliveries


def test_due_deliveries_are_the_pending_ones_whose_time_has_come_oldest_first(store: Store) -> None:
    alert = an_alert()
    late = a_delivery(alert, "https://hooks.example/late", next_attempt=NOW - HOUR)
    now = a_delivery(alert, "https://hooks.example/now")
    later = a_delivery(alert, "https://hooks.example/later", next_attempt=NOW + HOUR)
    failed = a_delivery(alert, "https://hooks.example/failed", state="failed")
    for each in (now, later, late, failed):
        store.put_delivery(each)
    assert store.due_deliveries(NOW) == [late, now]
    assert store.due_deliveries(NOW, limit=1) == [late]
    assert store.due_deliveries(NOW + HOUR) == [late, now, later]
    assert store.deliveries(alert.id) == sorted([now, later, late, failed], key=lambda each: each.id)


def test_what_was_delivered_is_never_due_again_until_it_is_put_back(store: Store) -> None:
    delivery = a_delivery(an_alert())
    store.put_delivery(delivery)
    assert store.due_deliveries(NOW) == [delivery]
    store.put_delivery(
        msgspec.structs.replace(delivery, state="delivered", attempts=1, next_attempt=None, delivered_at=NOW)
    )
    assert store.due_deliveries(NOW + HOUR) == []
    store.put_delivery(delivery)
    assert store.due_deliveries(NOW) == [delivery]


# limits


def test_odd_but_valid_texts_are_stored_and_read_as_they_are(store: Store) -> None:
    odd = quiet(
        "a1",
        title="\u2028 \x00 \x07 “”  " + "x" * 40_000,
        body="ßﬀ\U0001f6f3 \x85 \ud7ff" + "\n\n" * 50,
        url="https://wire.example/" + "y" * 40_000,
        authors=("z" * 40_000, "", " "),
    )
    assert results(store, odd) == ["created"]
    assert store.get("a1") == article_document(odd)
    assert found(store, "id:a1") == ["a1"]


def test_many_events_of_one_article_are_one_document(store: Store) -> None:
    text = f"Valdria threatens Ostmark over the strait\n\n{BODY}"
    events = tuple(event(text, "VAL=Valdria", "OST=Ostmark", "threatens", rule=f"rule.{n}") for n in range(300))
    many = enriched("a1", analysed=analysis(text, events=events))
    assert results(store, many) == ["created"]
    document = store.get("a1")
    assert isinstance(document, ArticleDocument)
    assert len(document.events) == 300
