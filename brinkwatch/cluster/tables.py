"""What the cluster keeps in compacted topics: the feed registry, article identities, rules, tombstones, dead letters."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

from brinkwatch.models import (
    DeadLetter,
    Feed,
    FeedState,
    Identity,
    RawArticle,
    Rule,
    Subscription,
    Tombstone,
    decode,
    encode,
)
from producers.kafka_log import KafkaTable


class SqliteMap(MutableMapping[str, bytes]):
    """A mapping on disk for a table that outgrows memory. It starts empty: Kafka has the truth."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute("CREATE TABLE map (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")

    def __getitem__(self, key: str) -> bytes:
        row = self._connection.execute("SELECT value FROM map WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: str, value: bytes) -> None:
        self._connection.execute("INSERT OR REPLACE INTO map VALUES (?, ?)", (key, value))

    def __delitem__(self, key: str) -> None:
        if self._connection.execute("DELETE FROM map WHERE key = ?", (key,)).rowcount == 0:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._connection.execute("SELECT key FROM map ORDER BY key").fetchall())

    def close(self) -> None:
        """The file goes, too: it is made again at the next start."""
        self._connection.close()
        self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM map").fetchone()[0])


class TableRegistry:
    """`producers.ports.FeedRegistry` on two compacted topics; `refresh` sees what others wrote."""

    def __init__(self, feeds: KafkaTable, states: KafkaTable) -> None:
        self._feeds = feeds
        self._states = states

    def refresh(self) -> None:
        self._feeds.refresh()
        self._states.refresh()

    def feeds(self) -> Sequence[Feed]:
        feeds = [decode(Feed, value) for _, value in self._feeds.items()]
        oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
        return sorted(feeds, key=lambda feed: (feed.added_at or oldest, feed.id))

    def feed(self, feed_id: str) -> Feed | None:
        """One feed by its id."""
        value = self._feeds.get(feed_id)
        return decode(Feed, value) if value is not None else None

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        self._feeds.put([(feed.id, encode(feed)) for feed in feeds])

    def remove_feed(self, feed_id: str) -> bool:
        if self._feeds.get(feed_id) is None:
            return False
        self._feeds.put([(feed_id, None)])
        self._states.put([(feed_id, None)])
        return True

    def feed_state(self, feed_id: str) -> FeedState | None:
        value = self._states.get(feed_id)
        return decode(FeedState, value) if value is not None else None

    def feed_states(self) -> Mapping[str, FeedState]:
        return {key: decode(FeedState, value) for key, value in self._states.items()}

    def put_state(self, state: FeedState) -> None:
        self._states.put([(state.feed_id, encode(state))])

    def partition(self, feed_id: str) -> int | None:
        return self._feeds.partition(feed_id)


class TableSubscriptions:
    """`producers.ports.Subscriptions` on a compacted topic, whole in every producer: a hub reaches any of them."""

    def __init__(self, table: KafkaTable) -> None:
        self._table = table

    def refresh(self) -> None:
        self._table.refresh()

    def subscription(self, feed_id: str) -> Subscription | None:
        value = self._table.get(feed_id)
        return decode(Subscription, value) if value is not None else None

    def subscriptions(self) -> Mapping[str, Subscription]:
        return {key: decode(Subscription, value) for key, value in self._table.items()}

    def partition(self, feed_id: str) -> int | None:
        return self._table.partition(feed_id)

    def put_subscription(self, feed_id: str, sub: Subscription | None) -> None:
        self._table.put([(feed_id, encode(sub) if sub is not None else None)])


class Tombstones:
    """What was erased: looked at by the producer before publishing and by the index before storing."""

    def __init__(self, table: KafkaTable) -> None:
        self._table = table

    def refresh(self) -> None:
        self._table.refresh()

    def put(self, tombstones: Sequence[Tombstone]) -> None:
        self._table.put([(f"{t.kind}:{t.key}", encode(t)) for t in tombstones])

    def erased(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(i for i in ids if self._table.get(f"article:{i}") is not None)

    def forbids(self, article: RawArticle) -> bool:
        """Whether the article, or all that its source had published by then, was erased."""
        if self._table.get(f"article:{article.id}") is not None:
            return True
        value = self._table.get(f"source:{article.feed.id}")
        return value is not None and article.first_seen <= decode(Tombstone, value).erased_at


class TableIdentities:
    """`producers.ports.Identities` on a compacted topic, whole in every producer so that feeds may change hands."""

    def __init__(self, table: KafkaTable, tombstones: Tombstones) -> None:
        self._table = table
        self._tombstones = tombstones

    def refresh(self) -> None:
        self._table.refresh()

    def known(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        values = ((i, self._table.get(i)) for i in ids)
        return {i: decode(Identity, value) for i, value in values if value is not None}

    def erased(self, ids: Sequence[str]) -> frozenset[str]:
        return self._tombstones.erased(ids)

    def put(self, identities: Sequence[Identity]) -> None:
        self._table.put([(identity.id, encode(identity)) for identity in identities])

    def close(self) -> None:
        self._table.close()


class TableRules:
    """`sinks.ports.RuleTable` on a compacted topic."""

    def __init__(self, table: KafkaTable) -> None:
        self._table = table

    def refresh(self) -> None:
        self._table.refresh()

    def rules(self) -> list[Rule]:
        return sorted((decode(Rule, value) for _, value in self._table.items()), key=lambda rule: rule.name)

    def put_rule(self, rule: Rule) -> None:
        self._table.put([(rule.id, encode(rule))])

    def remove_rule(self, rule_id: str) -> bool:
        if self._table.get(rule_id) is None:
            return False
        self._table.put([(rule_id, None)])
        return True


class TableDeadLetters:
    """`sinks.ports.DeadLetters` on a compacted topic."""

    def __init__(self, table: KafkaTable) -> None:
        self._table = table

    def refresh(self) -> None:
        self._table.refresh()

    def put(self, letter: DeadLetter) -> None:
        self._table.put([(letter.id, encode(letter))])

    def letters(self, *, limit: int = 100) -> list[DeadLetter]:
        letters = [decode(DeadLetter, value) for _, value in self._table.items()]
        dead = [letter for letter in letters if letter.state == "dead"]
        return sorted(dead, key=lambda letter: letter.failed_at, reverse=True)[:limit]

    def letter(self, letter_id: str) -> DeadLetter | None:
        value = self._table.get(letter_id)
        return decode(DeadLetter, value) if value is not None else None
