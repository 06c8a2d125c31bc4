"""The store of the cluster: documents, alerts and deliveries in Elasticsearch, in monthly indices behind aliases.

Every write is idempotent: ids come from content, versions are external, and each item of a bulk answer is dealt with
alone. While Elasticsearch is down or busy every call raises `Unavailable` and may be repeated; nothing is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from brinkwatch.errors import BrinkwatchError, QueryError, Unavailable
from brinkwatch.models import Alert, ArticleDocument, Delivery, EnrichedArticle, EventDocument, encode
from brinkwatch.settings import Settings
from sinks.documents import article_document, event_documents
from sinks.elastic_store.bulk import Action, Answer, stored_version
from sinks.elastic_store.client import DEEPEST, PAGE, ElasticClient, parts
from sinks.elastic_store.mapping import VERSION, Names, month_index, month_of, template
from sinks.ports import SearchRequest, SearchResult, WriteOutcome
from sinks.query.elastic import SEARCH, elastic_search_object, to_elastic
from sinks.query.fields import FIELDS
from sinks.query.language import parse, within
from sinks.query.search_fields import index_fields
from sinks.revisions import with_changes

T = TypeVar("T", bound=msgspec.Struct)

_TIME = f"{SEARCH}.{FIELDS['@timestamp'].index}"
_NEWEST: list[Any] = [{_TIME: {"order": "desc", "unmapped_type": "long"}}, {"id": "asc"}]
_CLAUSES = 200
"""Of one query: Elasticsearch allows 1,024 at the least."""


class ElasticStore:
    """`ArticleStore` and `AlertStore` on Elasticsearch. Connects when first used; may be shared by threads."""

    def __init__(self, settings: Settings, clock: Callable[[], dt.datetime]) -> None:
        self._client = ElasticClient(settings)
        self._names = Names(settings.index_prefix)
        self._replicas = settings.index_replicas
        self._clock = clock

    def ping(self) -> None:
        """Raises `Unavailable` where Elasticsearch does not answer."""
        self._client.ping()

    def setup(self) -> list[str]:
        changed: list[str] = []
        for alias in self._names.aliases():
            exists = self._client.has_alias(alias)
            line = self._client.put_template(self._names.template(alias), template(self._names, alias, self._replicas))
            changed += [line] if line else []
            # so that Kibana has something to open before the first article comes
            index = self._names.first_index(alias, self._clock())
            if not exists and self._client.create_index(index):
                changed.append(f"created index {index}")
        return changed

    def _require_template(self, alias: str) -> None:
        """Without its template an index would come into being with guessed types, for good."""
        if not self._client.has_template(self._names.template(alias)):
            raise Unavailable(
                f"Elasticsearch has no index template {self._names.template(alias)}.", "Run `brinkwatch setup`."
            )

    # articles

    def write(self, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
        if not articles:
            return []
        self._require_template(self._names.articles)
        self._require_template(self._names.events)
        # Ids are unique in each month's index by themselves; that an article stays in one month is looked after here.
        known = self._client.find(self._names.articles, [enriched.article.id for enriched in articles])
        indices = {article_id: hit["_index"] for article_id, hit in known.items()}
        before = self._before(articles)
        rejected: dict[int, WriteOutcome] = {}
        actions: list[Action] = []
        for place, enriched in enumerate(articles):
            article = enriched.article
            index = indices.setdefault(article.id, month_index(self._names.articles, article.first_seen))
            try:
                document = with_changes(article_document(enriched), before.get(article.id))
                source = _article_source(document)
            except UnicodeEncodeError as error:
                rejected[place] = WriteOutcome(id=article.id, result="rejected", reason=f"No valid text: {error}.")
                continue
            actions.append(Action(index=index, id=article.id, version=article.version, source=source))
            if article.id not in before or document.revision >= before[article.id].revision:
                before[article.id] = document  # of two revisions in one batch the second changes the first
        answers = iter(self._client.write(actions))
        outcomes = [
            rejected.get(place) or _outcome(enriched.article.id, next(answers))
            for place, enriched in enumerate(articles)
        ]
        return self._write_events(articles, outcomes, indices)

    def _before(self, articles: Sequence[EnrichedArticle]) -> dict[str, ArticleDocument]:
        """What is stored of those of the articles that are revisions."""
        ids = [enriched.article.id for enriched in articles if enriched.article.revision]
        if not ids:
            return {}
        hits = self._client.find(self._names.articles, ids, source=True)
        return {article_id: _read(ArticleDocument, hit["_source"]) for article_id, hit in hits.items()}

    def _write_events(
        self, articles: Sequence[EnrichedArticle], outcomes: list[WriteOutcome], indices: dict[str, str]
    ) -> list[WriteOutcome]:
        """Write the events of what was stored and remove those that older versions left; gives the final outcomes."""
        # of one article's messages in one batch the last to win has the highest version
        won = {
            outcome.id: enriched
            for enriched, outcome in zip(articles, outcomes, strict=True)
            if outcome.result in ("created", "updated")
        }
        events = {article_id: event_documents(enriched) for article_id, enriched in won.items()}
        actions = [
            Action(
                index=f"{self._names.events}-{month_of(indices[article_id])}",
                id=event.id,
                version=won[article_id].article.version,
                source=_event_source(event, won[article_id].article.version),
            )
            for article_id, of_article in events.items()
            for event in of_article
        ]
        owners = [event.article_id for of_article in events.values() for event in of_article]
        refused = {
            article_id: WriteOutcome(id=article_id, result="rejected", reason=f"One of its events: {got.reason}")
            for article_id, got in zip(owners, self._client.write(actions), strict=True)
            if got.result == "rejected"
        }
        self._remove_old_events(outcomes, won, events)
        return [refused.get(o.id, o) if o.result in ("created", "updated") else o for o in outcomes]

    def _remove_old_events(
        self,
        outcomes: Sequence[WriteOutcome],
        won: dict[str, EnrichedArticle],
        events: dict[str, list[EventDocument]],
    ) -> None:
        """Remove what other versions left behind: also at a stale message, whose first delivery may have been killed
        between its article and its events while a newer version went past it."""
        created = {outcome.id for outcome in outcomes if outcome.result == "created"}
        stale = {outcome.id for outcome in outcomes if outcome.result == "stale"} - won.keys()
        clauses = [
            _old_events(article_id, won[article_id].article.version, keep=[event.id for event in of_article])
            for article_id, of_article in events.items()
            if article_id not in created
        ]
        if stale:
            for article_id, hit in self._client.find(self._names.articles, sorted(stale)).items():
                clauses.append(_old_events(article_id, stored_version(hit["_version"]) - 1, keep=[]))
        for some in parts(clauses, _CLAUSES):
            self._client.delete(self._names.events, {"bool": {"should": some, "minimum_should_match": 1}})

    def get(self, article_id: str) -> ArticleDocument | None:
        hit = self._client.find(self._names.articles, [article_id], source=True).get(article_id)
        return _read(ArticleDocument, hit["_source"]) if hit is not None else None

    def search(self, request: SearchRequest) -> SearchResult:
        if request.offset + request.limit > DEEPEST:
            raise QueryError(f"Only the first {DEEPEST:,} hits can be shown.", hint="Narrow the search, or its times.")
        found = self._client.search(
            self._names.articles,
            fresh=False,
            query=self._query(request),
            from_=request.offset,
            size=request.limit,
            sort=_NEWEST if request.sort == "time" else [{"_score": "desc"}, *_NEWEST],
            track_total_hits=True,
        )
        hits = tuple(_read(ArticleDocument, hit["_source"]) for hit in found["hits"])
        return SearchResult(total=found["total"]["value"], hits=hits)

    def ids(self, request: SearchRequest) -> list[str]:
        return sorted(self._client.scan(self._names.articles, self._query(request)))

    def _query(self, request: SearchRequest) -> dict[str, Any]:
        return to_elastic(within(parse(request.query), request.since, request.until), self._clock())

    def erase(self, article_ids: Sequence[str]) -> int:
        # The articles go last: whoever has to repeat a query to erase what it finds still finds them.
        count = 0
        for ids in parts(dict.fromkeys(article_ids), PAGE):
            of_articles = {"terms": {"article_id": ids}}
            for alert_ids in parts(self._client.scan(self._names.alerts, of_articles), PAGE):
                self._client.delete(self._names.deliveries, {"terms": {"alert_id": alert_ids}})
            self._client.delete(self._names.alerts, of_articles)
            self._client.delete(self._names.events, of_articles)
            count += self._client.delete(self._names.articles, {"ids": {"values": ids}})
        if article_ids:
            self._client.expunge(self._names.aliases())
        return count

    # alerts and deliveries

    def put_alert(self, alert: Alert) -> bool:
        self._require_template(self._names.alerts)
        if self._client.find(self._names.alerts, [alert.id]):
            return False  # perhaps in another month's index
        index = month_index(self._names.alerts, alert.raised_at)
        (got,) = self._client.write([Action(index=index, id=alert.id, source=encode(alert), create=True)])
        _must_be_stored(got, f"The alert {alert.id} of the rule {alert.rule_name!r}")
        return got.result == "created"

    def get_alert(self, alert_id: str) -> Alert | None:
        hit = self._client.find(self._names.alerts, [alert_id], source=True).get(alert_id)
        return _read(Alert, hit["_source"]) if hit is not None else None

    def alerts(self, *, limit: int = 50, since: dt.datetime | None = None) -> list[Alert]:
        query = {"range": {"raised_at": {"gte": since.isoformat()}}} if since else {"match_all": {}}
        order: list[Any] = [{"raised_at": {"order": "desc", "unmapped_type": "date"}}, {"id": "asc"}]
        return self._list(Alert, self._names.alerts, query, order, limit)

    def acknowledge(self, alert_id: str, at: dt.datetime) -> bool:
        hit = self._client.find(self._names.alerts, [alert_id], source=True).get(alert_id)
        if hit is None:
            return False
        if hit["_source"].get("acknowledged_at") is None:
            self._client.update(hit["_index"], alert_id, {"acknowledged_at": msgspec.to_builtins(at)})
        return True

    def put_delivery(self, delivery: Delivery) -> None:
        self._require_template(self._names.deliveries)
        index = self._names.first_index(self._names.deliveries, self._clock())
        (got,) = self._client.write([Action(index=index, id=delivery.id, source=encode(delivery))])
        _must_be_stored(got, f"The delivery {delivery.id}")

    def deliveries(self, alert_id: str) -> list[Delivery]:
        query = {"term": {"alert_id": alert_id}}
        return self._list(Delivery, self._names.deliveries, query, [{"id": "asc"}], DEEPEST)

    def due_deliveries(self, now: dt.datetime, limit: int = 100) -> list[Delivery]:
        query = {
            "bool": {
                "filter": [{"term": {"state": "pending"}}],
                "must_not": [{"range": {"next_attempt": {"gt": now.isoformat()}}}],
            }
        }
        order: list[Any] = [
            {"next_attempt": {"order": "asc", "missing": "_first", "unmapped_type": "date"}},
            {"id": "asc"},
        ]
        return self._list(Delivery, self._names.deliveries, query, order, limit)

    def _list(self, kind: type[T], alias: str, query: dict[str, Any], order: list[Any], limit: int) -> list[T]:
        found = self._client.search(alias, query=query, sort=order, size=min(limit, DEEPEST))
        return [_read(kind, hit["_source"]) for hit in found["hits"]]

    def close(self) -> None:
        self._client.close()


def _outcome(article_id: str, got: Answer) -> WriteOutcome:
    match got.result:
        case "created" | "updated" as result:
            return WriteOutcome(id=article_id, result=result)
        case "conflict":
            return WriteOutcome(id=article_id, result="stale")
        case _:
            return WriteOutcome(id=article_id, result="rejected", reason=f"Elasticsearch refuses it: {got.reason}.")


def _must_be_stored(got: Answer, what: str) -> None:
    if got.result == "rejected":
        raise BrinkwatchError(f"{what} cannot be stored: {got.reason}.")


def _old_events(article_id: str, version: int, keep: Sequence[str]) -> dict[str, Any]:
    """The events of an article up to a version, but for those to keep."""
    upto = {"range": {f"{SEARCH}.{VERSION}": {"lte": version}}}
    found: dict[str, Any] = {"filter": [{"term": {"article_id": article_id}}, upto]}
    if keep:
        found["must_not"] = [{"ids": {"values": list(keep)}}]
    return {"bool": found}


def _article_source(document: ArticleDocument) -> bytes:
    """The document, with what it is searched by beside it: indexed, never kept."""
    return _joined(encode(document), elastic_search_object(index_fields(document)))


def _event_source(event: EventDocument, version: int) -> bytes:
    return _joined(encode(event), {VERSION: version})


def _joined(document: bytes, search: dict[str, Any]) -> bytes:
    # put in as text: turning the document into dictionaries to add one key costs more than all the rest
    return b'%s,"%s":%s}' % (document[:-1], SEARCH.encode(), msgspec.json.encode(search))


def _read(kind: type[T], source: dict[str, Any]) -> T:
    """A stored document. Raises `BrinkwatchError` where something else wrote it."""
    try:
        return msgspec.convert(source, kind)
    except msgspec.ValidationError as error:
        raise BrinkwatchError(
            f"Elasticsearch holds {source.get('id', 'a document')!r}, which is no {kind.__name__}: {error}.",
            "Something else writes into brinkwatch's indices: set another BRINKWATCH_INDEX_PREFIX.",
        ) from error
