"""What only the Elasticsearch store has: templates, months, events beside articles, a server that is down or busy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from brinkwatch.errors import BrinkwatchError, QueryError, SettingsError, Unavailable
from brinkwatch.models import EnrichedArticle, EventDocument, document_version
from brinkwatch.settings import read_settings
from sinks.documents import event_documents
from sinks.elastic_store import ElasticStore
from sinks.elastic_store.bulk import Action
from sinks.elastic_store.client import RETRY_SECONDS, ElasticClient
from sinks.elastic_store.mapping import Names, month_index, template
from sinks.ports import SearchRequest
from tests.sinks.articles import NOW, SEEN, a_delivery, an_alert, analysis, enriched, event, quiet

pytestmark = pytest.mark.services

EVERYTHING = SearchRequest(limit=100)


@pytest.fixture
def client(elasticsearch_service: Any) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_service.url) as client:
        yield client


def prefix(store: ElasticStore) -> str:
    return store._names.prefix


def events(client: Elasticsearch, store: ElasticStore) -> list[dict[str, Any]]:
    client.indices.refresh(index=store._names.events)
    hits = client.search(index=store._names.events, size=1000, sort=["id"])["hits"]["hits"]
    return [{"_index": hit["_index"], **hit["_source"]} for hit in hits]


def event_ids(enriched: EnrichedArticle) -> list[str]:
    return sorted(each.id for each in event_documents(enriched))


def with_event(revision: int, rule: str, **given: Any) -> EnrichedArticle:
    text = "Valdria threatens Ostmark over the strait"
    told = event(text, "VAL=Valdria", "OST=Ostmark", "threatens", rule=rule)
    return enriched("a1", revision=revision, analysed=analysis(text, events=(told,)), **given)


# set-up


def test_setting_up_says_what_it_changed_and_nothing_the_second_time(
    elasticsearch_service: Any, elastic: ElasticStore, client: Elasticsearch
) -> None:
    assert elastic.setup() == []
    name = f"brinkwatch-{prefix(elastic)}articles"
    client.indices.delete_index_template(name=name)
    assert elastic.setup() == [f"created index template {name}"]
    more = ElasticStore(
        read_settings(elasticsearch_url=elasticsearch_service.url, index_prefix=prefix(elastic), index_replicas=1),
        lambda: NOW,
    )
    changed = more.setup()
    assert [line.split()[0] for line in changed] == ["updated"] * 4
    index = month_index(f"{prefix(elastic)}articles", NOW)
    assert client.indices.get_settings(index=index)[index]["settings"]["index"]["number_of_replicas"] == "1"
    more.close()


def test_the_aliases_exist_before_the_first_article(elastic: ElasticStore, client: Elasticsearch) -> None:
    for name in ("articles", "events", "alerts", "deliveries"):
        assert client.indices.exists_alias(name=prefix(elastic) + name)


def test_an_index_in_the_place_of_an_alias_is_told(elasticsearch_service: Any, client: Elasticsearch) -> None:
    client.indices.create(index="squatter-articles")
    store = ElasticStore(
        read_settings(elasticsearch_url=elasticsearch_service.url, index_prefix="squatter-"), lambda: NOW
    )
    try:
        with pytest.raises(BrinkwatchError, match="needs an alias"):
            store.setup()
    finally:
        store.close()
        client.indices.delete(index="squatter-articles")


def test_nothing_is_written_before_the_templates_are_there(elasticsearch_service: Any, client: Elasticsearch) -> None:
    store = ElasticStore(read_settings(elasticsearch_url=elasticsearch_service.url, index_prefix="bare-"), lambda: NOW)
    writes: list[Callable[[], object]] = [
        lambda: store.write([enriched("a1")]),
        lambda: store.put_alert(an_alert()),
        lambda: store.put_delivery(a_delivery(an_alert())),
    ]
    for write in writes:
        with pytest.raises(Unavailable, match="brinkwatch setup"):
            write()
    assert store.search(EVERYTHING).total == 0
    assert store.ids(EVERYTHING) == []
    store.close()
    assert not client.indices.exists(index="bare-*", allow_no_indices=False)


def test_mappings_name_every_field_of_the_documents_and_nothing_a_bare_server_lacks() -> None:
    names = Names("")
    allowed = {"keyword", "text", "date", "long", "double", "boolean", "object"}

    def types(properties: dict[str, Any]) -> Iterator[str]:
        for each in properties.values():
            yield each.get("type", "object")
            yield from types(each.get("properties", {}))
            yield from types(each.get("fields", {}))

    for alias in names.aliases():
        found = template(names, alias, 0)["template"]["mappings"]
        assert set(types(found["properties"])) <= allowed
        assert found["dynamic"] is False
    mapped = template(names, "events", 0)["template"]["mappings"]["properties"]
    encoded = set(EventDocument.__struct_encode_fields__)
    assert encoded <= set(mapped)


# documents


def test_articles_and_events_lie_in_the_month_the_article_was_first_seen(
    elastic: ElasticStore, client: Elasticsearch
) -> None:
    seen = dt.datetime(2026, 8, 31, 23, 59, 59, tzinfo=dt.UTC)
    elastic.write([enriched("a1", first_seen=seen)])
    elastic.write([with_event(1, "later", first_seen=SEEN)])
    hits = client.search(index=f"{prefix(elastic)}articles", query={"ids": {"values": ["a1"]}})["hits"]["hits"]
    elastic.ids(EVERYTHING)
    hits = client.search(index=f"{prefix(elastic)}articles")["hits"]["hits"]
    assert [hit["_index"] for hit in hits] == [f"{prefix(elastic)}articles-2026.08"]
    assert {each["_index"] for each in events(client, elastic)} == {f"{prefix(elastic)}events-2026.08"}


def test_what_is_searched_by_is_not_shown_in_the_document(elastic: ElasticStore, client: Elasticsearch) -> None:
    elastic.write([enriched("a1")])
    elastic.ids(EVERYTHING)
    (hit,) = client.search(index=f"{prefix(elastic)}articles")["hits"]["hits"]
    assert "search" not in hit["_source"]
    assert hit["_source"]["feed"]["class"] == "wire"
    (stored,) = events(client, elastic)
    assert "search" not in stored


def test_events_are_stored_field_for_field(elastic: ElasticStore, client: Elasticsearch) -> None:
    import msgspec

    article = enriched("a1")
    elastic.write([article])
    (stored,) = events(client, elastic)
    stored.pop("_index")
    assert msgspec.convert(stored, EventDocument) == event_documents(article)[0]


def test_kibana_can_ask_for_what_is_mapped(elastic: ElasticStore, client: Elasticsearch) -> None:
    elastic.write([enriched("a1"), quiet("a2")])
    elastic.ids(EVERYTHING)
    found = client.search(
        index=f"{prefix(elastic)}articles",
        query={
            "query_string": {"query": "escalation.level:high AND body:navy AND actors:VAL AND @timestamp:>2026-09-01"}
        },
        aggs={"feeds": {"terms": {"field": "feed.title"}}, "score": {"max": {"field": "escalation.score"}}},
    )
    assert found["hits"]["total"]["value"] == 1
    assert found["aggregations"]["feeds"]["buckets"][0]["key"] == "Wire"
    assert found["aggregations"]["score"]["value"] == 0.7


def test_a_newer_versions_events_replace_the_older_ones_and_stay(elastic: ElasticStore, client: Elasticsearch) -> None:
    first, second = with_event(0, "first"), with_event(1, "second")
    elastic.write([first])
    elastic.write([second])
    assert [each["id"] for each in events(client, elastic)] == event_ids(second)
    assert elastic.write([first])[0].result == "stale"
    assert [each["id"] for each in events(client, elastic)] == event_ids(second)
    elastic.write([quiet("a1", revision=2)])
    assert events(client, elastic) == []


def test_events_of_the_same_version_analysed_anew_replace_each_other(
    elastic: ElasticStore, client: Elasticsearch
) -> None:
    elastic.write([with_event(0, "old rules")])
    again = with_event(0, "new rules")
    elastic.write([again])
    assert [each["id"] for each in events(client, elastic)] == event_ids(again)


def test_old_events_that_a_kill_left_behind_go_with_the_redelivery(
    elastic: ElasticStore, client: Elasticsearch
) -> None:
    first, second = with_event(0, "first"), with_event(1, "second")
    elastic.write([second])
    # a writer of the older version that was held up after its article and wrote its events last
    index = month_index(f"{prefix(elastic)}events", SEEN)
    (left,) = event_documents(first)
    from sinks.elastic_store.store import _event_source

    elastic._client.write(
        [Action(index=index, id=left.id, source=_event_source(left, document_version(0, 0)), version=0)]
    )
    assert len(events(client, elastic)) == 2
    assert elastic.write([first])[0].result == "stale"
    assert [each["id"] for each in events(client, elastic)] == event_ids(second)


def test_only_the_document_that_cannot_be_stored_is_rejected(elastic: ElasticStore, client: Elasticsearch) -> None:
    # an index that somebody made by hand, in which a revision is no number
    index = month_index(f"{prefix(elastic)}articles", NOW - dt.timedelta(days=400))
    client.indices.create(index=index, mappings={"properties": {"revision": {"type": "boolean"}}})
    outcomes = elastic.write([quiet("a1"), quiet("a2", first_seen=NOW - dt.timedelta(days=400)), quiet("a3")])
    assert [outcome.result for outcome in outcomes] == ["created", "rejected", "created"]
    assert "revision" in str(outcomes[1].reason)
    assert elastic.ids(EVERYTHING) == ["a1", "a3"]


def test_a_text_that_is_no_unicode_is_rejected_alone(elastic: ElasticStore) -> None:
    outcomes = elastic.write([quiet("a1", title="half a pair \ud800"), quiet("a2")])
    assert [outcome.result for outcome in outcomes] == ["rejected", "created"]


def test_pages_beyond_what_the_server_shows_are_refused(elastic: ElasticStore) -> None:
    with pytest.raises(QueryError, match="10,000"):
        elastic.search(SearchRequest(offset=9_990, limit=20))


# a server that is down or busy


def test_a_server_that_does_not_answer_is_unavailable_in_every_call() -> None:
    store = ElasticStore(read_settings(elasticsearch_url="http://user:secret@127.0.0.1:9"), lambda: NOW)
    calls: list[Callable[[], object]] = [
        store.ping,
        store.setup,
        lambda: store.write([enriched("a1")]),
        lambda: store.get("a1"),
        lambda: store.search(EVERYTHING),
        lambda: store.ids(EVERYTHING),
        lambda: store.erase(["a1"]),
        lambda: store.put_alert(an_alert()),
        lambda: store.get_alert("x"),
        store.alerts,
        lambda: store.acknowledge("x", NOW),
        lambda: store.put_delivery(a_delivery(an_alert())),
        lambda: store.deliveries("x"),
        lambda: store.due_deliveries(NOW),
    ]
    for call in calls:
        with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:9 does not answer") as caught:
            call()
        assert "secret" not in str(caught.value)
    store.close()


def test_an_address_without_a_port_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="ELASTICSEARCH_URL"):
        ElasticStore(read_settings(elasticsearch_url="localhost"), lambda: NOW)


def test_what_a_busy_server_turned_away_is_sent_again_and_nothing_twice(
    elasticsearch_service: Any, elastic: ElasticStore, client: Elasticsearch
) -> None:
    full = month_index(f"{prefix(elastic)}articles", NOW)
    free = f"{prefix(elastic)}alerts-2026.09"
    block = "index.blocks.read_only_allow_delete"
    client.indices.put_settings(index=full, settings={block: True})
    pauses: list[float] = []

    def room_after_two(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            client.indices.put_settings(index=full, settings={block: False})

    settings = read_settings(elasticsearch_url=elasticsearch_service.url)
    patient = ElasticClient(settings, sleep=room_after_two)
    actions = [
        Action(index=index, id=f"{n}", source=b'{"id":"x"}', create=True) for n, index in enumerate([full, free, full])
    ]
    assert [each.result for each in patient.write(actions)] == ["created"] * 3
    assert pauses == list(RETRY_SECONDS[:2])
    patient.close()


def test_a_server_that_stays_full_is_unavailable(
    elasticsearch_service: Any, elastic: ElasticStore, client: Elasticsearch
) -> None:
    full = month_index(f"{prefix(elastic)}articles", NOW)
    client.indices.put_settings(index=full, settings={"index.blocks.read_only_allow_delete": True})
    pauses: list[float] = []
    impatient = ElasticClient(read_settings(elasticsearch_url=elasticsearch_service.url), sleep=pauses.append)
    with pytest.raises(Unavailable, match="takes no documents now"):
        impatient.write([Action(index=full, id="1", source=b"{}")])
    assert pauses == list(RETRY_SECONDS)
    impatient.close()
