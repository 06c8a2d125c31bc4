"""From new articles and rules to alerts: one for each rule and story, none for what is silent or old. Decides only.

A rule is a saved query and is run as the search would run it; storing, and so raising each alert once, is left to the
stores: an alert's id follows from rule and story.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import structlog

from brinkwatch.errors import QueryError
from brinkwatch.models import Alert, ArticleDocument, RawArticle, Rule, alert_id
from brinkwatch.models.analysis import Struct
from sinks.query.language import parse
from sinks.query.tantivy_rules import Matcher

log = structlog.get_logger()


class Candidate(Struct, frozen=True, kw_only=True):
    """An article that was stored just now, with the message it came from."""

    article: RawArticle
    document: ArticleDocument


class RuleSet:
    """The enabled rules, compiled. A rule whose query is no longer in the language is told once and left out."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._enabled: dict[str, Rule] = {}
        queries = {}
        for rule in rules:
            if not rule.enabled:
                continue
            try:
                queries[rule.id] = parse(rule.query)
            except QueryError as error:
                log.warning("an alert rule cannot be run", rule=rule.name, reason=str(error))
                continue
            self._enabled[rule.id] = rule
        self._matcher = Matcher(queries)

    def decide(self, candidates: Sequence[Candidate], now: dt.datetime, digest_after: float) -> list[Alert]:
        """The alerts that these articles raise. `digest_after` in seconds from first sighting to late."""
        speaking = [candidate for candidate in candidates if candidate.article.silent is None]
        matches = self._matcher.match([candidate.document for candidate in speaking], now)
        alerts: dict[str, Alert] = {}
        for candidate, rule_ids in zip(speaking, matches, strict=True):
            for rule_id in rule_ids:
                rule = self._enabled[rule_id]
                if not is_old(candidate.document, rule, now):
                    alert = make_alert(rule, candidate.document, now, digest_after)
                    alerts.setdefault(alert.id, alert)
        return list(alerts.values())


def is_old(document: ArticleDocument, rule: Rule, now: dt.datetime) -> bool:
    """Published longer ago than the rule looks back."""
    return (now - document.timestamp).total_seconds() > rule.max_age


def make_alert(rule: Rule, document: ArticleDocument, now: dt.datetime, digest_after: float) -> Alert:
    """The alert of a rule over an article."""
    return Alert(
        id=alert_id(rule.id, document.story.id),
        rule_id=rule.id,
        rule_name=rule.name,
        query=rule.query,
        story_id=document.story.id,
        article_id=document.id,
        title=document.title,
        url=document.url.full,
        feed_title=document.feed.title,
        level=document.escalation.level,
        score=document.escalation.score,
        direction=document.escalation.direction,
        sentence=document.evidence or "",
        why=document.why,
        timestamp=document.timestamp,
        raised_at=now,
        late=(now - document.first_seen).total_seconds() > digest_after,
        webhooks=rule.webhooks,
    )
