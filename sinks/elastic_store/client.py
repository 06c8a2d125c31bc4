"""Talking to Elasticsearch: one client, its errors turned into ours, and the few ways in which we read and write.

The only module that imports the client. Every read sees what was written before it; a read that could see only a
part of the shards fails instead. What is written and why is left to `elastic_store`.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import elasticsearch
import msgspec
from elasticsearch import Elasticsearch

from brinkwatch.errors import BrinkwatchError, QueryError, SettingsError, Unavailable
from brinkwatch.ids import content_id
from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from sinks.elastic_store.bulk import Action, Answer, answer, chunks, lines, reason_of

P = TypeVar("P")

REQUEST_SECONDS = 30.0
RETRY_SECONDS = (0.2, 1.0, 3.0)
"""Pauses before items that Elasticsearch was too busy for are sent again; after them the caller waits."""

DEEPEST = 10_000
"""The last hit that a search can show: Elasticsearch's own limit."""

PAGE = 2_000
"""Ids or hits of one request."""

_META = "brinkwatch_layout"
_MISSING_IS_EMPTY: dict[str, Any] = {"ignore_unavailable": True, "allow_no_indices": True}


class ElasticClient:
    """Connects when first used; may be shared by threads."""

    def __init__(self, settings: Settings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = _client(settings)
        self._url = shown(settings.elasticsearch_url)
        self._sleep = sleep

    def ping(self) -> None:
        """Raises `Unavailable` where Elasticsearch does not answer."""
        with self._asking("asking for its name"):
            self._client.info()

    # templates and indices

    def put_template(self, name: str, template: dict[str, Any]) -> str | None:
        """Create or update an index template and bring its indices up to it; a line on what was changed, if anything."""
        layout = content_id("layout", msgspec.json.encode(template, order="sorted").decode())
        with self._asking(f"setting up the index template {name}"):
            before = self._layout(name)
            if before == layout:
                return None
            self._client.indices.put_index_template(name=name, **template, meta={_META: layout})
            (pattern,) = template["index_patterns"]
            wanted = template["template"]
            replicas = wanted["settings"]["index"]["number_of_replicas"]
            for index in sorted(self._client.indices.get(index=pattern, **_MISSING_IS_EMPTY)):
                self._client.indices.put_mapping(index=index, properties=wanted["mappings"]["properties"])
                self._client.indices.put_settings(index=index, settings={"number_of_replicas": replicas})
        return f"{'created' if before is None else 'updated'} index template {name}"

    def _layout(self, name: str) -> str | None:
        try:
            found = self._client.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
        except elasticsearch.NotFoundError:
            return None
        return str(found.get("_meta", {}).get(_META, ""))

    def has_template(self, name: str) -> bool:
        with self._asking(f"looking for the index template {name}"):
            return bool(self._client.indices.exists_index_template(name=name))

    def has_alias(self, alias: str) -> bool:
        with self._asking(f"looking for the alias {alias}"):
            if self._client.indices.exists_alias(name=alias):
                return True
            if not self._client.indices.exists(index=alias):
                return False
        raise BrinkwatchError(
            f"Elasticsearch has an index {alias!r} where brinkwatch needs an alias of that name.",
            "Delete or rename that index, or set BRINKWATCH_INDEX_PREFIX.",
        )

    def create_index(self, index: str) -> bool:
        """False where it exists."""
        with self._asking(f"creating the index {index}"):
            try:
                self._client.indices.create(index=index)
            except elasticsearch.BadRequestError as error:
                if "resource_already_exists" not in str(error):
                    raise
                return False
        return True

    # documents

    def search(self, alias: str, *, fresh: bool = True, **body: Any) -> dict[str, Any]:
        """The `hits` of a search; an alias that does not exist yet has none. `fresh` sees the last second, too."""
        with self._asking(f"searching {alias}"):
            if fresh:
                self._refresh(alias)
            found = self._client.search(index=alias, allow_partial_search_results=False, **_MISSING_IS_EMPTY, **body)
        return dict(found["hits"])

    def find(self, alias: str, ids: Sequence[str], *, source: bool = False) -> dict[str, dict[str, Any]]:
        """The hits of those ids that exist, over all months."""
        hits: dict[str, dict[str, Any]] = {}
        for some in parts(dict.fromkeys(ids), PAGE):
            found = self.search(
                alias, query={"ids": {"values": some}}, size=DEEPEST, sort=["_doc"], source=source, version=True
            )
            hits |= {hit["_id"]: hit for hit in found["hits"]}
        return hits

    def scan(self, alias: str, query: dict[str, Any]) -> list[str]:
        """The ids of everything that matches, in one view of the index."""
        if not self.has_alias(alias):
            return []
        ids: list[str] = []
        with self._asking(f"listing {alias}"):
            self._refresh(alias)
            view = self._client.open_point_in_time(index=alias, keep_alive="2m")["id"]
            try:
                after: list[Any] | None = None
                while True:
                    found = self._client.search(
                        pit={"id": view, "keep_alive": "2m"},
                        query=query,
                        sort=["_shard_doc"],
                        size=PAGE,
                        source=False,
                        search_after=after,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                    )
                    view = found.get("pit_id", view)
                    hits = found["hits"]["hits"]
                    ids += [hit["_id"] for hit in hits]
                    if len(hits) < PAGE:
                        return ids
                    after = hits[-1]["sort"]
            finally:
                with contextlib.suppress(elasticsearch.ApiError, elasticsearch.TransportError):
                    self._client.close_point_in_time(id=view)

    def delete(self, alias: str, query: dict[str, Any]) -> int:
        """Delete what matches; returns how many documents went."""
        with self._asking(f"deleting from {alias}"):
            self._refresh(alias)
            # a document that changes meanwhile was written by somebody newer: it stays, and theirs is the clean-up
            answered = self._client.options(request_timeout=300).delete_by_query(
                index=alias, query=query, conflicts="proceed", refresh=True, **_MISSING_IS_EMPTY
            )
        if answered["failures"]:
            raise Unavailable(f"Deleting from {alias} in Elasticsearch failed: {answered['failures'][0]}.")
        return int(answered["deleted"])

    def expunge(self, aliases: Sequence[str]) -> None:
        """Ask for segments and translogs without what was deleted.

        Elasticsearch works it off by itself, and keeps deleted documents on disk for as long as its retention leases
        want them for a replica's recovery (12 hours at most): they go with the next merge after that.
        """
        index = ",".join(aliases)
        with self._asking("expunging what was erased"):
            self._client.indices.flush(index=index, **_MISSING_IS_EMPTY)
            self._client.indices.forcemerge(
                index=index, only_expunge_deletes=True, wait_for_completion=False, **_MISSING_IS_EMPTY
            )

    def update(self, index: str, document_id: str, change: dict[str, Any]) -> None:
        """Change some fields of a document."""
        with self._asking(f"changing a document of {index}"):
            self._client.update(index=index, id=document_id, doc=change, retry_on_conflict=3)

    def write(self, actions: Iterable[Action]) -> list[Answer]:
        """One answer for each, in order. What was turned away for want of room or time is sent again, then waited for."""
        answers: list[Answer] = []
        for chunk in chunks(actions):
            got = self._send(chunk)
            for pause in RETRY_SECONDS:
                busy = [place for place, each in enumerate(got) if each.result == "busy"]
                if not busy:
                    break
                self._sleep(pause)
                for place, each in zip(busy, self._send([chunk[place] for place in busy]), strict=True):
                    got[place] = each
            for each in got:
                if each.result == "busy":
                    raise Unavailable(f"Elasticsearch at {self._url} takes no documents now: {each.reason}.")
            answers += got
        return answers

    def _send(self, actions: Sequence[Action]) -> list[Answer]:
        with self._asking("writing documents"):
            answered = self._client.bulk(operations=list(lines(actions)))
        return [answer(item) for item in answered["items"]]

    def _refresh(self, alias: str) -> None:
        self._client.indices.refresh(index=alias, **_MISSING_IS_EMPTY)

    @contextlib.contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        try:
            yield
        except elasticsearch.TransportError as error:
            raise Unavailable(
                f"Elasticsearch at {self._url} does not answer ({doing}: {type(error).__name__}).",
                "Start it, or set BRINKWATCH_ELASTICSEARCH_URL; it is tried again.",
            ) from error
        except elasticsearch.ApiError as error:
            raise self._refused(error, doing) from error

    def _refused(self, error: elasticsearch.ApiError, doing: str) -> BrinkwatchError:
        status, reason = error.meta.status, _api_reason(error)
        what = f"Elasticsearch at {self._url} refuses ({doing}), status {status}: {reason}."
        if status in (401, 403):
            return Unavailable(what, "Check BRINKWATCH_ELASTICSEARCH_USERNAME, _PASSWORD or _API_KEY.")
        if status in (408, 409, 429) or status >= 500:
            return Unavailable(what, "It is tried again.")
        if status == 400 and "too_many" in reason:
            return QueryError("The query costs too much.", hint="Use fewer words.")
        return BrinkwatchError(what)

    def close(self) -> None:
        self._client.close()


def _client(settings: Settings) -> Elasticsearch:
    # one retry: a connection that was kept since before a restart of the server fails once
    given: dict[str, Any] = {"request_timeout": REQUEST_SECONDS, "max_retries": 1}
    key, password = settings.elasticsearch_api_key, settings.elasticsearch_password
    if key.get_secret_value():
        given["api_key"] = key.get_secret_value()
    elif settings.elasticsearch_username:
        given["basic_auth"] = (settings.elasticsearch_username, password.get_secret_value())
    if settings.elasticsearch_ca_file is not None:
        given["ca_certs"] = str(settings.elasticsearch_ca_file)
    try:
        return Elasticsearch(settings.elasticsearch_url, **given)
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"The setting BRINKWATCH_ELASTICSEARCH_URL is {shown(settings.elasticsearch_url)!r}: {error}.",
            "Write it as https://host:9200, with a port.",
        ) from None


def parts(values: Iterable[P], size: int) -> Iterator[list[P]]:
    rest = iter(values)
    while part := list(itertools.islice(rest, size)):
        yield part


def _api_reason(error: elasticsearch.ApiError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return reason_of(body["error"])
    return str(error.message)
