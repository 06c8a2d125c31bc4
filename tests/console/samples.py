"""Documents, alerts, feeds and rules written for the console's tests, and a memory filled with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from brinkwatch.models import (
    Actor,
    Alert,
    ArticleDocument,
    Attribution,
    Delivery,
    Entity,
    Escalation,
    Event,
    Feed,
    FeedRef,
    FeedState,
    Mention,
    Place,
    Rule,
    Source,
    Span,
    StoryRef,
    TextSpan,
    When,
    feed_id,
    rule_id,
)
from brinkwatch.models.document import EntityFields, EventFields, UrlFields
from brinkwatch.observe.health import PartHealth
from tests.console.memory import Memory

NOW = dt.datetime(2026, 9, 6, 15, 0, tzinfo=dt.UTC)


class Text:
    """A title and a body, and where words stand in the text that is analysed."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = title, body
        self.all = f"{title}\n\n{body}" if title else body

    def at(self, words: str, nth: int = 0) -> tuple[int, int]:
        start = -1
        for _ in range(nth + 1):
            start = self.all.index(words, start + 1)
        return start, start + len(words)

    def span(self, words: str, nth: int = 0) -> Span:
        start, end = self.at(words, nth)
        return Span(start=start, end=end)

    def text_span(self, words: str, nth: int = 0) -> TextSpan:
        start, end = self.at(words, nth)
        return TextSpan(start=start, end=end, text=words)

    def actor(self, code: str | None, words: str, nth: int = 0) -> Actor:
        start, end = self.at(words, nth)
        return Actor(id=code, start=start, end=end, text=words)

    def entity(self, code: str, kind: Any, name: str, *mentions: tuple[str, int, Any]) -> Entity:
        spans = [(self.at(words, nth), words, form) for words, nth, form in mentions]
        return Entity(
            id=code,
            type=kind,
            name=name,
            mentions=tuple(Mention(start=at[0], end=at[1], text=words, form=form) for at, words, form in spans),
        )

    def source(self, code: str | None, words: str, nth: int = 0) -> Source:
        start, end = self.at(words, nth)
        return Source(id=code, name=words, start=start, end=end)


def event(text: Text, kind: Any, trigger: str, sentence: str, **given: Any) -> Event:
    values: dict[str, Any] = {
        "mode": None,
        "quad": 4,
        "intensity": -7.0,
        "source": (),
        "target": (),
        "modality": "asserted",
        "escalation": "escalation",
        "attribution": None,
        "framing": None,
        "rule": f"{kind.lower()}.plain",
    }
    return Event(type=kind, trigger=text.text_span(trigger), sentence=text.span(sentence), **(values | given))


def document(number: int, text: Text, **given: Any) -> ArticleDocument:
    """A stored article; what is not given is that of a calm article of a wire, `number` × 20 minutes old."""
    moment = NOW - dt.timedelta(minutes=20 * number + 4)
    identity = f"{number:024x}"
    entities: tuple[Entity, ...] = given.get("entities", ())
    values: dict[str, Any] = {
        "timestamp": moment,
        "event": EventFields(types=tuple(each.type for each in given.get("events", ()))),
        "url": UrlFields(full=f"https://harbour.example/world/{number}", domain="harbour.example"),
        "id": identity,
        "title": text.title,
        "summary": "",
        "body": text.body,
        "text_origin": "feed",
        "truncated": False,
        "authors": (),
        "published": moment,
        "first_seen": moment,
        "revision": 0,
        "generation": 0,
        "feed": HARBOUR,
        "story": StoryRef(id=identity),
        "entity": EntityFields(ids=tuple(each.id for each in entities), names=tuple(each.name for each in entities)),
        "actors": (),
        "dyads": (),
        "speakers": (),
        "modalities": (),
        "places": (),
        "why": "Nothing in it raises tension.",
        "evidence": None,
        "language": "en",
        "coverage": "full",
        "entities": entities,
        "attributions": (),
        "events": (),
        "escalation": Escalation(score=0.02, level="none", direction=None, because=()),
        "rules_version": "2026.09-a41f",
    }
    return ArticleDocument(**(values | given))


HARBOUR = FeedRef(
    id="0123456789ab", url="https://harbour.example/rss.xml", title="Harbour Wire", class_="wire", country="GBR"
)
CAPITAL = FeedRef(
    id="1123456789ab", url="https://capital.example/atom", title="Capital Radio News", class_="state", country="IRN"
)
DESK = FeedRef(
    id="2123456789ab", url="https://desk.example/feed", title="Gulf Policy Desk", class_="think-tank", country="ARE"
)


def strait() -> ArticleDocument:
    """The article with everything: overlapping marks, two events in one sentence, a denial, framing, place, time."""
    first = (
        "Iran would hand coastal missiles to Yemen's Houthi movement within weeks, a step that would mark a grave "
        "escalation, according to two officials cited by the Harbour Wire on Sunday."
    )
    second = (
        "“We shelled nothing and we have sent nothing,” said Reza Karimi, a spokesman in Tehran, and denied the report."
    )
    third = "Saudi Arabia moved two frigates to the strait on Saturday and urged both sides to step back."
    body = "\n\n".join((first, second, third, "The price of insurance for tankers rose by a third."))
    text = Text("Iran to hand coastal missiles to Houthis, officials say", body)
    said = (
        Attribution(
            source=text.source(None, "two officials"),
            cue=text.text_span("according to"),
            content=text.span(first[: first.index(", according")]),
        ),
        Attribution(
            source=text.source("per:reza-karimi", "Reza Karimi"),
            cue=text.text_span("said"),
            content=text.span("We shelled nothing and we have sent nothing"),
            quoted=True,
            denies=True,
        ),
    )
    events = (
        event(
            text,
            "AID",
            "hand",
            first,
            mode="military",
            quad=2,
            intensity=3.0,
            source=(text.actor("IRN", "Iran", 1),),
            target=(text.actor("Q190100", "Houthi"),),
            modality="hypothetical",
            attribution=0,
            framing=text.text_span("would mark a grave escalation"),
            rule="aid.military.transfer",
        ),
        event(
            text,
            "ASSAULT",
            "shelled",
            second,
            mode="heavy-weapons",
            intensity=-10.0,
            source=(text.actor("IRN", "We"),),
            modality="denied",
            attribution=1,
            rule="assault.shell",
        ),
        event(
            text,
            "MOBILIZE",
            "moved two frigates",
            third,
            mode="troops",
            source=(text.actor("SAU", "Saudi Arabia"),),
            place=Place(id=None, name="the strait", country=None, **_span(text, "the strait"), precision="region"),
            when=When(from_=dt.date(2026, 9, 5), to=dt.date(2026, 9, 5), **_span(text, "Saturday"), precision="day"),
            counts={"forces": 2},
            rule="mobilize.fleet",
        ),
        event(
            text,
            "REQUEST",
            "urged",
            third,
            mode="de-escalate",
            quad=3,
            intensity=-1.0,
            source=(text.actor("SAU", "Saudi Arabia"),),
            modality="requested",
            escalation="de-escalation",
            rule="request.restraint",
        ),
    )  # the title's "hand" and "Iran" come first: offsets below are of the body where `nth` says so
    events = (
        msgspec.structs.replace(events[0], trigger=text.text_span("hand", 1)),
        *events[1:],
    )
    return document(
        0,
        text,
        entities=(
            text.entity("IRN", "GPE", "Iran", ("Iran", 0, "name"), ("Iran", 1, "name"), ("Tehran", 0, "metonym")),
            text.entity("Q190100", "ORG", "Houthi movement", ("Houthis", 0, "name"), ("Houthi movement", 0, "name")),
            text.entity("YEM", "GPE", "Yemen", ("Yemen", 0, "name")),
            text.entity("SAU", "GPE", "Saudi Arabia", ("Saudi Arabia", 0, "name")),
            text.entity("per:reza-karimi", "PERSON", "Reza Karimi", ("Reza Karimi", 0, "name")),
            text.entity("org:harbour-wire", "ORG", "Harbour Wire", ("Harbour Wire", 0, "name")),
        ),
        attributions=said,
        events=events,
        actors=("IRN", "Q190100", "SAU"),
        dyads=("IRN-Q190100",),
        authors=("Mona Lindqvist", "Idris Vale"),
        revision=1,
        why="Iran may give military aid to the Houthi movement, framed as “would mark a grave escalation”.",
        evidence=first,
        escalation=Escalation(score=0.62, level="elevated", direction="escalation", because=(0, 2)),
    )


def _span(text: Text, words: str) -> dict[str, int]:
    start, end = text.at(words)
    return {"start": start, "end": end}


def hostile() -> ArticleDocument:
    """What a feed could send to break out of the page."""
    text = Text(
        "<script>alert('title')</script> \u202eexe.kcatta",
        "<img src=x onerror=alert(1)> \"quoted' &amp; <b>bold</b> \x00 end",
    )
    return document(
        7,
        text,
        url=UrlFields(full="javascript:alert(document.domain)", domain=None),
        feed=msgspec.structs.replace(
            HARBOUR, id="9123456789ab", title="<svg onload=alert(2)>", url="https://user:hunter2@harbour.example/f"
        ),
        why="<iframe src=//evil.example>",
        authors=("<a href=x>Mallory</a>",),
    )


def simple(number: int, title: str, body: str, level: Any, score: float, why: str, **given: Any) -> ArticleDocument:
    direction = given.pop("direction", "escalation" if level in ("elevated", "high", "severe") else None)
    escalation = Escalation(score=score, level=level, direction=direction, because=())
    return document(number, Text(title, body), why=why, evidence=body, escalation=escalation, **given)


def documents() -> list[ArticleDocument]:
    unread = Escalation(score=None, level=None, direction=None, because=None)
    return [
        strait(),
        simple(
            1,
            "Rockets hit port of Latakia, dozens killed",
            "At least forty people were killed when rockets struck the port of Latakia before dawn, hospital staff said.",
            "severe",
            0.93,
            "An attack on Syria is reported as fact, with forty people killed.",
        ),
        simple(
            2,
            "تهران: به هر حمله‌ای پاسخ می‌دهیم",
            "سخنگوی وزارت خارجه گفت که ایران به هر حمله‌ای پاسخ خواهد داد.",
            "high",
            0.74,
            "Iran threatens to answer any attack.",
            language="fa",
            coverage="light",
            feed=CAPITAL,
        ),
        document(
            3,
            Text("Viðræður hefjast að nýju í Reykjavík", "Fulltrúar ríkjanna tveggja hittust á ný í gær."),
            language="is",
            coverage="none",
            why="The text is in a language that is not understood.",
            escalation=unread,
        ),
        simple(
            4,
            "Armenia and Azerbaijan sign border protocol",
            "The two foreign ministers signed a protocol on the border crossing at Margara on Friday.",
            "low",
            0.12,
            "Armenia and Azerbaijan agree on a border protocol.",
            direction="de-escalation",
            feed=DESK,
        ),
        simple(
            5,
            "Late strike sinks Rovers in cup final",
            "A late strike by the captain sank Rovers in the cup final.",
            "none",
            0.01,
            "Sport: its words of conflict are not about actors of politics.",
        ),
        hostile(),
        document(
            80,
            Text("联合国安理会将就局势举行紧急会议", "安理会轮值主席表示，会议将于周一举行。"),
            language="zh",
            coverage="names",
            why="Only names were looked for.",
            escalation=msgspec.structs.replace(unread, level="none", score=0.0),
        ),
    ]


def filled() -> Memory:
    """A console's world in which everything that can be shown is there once."""
    memory = Memory(NOW)
    memory.documents = {each.id: each for each in documents()}
    minute = dt.timedelta(minutes=1)
    feeds = [
        ("https://harbour.example/rss.xml", "Harbour Wire", "wire", "GBR", "en"),
        ("https://capital.example/atom", "Capital Radio News", "state", "IRN", "fa"),
        ("https://desk.example/feed", "Gulf Policy Desk", "think-tank", "ARE", "en"),
        ("https://lost.example/a-very-long-path/of-a-feed/that-does-not-wrap-anywhere/rss.xml?format=xml", "", "unknown", None, None),
        ("https://reader:opensesame@closed.example/feed", "Closed Bulletin", "independent", "DEU", "de"),
    ]  # fmt: skip
    for url, title, klass, country, language in feeds:
        feed = Feed(id=feed_id(url), url=url, title=title, class_=klass, country=country, language=language)  # type: ignore[arg-type]
        memory.known_feeds[feed.id] = feed
    harbour, capital, _desk, lost, closed = memory.known_feeds
    memory.states = {
        harbour: FeedState(
            feed_id=harbour, last_polled=NOW - 4 * minute, next_poll=NOW + 11 * minute, last_status=200,
            last_outcome="changed", entries=40, new_entries=6, articles=1204, polls=310, why="15 minutes: the usual interval",
        ),
        capital: FeedState(
            feed_id=capital, last_polled=NOW - 9 * minute, next_poll=NOW + 51 * minute, last_status=304,
            last_outcome="not-modified", articles=87, polls=44, why="1 hour: the feed's own time to live",
        ),
        lost: FeedState(
            feed_id=lost, last_polled=NOW - 30 * minute, next_poll=NOW + 210 * minute, last_status=404,
            last_outcome="hard", failures=7, polls=9, why="4 hours: seven failures in a row",
            last_error="The feed's server answers 404: there is nothing at this address any more.",
        ),
    }  # fmt: skip
    memory.known_feeds[closed] = msgspec.structs.replace(memory.known_feeds[closed], paused=True)
    gulf = Rule(
        id=rule_id("Gulf"),
        name="Gulf",
        query="actors:IRN AND (escalation.level:elevated OR escalation.level:high OR escalation.level:severe)",
        webhooks=("https://hooks.example/services/T0000/secret-token",),
    )
    memory.put_rule(gulf)
    memory.put_rule(
        Rule(id=rule_id("Baltic"), name="Baltic", query="missile* AND places:EST", enabled=False, max_age=3600)
    )
    source = memory.documents[f"{0:024x}"]
    memory.put_alert(
        Alert(
            id="a1", rule_id=gulf.id, rule_name="Gulf", query=gulf.query, story_id=source.id, article_id=source.id,
            title=source.title, url=source.url.full, feed_title="Harbour Wire", level="elevated", score=0.62,
            direction="escalation", sentence=source.evidence or "", why=source.why, timestamp=source.timestamp,
            raised_at=NOW - 2 * minute, webhooks=gulf.webhooks,
        )
    )  # fmt: skip
    memory.put_alert(
        msgspec.structs.replace(
            memory.raised["a1"], id="a2", title="Tanker crew held at sea", late=True, level="high",
            raised_at=NOW - 90 * minute, acknowledged_at=NOW - 60 * minute, url="javascript:alert(3)",
        )
    )  # fmt: skip
    memory.put_delivery(
        Delivery(
            id="d1", alert_id="a1", channel=gulf.webhooks[0], attempts=2, next_attempt=NOW + 3 * minute, last_status=503,
            last_error=f"POST {gulf.webhooks[0]} was answered with 503",
        )
    )  # fmt: skip
    memory.parts = [
        PartHealth(name="poller", ok=True, detail="5 feeds, 1 failing"),
        PartHealth(name="analysis", ok=True, detail="2 workers", lag=3),
        PartHealth(name="store", ok=True, detail="1,204 articles", lag=0),
    ]
    return memory
