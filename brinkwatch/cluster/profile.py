"""The cluster as the command line sees it: configuration in Kafka's tables, documents in Elasticsearch."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.produce import KafkaOutbox
from brinkwatch.cluster.tables import TableDeadLetters, TableIdentities, TableRegistry, TableRules, TableSubscriptions
from brinkwatch.dead import message_of
from brinkwatch.errors import Unavailable, UsageError
from brinkwatch.models import Feed, encode
from brinkwatch.observe.health import PartHealth
from brinkwatch.observe.status import FeedCounts, SystemStatus, count_feeds
from brinkwatch.operations.erase import erasure
from brinkwatch.operations.ingest import identify_lines, ids_of, read_batches
from brinkwatch.operations.profile import IngestResult, ReplayResult
from brinkwatch.operations.replay import replay_batches
from brinkwatch.settings import Settings
from brinkwatch.topics import (
    ARTICLES_ENRICHED,
    ARTICLES_RAW,
    FEEDS,
    GROUP_ALERT,
    GROUP_INDEX,
    GROUP_PROCESS,
    GROUP_PRODUCE,
)
from producers.kafka_log import KafkaLog
from producers.poll.poller import utc_now
from sinks.elastic_store import ElasticStore
from sinks.kafka_source import group_lag
from sinks.ports import SearchRequest

_GROUPS = (
    (GROUP_PRODUCE, FEEDS, False),
    (GROUP_PROCESS, ARTICLES_RAW, True),
    (GROUP_INDEX, ARTICLES_ENRICHED, True),
    (GROUP_ALERT, ARTICLES_ENRICHED, True),
)
"""Group, the topic it reads, and whether what it has not read is a backlog."""


class ClusterProfile:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextlib.contextmanager
    def _log(self) -> Iterator[KafkaLog]:
        kafka_log = KafkaLog(self._settings)
        try:
            yield kafka_log
        finally:
            kafka_log.close()

    @contextlib.contextmanager
    def store(self) -> Iterator[ElasticStore]:
        store = ElasticStore(self._settings, utc_now)
        try:
            yield store
        finally:
            store.close()

    @contextlib.contextmanager
    def rules(self) -> Iterator[TableRules]:
        with self._log() as kafka_log:
            table = opened.rules(self._settings, kafka_log)
            table.refresh()
            yield table

    @contextlib.contextmanager
    def registry(self) -> Iterator[TableRegistry]:
        with self._log() as kafka_log:
            table = opened.registry(self._settings, kafka_log)
            table.refresh()
            yield table

    @contextlib.contextmanager
    def subscriptions(self) -> Iterator[TableSubscriptions]:
        with self._log() as kafka_log:
            table = opened.subscriptions(self._settings, kafka_log)
            table.refresh()
            yield table

    @contextlib.contextmanager
    def dead_letters(self) -> Iterator[TableDeadLetters]:
        with self._log() as kafka_log:
            table = opened.dead_letters(self._settings, kafka_log)
            table.refresh()
            yield table

    def retry(self, letter_ids: Sequence[str] | None) -> int:
        with self._log() as kafka_log:
            table = opened.dead_letters(self._settings, kafka_log)
            table.refresh()
            if letter_ids is None:
                letters = table.letters(limit=1_000_000)
            else:
                found = [(i, table.letter(i)) for i in letter_ids]
                missing = [i for i, letter in found if letter is None]
                if missing:
                    raise UsageError(
                        f"There is no dead letter {missing[0]}.", "`brinkwatch dead-letters list` lists them."
                    )
                letters = [letter for _, letter in found if letter is not None]
            for letter in letters:
                kafka_log.send(letter.topic, [(letter.key, message_of(letter))])
                table.put(msgspec.structs.replace(letter, state="retried"))
            return len(letters)

    def ingest(self, lines: Iterable[bytes], *, alert: bool, complain: Callable[[str], None]) -> IngestResult:
        read = published = wrong = 0
        with self._log() as kafka_log:
            tombstones = opened.tombstones(self._settings, kafka_log)
            tombstones.refresh()
            identities = opened.identities(self._settings, kafka_log, tombstones)
            identities.refresh()
            for batch in read_batches(lines, complain):
                ids = ids_of(batch.entries)
                found = identify_lines(
                    batch.entries,
                    known=identities.known(ids),
                    erased=identities.erased(ids),
                    now=utc_now(),
                    alert=alert,
                    max_chars=self._settings.max_stored_chars,
                )
                kafka_log.send(ARTICLES_RAW, [(article.id, encode(article)) for article in found.articles])
                identities.put(found.identities)
                read += batch.read
                wrong += batch.wrong
                published += len(found.articles)
            identities.close()
        return IngestResult(read=read, published=published, wrong=wrong)

    @contextlib.contextmanager
    def outbox(self) -> Iterator[tuple[TableIdentities, KafkaOutbox]]:
        with self._log() as kafka_log:
            tombstones = opened.tombstones(self._settings, kafka_log)
            tombstones.refresh()
            identities = opened.identities(self._settings, kafka_log, tombstones)
            identities.refresh()
            registry = opened.registry(self._settings, kafka_log)
            try:
                yield identities, KafkaOutbox(kafka_log, identities, registry, threading.Event())
            finally:
                identities.close()

    def replay(self, since: dt.datetime, until: dt.datetime) -> ReplayResult:
        published = without_text = 0
        with self._log() as kafka_log, self.store() as store:
            for batch in replay_batches(store, since, until):
                kafka_log.send(ARTICLES_RAW, [(article.id, encode(article)) for article in batch.articles])
                published += len(batch.articles)
                without_text += batch.without_text
        return ReplayResult(published=published, without_text=without_text)

    def erase(
        self,
        *,
        articles: Sequence[str],
        source: str | None,
        query: str | None,
        reason: str,
        confirm: Callable[[int], bool],
    ) -> int:
        with self._log() as kafka_log, self.store() as store:
            meant = erasure(
                articles=articles,
                source=source,
                query=query,
                feeds=lambda: self._feeds(kafka_log),
                of_feed=lambda feed_id: store.ids(SearchRequest(query=f'feed.id:"{feed_id}"')),
                of_query=lambda words: store.ids(SearchRequest(query=words)),
            )
            if not confirm(len(meant.ids)):
                return 0
            # The tombstones first: from then on nothing of it is stored, whatever is on its way.
            opened.tombstones(self._settings, kafka_log).put(meant.tombstones(utc_now(), reason))
            for topic in (ARTICLES_RAW, ARTICLES_ENRICHED):
                kafka_log.send(topic, [(i, None) for i in meant.ids])
            return store.erase(meant.ids)

    def _feeds(self, kafka_log: KafkaLog) -> Sequence[Feed]:
        registry = opened.registry(self._settings, kafka_log)
        registry.refresh()
        return registry.feeds()

    def status(self) -> SystemStatus:
        parts: list[PartHealth] = []
        for group, topic, counts in _GROUPS:
            try:
                found = group_lag(self._settings, topic, group)
                detail = f"{found.members} running" if found.members else f"not running: start `brinkwatch {group}`"
                lag = found.lag if counts else None
                parts.append(PartHealth(name=group, ok=found.members > 0, detail=detail, lag=lag))
            except Unavailable as error:
                parts.append(PartHealth(name=group, ok=False, detail=str(error)))
        articles = not_read = dead = 0
        try:
            with self.store() as store:
                articles = store.search(SearchRequest(limit=0)).total
                not_read = store.search(SearchRequest(query="coverage:none", limit=0)).total
            parts.append(PartHealth(name="elasticsearch", ok=True, detail="connected"))
        except Unavailable as error:
            parts.append(PartHealth(name="elasticsearch", ok=False, detail=str(error)))
        feeds = FeedCounts()
        with contextlib.suppress(Unavailable), self._log() as kafka_log:
            registry = opened.registry(self._settings, kafka_log)
            registry.refresh()
            feeds = count_feeds(registry.feeds(), registry.feed_states())
            letters = opened.dead_letters(self._settings, kafka_log)
            letters.refresh()
            dead = len(letters.letters(limit=1_000_000))
        return SystemStatus(
            ready=all(part.ok for part in parts),
            profile="cluster",
            parts=tuple(parts),
            feeds=feeds,
            articles=articles,
            not_read=not_read,
            dead_letters=dead,
        )
