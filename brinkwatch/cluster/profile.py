"""The cluster as the command line sees it: configuration in Kafka's tables, documents in Elasticsearch."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.tables import TableDeadLetters, TableRegistry, TableRules
from brinkwatch.dead import message_of
from brinkwatch.errors import InputError, Unavailable, UsageError
from brinkwatch.models import FeedState, Tombstone, encode
from brinkwatch.observe.health import PartHealth
from brinkwatch.observe.status import FailingFeed, FeedCounts, SystemStatus
from brinkwatch.operations.ingest import identify_lines, ids_of, read_line
from brinkwatch.operations.profile import IngestResult, ReplayResult
from brinkwatch.operations.replay import replayed
from brinkwatch.redact import shown
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
from producers.registry.feeds import find_feed
from sinks.elastic_store import ElasticStore
from sinks.kafka_source import group_lag
from sinks.ports import SearchRequest

_BATCH = 200

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
            numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip())
            while batch := list(itertools.islice(numbered, _BATCH)):
                entries = []
                for number, line in batch:
                    try:
                        entries.append(read_line(line, number))
                    except InputError as error:
                        complain(str(error))
                        wrong += 1
                ids = ids_of(entries)
                found = identify_lines(
                    entries,
                    known=identities.known(ids),
                    erased=identities.erased(ids),
                    now=utc_now(),
                    alert=alert,
                    max_chars=self._settings.max_stored_chars,
                )
                kafka_log.send(ARTICLES_RAW, [(article.id, encode(article)) for article in found.articles])
                identities.put(found.identities)
                read += len(batch)
                published += len(found.articles)
            identities.close()
        return IngestResult(read=read, published=published, wrong=wrong)

    def replay(self, since: dt.datetime, until: dt.datetime) -> ReplayResult:
        published = without_text = 0
        with self._log() as kafka_log, self.store() as store:
            ids = store.ids(SearchRequest(since=since, until=until))
            for start in range(0, len(ids), _BATCH):
                documents = [store.get(article_id) for article_id in ids[start : start + _BATCH]]
                articles = [replayed(document) for document in documents if document is not None]
                again = [article for article in articles if article is not None]
                kafka_log.send(ARTICLES_RAW, [(article.id, encode(article)) for article in again])
                published += len(again)
                without_text += len(articles) - len(again)
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
        now = utc_now()
        with self._log() as kafka_log, self.store() as store:
            marks: list[Tombstone] = []
            ids = list(articles)
            if source is not None:
                registry = opened.registry(self._settings, kafka_log)
                registry.refresh()
                feed = find_feed(registry.feeds(), source)
                feed_id = feed.id if feed is not None else source
                ids = store.ids(SearchRequest(query=f'feed.id:"{feed_id}"'))
                if feed is None and not ids:
                    raise UsageError(
                        f"There is no source {source!r}.", "Give a feed's address or id: `brinkwatch feeds list`."
                    )
                marks.append(Tombstone(kind="source", key=feed_id, erased_at=now, reason=reason))
            elif query is not None:
                ids = store.ids(SearchRequest(query=query))
            if not confirm(len(ids)):
                return 0
            marks += [Tombstone(kind="article", key=i, erased_at=now, reason=reason) for i in ids]
            # The tombstones first: from then on nothing of it is stored, whatever is on its way.
            opened.tombstones(self._settings, kafka_log).put(marks)
            for topic in (ARTICLES_RAW, ARTICLES_ENRICHED):
                kafka_log.send(topic, [(i, None) for i in ids])
            return store.erase(ids)

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
            feeds = _count(registry)
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


def _count(registry: TableRegistry) -> FeedCounts:
    states = registry.feed_states()
    feeds = registry.feeds()
    return FeedCounts(
        total=len(feeds),
        paused=sum(feed.paused for feed in feeds),
        failing=tuple(
            FailingFeed(url=shown(feed.url), error=state.last_error or "", failures=state.failures)
            for feed in feeds
            if (state := states.get(feed.id, FeedState(feed_id=feed.id))).failures
        ),
    )
