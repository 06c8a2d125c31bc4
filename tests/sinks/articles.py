"""Enriched articles to store: small, whole, and each a little different where a test says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from brinkwatch.models import (
    Actor,
    Alert,
    Analysis,
    Attribution,
    Delivery,
    EnrichedArticle,
    Entity,
    Escalation,
    Event,
    FeedRef,
    Mention,
    Place,
    RawArticle,
    Source,
    Span,
    StoryRef,
    TextSpan,
    When,
    alert_id,
    delivery_id,
)

NOW = dt.datetime(2026, 9, 10, 12, 0, tzinfo=dt.UTC)
SEEN = dt.datetime(2026, 9, 10, 11, 58, 30, 123456, tzinfo=dt.UTC)

TITLE = "Valdria threatens Ostmark over the strait"
BODY = "Minister Ilva Brandt said the navy would sink any ship that crosses. Ostmark called for calm on Thursday."


def event(text: str, source: str, target: str, trigger: str, **given: Any) -> Event:
    """An event on the words of a text; `source` and `target` are `ID=words`."""

    def actor(written: str) -> Actor:
        id, words = written.split("=")
        start = text.index(words)
        return Actor(id=id, start=start, end=start + len(words), text=words)

    start = text.index(trigger)
    return Event(
        **{
            "type": "THREATEN",
            "mode": "military",
            "quad": 3,
            "intensity": -7.0,
            "source": (actor(source),),
            "target": (actor(target),),
            "modality": "asserted",
            "escalation": "escalation",
            "attribution": None,
            "trigger": TextSpan(start=start, end=start + len(trigger), text=trigger),
            "framing": None,
            "sentence": Span(start=0, end=len(text.split("\n")[0])),
            "rule": "threaten.plain",
            **given,
        }
    )


def analysis(text: str, **given: Any) -> Analysis:
    """Two states, one speaker, one threat; or what is given."""
    threat = event(
        text,
        "VAL=Valdria",
        "OST=Ostmark",
        "threatens",
        attribution=0,
        place=Place(id="123", name="Narrow Strait", country="VAL", start=30, end=36, precision="region"),
        when=When(from_=dt.date(2026, 9, 9), to=dt.date(2026, 9, 10), start=0, end=3, precision="day"),
        counts={"forces": 1200},
    )
    speaker = Source(id="per:ilva-brandt", name="Ilva Brandt", start=0, end=4)
    said = Attribution(source=speaker, cue=TextSpan(start=5, end=9, text="said"), content=Span(start=10, end=20))
    return Analysis(
        **{
            "language": "en",
            "coverage": "full",
            "truncated": False,
            "entities": (
                Entity(
                    id="VAL", type="GPE", name="Valdria", mentions=(Mention(start=0, end=7, text="Valdria"),)
                ),
                Entity(id="OST", type="GPE", name="Ostmark", mentions=(Mention(start=18, end=25, text="Ostmark"),)),
            ),
            "attributions": (said,),
            "events": (threat,),
            "escalation": Escalation(score=0.7, level="high", direction="escalation", because=(0,)),
            "rules_version": "r1",
            **given,
        }
    )  # fmt: skip


def enriched(
    id: str = "a1", *, storage: str = "full", analysed: Analysis | None = None, **given: Any
) -> EnrichedArticle:
    feed = given.pop(
        "feed", FeedRef(id="f1", url="https://wire.example/rss", title="Wire", class_="wire", country="GBR")
    )
    article = RawArticle(
        **{
            "id": id,
            "url": f"https://wire.example/{id}",
            "title": TITLE,
            "summary": "A threat at sea.",
            "body": BODY,
            "authors": ("Ana Núñez",),
            "published": dt.datetime(2026, 9, 10, 11, 30, tzinfo=dt.UTC),
            "first_seen": SEEN,
            "feed": msgspec.structs.replace(feed, storage=storage),
            **given,
        }
    )
    text = f"{article.title}\n\n{article.text}"
    return EnrichedArticle(article=article, analysis=analysed or analysis(text), story=StoryRef(id=id))


def quiet(id: str, **given: Any) -> EnrichedArticle:
    """An article in which nothing was found."""
    calm = Escalation(score=0.0, level="none", direction=None, because=())
    nothing = Analysis(
        language="en", coverage="full", truncated=False, entities=(), attributions=(), events=(), escalation=calm,
        rules_version="r1",
    )  # fmt: skip
    return enriched(id, **{"title": f"Harvest fair {id}", "body": "Apples won.", "analysed": nothing, **given})


def unread(id: str) -> EnrichedArticle:
    """An article in a language that is not understood."""
    none = Escalation(score=None, level=None, direction=None, because=None)
    nothing = Analysis(
        language="und", coverage="none", truncated=False, entities=(), attributions=(), events=(), escalation=none,
        rules_version="r1",
    )  # fmt: skip
    return enriched(id, title="Մի լուր", body="ճգնաժամ", summary="", published=None, analysed=nothing)


def an_alert(article_id: str = "a1", rule: str = "r1", **given: Any) -> Alert:
    return Alert(
        **{
            "id": alert_id(rule, article_id),
            "rule_id": rule,
            "rule_name": "At sea",
            "query": "dyads:VAL-OST",
            "story_id": article_id,
            "article_id": article_id,
            "title": TITLE,
            "url": "https://wire.example/a1",
            "feed_title": "Wire",
            "level": "high",
            "score": 0.7,
            "direction": "escalation",
            "sentence": TITLE,
            "why": "A threat.",
            "timestamp": NOW,
            "raised_at": NOW,
            "webhooks": ("https://hooks.example/one",),
            **given,
        }
    )


def a_delivery(alert: Alert, channel: str = "https://hooks.example/one", **given: Any) -> Delivery:
    id = delivery_id(alert.id, channel)
    return Delivery(**{"id": id, "alert_id": alert.id, "channel": channel, "next_attempt": NOW, **given})
