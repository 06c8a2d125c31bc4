"""A defect of ours in a step costs the one article that shows it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from brinkwatch.embedded import index, journal
from brinkwatch.embedded.runtime import EmbeddedRuntime
from brinkwatch.models import Analysis, EnrichedArticle, Escalation, FeedRef, RawArticle, StoryRef, encode
from brinkwatch.settings import Settings
from sinks.ports import SearchRequest

NOW = dt.datetime(2026, 9, 6, 12, tzinfo=dt.UTC)


def enriched(number: int) -> bytes:
    article = RawArticle(
        id=f"a{number}", url=f"https://world.example/{number}", title=f"Number {number}", feed=FeedRef(id="f", url="u"),
        published=NOW, first_seen=NOW,
    )  # fmt: skip
    escalation = Escalation(score=0.0, level="none", direction=None, because=())
    analysis = Analysis(
        language="en", coverage="full", truncated=False, entities=(), attributions=(), events=(), escalation=escalation,
        rules_version="test",
    )  # fmt: skip
    return encode(EnrichedArticle(article=article, analysis=analysis, story=StoryRef(id=article.id)))


def test_an_article_that_a_step_trips_over_is_a_dead_letter_and_the_others_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = EmbeddedRuntime(Settings(data_dir=tmp_path, analyze_workers=1), lambda: NOW)
    make = index.article_document

    def trips(article: EnrichedArticle) -> Any:
        if article.article.id == "a7":
            raise KeyError("seven")
        return make(article)

    monkeypatch.setattr(index, "article_document", trips)
    messages = [(f"a{n}", enriched(n)) for n in range(20)]
    runtime.database.write(lambda c: journal.append(c, journal.ARTICLES_ENRICHED, messages))
    asyncio.run(runtime.run_once(asyncio.Event(), poll=False))
    assert runtime.failures == {}
    assert runtime.store.search(SearchRequest(limit=50)).total == 19
    (letter,) = runtime.store.letters()
    assert (letter.key, letter.step) == ("a7", "index")
    assert "KeyError" in letter.reason
    runtime.database.close()
