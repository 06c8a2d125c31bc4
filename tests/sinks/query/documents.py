"""Small documents to search, each there for something that the queries of `cases` ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from brinkwatch.models import ArticleDocument
from brinkwatch.models.analysis import Escalation
from brinkwatch.models.article import FeedRef, StoryRef
from brinkwatch.models.document import EntityFields, EventFields, UrlFields
from brinkwatch.models.feed import Gap

NOW = dt.datetime(2026, 9, 10, 12, 0, tzinfo=dt.UTC)

GAP = Gap(
    since=NOW - dt.timedelta(hours=2), until=NOW - dt.timedelta(hours=1), missed=14, noted=NOW - dt.timedelta(hours=1)
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def document(id: str, **given: Any) -> ArticleDocument:
    """A document with quiet values wherever none is given; flat names stand for the nested ones."""
    published = given.pop("published", at("2026-09-01T08:00:00"))
    return ArticleDocument(
        id=id,
        timestamp=given.pop("timestamp", published or at("2026-09-01T08:00:00")),
        event=EventFields(types=given.pop("event_types", ())),
        url=UrlFields(full=given.pop("url", f"https://news.example/{id}"), domain=given.pop("domain", "news.example")),
        title=given.pop("title", ""),
        summary=given.pop("summary", ""),
        body=given.pop("body", ""),
        text_origin=given.pop("text_origin", "feed"),
        truncated=given.pop("truncated", False),
        authors=given.pop("authors", ()),
        published=published,
        first_seen=given.pop("first_seen", at("2026-09-01T09:00:00")),
        revision=given.pop("revision", 0),
        generation=0,
        feed=given.pop("feed", FeedRef(id="f0", url="https://news.example/rss", title="The Example Post")),
        story=StoryRef(id=given.pop("story", id)),
        entity=EntityFields(ids=given.pop("entity_ids", ()), names=given.pop("entity_names", ())),
        actors=given.pop("actors", ()),
        dyads=given.pop("dyads", ()),
        speakers=given.pop("speakers", ()),
        modalities=given.pop("modalities", ()),
        places=given.pop("places", ()),
        why="",
        evidence=None,
        language=given.pop("language", "en"),
        coverage=given.pop("coverage", "full"),
        entities=(),
        attributions=(),
        events=(),
        escalation=Escalation(
            score=given.pop("score", 0.0),
            level=given.pop("level", "none"),
            direction=given.pop("direction", None),
            because=(),
        ),
        rules_version=given.pop("rules_version", "r1"),
        **given,
    )


DOCUMENTS = (
    document(
        "missiles",
        title="U.S. says Iran's missiles would mark a major escalation",
        notice="correction",
        summary="Officials spoke in Washington.",
        body="The transfer of 3.5 tonnes of Fath-360 missiles to Russia was reported on Friday.",
        entity_ids=("IRN", "RUS", "USA", "per:owen-fairley"),
        entity_names=("Iran", "Russia", "United States", "Owen Fairley"),
        actors=("IRN", "RUS", "USA"),
        dyads=("IRN-RUS",),
        speakers=("Owen Fairley", "State Department"),
        event_types=("AID", "ACCUSE"),
        modalities=("asserted", "denied"),
        places=("Washington",),
        level="elevated",
        direction="escalation",
        score=0.62,
        revision=2,
        published=at("2026-09-06T12:30:00"),
        feed=FeedRef(
            id="f1", url="https://wire.example/rss", title="Wire Example", class_="wire", country="GBR", gap=GAP
        ),
        authors=("Owen Fairley", "Ana Núñez"),
        truncated=True,
    ),
    document(
        "talks",
        title="Iran and Russia hold talks",
        summary="A calm day, says Erdoğan.",
        body="Diplomats of Iran met. The talks in Sana’a went on; Russia hold nothing back.",
        entity_ids=("IRN", "RUS"),
        entity_names=("Iran", "Russia"),
        actors=("IRN", "RUS"),
        dyads=("IRN-RUS", "RUS-IRN"),
        event_types=("CONSULT",),
        modalities=("asserted",),
        places=("Sana'a",),
        level="low",
        score=0.1,
        published=at("2026-09-06T00:00:00"),
    ),
    document(
        "chinese",
        title="中国人民银行宣布新政策",
        body="美国官员表示关注。Iran也关注",
        language="zh",
        coverage="names",
        entity_ids=("CHN",),
        entity_names=("中国人民银行",),
        level=None,
        score=None,
        published=at("2026-09-07T00:00:00"),
    ),
    document(
        "unread",
        title="Հայաստան լուրեր",
        body="ճգնաժամ",
        language="hy",
        coverage="none",
        level=None,
        score=None,
        published=None,
        timestamp=at("2026-08-31T23:59:59.999999"),
        first_seen=at("2026-08-31T23:59:59.999999"),
    ),
    document(
        "french",
        title="L'Iran dément toute livraison",
        summary="États voisins inquiets; de l’Iran à l'Égypte",
        language="fr",
        entity_ids=("IRN", "EGY"),
        entity_names=("Iran", "Égypte"),
        actors=("IRN",),
        speakers=("Ministère des Affaires étrangères",),
        event_types=("REJECT",),
        modalities=("denied",),
        level="none",
        score=-0.5,
        url="https://journal.example/monde/a?b=1&c=2",
        domain="journal.example",
        published=at("2026-09-09T12:00:00"),
        timestamp=at("2026-09-09T12:00:00.000001"),
    ),
    document(
        "quiet",
        title="Football club hold a press day",
        body="The price rose by 3 to 5 percent, 1,000 fans came. Let us play. Call AT&T on day 360 for a Fath.",
        score=-3.0,
        published=at("2026-09-10T11:00:00"),
        authors=("Owen", "Fairley Ana"),
    ),
)
