"""What the index service and the alert service do with a batch of enriched articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import structlog

from brinkwatch.cluster.tables import TableRules, Tombstones
from brinkwatch.models import Alert, EnrichedArticle, encode
from brinkwatch.models.dead_letter import Step
from brinkwatch.observe.metrics import ALERTS, MESSAGES, SEEN_TO_STORED, UNREAD
from brinkwatch.topics import ALERTS as ALERTS_TOPIC
from producers.kafka_log import KafkaLog
from sinks.alerts.decide import Candidate, RuleSet
from sinks.deliver.deliverer import plan
from sinks.documents import article_document
from sinks.ports import AlertStore, ArticleStore

log = structlog.get_logger()


class IndexHandler:
    """Stores articles, unless a tombstone forbids it."""

    step: Step = "index"

    def __init__(self, store: ArticleStore, tombstones: Tombstones, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._tombstones = tombstones
        self._clock = clock

    def idle(self) -> None:
        self._tombstones.refresh()

    def handle(self, articles: Sequence[EnrichedArticle]) -> list[str | None]:
        self._tombstones.refresh()
        allowed = [enriched for enriched in articles if not self._tombstones.forbids(enriched.article)]
        outcomes = {outcome.id: outcome for outcome in self._store.write(allowed)}
        self._take_back(allowed)
        now = self._clock()
        for enriched in allowed:
            outcome = outcomes[enriched.article.id]
            if outcome.result in ("created", "updated"):
                SEEN_TO_STORED.observe(max((now - enriched.article.first_seen).total_seconds(), 0.0))
                if enriched.analysis.coverage == "none":
                    UNREAD.labels(enriched.analysis.language).inc()
            elif outcome.result == "stale":
                MESSAGES.labels("index", "stale").inc()
        reasons = {i: outcome.reason for i, outcome in outcomes.items() if outcome.result == "rejected"}
        return [reasons.get(enriched.article.id) for enriched in articles]

    def _take_back(self, written: Sequence[EnrichedArticle]) -> None:
        """Erase again what a tombstone forbade between the look before the write and now."""
        self._tombstones.refresh()
        forbidden = [enriched.article.id for enriched in written if self._tombstones.forbids(enriched.article)]
        if forbidden:
            self._store.erase(forbidden)


class AlertHandler:
    """Raises alerts: stored once under an id of rule and story, then published, with their deliveries planned.

    An alert whose message is given again after a kill is found stored; it is published and planned once more, which
    changes nothing where that had been done.
    """

    step: Step = "alert"

    def __init__(
        self,
        store: AlertStore,
        rules: TableRules,
        tombstones: Tombstones,
        kafka_log: KafkaLog,
        clock: Callable[[], dt.datetime],
        digest_after: float,
        planned: Callable[[], None],
    ) -> None:
        """`planned` is called when deliveries are due."""
        self._store = store
        self._rules = rules
        self._tombstones = tombstones
        self._log = kafka_log
        self._clock = clock
        self._digest_after = digest_after
        self._planned = planned
        self._set = RuleSet(())

    def idle(self) -> None:
        self._rules.refresh()
        self._tombstones.refresh()
        rules = tuple(self._rules.rules())
        if rules != self._set.rules:
            self._set = RuleSet(rules)

    def handle(self, articles: Sequence[EnrichedArticle]) -> list[str | None]:
        self.idle()
        candidates = [
            Candidate(article=enriched.article, document=article_document(enriched))
            for enriched in articles
            if not self._tombstones.forbids(enriched.article)
        ]
        for alert in self._set.decide(candidates, self._clock().replace(microsecond=0), self._digest_after):
            self._raise(alert)
        return [None] * len(articles)

    def _raise(self, alert: Alert) -> None:
        new = self._store.put_alert(alert)
        stored = alert if new else self._store.get_alert(alert.id)
        if stored is None or stored.article_id != alert.article_id:
            return  # the story raised it before, through another article
        # the alert of one that was killed in between may lack its deliveries; a new one has none yet
        known = set() if new else {delivery.id for delivery in self._store.deliveries(alert.id)}
        for delivery in plan(stored):
            if delivery.id not in known:
                self._store.put_delivery(delivery)
                self._planned()
        self._log.send(ALERTS_TOPIC, [(stored.id, encode(stored))])
        if new:
            ALERTS.labels(alert.rule_name).inc()
            log.info("alert", rule=alert.rule_name, escalation=alert.level, title=alert.title, sentence=alert.sentence)
