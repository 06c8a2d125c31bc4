"""Kafka as a log to publish to and as compacted tables; with `sinks/kafka_source.py` the only module that knows kafka-python.

What the tables hold is left to `brinkwatch/cluster/tables.py`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, TopicAlreadyExistsError

from brinkwatch.brokers import PATIENCE, PATIENCE_MS, Membership, client_options, group_options, unreachable
from brinkwatch.errors import Rejected, Unavailable
from brinkwatch.settings import Settings
from brinkwatch.topics import LIMITS, MAX_LETTER_BYTES, TOPICS, Topic

log = structlog.get_logger()

_ENVELOPE = 10_000  # bytes for the key and what Kafka writes around a message
_READ_SECONDS = 30.0  # without a message from a table that has not been read to its end


class KafkaLog:
    """An idempotent producer, `acks=all`. What `send` returned from is on the brokers' disks or memory as they promise it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prefix = settings.topic_prefix
        self._producer: Any = None
        self._lock = threading.Lock()

    def _connected(self) -> Any:
        with self._lock:
            if self._producer is None:
                try:
                    self._producer = KafkaProducer(
                        **client_options(self._settings),
                        acks="all",
                        enable_idempotence=True,
                        linger_ms=5,
                        compression_type="gzip",
                        max_request_size=MAX_LETTER_BYTES + _ENVELOPE,
                        delivery_timeout_ms=PATIENCE_MS,
                        request_timeout_ms=PATIENCE_MS // 2,
                        max_block_ms=PATIENCE_MS,
                        allow_auto_create_topics=False,
                    )
                except KafkaError as error:
                    raise unreachable(self._settings, error) from error
            return self._producer

    def send(self, topic: str, messages: Iterable[tuple[str, bytes | None]]) -> None:
        """Publish (key, value) messages and wait until all are acknowledged. Raises `Unavailable`: then some may have
        gone and the caller repeats all; `Rejected` where a message is larger than Kafka takes."""
        producer = self._connected()
        try:
            futures = []
            for key, value in messages:
                if value is not None and len(value) > LIMITS[topic]:
                    raise Rejected(
                        f"The message {key} for {topic} has {len(value)} bytes, Kafka takes {LIMITS[topic]}."
                    )
                futures.append(producer.send(self._prefix + topic, key=key.encode(), value=value))
            producer.flush(timeout=PATIENCE)
            for future in futures:
                future.get(timeout=PATIENCE)
        except KafkaError as error:
            if not error.retriable:
                self._give_up(producer)
            raise unreachable(self._settings, error) from error

    def _give_up(self, producer: Any) -> None:
        """An idempotent producer that failed for good fails ever after: the next attempt has a new one."""
        with self._lock:
            if self._producer is producer:
                self._producer = None
        _close(producer, PATIENCE)

    def close(self, timeout: float = 5.0) -> None:
        """Flush within `timeout` seconds and let go."""
        with self._lock:
            if self._producer is not None:
                _close(self._producer, timeout)
                self._producer = None


def _close(producer: Any, timeout: float) -> None:
    # With Kafka away it cannot flush. Whatever was not acknowledged was reported so to its sender.
    with contextlib.suppress(KafkaError):
        producer.close(timeout=timeout)


class KafkaTable:
    """A compacted topic as a mapping of keys to values, whole in every process that opens it.

    `store` keeps the values: a dict, or something on disk for tables that outgrow memory; it is filled anew at the
    start. Reads see the writes of this process at once, those of others after `refresh`.
    """

    def __init__(
        self,
        settings: Settings,
        kafka_log: KafkaLog,
        topic: str,
        store: MutableMapping[str, bytes] | None = None,
    ) -> None:
        self._settings = settings
        self._log = kafka_log
        self.topic = topic
        self._name = settings.topic_prefix + topic
        self._values: MutableMapping[str, bytes] = {} if store is None else store
        self._partition_of: dict[str, int] = {}
        self._lock = threading.Lock()
        self._consumer: Any = None

    def _open(self) -> Any:
        if self._consumer is None:
            try:
                consumer = KafkaConsumer(
                    **client_options(self._settings),
                    group_id=None,
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                    max_poll_records=2000,
                    allow_auto_create_topics=False,
                )
                partitions = consumer.partitions_for_topic(self._name)
                if not partitions:
                    consumer.close()
                    raise Unavailable(f"The topic {self._name} does not exist.", "Run `brinkwatch setup`.")
                consumer.assign([TopicPartition(self._name, p) for p in sorted(partitions)])
                consumer.seek_to_beginning()
            except KafkaError as error:
                raise unreachable(self._settings, error) from error
            self._consumer = consumer
        return self._consumer

    def refresh(self) -> None:
        """Read up to the present end of the topic. Raises `Unavailable`."""
        with self._lock:
            consumer = self._open()
            try:
                assigned = sorted(consumer.assignment())
                ends = consumer.end_offsets(assigned, timeout_ms=PATIENCE_MS)
                deadline = time.monotonic() + _READ_SECONDS
                while any(consumer.position(p, timeout_ms=PATIENCE_MS) < ends[p] for p in assigned):
                    if time.monotonic() > deadline:
                        raise Unavailable(f"Kafka did not give the topic {self._name} within {_READ_SECONDS:g} s.")
                    for records in consumer.poll(timeout_ms=200).values():
                        deadline = time.monotonic() + _READ_SECONDS
                        for record in records:
                            self._take(record.key.decode(), record.value, record.partition)
            except KafkaError as error:
                raise unreachable(self._settings, error) from error

    def _take(self, key: str, value: bytes | None, partition: int) -> None:
        if value is None:
            self._values.pop(key, None)
            self._partition_of.pop(key, None)
        else:
            self._values[key] = value
            self._partition_of[key] = partition

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._values.get(key)

    def items(self) -> list[tuple[str, bytes]]:
        with self._lock:
            return sorted(self._values.items())

    def partition(self, key: str) -> int | None:
        """Where a key lives, None before its message came back from the topic."""
        with self._lock:
            return self._partition_of.get(key)

    def put(self, items: Sequence[tuple[str, bytes | None]]) -> None:
        """Write values (None removes) and wait until they are durable."""
        if not items:
            return
        self._log.send(self.topic, items)
        with self._lock:
            for key, value in items:
                if value is None:
                    self._values.pop(key, None)
                else:
                    self._values[key] = value

    def close(self) -> None:
        with self._lock:
            if self._consumer is not None:
                self._consumer.close(timeout_ms=PATIENCE_MS)
                self._consumer = None


class Assignment:
    """Which partitions of a topic this process looks after, shared with others through a consumer group.

    `keep_alive` must be called every few seconds from one thread; messages are not read through it.
    """

    def __init__(self, settings: Settings, topic: str, group: str) -> None:
        self._settings = settings
        self._topic = settings.topic_prefix + topic
        self._group = settings.topic_prefix + group
        self._consumer: Any = None
        self._membership: _Pausing | None = None
        self.partitions: frozenset[int] = frozenset()

    def keep_alive(self) -> frozenset[int]:
        """Take part in the group; returns the partitions that are this process's now. Raises `Unavailable`."""
        try:
            if self._consumer is None:
                self._consumer = KafkaConsumer(
                    **client_options(self._settings),
                    **group_options(self._settings),
                    group_id=self._group,
                    max_poll_records=1,
                )
                self._membership = _Pausing(self._consumer.pause)
                self._consumer.subscribe([self._topic], listener=self._membership)
            assert self._membership is not None
            self._consumer.poll(timeout_ms=self._membership.poll_ms(0.1))
            self.partitions = frozenset(p.partition for p in self._consumer.assignment())
        except KafkaError as error:
            self.partitions = frozenset()
            raise unreachable(self._settings, error) from error
        return self.partitions

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close(timeout_ms=PATIENCE_MS)
            self._consumer = None


class _Pausing(Membership, ConsumerRebalanceListener):  # type: ignore[misc]
    """The group is only asked who looks after what: its partitions are paused so that nothing is fetched twice."""

    def __init__(self, pause: Callable[..., None]) -> None:
        super().__init__()
        self._pause = pause

    def on_partitions_assigned(self, assigned: Any) -> None:
        super().on_partitions_assigned(assigned)
        if assigned:
            self._pause(*assigned)


def create_topics(settings: Settings) -> Iterator[str]:
    """Create the topics that are missing; a line for each. Raises `Unavailable`."""
    try:
        admin = KafkaAdminClient(**client_options(settings), request_timeout_ms=15_000)
    except KafkaError as error:
        raise unreachable(settings, error) from error
    try:
        there = set(admin.list_topics())
        for topic in TOPICS:
            name = settings.topic_prefix + topic.name
            if name in there:
                continue
            try:
                _create(admin, name, topic, settings)
            except TopicAlreadyExistsError:  # another `setup` ran at the same time
                continue
            yield f"created topic {name}: {topic.purpose}"
        admin.wait_for_topics([settings.topic_prefix + topic.name for topic in TOPICS])
    except KafkaError as error:
        raise unreachable(settings, error) from error
    finally:
        admin.close()


def _create(admin: Any, name: str, topic: Topic, settings: Settings) -> None:
    configs: dict[str, str] = {"cleanup.policy": topic.cleanup, "max.message.bytes": str(topic.max_bytes + _ENVELOPE)}
    if "delete" in topic.cleanup:
        configs["retention.ms"] = str(settings.topic_retention_hours * 3_600_000)
    admin.create_topics(
        {
            name: {
                "num_partitions": settings.topic_partitions,
                "replication_factor": settings.topic_replication,
                "configs": configs,
            }
        }
    )


def missing_topics(settings: Settings) -> list[str]:
    """The topics that `setup` has still to create. Raises `Unavailable`."""
    try:
        admin = KafkaAdminClient(**client_options(settings), request_timeout_ms=PATIENCE_MS)
    except KafkaError as error:
        raise unreachable(settings, error) from error
    try:
        there = set(admin.list_topics())
    except KafkaError as error:
        raise unreachable(settings, error) from error
    finally:
        admin.close()
    return [name for topic in TOPICS if (name := settings.topic_prefix + topic.name) not in there]


def repeat_until_available(
    action: Callable[[], None], stop: threading.Event, on_trouble: Callable[[Unavailable], None]
) -> bool:
    """Call `action` until it does not raise `Unavailable`; False where `stop` was set first."""
    delay = 0.5
    while True:
        try:
            action()
            return True
        except Unavailable as error:
            on_trouble(error)
            if stop.wait(delay):
                return False
            delay = min(delay * 2, 5.0)
