"""Rules find among new documents what a search for their query finds."""

from __future__ import annotations

import datetime as dt

from sinks.query.language import parse
from sinks.query.tantivy_rules import Matcher
from tests.sinks.query.cases import CASES
from tests.sinks.query.documents import DOCUMENTS, NOW


def test_every_query_of_the_table_matches_as_a_rule_what_it_finds_in_search() -> None:
    matcher = Matcher({query: parse(query) for query in CASES})
    found = matcher.match(DOCUMENTS, NOW)
    assert {document.id: set(rules) for document, rules in zip(DOCUMENTS, found, strict=True)} == {
        document.id: {query for query in CASES if document.id in CASES[query].split()} for document in DOCUMENTS
    }


def test_rules_come_in_their_order_and_batches_do_not_mix() -> None:
    matcher = Matcher({"second": parse("iran"), "first": parse("talks"), "none": parse("absent")})
    assert matcher.match(DOCUMENTS[1:2], NOW) == [("second", "first")]
    assert matcher.match(DOCUMENTS[:1], NOW) == [("second",)]


def test_the_same_document_twice_in_a_batch_is_answered_twice() -> None:
    assert Matcher({"r": parse("iran")}).match((DOCUMENTS[0], DOCUMENTS[5], DOCUMENTS[0]), NOW) == [("r",), (), ("r",)]


def test_now_is_the_moment_of_asking() -> None:
    matcher = Matcher({"fresh": parse("published:>now-24h")})
    quiet = DOCUMENTS[5:6]
    assert matcher.match(quiet, NOW) == [("fresh",)]
    assert matcher.match(quiet, NOW + dt.timedelta(days=2)) == [()]


def test_nothing_to_match_is_no_work() -> None:
    assert Matcher({}).match(DOCUMENTS, NOW) == [()] * len(DOCUMENTS)
    assert Matcher({"r": parse("a")}).match((), NOW) == []
