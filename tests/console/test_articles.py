"""The lists, the search and its JSON twin, and one article."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import httpx
import msgspec
import pytest

from brinkwatch.models import ArticleDocument, Feed, feed_id
from brinkwatch.models.document import Change
from brinkwatch.models.feed import Gap, Storage
from tests.console.conftest import ask
from tests.console.memory import Memory
from tests.console.samples import HARBOUR, NOW, Text, document, strait

STRAIT = "0" * 24


def levels(page: str) -> list[str]:
    return re.findall(r'<article class="entry entry-(\w+)"', page)


class Words(HTMLParser):
    """The text of the elements of a class, with superscripts left out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.depth, self.quiet, self.found = name, 0, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.depth += 1
        elif self.name in (dict(attrs).get("class") or "").split():
            self.depth = 1
        self.quiet += tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth)
        self.quiet -= tag == "sup"

    def handle_data(self, data: str) -> None:
        if self.depth and not self.quiet:
            self.found += data


def words_of(page: str, name: str) -> str:
    reader = Words(name)
    reader.feed(page)
    return " ".join(reader.found.split())


async def test_the_newest_articles_come_first_each_with_its_level_and_the_sentence_that_says_why(
    client: httpx.AsyncClient, memory: Memory
) -> None:
    page = (await client.get("/")).text
    assert levels(page) == ["elevated", "severe", "high", "unread", "low", "none", "none", "names"]
    first = memory.documents[STRAIT]
    assert first.why.replace('"', "&#34;") in page
    assert first.evidence is not None and first.evidence.replace("'", "&#39;") in page
    assert '<h2 id="day-1">Today</h2>' in page and '<h2 id="day-2">Yesterday</h2>' in page


async def test_a_level_is_a_word_and_a_shape_too(client: httpx.AsyncClient) -> None:
    page = (await client.get("/?level=severe")).text
    shown = page[page.index("entry-level") : page.index("entry-main")]
    assert shown.count('class="bar on"') == 4 and "severe" in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/?level=severe", ["severe"]),
        ("/?level=elevated", ["elevated", "severe", "high"]),
        ("/?level=none", ["none", "none"]),
        ("/?level=unread", ["unread", "names"]),
        ("/?language=fa", ["high"]),
        ("/?class=think-tank", ["low"]),
        ("/?period=day&level=unread", ["unread"]),
        ("/search?q=missiles", ["elevated"]),
        ("/search?q=missiles OR frontier OR rockets&level=high", ["severe"]),
        ("/?level=loud&class=x&language=../..&period=ever&page=-3", 8),
    ],
)
async def test_filters_narrow_the_list_and_unknown_ones_do_not(
    client: httpx.AsyncClient, address: str, shown: list[str] | int
) -> None:
    answer = await client.get(address)
    assert answer.status_code == 200
    found = levels(answer.text)
    assert found == shown or len(found) == shown


async def test_an_article_in_a_language_not_understood_is_shown_as_not_read_and_never_as_calm(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(f"/articles/{3:024x}")).text
    assert words_of(page, "kicker") == "Level: not read"
    assert "this says nothing about how calm it is" in page
    assert "score" not in words_of(page, "kicker")
    assert "no event between actors was found" not in page


async def test_a_refused_query_is_shown_with_the_place_and_the_reason(client: httpx.AsyncClient) -> None:
    for address in ("/search?q=iran AND (tank", "/search?q=iran AND (tank&level=high"):
        answer = await client.get(address)
        assert answer.status_code == 400
        assert "iran AND <mark>(</mark>tank" in answer.text
        assert "never closed" in answer.text


async def test_parentheses_of_a_query_never_pair_up_with_those_of_the_filters(client: httpx.AsyncClient) -> None:
    assert (await client.get("/search?q=a) OR (b&level=high")).status_code == 400


async def test_a_query_that_is_too_long_is_refused_by_page_and_api(client: httpx.AsyncClient) -> None:
    assert (await client.get("/search", params={"q": "a" * 2500})).status_code == 400
    assert (await client.get("/api/search", params={"q": "a" * 2500})).status_code == 400
    assert (await client.get("/search", params={"q": "a" * 9000})).status_code == 414


async def test_found_words_are_highlighted(client: httpx.AsyncClient) -> None:
    page = (await client.get("/search?q=Missile*")).text
    assert "coastal <mark>missiles</mark> to" in page


async def test_long_lists_have_pages_and_the_first_links_to_the_second() -> None:
    memory = Memory(NOW)
    memory.documents = {f"{n:024x}": document(n, Text(f"Item {n}", "Words.")) for n in range(70)}
    async with ask(memory) as client:
        first, last = (await client.get("/?level=none")).text, (await client.get("/?level=none&page=3")).text
    assert len(levels(first)) == 30 and 'href="/?level=none&amp;page=2"' in first and 'rel="prev"' not in first
    assert len(levels(last)) == 10 and 'rel="next"' not in last


async def test_an_empty_console_says_what_to_do_next() -> None:
    memory = Memory(NOW)
    async with ask(memory) as client:
        assert "brinkwatch feeds add" in (await client.get("/")).text
        memory.put_feeds([Feed(id=feed_id("https://a.example"), url="https://a.example")])
        assert "1 feed is registered" in (await client.get("/")).text
        assert "Nothing matches" in (await client.get("/search?q=absent")).text
        for address in ("/alerts", "/feeds", "/rules", "/status"):
            assert (await client.get(address)).status_code == 200


async def test_the_text_of_an_article_stays_whole_under_its_marks(client: httpx.AsyncClient, memory: Memory) -> None:
    page = (await client.get(f"/articles/{STRAIT}")).text
    assert words_of(page, "prose") == " ".join(memory.documents[STRAIT].body.split())


async def test_events_are_listed_with_who_whom_sense_speaker_framing_and_rule(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/articles/{STRAIT}")).text
    first = page[page.index('<li id="event-1"') : page.index('<li id="event-2"')]
    text = words_of(f"<div class=x>{first}</div>", "x")
    for expected in (
        "AID military reason for the level",
        "Iran IRN aids → Houthi Q190100",
        "said to be possible",
        "two officials",
        "would mark a grave escalation",
        "aid.military.transfer",
    ):
        assert expected in text
    assert 'href="#trigger-1"' in first and 'id="trigger-1"' in page
    assert "event-because" in first
    second = page[page.index('<li id="event-2"') : page.index('<li id="event-3"')]
    assert "event-because" not in second and "<strong>denied</strong>" in second


async def test_only_the_events_that_the_level_rests_on_are_marked_as_the_reason(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/articles/{STRAIT}")).text
    prose = page[page.index('class="prose"') :]
    reason = words_of(prose, "m-reason")
    assert "Iran would" in reason and "frigates" in reason and "spokesman" not in reason


async def test_the_original_is_linked_to_without_passing_anything_on(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/articles/{STRAIT}")).text
    assert 'href="https://harbour.example/world/0" rel="noopener noreferrer nofollow"' in page


async def test_text_of_another_direction_says_so(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/articles/{2:024x}")).text
    assert '<h1 dir="auto" lang="fa">' in page


@pytest.mark.parametrize(
    ("storage", "kept", "said", "marked"),
    [
        ("metadata", "", "The text is not kept", 0),
        ("excerpt", "Iran would hand coastal missiles to …", "Only an excerpt", 1),
        ("full", "Quite another text of the same article, Iran would hand.", "is not the one that was analysed", 0),
    ],
)
async def test_where_less_text_is_kept_than_was_analysed_no_mark_stands_in_a_wrong_place(
    storage: Storage, kept: str, said: str, marked: int
) -> None:
    cut = msgspec.structs.replace(strait(), body=kept, feed=msgspec.structs.replace(HARBOUR, storage=storage))
    memory = Memory(NOW)
    memory.documents = {cut.id: cut}
    async with ask(memory) as client:
        page = (await client.get(f"/articles/{cut.id}")).text
    assert said in page
    prose = page[page.index('class="prose"') : page.index('class="findings"')]
    assert prose.count("m-event") == prose.count("m-entity") == marked
    assert "m-entity" in page[page.index("<h1") : page.index("</h1>")]
    assert "aid.military.transfer" in page


async def test_the_api_answers_what_the_command_line_prints(client: httpx.AsyncClient, memory: Memory) -> None:
    answer = await client.get("/api/search?q=missiles")
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert found["total"] == 1
    assert msgspec.convert(found["hits"][0], ArticleDocument) == memory.documents[STRAIT]
    assert len((await client.get("/api/search?limit=3")).json()["hits"]) == 3
    assert (await client.get("/api/search?limit=3&offset=6")).json()["hits"][-1]["language"] == "zh"
    assert (await client.get("/api/search?q=&since=now-6h&sort=time")).json()["total"] == 7


async def test_the_api_refuses_with_the_place(client: httpx.AsyncClient) -> None:
    for parameters in ("q=a AND (b", "q=a AND (b&since=now-6h"):
        answer = await client.get(f"/api/search?{parameters}")
        assert answer.status_code == 400
        assert answer.json()["error"]["position"] == 6
    for since in ("tuesday", "now OR a", '2026" OR "a'):
        assert (await client.get("/api/search", params={"since": since})).status_code == 400
    assert (await client.get("/api/search", params={"since": "2026-09-06 10:00:00"})).json()["total"] == 7


async def test_a_page_learns_how_many_articles_are_new_under_its_filters(
    client: httpx.AsyncClient, memory: Memory
) -> None:
    assert (await client.get("/api/newest?seen=8")).json() == {"total": 8, "new": 0}
    fresh = document(99, Text("A calm day", "Nothing happened."))
    memory.documents[fresh.id] = fresh
    assert (await client.get("/api/newest?seen=8")).json()["new"] == 1
    assert (await client.get("/api/newest?level=severe&seen=1")).json()["new"] == 0
    assert (await client.get("/api/newest?seen=many")).status_code == 400


async def test_what_was_corrected_withdrawn_or_missed_is_told_at_the_article(
    client: httpx.AsyncClient, memory: Memory
) -> None:
    gap = Gap(since=NOW - dt.timedelta(hours=2), until=NOW, missed=14, noted=NOW)
    change = Change(
        revision=1,
        title_before="Two <b>dead</b>",
        removed=("Two died.",),
        added=("Three died.",),
        sentences_removed=1,
        sentences_added=3,
    )
    memory.documents[STRAIT] = msgspec.structs.replace(
        memory.documents[STRAIT],
        notice="retraction",
        changes=(change,),
        feed=msgspec.structs.replace(memory.documents[STRAIT].feed, gap=gap),
    )
    page = (await client.get(f"/articles/{STRAIT}")).text
    assert "The publisher has withdrawn this article." in page
    assert "about 14 items missed" in page
    assert "<del>Two &lt;b&gt;dead&lt;/b&gt;</del>" in page
    assert "<del>Two died.</del>" in page and "<ins>Three died.</ins>" in page
    assert "and 2 more sentences" in page
