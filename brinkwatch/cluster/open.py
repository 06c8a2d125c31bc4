"""Opens the cluster's tables and store from the settings; nothing connects before it is used."""

from __future__ import annotations

import os
import socket

from brinkwatch.cluster.tables import (
    SqliteMap,
    TableDeadLetters,
    TableIdentities,
    TableRegistry,
    TableRules,
    TableSubscriptions,
    Tombstones,
)
from brinkwatch.settings import Settings
from brinkwatch.topics import DEAD_LETTERS, FEED_STATES, FEEDS, IDENTITIES, RULES, SUBSCRIPTIONS, TOMBSTONES
from producers.kafka_log import KafkaLog, KafkaTable


def registry(settings: Settings, kafka_log: KafkaLog) -> TableRegistry:
    return TableRegistry(KafkaTable(settings, kafka_log, FEEDS), KafkaTable(settings, kafka_log, FEED_STATES))


def subscriptions(settings: Settings, kafka_log: KafkaLog) -> TableSubscriptions:
    return TableSubscriptions(KafkaTable(settings, kafka_log, SUBSCRIPTIONS))


def tombstones(settings: Settings, kafka_log: KafkaLog) -> Tombstones:
    return Tombstones(KafkaTable(settings, kafka_log, TOMBSTONES))


def identities(settings: Settings, kafka_log: KafkaLog, erased: Tombstones) -> TableIdentities:
    """On disk, a copy for each process; those of processes that were killed are removed."""
    folder = settings.data_dir / "tables"
    host = socket.gethostname()
    for left in folder.glob(f"identities-{host}-*.db"):
        if not _alive(left.stem.rpartition("-")[2]):
            left.unlink(missing_ok=True)
    path = folder / f"identities-{host}-{os.getpid()}.db"
    return TableIdentities(KafkaTable(settings, kafka_log, IDENTITIES, SqliteMap(path)), erased)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def rules(settings: Settings, kafka_log: KafkaLog) -> TableRules:
    return TableRules(KafkaTable(settings, kafka_log, RULES))


def dead_letters(settings: Settings, kafka_log: KafkaLog) -> TableDeadLetters:
    return TableDeadLetters(KafkaTable(settings, kafka_log, DEAD_LETTERS))
