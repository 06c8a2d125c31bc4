"""`brinkwatch produce`: polls the feeds that the consumer group gives this process, and publishes to Kafka."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from brinkwatch.cluster import open as opened
from brinkwatch.cluster.service import running, stop_at_signals
from brinkwatch.cluster.tables import TableIdentities, TableRegistry, TableSubscriptions
from brinkwatch.errors import Unavailable
from brinkwatch.models import Feed, FeedState, Identity, RawArticle, encode
from brinkwatch.observe.health import PartHealth, report
from brinkwatch.operations.feeds import read_feeds
from brinkwatch.settings import Settings
from brinkwatch.topics import ARTICLES_RAW, FEEDS, GROUP_PRODUCE
from producers.fetch.client import Client
from producers.kafka_log import Assignment, KafkaLog, repeat_until_available
from producers.poll.one import parse_workers
from producers.poll.poller import Poller, utc_now
from producers.push.keys import Keys, read_keys
from producers.push.listen import poller_options, pushing
from producers.push.subscriber import Subscriber
from producers.registry.feeds import merge_feeds

log = structlog.get_logger()

_GROUP_SECONDS = 1.0


class SharedRegistry:
    """The feeds of the partitions that are this process's now; it knows all, and polls these."""

    def __init__(self, registry: TableRegistry, group: Group) -> None:
        self._registry = registry
        self._group = group

    def feeds(self) -> Sequence[Feed]:
        ours = self._group.partitions
        return [feed for feed in self._registry.feeds() if self._registry.partition(feed.id) in ours]

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        self._registry.put_feeds(feeds)

    def remove_feed(self, feed_id: str) -> bool:
        return self._registry.remove_feed(feed_id)

    def feed_state(self, feed_id: str) -> FeedState | None:
        return self._registry.feed_state(feed_id)

    def feed_states(self) -> Mapping[str, FeedState]:
        return self._registry.feed_states()


class KafkaOutbox:
    """`producers.ports.Outbox`: articles first, then their identities, then the feed's state, each acknowledged.

    A kill in between polls the feed again and publishes the same articles under the same ids.
    """

    def __init__(
        self, kafka_log: KafkaLog, identities: TableIdentities, registry: TableRegistry, stop: threading.Event
    ) -> None:
        self._log = kafka_log
        self._identities = identities
        self._registry = registry
        self._stop = stop
        self.trouble: str | None = None

    async def publish(
        self, articles: Sequence[RawArticle], identities: Sequence[Identity], state: FeedState | None
    ) -> None:
        sent = await asyncio.to_thread(
            repeat_until_available, lambda: self._send(articles, identities, state), self._stop, self.tell
        )
        if not sent:
            raise Unavailable("The service was stopped while Kafka took no messages; the feed is polled again.")
        self.trouble = None

    def _send(self, articles: Sequence[RawArticle], identities: Sequence[Identity], state: FeedState | None) -> None:
        self._log.send(ARTICLES_RAW, [(article.id, encode(article)) for article in articles])
        self._identities.put(identities)
        if state is not None:
            self._registry.put_state(state)

    def tell(self, error: Unavailable) -> None:
        if self.trouble is None:
            log.warning("waiting", step="produce", reason=str(error))
        self.trouble = str(error)


class Group:
    """Keeps this process in the group of producers, and its tables fresh, in a thread of its own: polling may take long.

    `partitions` become ours only after the tables were read up to now, so that feeds that were another's until a
    moment ago go on where that one stopped.
    """

    def __init__(self, assignment: Assignment, refresh: Callable[[], None], stop: threading.Event) -> None:
        self._assignment = assignment
        self._refresh = refresh
        self._stop = stop
        self.partitions: frozenset[int] = frozenset()
        self.trouble: str | None = "joining the group"
        self._thread = threading.Thread(target=self._run, name="group", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                partitions = self._assignment.keep_alive()
                self._refresh()
                self.partitions = partitions
                self.trouble = None
            except Unavailable as error:
                self.partitions = frozenset()
                self.trouble = str(error)
            self._stop.wait(_GROUP_SECONDS if self.partitions else 0.1)
        self._assignment.close()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=5)


def run_produce(settings: Settings, feeds: Sequence[str], *, alert: bool) -> None:
    """Work until SIGINT or SIGTERM; `feeds` are OPML files and addresses to register first."""
    stop = stop_at_signals()
    kafka_log = KafkaLog(settings)
    registry = opened.registry(settings, kafka_log)
    tombstones = opened.tombstones(settings, kafka_log)
    identities = opened.identities(settings, kafka_log, tombstones)
    keys = read_keys(settings)
    subscriptions = opened.subscriptions(settings, kafka_log)

    def refresh() -> None:
        registry.refresh()
        identities.refresh()
        tombstones.refresh()
        if keys is not None:
            subscriptions.refresh()

    group = Group(Assignment(settings, FEEDS, GROUP_PRODUCE), refresh, stop)
    outbox = KafkaOutbox(kafka_log, identities, registry, stop)

    def health() -> list[PartHealth]:
        trouble = group.trouble or outbox.trouble
        ours = len(group.partitions)
        return [
            PartHealth(name="produce", ok=trouble is None, detail=trouble or f"{ours} partitions of the feeds are ours")
        ]

    with running(settings, "produce", lambda: report(health()), stop) as there:
        try:
            if there:
                asyncio.run(
                    _produce(settings, feeds, alert, registry, identities, outbox, group, stop, keys, subscriptions)
                )
        finally:
            stop.set()
            group.join()
            kafka_log.close()
            identities.close()


async def _produce(
    settings: Settings,
    feeds: Sequence[str],
    alert: bool,
    registry: TableRegistry,
    identities: TableIdentities,
    outbox: KafkaOutbox,
    group: Group,
    stop: threading.Event,
    keys: Keys | None,
    subscriptions: TableSubscriptions,
) -> None:
    stopping = asyncio.Event()

    def end() -> None:
        stop.set()
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    if not await asyncio.to_thread(_register, settings, feeds, registry, stop, outbox):
        return
    group.start()
    workers = parse_workers(settings)
    try:
        async with Client(settings) as client:
            shared = SharedRegistry(registry, group)
            subscriber = None
            if keys is not None:

                def owns(feed_id: str) -> bool:
                    # a removed feed has no partition any more; its subscription lies in the one of the same number
                    partition = registry.partition(feed_id)
                    return (subscriptions.partition(feed_id) if partition is None else partition) in group.partitions

                subscriber = Subscriber(
                    subscriptions,
                    registry.feed,
                    registry.feed_state,
                    client,
                    workers,
                    settings,
                    keys,
                    clock=utc_now,
                    owns=owns,
                    refresh=subscriptions.refresh,
                )
            poller = Poller(
                shared,
                identities,
                outbox,
                client,
                workers,
                settings,
                clock=utc_now,
                alert=alert,
                **poller_options(subscriber),
            )
            async with pushing(subscriber, poller, settings, stopping):
                await poller.run(stopping)
    finally:
        await asyncio.to_thread(workers.close)


def _register(
    settings: Settings, feeds: Sequence[str], registry: TableRegistry, stop: threading.Event, outbox: KafkaOutbox
) -> bool:
    """Register what was given, however long Kafka takes to come; False where the service was stopped before."""
    given = read_feeds(feeds, utc_now())

    def register() -> None:
        registry.refresh()
        registry.put_feeds(merge_feeds(registry.feeds(), given).feeds)

    return repeat_until_available(register, stop, outbox.tell)
