"""The console's ports in memory: small, but real. Searches use the product's own query language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from brinkwatch.console import Services
from brinkwatch.errors import Unavailable
from brinkwatch.models import Alert, ArticleDocument, Delivery, EnrichedArticle, Feed, FeedState, Rule
from brinkwatch.observe.health import HealthReport, PartHealth
from brinkwatch.settings import Settings, read_settings
from sinks.ports import SearchRequest, SearchResult, WriteOutcome
from sinks.query.evaluate import matches
from sinks.query.language import parse


@dataclass
class Memory:
    """Article store, alert store, rule table and feed registry in one. `down` makes every call fail as a store does."""

    now: dt.datetime
    documents: dict[str, ArticleDocument] = field(default_factory=dict)
    raised: dict[str, Alert] = field(default_factory=dict)
    sent: dict[str, Delivery] = field(default_factory=dict)
    saved_rules: dict[str, Rule] = field(default_factory=dict)
    known_feeds: dict[str, Feed] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    parts: list[PartHealth] = field(default_factory=list)
    down: str = ""

    def services(self, settings: Settings | None = None) -> Services:
        return Services(
            articles=self,
            alerts=self,
            rules=self,
            feeds=self,
            health=self.health,
            settings=settings or read_settings(),
            clock=lambda: self.now,
        )

    def health(self) -> HealthReport:
        return HealthReport(ready=all(part.ok for part in self.parts), parts=tuple(self.parts))

    def _reach(self) -> None:
        if self.down:
            raise Unavailable(self.down, "It is tried again by itself.")

    # ArticleStore
    def setup(self) -> list[str]:
        return []

    def write(self, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
        raise NotImplementedError("the console never writes articles")

    def get(self, article_id: str) -> ArticleDocument | None:
        self._reach()
        return self.documents.get(article_id)

    def search(self, request: SearchRequest) -> SearchResult:
        self._reach()
        query = parse(request.query)
        found = [document for document in self.documents.values() if matches(query, document, self.now)]
        found.sort(key=lambda document: (document.timestamp, document.id), reverse=True)
        return SearchResult(total=len(found), hits=tuple(found[request.offset : request.offset + request.limit]))

    def ids(self, request: SearchRequest) -> list[str]:
        return [hit.id for hit in self.search(msgspec.structs.replace(request, limit=10**9, offset=0)).hits]

    def erase(self, article_ids: Sequence[str]) -> int:
        raise NotImplementedError("the console never erases")

    def close(self) -> None: ...

    # AlertStore
    def put_alert(self, alert: Alert) -> bool:
        return self.raised.setdefault(alert.id, alert) is alert

    def get_alert(self, alert_id: str) -> Alert | None:
        self._reach()
        return self.raised.get(alert_id)

    def alerts(self, *, limit: int = 50, since: dt.datetime | None = None) -> list[Alert]:
        self._reach()
        return sorted(self.raised.values(), key=lambda alert: alert.raised_at, reverse=True)[:limit]

    def acknowledge(self, alert_id: str, at: dt.datetime) -> bool:
        self._reach()
        if alert_id not in self.raised:
            return False
        self.raised[alert_id] = msgspec.structs.replace(self.raised[alert_id], acknowledged_at=at)
        return True

    def put_delivery(self, delivery: Delivery) -> None:
        self.sent[delivery.id] = delivery

    def deliveries(self, alert_id: str) -> list[Delivery]:
        return [delivery for delivery in self.sent.values() if delivery.alert_id == alert_id]

    def due_deliveries(self, now: dt.datetime, limit: int = 100) -> list[Delivery]:
        return []

    # RuleTable
    def rules(self) -> list[Rule]:
        self._reach()
        return list(self.saved_rules.values())

    def put_rule(self, rule: Rule) -> None:
        self.saved_rules[rule.id] = rule

    def remove_rule(self, rule_id: str) -> bool:
        return self.saved_rules.pop(rule_id, None) is not None

    # FeedRegistry
    def feeds(self) -> Sequence[Feed]:
        return list(self.known_feeds.values())

    def put_feeds(self, feeds: Iterable[Feed]) -> None:
        self.known_feeds.update((feed.id, feed) for feed in feeds)

    def remove_feed(self, feed_id: str) -> bool:
        return self.known_feeds.pop(feed_id, None) is not None

    def feed_state(self, feed_id: str) -> FeedState | None:
        return self.states.get(feed_id)

    def feed_states(self) -> Mapping[str, FeedState]:
        return self.states
