"""The cluster's store on Elasticsearch, and the only module that knows its client.

Documents are written under external versions, so that a redelivered older one never overwrites a newer; results of a
bulk are looked at one by one; a cluster that does not answer raises `Unavailable` and nothing is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from brinkwatch.errors import Unavailable
from brinkwatch.ids import content_id
from brinkwatch.models import Alert, ArticleDocument, Delivery, EnrichedArticle, decode
from brinkwatch.settings import Settings
from sinks.documents import article_document, event_documents
from sinks.elastic_mapping import ALERTS, ARTICLES, DELIVERIES, EVENTS, template
from sinks.ports import SearchRequest, SearchResult, WriteOutcome
from sinks.query import nodes
from sinks.query.elastic import SEARCH, elastic_search_object, to_elastic
from sinks.query.fields import FIELDS
from sinks.query.language import parse
from sinks.query.search_fields import index_fields, micros

T = TypeVar("T", bound=msgspec.Struct)

TIME = FIELDS["@timestamp"].index

_STALE = 409
_DOWN = (429, 502, 503, 504)
_PAGE = 1000
_MAX_WINDOW = 10_000  # Elasticsearch's own limit on offset + limit
_TIMEOUT_SECONDS = 20


class ElasticStore:
    """`ArticleStore` and `AlertStore` on Elasticsearch."""

    def __init__(self, settings: Settings, clock: Callable[[], dt.datetime]) -> None:
        self._settings = settings
        self._prefix = settings.index_prefix
        self._clock = clock
        self._client = _client(settings)

    def ping(self) -> None:
        """Raises `Unavailable` where the cluster does not answer."""
        self._ask(lambda: self._client.info())

    def setup(self) -> list[str]:
        changed = [line for name in (ARTICLES, EVENTS, ALERTS, DELIVERIES) for line in self._put_template(name)]
        if not self._ask(lambda: self._client.indices.exists_alias(name=self._prefix + ARTICLES)):
            # the aliases exist from the first month on, so that Kibana and searches have something to open
            month = self._clock().strftime("%Y.%m")
            for name in (ARTICLES, EVENTS, ALERTS):
                self._create_index(f"{self._prefix}{name}-{month}")
                changed.append(f"created index {self._prefix}{name}-{month}")
        if self._create_index(f"{self._prefix}{DELIVERIES}-all"):
            changed.append(f"created index {self._prefix}{DELIVERIES}-all")
        return changed

    def _put_template(self, name: str) -> list[str]:
        wanted = template(name, self._prefix, self._settings.index_replicas)
        digest = _digest(wanted)
        wanted["_meta"]["digest"] = digest
        full = f"brinkwatch-{self._prefix}{name}"
        try:
            there = self._ask(lambda: self._client.indices.get_index_template(name=full))
            present = there["index_templates"][0]["index_template"].get("_meta", {}).get("digest")
        except NotFoundError:
            present = None
        if present == digest:
            return []
        self._ask(lambda: self._client.indices.put_index_template(name=full, **_body(wanted)))
        return [f"{'updated' if present else 'created'} index template {full}"]

    def _create_index(self, name: str) -> bool:
        if self._ask(lambda: self._client.indices.exists(index=name)):
            return False
        try:
            self._ask(lambda: self._client.indices.create(index=name))
        except ApiError as error:
            if "resource_already_exists" not in str(error):
                raise
            return False
        return True

    # articles

    def write(self, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
        if not articles:
            return []
        places = self._places([enriched.article.id for enriched in articles])
        # within a batch the newest version of an article decides; the older ones are stale before they are sent
        newest: dict[str, EnrichedArticle] = {}
        for enriched in articles:
            before = newest.get(enriched.article.id)
            if before is None or enriched.article.version >= before.article.version:
                newest[enriched.article.id] = enriched
        results = self._bulk([self._article_action(enriched, places) for enriched in newest.values()])
        outcomes = {
            article_id: _outcome(article_id, result, article_id in places)
            for article_id, result in zip(newest, results, strict=True)
        }
        self._write_events([e for i, e in newest.items() if outcomes[i].result in ("created", "updated")])
        return [
            outcomes[enriched.article.id]
            if newest[enriched.article.id] is enriched
            else WriteOutcome(id=enriched.article.id, result="stale")
            for enriched in articles
        ]

    def _places(self, ids: Sequence[str]) -> dict[str, str]:
        """The index that each article lies in already: an article has one document for ever, whatever the month."""
        if not ids:
            return {}
        found = self._ask(
            lambda: self._client.search(
                index=self._prefix + ARTICLES,
                query={"ids": {"values": list(dict.fromkeys(ids))}},
                source=False,
                size=len(ids),
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        )
        places = {hit["_id"]: hit["_index"] for hit in found["hits"]["hits"]}
        # a document written a moment ago is not searched yet; it lies where its first_seen says, so nothing is doubled
        return places

    def _article_action(self, enriched: EnrichedArticle, places: dict[str, str]) -> tuple[dict[str, Any], bytes]:
        document = article_document(enriched)
        index = places.get(document.id) or self._month(ARTICLES, document.first_seen)
        source = msgspec.to_builtins(document)
        source[SEARCH] = elastic_search_object(index_fields(document))
        action = {
            "index": {
                "_index": index,
                "_id": document.id,
                "version": enriched.article.version,
                "version_type": "external_gte",
            }
        }
        return action, msgspec.json.encode(source)

    def _write_events(self, articles: Sequence[EnrichedArticle]) -> None:
        """Replace the events of articles that were just written: all of this version are put, all of older ones go."""
        actions = []
        for enriched in articles:
            version = enriched.article.version
            index = self._month(EVENTS, enriched.article.first_seen)
            for event in event_documents(enriched):
                source = msgspec.to_builtins(event) | {"version": version}
                head = {"_index": index, "_id": event.id, "version": version, "version_type": "external_gte"}
                actions.append(({"index": head}, msgspec.json.encode(source)))
        self._bulk(actions)
        renewed = [e for e in articles if e.article.version > 0]
        for enriched in renewed:
            older: list[dict[str, Any]] = [
                {"term": {"article_id": enriched.article.id}},
                {"range": {"version": {"lt": enriched.article.version}}},
            ]
            self._delete_by_query(EVENTS, {"bool": {"filter": older}})

    def get(self, article_id: str) -> ArticleDocument | None:
        hit = self._find(ARTICLES, article_id)
        return _document(hit["_source"]) if hit else None

    def search(self, request: SearchRequest) -> SearchResult:
        if request.offset + request.limit > _MAX_WINDOW:
            request = msgspec.structs.replace(request, limit=max(0, _MAX_WINDOW - request.offset))
        sort: Any = (
            [{f"{SEARCH}.{TIME}": {"order": "desc", "unmapped_type": "long"}}] if request.sort == "time" else None
        )
        found = self._ask(
            lambda: self._client.search(
                index=self._prefix + ARTICLES,
                query=self._compiled(request),
                size=request.limit,
                from_=request.offset,
                sort=sort,
                track_total_hits=True,
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        )
        hits = found["hits"]
        return SearchResult(total=hits["total"]["value"], hits=tuple(_document(hit["_source"]) for hit in hits["hits"]))

    def ids(self, request: SearchRequest) -> list[str]:
        return sorted(hit["_id"] for hit in self._scan(ARTICLES, self._compiled(request)))

    def _scan(self, name: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Every document that matches, by a point in time and pages of it."""
        self._refresh(name)
        pit = self._ask(lambda: self._client.open_point_in_time(index=self._prefix + name, keep_alive="2m"))["id"]
        after: Any = None
        try:
            while page := self._scan_page(pit, query, after):
                yield from page
                after = page[-1]["sort"]
        finally:
            self._ask(lambda: self._client.close_point_in_time(id=pit))

    def _scan_page(self, pit: str, query: dict[str, Any], after: Any) -> list[dict[str, Any]]:
        found = self._ask(
            lambda: self._client.search(
                pit={"id": pit, "keep_alive": "2m"},
                query=query,
                size=_PAGE,
                sort=[{"_shard_doc": "asc"}],
                search_after=after,
                source=False,
            )
        )
        return list(found["hits"]["hits"])

    def erase(self, article_ids: Sequence[str]) -> int:
        ids = list(dict.fromkeys(article_ids))
        if not ids:
            return 0
        self._refresh(ARTICLES, EVENTS, ALERTS, DELIVERIES)
        alerts = [hit["_id"] for hit in self._scan(ALERTS, {"terms": {"article_id": ids}})]
        count = self._delete_by_query(ARTICLES, {"ids": {"values": ids}})
        self._delete_by_query(EVENTS, {"terms": {"article_id": ids}})
        if alerts:
            self._delete_by_query(DELIVERIES, {"terms": {"alert_id": alerts}})
            self._delete_by_query(ALERTS, {"ids": {"values": alerts}})
        return count

    def _compiled(self, request: SearchRequest) -> dict[str, Any]:
        query = parse(request.query)
        if request.since is not None or request.until is not None:
            start, end = (nodes.Moment(micros(t)) if t is not None else None for t in (request.since, request.until))
            query = nodes.And((query, nodes.Times(TIME, start, end)))
        return to_elastic(query, self._clock())

    # alerts and deliveries

    def put_alert(self, alert: Alert) -> bool:
        # an alert's id is looked up in every month: ids are unique within one index only
        if self._find(ALERTS, alert.id) is not None:
            return False
        head = {"_index": self._month(ALERTS, alert.raised_at), "_id": alert.id}
        (result,) = self._bulk([({"create": head}, msgspec.json.encode(alert))], refresh=True)
        if result["status"] == _STALE:
            return False
        _check(result)
        return True

    def get_alert(self, alert_id: str) -> Alert | None:
        hit = self._find(ALERTS, alert_id)
        return _read(Alert, hit["_source"]) if hit else None

    def alerts(self, *, limit: int = 50, since: dt.datetime | None = None) -> list[Alert]:
        query: dict[str, Any] = {"match_all": {}}
        if since is not None:
            query = {"range": {"raised_at": {"gte": since.isoformat()}}}
        sort = [
            {"raised_at": {"order": "desc", "unmapped_type": "date"}},
            {"id": {"order": "asc", "unmapped_type": "keyword"}},
        ]
        return [_read(Alert, hit["_source"]) for hit in self._page(ALERTS, query, sort, limit)]

    def acknowledge(self, alert_id: str, at: dt.datetime) -> bool:
        hit = self._find(ALERTS, alert_id)
        if hit is None:
            return False
        alert = _read(Alert, hit["_source"])
        if alert.acknowledged_at is None:
            acknowledged = msgspec.to_builtins(msgspec.structs.replace(alert, acknowledged_at=at))
            self._ask(
                lambda: self._client.index(index=hit["_index"], id=alert_id, document=acknowledged, refresh="wait_for")
            )
        return True

    def put_delivery(self, delivery: Delivery) -> None:
        head = {"_index": f"{self._prefix}{DELIVERIES}-all", "_id": delivery.id}
        (result,) = self._bulk([({"index": head}, msgspec.json.encode(delivery))], refresh=True)
        _check(result)

    def deliveries(self, alert_id: str) -> list[Delivery]:
        hits = self._page(DELIVERIES, {"term": {"alert_id": alert_id}}, [{"id": "asc"}], _PAGE)
        return [_read(Delivery, hit["_source"]) for hit in hits]

    def due_deliveries(self, now: dt.datetime, limit: int = 100) -> list[Delivery]:
        due: dict[str, Any] = {
            "bool": {
                "filter": [{"term": {"state": "pending"}}],
                "must_not": [{"range": {"next_attempt": {"gt": now.isoformat()}}}],
            }
        }
        hits = self._page(DELIVERIES, due, [{"next_attempt": {"order": "asc", "unmapped_type": "date"}}], limit)
        return [_read(Delivery, hit["_source"]) for hit in hits]

    # the client

    def _find(self, name: str, document_id: str) -> dict[str, Any] | None:
        """A document by id, in whichever month it lies; seen as soon as it was refreshed."""
        hits = self._page(name, {"ids": {"values": [document_id]}}, None, 1)
        return hits[0] if hits else None

    def _page(self, name: str, query: dict[str, Any], sort: Any, limit: int) -> list[dict[str, Any]]:
        found = self._ask(
            lambda: self._client.search(
                index=self._prefix + name,
                query=query,
                sort=sort,
                size=min(limit, _MAX_WINDOW),
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        )
        return list(found["hits"]["hits"])

    def _month(self, name: str, moment: dt.datetime) -> str:
        return f"{self._prefix}{name}-{moment.astimezone(dt.UTC):%Y.%m}"

    def _refresh(self, *names: str) -> None:
        index = ",".join(self._prefix + name for name in names)
        self._ask(lambda: self._client.indices.refresh(index=index, ignore_unavailable=True, allow_no_indices=True))

    def _delete_by_query(self, name: str, query: dict[str, Any]) -> int:
        self._refresh(name)
        done = self._ask(
            lambda: self._client.delete_by_query(
                index=self._prefix + name,
                query=query,
                conflicts="proceed",
                refresh=True,
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        )
        return int(done["deleted"])

    def _bulk(self, actions: Sequence[tuple[dict[str, Any], bytes]], *, refresh: bool = False) -> list[dict[str, Any]]:
        """The result of each action. Raises `Unavailable` where any was turned away for want of capacity."""
        if not actions:
            return []
        lines: Any = [line for head, source in actions for line in (msgspec.json.encode(head), source)]
        answer = self._ask(lambda: self._client.bulk(operations=lines, refresh="wait_for" if refresh else False))
        results = [next(iter(item.values())) for item in answer["items"]]
        for result in results:
            if result["status"] in _DOWN:
                raise Unavailable(f"Elasticsearch takes no more at the moment ({_reason(result)}).")
        return results

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except NotFoundError:
            raise
        except ApiError as error:
            if error.status_code in _DOWN:
                raise self._unavailable(error) from error
            raise
        except TransportError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> Unavailable:
        return Unavailable(
            f"Elasticsearch at {_shown(self._settings.elasticsearch_url)} does not answer ({type(error).__name__}).",
            "Start it, or set BRINKWATCH_ELASTICSEARCH_URL.",
        )

    def close(self) -> None:
        self._client.close()


def _client(settings: Settings) -> Elasticsearch:
    options: dict[str, Any] = {"request_timeout": _TIMEOUT_SECONDS, "max_retries": 0, "retry_on_timeout": False}
    if settings.elasticsearch_ca_file is not None:
        options["ca_certs"] = str(settings.elasticsearch_ca_file)
    if settings.elasticsearch_api_key.get_secret_value():
        options["api_key"] = settings.elasticsearch_api_key.get_secret_value()
    elif settings.elasticsearch_username:
        password = settings.elasticsearch_password.get_secret_value()
        options["basic_auth"] = (settings.elasticsearch_username, password)
    return Elasticsearch(settings.elasticsearch_url, **options)


def _shown(url: str) -> str:
    """The address without a password that somebody put into it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _outcome(article_id: str, result: dict[str, Any], known: bool) -> WriteOutcome:
    if result["status"] in (200, 201):
        created = result.get("result") == "created" and not known
        return WriteOutcome(id=article_id, result="created" if created else "updated")
    if result["status"] == _STALE:
        return WriteOutcome(id=article_id, result="stale")
    return WriteOutcome(id=article_id, result="rejected", reason=f"Elasticsearch refuses it: {_reason(result)}")


def _check(result: dict[str, Any]) -> None:
    if result["status"] >= 300:
        raise Unavailable(f"Elasticsearch did not store it: {_reason(result)}")


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error") or {}
    cause = error.get("caused_by") or {}
    return ": ".join(part for part in (error.get("type"), error.get("reason"), cause.get("reason")) if part)


def _document(source: Any) -> ArticleDocument:
    return _read(ArticleDocument, source)


def _read(kind: type[T], source: Any) -> T:
    return decode(kind, msgspec.json.encode(source))


def _digest(wanted: dict[str, Any]) -> str:
    return content_id(msgspec.json.encode(wanted, order="sorted").decode(), length=16)


def _body(wanted: dict[str, Any]) -> dict[str, Any]:
    """The template as the client's keyword arguments."""
    return {("meta" if key == "_meta" else key): value for key, value in wanted.items()}
