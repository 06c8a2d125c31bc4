"""Reading a topic of Kafka as one of a consumer group: batches out, offsets committed after their effect is durable.

With `producers/kafka_log.py` the only module that knows kafka-python.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import CommitFailedError, KafkaError

from brinkwatch.brokers import PATIENCE_MS, Membership, client_options, group_options, unreachable
from brinkwatch.settings import Settings

# It complains of every member whose client library is another one (Faust's), at each look.
logging.getLogger("kafka.admin._groups").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Record:
    """One message; `value` is None for a tombstone of compaction."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None


class _Membership(Membership, ConsumerRebalanceListener):  # type: ignore[misc]
    pass


class KafkaSource:
    """One topic, read by one thread. A batch that was not committed comes again, to this process or to another."""

    def __init__(self, settings: Settings, topic: str, group: str) -> None:
        self._settings = settings
        self._topic = topic
        self._name = settings.topic_prefix + topic
        self._group = settings.topic_prefix + group
        self._consumer: Any = None
        self._membership = _Membership()
        self._next: dict[Any, int] = {}

    def _open(self) -> Any:
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                **client_options(self._settings),
                **group_options(self._settings),
                group_id=self._group,
                auto_offset_reset="earliest",
            )
            self._membership = _Membership()
            self._consumer.subscribe([self._name], listener=self._membership)
        return self._consumer

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """Up to `limit` messages, waiting at most `seconds` for the first. Raises `Unavailable`."""
        try:
            found = self._open().poll(timeout_ms=self._membership.poll_ms(seconds), max_records=limit)
        except KafkaError as error:
            raise unreachable(self._settings, error) from error
        records = []
        for partition, batch in found.items():
            for record in batch:
                key = (record.key or b"").decode("utf-8", "replace")
                records.append(Record(self._topic, record.partition, record.offset, key, record.value))
            self._next[partition] = batch[-1].offset + 1
        return records

    def keep_alive(self) -> None:
        """Stay in the group while a batch waits for a sink that is down: poll without taking messages."""
        try:
            consumer = self._open()
            assigned = consumer.assignment()
            if assigned:
                consumer.pause(*assigned)
            try:
                consumer.poll(timeout_ms=self._membership.poll_ms(0))
            finally:
                paused = consumer.paused()
                if paused:
                    consumer.resume(*paused)
        except KafkaError as error:
            raise unreachable(self._settings, error) from error

    def commit(self) -> None:
        """Commit what `poll` has given so far. A partition that went to another in the meantime is its business."""
        assigned = self._open().assignment()
        offsets = {p: OffsetAndMetadata(n, "", -1) for p, n in self._next.items() if p in assigned}
        try:
            if offsets:
                self._consumer.commit(offsets, timeout_ms=PATIENCE_MS)
        except CommitFailedError:
            pass  # the group moved on: the messages come again elsewhere, and every effect is idempotent
        except KafkaError as error:
            raise unreachable(self._settings, error) from error
        self._next.clear()

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close(timeout_ms=PATIENCE_MS)
            self._consumer = None


@dataclass(frozen=True)
class GroupLag:
    """A consumer group's members and how many messages it has not read yet."""

    group: str
    members: int
    lag: int


def group_lag(settings: Settings, topic: str, group: str) -> GroupLag:
    """Seen from outside, so that a stalled consumer shows. Raises `Unavailable`."""
    name = settings.topic_prefix + topic
    group_id = settings.topic_prefix + group
    try:
        admin = KafkaAdminClient(**client_options(settings), request_timeout_ms=PATIENCE_MS)
        consumer = KafkaConsumer(**client_options(settings), group_id=group_id, enable_auto_commit=False)
    except KafkaError as error:
        raise unreachable(settings, error) from error
    try:
        partitions = [TopicPartition(name, p) for p in sorted(consumer.partitions_for_topic(name) or ())]
        ends = consumer.end_offsets(partitions, timeout_ms=PATIENCE_MS) if partitions else {}
        starts = consumer.beginning_offsets(partitions, timeout_ms=PATIENCE_MS) if partitions else {}
        lag = 0
        for partition in partitions:
            committed = consumer.committed(partition, timeout_ms=PATIENCE_MS)
            lag += ends[partition] - max(starts[partition], committed or 0)
        described = admin.describe_groups([group_id])
        return GroupLag(group, _members(described), lag)
    except KafkaError as error:
        raise unreachable(settings, error) from error
    finally:
        consumer.close()
        admin.close()


def _members(described: Any) -> int:
    groups = described.values() if isinstance(described, dict) else described
    return sum(len(group["members"] if isinstance(group, dict) else group.members) for group in groups)
