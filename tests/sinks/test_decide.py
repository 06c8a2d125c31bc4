"""Which articles raise which alerts: once for each rule and story, never for what is silent or old."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from brinkwatch.models import Alert, EnrichedArticle, Rule, StoryRef, rule_id
from sinks.alerts.decide import Candidate, RuleSet
from sinks.documents import article_document
from tests.sinks.articles import NOW, enriched, quiet, unread

DIGEST_AFTER = 3600.0


def rule(name: str, query: str, **given: Any) -> Rule:
    return Rule(id=rule_id(name), name=name, query=query, **given)


AT_SEA = rule("At sea", "dyads:VAL-OST AND escalation.level:>=high", webhooks=("https://hooks.example/one",))


def decide(rules: list[Rule], *articles: EnrichedArticle, now: dt.datetime = NOW) -> list[Alert]:
    candidates = [Candidate(article=each.article, document=article_document(each)) for each in articles]
    return RuleSet(rules).decide(candidates, now, DIGEST_AFTER)


def test_an_alert_tells_rule_article_level_and_evidence() -> None:
    (alert,) = decide([AT_SEA], enriched("a1"), quiet("a2"))
    document = article_document(enriched("a1"))
    assert (alert.rule_id, alert.rule_name, alert.query) == (AT_SEA.id, "At sea", AT_SEA.query)
    assert (alert.article_id, alert.story_id, alert.title, alert.url) == ("a1", "a1", document.title, document.url.full)
    assert (alert.level, alert.score, alert.direction) == ("high", 0.7, "escalation")
    assert (alert.sentence, alert.why) == (document.evidence, document.why)
    assert alert.sentence
    assert (alert.raised_at, alert.timestamp, alert.late) == (NOW, document.timestamp, False)
    assert alert.webhooks == ("https://hooks.example/one",)


def test_the_same_rule_and_story_give_the_same_id_whenever_they_meet() -> None:
    (first,) = decide([AT_SEA], enriched("a1"))
    (second,) = decide([AT_SEA], enriched("a1", revision=1), now=NOW + dt.timedelta(hours=1))
    assert first.id == second.id


def test_one_story_in_many_articles_raises_one_alert() -> None:
    copies = [msgspec.structs.replace(enriched(f"a{n}"), story=StoryRef(id="s1")) for n in range(3)]
    (alert,) = decide([AT_SEA], *copies)
    assert (alert.story_id, alert.article_id) == ("s1", "a0")


def test_each_rule_raises_its_own() -> None:
    other = rule("Everything", "")
    alerts = decide([AT_SEA, other], enriched("a1"), quiet("a2"))
    assert sorted((each.rule_name, each.article_id) for each in alerts) == [
        ("At sea", "a1"), ("Everything", "a1"), ("Everything", "a2"),
    ]  # fmt: skip


def test_a_rule_that_is_off_raises_nothing() -> None:
    assert decide([msgspec.structs.replace(AT_SEA, enabled=False)], enriched("a1")) == []


@pytest.mark.parametrize("silence", ["first-poll", "ingest", "replay", "retry"])
def test_silent_articles_raise_nothing(silence: str) -> None:
    assert decide([AT_SEA], enriched("a1", silent=silence)) == []


def test_what_was_published_longer_ago_than_the_rule_looks_back_raises_nothing() -> None:
    day = dt.timedelta(days=1)
    second = dt.timedelta(seconds=1)
    assert len(decide([AT_SEA], enriched("a1", published=NOW - day))) == 1
    assert decide([AT_SEA], enriched("a1", published=NOW - day - second)) == []
    patient = msgspec.structs.replace(AT_SEA, max_age=7 * 24 * 3600)
    assert len(decide([patient], enriched("a1", published=NOW - day - second))) == 1


def test_an_article_without_a_date_is_as_old_as_its_first_sighting() -> None:
    old = enriched("a1", published=None, first_seen=NOW - dt.timedelta(days=2))
    assert decide([AT_SEA], old) == []


def test_an_alert_of_a_backlog_is_late() -> None:
    seen = NOW - dt.timedelta(seconds=DIGEST_AFTER)
    (on_time,) = decide([AT_SEA], enriched("a1", first_seen=seen))
    (late,) = decide([AT_SEA], enriched("a1", first_seen=seen - dt.timedelta(seconds=1)))
    assert (on_time.late, late.late) == (False, True)


def test_what_is_not_read_can_be_alerted_on_by_its_words_and_has_no_level() -> None:
    (alert,) = decide([rule("Crisis", "ճգնաժամ")], unread("a1"))
    assert (alert.level, alert.score, alert.sentence) == (None, None, "")


def test_a_rule_that_cannot_be_read_leaves_the_others_working() -> None:
    alerts = decide([rule("Broken", "title:("), AT_SEA], enriched("a1"))
    assert [each.rule_name for each in alerts] == ["At sea"]


def test_relative_times_in_a_rule_are_those_of_the_moment_of_asking() -> None:
    fresh = rule("Fresh", "@timestamp:>=now-1h")
    assert len(decide([fresh], enriched("a1", published=NOW - dt.timedelta(minutes=59)))) == 1
    assert decide([fresh], enriched("a1", published=NOW - dt.timedelta(minutes=61))) == []


def test_no_rules_and_no_articles_raise_nothing() -> None:
    assert decide([], enriched("a1")) == []
    assert decide([AT_SEA]) == []
