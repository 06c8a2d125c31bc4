"""The step around the analyzer, and what is said to people about its answers."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from brinkwatch import explain
from brinkwatch.errors import Rejected
from brinkwatch.models import EnrichedArticle, FeedRef, RawArticle, decode, encode
from processors import steps
from processors.analysis.analyzer import Analyzer

SEEN = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def article(**fields: str) -> RawArticle:
    given = {
        "title": "Kenyan jets bomb camp in Somalia",
        "body": "Kenyan jets bombed a camp in Somalia on Sunday, officials said.",
    }
    return RawArticle(
        id="a1",
        url="https://news.example/1",
        first_seen=SEEN,
        feed=FeedRef(id="f", url="https://news.example/feed"),
        language="en",
        **{**given, **fields},
    )


def test_an_article_is_its_own_story_and_its_title_is_read_with_its_text(analyzer: Analyzer) -> None:
    enriched = steps.enrich(article(), analyzer)
    assert enriched.story.id == "a1"
    text = f"{enriched.article.title}\n\n{enriched.article.body}"
    assert [text[e.trigger.start : e.trigger.end] for e in enriched.analysis.events] == ["bomb", "bombed"]


def test_messages_go_in_and_out_as_bytes(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_analyzer", analyzer)
    enriched = decode(EnrichedArticle, steps.enrich_message(encode(article())))
    assert enriched.analysis.escalation.level in ("elevated", "high")


def test_bytes_that_are_no_article_are_rejected(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_analyzer", analyzer)
    with pytest.raises(Rejected, match="RawArticle"):
        steps.enrich_message(b'{"id": 3}')


def test_why_names_deed_doer_and_speaker(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("Kenyan jets bombed a camp in Somalia on Sunday, officials said.", language="en")
    said = explain.why(analysis)
    assert said.startswith(("Elevated: Kenyan jets attacked", "High: Kenyan jets attacked"))
    assert "(“bombed”)" in said and said.endswith("according to officials.")


def test_nothing_found_is_said_plainly(analyzer: Analyzer) -> None:
    assert explain.why(analyzer.analyze("The bakery opens at nine.", language="en")) == "Nothing escalating was found."


def test_not_read_is_never_calm(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("Habari za leo ni njema sana kwa watu wote.", language="sw")
    assert explain.why(analysis) == "Not read: no rules for this language."
    assert explain.evidence(analysis, "x") is None


def test_evidence_is_the_sentence_and_marks_lie_in_the_text(analyzer: Analyzer) -> None:
    text = "It was a quiet night.\nKenyan jets bombed a camp in Somalia, officials said."
    analysis = analyzer.analyze(text, language="en")
    assert explain.evidence(analysis, text) == "Kenyan jets bombed a camp in Somalia, officials said."
    marks = explain.marked(analysis, text)
    assert "bombed" in [text[m.start : m.end] for m in marks if m.kind == "trigger"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(marks))
