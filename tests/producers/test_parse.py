"""Feeds of every format become the same plain entries; hostile and broken ones cost little and are told in words."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest

from brinkwatch.errors import ParseError
from brinkwatch.workers import WorkerPool
from producers.fetch.client import FetchResult
from producers.parse.feed import parse_feed
from producers.parse.model import ParsedFeed
from producers.poll.one import parse_in_worker
from tests.producers.feeds import ATOM, HTML_PAGE, JSON_FEED, RDF, item, rss

URL = "https://paper.example/rss"


def parse(body: bytes, **given: object) -> ParsedFeed:
    return parse_feed(body, url=URL, **given)  # type: ignore[arg-type]


def test_rss_is_read() -> None:
    feed = parse(
        rss(item(1, title="Talks &amp; tanks", text="<p>First &amp; last.</p><p>Second.</p>"), channel="<ttl>90</ttl>")
    )
    (entry,) = feed.entries
    assert (feed.format, feed.title, feed.language, feed.hints.ttl) == ("rss20", "The Paper", "en-GB", 5400)
    assert (entry.title, entry.summary, entry.body) == ("Talks & tanks", "First & last.\n\nSecond.", "")
    assert (entry.guid, entry.url) == ("guid-1", "https://paper.example/story/1")
    assert entry.published == dt.datetime(2026, 9, 7, 10, tzinfo=dt.UTC)
    assert feed.problems == ()


def test_atom_is_read_with_its_relative_links() -> None:
    feed = parse(ATOM)
    (entry,) = feed.entries
    assert (feed.format, feed.language) == ("atom10", "en")
    assert entry.title == "Ferries < trains"
    assert entry.url == "https://gazette.example/news/1"
    assert (entry.summary, entry.body) == ("The short of it.", "The long of it, all.\n\nSecond.")
    assert entry.authors == ("Ina Holm",)
    assert entry.published == dt.datetime(2026, 9, 7, 9, 30, tzinfo=dt.UTC)
    assert entry.updated == dt.datetime(2026, 9, 7, 10, tzinfo=dt.UTC)


def test_html_that_nobody_declared_is_taken_for_html() -> None:
    undeclared = ATOM.replace(b"The short of it.", b"&lt;p&gt;The &lt;b&gt;short&lt;/b&gt; of it.&lt;/p&gt;")
    assert parse(undeclared).entries[0].summary == "The short of it."


def test_rdf_is_read() -> None:
    feed = parse(RDF)
    (entry,) = feed.entries
    assert (feed.format, feed.hints.ttl) == ("rss10", 1800)
    assert (entry.title, entry.summary, entry.authors) == ("One", "First.", ("A. Desk",))
    assert entry.updated == dt.datetime(2026, 9, 7, 8, tzinfo=dt.UTC)


def test_json_feed_is_read() -> None:
    feed = parse(JSON_FEED)
    (entry,) = feed.entries
    assert (feed.format, feed.title, feed.language) == ("json11", "Notes", "de")
    assert (entry.guid, entry.url, entry.body) == ("17", "https://paper.example/notes/17", "Eins & zwei.")
    assert entry.published == dt.datetime(2026, 9, 7, 8, tzinfo=dt.UTC)
    assert entry.authors == ("K. Vogt",)


def test_a_json_feed_with_bad_items_keeps_the_good_ones() -> None:
    items = [7, {"id": "a", "title": ["x"], "authors": "y", "content_text": "  a < b  "}, {"id": None}]
    feed = parse(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())
    assert [entry.body for entry in feed.entries] == ["a < b", ""]
    assert "1 entries are no objects" in feed.problems[0]


def test_content_is_the_body_and_a_summary_that_repeats_it_is_dropped() -> None:
    encoded = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    body = (
        f"<rss version='2.0' {encoded}><channel><title>T</title><item><title>a</title><description>Same.</description>"
        "<content:encoded><![CDATA[<p>Same.</p>]]></content:encoded></item><item><title>b</title>"
        "<description>Teaser.</description><content:encoded><![CDATA[<p>All of it.</p>]]></content:encoded></item>"
        "</channel></rss>"
    )
    first, second = parse(body.encode()).entries
    assert (first.summary, first.body) == ("", "Same.")
    assert (second.summary, second.body) == ("Teaser.", "All of it.")


@pytest.mark.parametrize(
    ("body", "words", "hint"),
    [
        (b"", "is empty", "check"),
        (b"  \n\t ", "is empty", "check"),
        (HTML_PAGE, "is an HTML page", "https://paper.example/news.xml"),
        (b"<!doctype html><title>x</title><p>hi", "is an HTML page", "Look on the page"),
        (b"just words", "neither XML nor JSON", "Check"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither XML nor JSON", "Check"),
        (b"<?xml version='1.0'?><sitemap><url>x</url></sitemap>", "is XML (<sitemap>)", "Check"),
        (b'{"items": []}', "no JSON Feed", "version"),
        (b'{"version": "https://jsonfeed.org/version/1", "items"', "no JSON that can be read", "Check"),
        (b"{" * 100_000, "no JSON that can be read", "Check"),
        (b"root:x:0:0:root:/root:/bin/bash\n", "neither XML nor JSON", "Check"),
    ],
)
def test_what_is_no_feed_is_told_by_what_it_is(body: bytes, words: str, hint: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert words in caught.value.what
    assert URL in caught.value.what
    assert hint in caught.value.hint


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss()).entries == ()


def test_truncated_xml_gives_its_whole_entries_and_says_so() -> None:
    whole = rss(item(1), item(2), item(3))
    feed = parse(whole[: whole.index(b"case 3")])
    assert [entry.title for entry in feed.entries] == ["Headline 1", "Headline 2"]
    assert "ends too early" in feed.problems[0]


@pytest.mark.parametrize("cut_at", range(60, 900, 37))
def test_xml_cut_anywhere_never_gives_half_an_entry(cut_at: int) -> None:
    whole = rss(item(1), item(2), item(3))
    try:
        entries = parse(whole[:cut_at]).entries
    except ParseError:
        return
    complete = parse(whole).entries
    assert all(entry in complete for entry in entries if entry.published)


def test_xml_that_is_not_well_formed_is_read_as_far_as_possible() -> None:
    broken = rss(item(1), item(2)).replace(b"<title>Headline 2", b"<title>Q&A: Headline 2 & <b>more")
    feed = parse(broken)
    assert [entry.url for entry in feed.entries] == ["https://paper.example/story/1", "https://paper.example/story/2"]
    assert "not well-formed" in feed.problems[0]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a0 "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (level + 1, b"&a%d;" % level * 10) for level in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        b'<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p; <!ENTITY a9 "x">]>',
        b'<!DOCTYPE x [<!ENTITY a9 "]>">]>',
        b'<!DOCTYPE x [<!ENTITY a9 "' + b"A" * 100_000 + b'">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [ <!ENTITY a9 "x"> ]>',
        b'<!DOCTYPE x [<!ENTITY a9 "x"',
    ],
)
def test_entities_of_a_feeds_own_are_not_expanded(doctype: bytes) -> None:
    body = (
        doctype
        + b"<rss version='2.0'><channel><title>T</title><item><title>&a9;</title><link>http://x.example/1</link></item></channel></rss>"
    )
    try:
        feed = parse(body)
    except ParseError:
        return
    assert all(len(entry.title) < 50 and "root:" not in entry.title for entry in feed.entries)
    assert any("entities" in problem for problem in feed.problems)


def in_utf7(xml: str) -> bytes:
    """UTF-7 may write any letter in base 64: no tag is to be seen in the bytes."""
    head, end, rest = xml.partition("?>")
    return (head + end).encode() + rest.replace("<", "+ADw-").encode()


HIDING = {
    "utf-7": in_utf7,
    "cp037": lambda xml: xml.encode("cp037"),
    "utf-32-le": lambda xml: xml.encode("utf-32-le"),
    "utf-32-be": lambda xml: xml.encode("utf-32-be"),
    "utf-16-be": lambda xml: xml.encode("utf-16-be"),
    "hz": lambda xml: xml.replace("<!DOCTYPE", "<!DOC~\nTYPE").encode(),
    "iso2022_jp": lambda xml: xml.replace("<!DOCTYPE", "<!DOC\x1b(BTYPE").encode(),
    "unicode_escape": lambda xml: xml.replace("<!DOCTYPE", "\\u003c!DOCTYPE").encode(),
}


@pytest.mark.parametrize("encoding", HIDING)
@pytest.mark.parametrize("padding", ["", " " * 5000])
def test_entities_cannot_be_hidden_in_an_encoding(encoding: str, padding: str) -> None:
    xml = (
        f'<?xml version="1.0"{padding} encoding="{encoding}"?><!DOCTYPE r [<!ENTITY a9 "BOOM">]>'
        "<rss version='2.0'><channel><title>T</title><item><title>A &a9;</title></item></channel></rss>"
    )
    for content_type in ("application/xml", f"application/xml; charset={encoding}"):
        try:
            feed = parse(HIDING[encoding](xml), content_type=content_type)
        except ParseError:
            continue
        assert all("BOOM" not in entry.title for entry in feed.entries)


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "utf-32-le", "utf-16-be"])
def test_entries_cannot_be_hidden_from_their_limit_in_an_encoding(encoding: str) -> None:
    xml = rss(*(item(number) for number in range(30))).decode().replace("encoding='utf-8'", f"encoding='{encoding}'")
    feed = parse(HIDING[encoding](xml), max_entries=10)
    assert [entry.title for entry in feed.entries] == [f"Headline {number}" for number in range(10)]
    assert feed.problems == ("It has 30 entries; the first 10 were taken.",)


def test_a_harmless_doctype_is_no_problem_and_html_entities_are_resolved() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">'
    body = b"<rss version='0.91'><channel><title>Caf&eacute;</title><item><title>&Uuml;ber</title><link>http://x.example/1</link></item></channel></rss>"
    feed = parse(doctype + body)
    assert (feed.title, feed.entries[0].title) == ("Café", "Über")


def test_too_many_entries_are_cut_before_they_cost_anything() -> None:
    body = rss(*(item(number) for number in range(100_000)))
    started = time.process_time()
    feed = parse(body, max_entries=20)
    assert len(feed.entries) == 20
    assert feed.problems == ("It has 100,000 entries; the first 20 were taken.",)
    # feedparser alone takes half a minute of CPU for these
    assert time.process_time() - started < 10


def test_a_name_that_costs_the_parser_seconds_is_cut() -> None:
    body = rss(item(1)).replace(b"</item>", b"<author>" + b"a@" * 50_000 + b"</author></item>")
    started = time.process_time()
    assert len(parse(body).entries) == 1
    assert time.process_time() - started < 5


def test_texts_are_cut_at_their_limit_and_say_so() -> None:
    feed = parse(rss(item(1, text="word " * 1000)), max_chars=100)
    assert len(feed.entries[0].summary) <= 100
    assert feed.entries[0].truncated


CYRILLIC = "Переговоры в Женеве"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "application/xml"),
        ("windows-1251", "windows-1251", "text/xml"),
        ("windows-1251", "windows-1251", "application/rss+xml"),
        ("koi8-r", "koi8-r", "application/xml"),
        ("utf-8", "windows-1251", "application/xml; charset=utf-8"),
        ("utf-8", "us-ascii", "application/xml"),
        ("utf-8-sig", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16-le", "utf-16", "application/xml"),
        ("utf-16-be", "utf-16", "application/xml; charset=utf-8"),
        ("utf-32", "utf-32", "application/xml"),
    ],
)
def test_letters_survive_right_and_wrong_character_sets(encoding: str, declared: str, content_type: str) -> None:
    text = rss(item(1, title=CYRILLIC)).decode().replace("encoding='utf-8'", f"encoding='{declared}'")
    feed = parse(text.encode(encoding), content_type=content_type)
    assert feed.entries[0].title == CYRILLIC


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 07 Sep 2026 10:00:00 GMT", "2026-09-07T10:00:00+00:00"),
        ("Mon, 07 Sep 2026 10:00:00 +0330", "2026-09-07T06:30:00+00:00"),
        ("Mon, 07 Sep 2026 10:00:00", "2026-09-07T10:00:00+00:00"),
        ("2026-09-07 10:00:00", "2026-09-07T10:00:00+00:00"),
        ("2026-09-07T10:00:00.987Z", "2026-09-07T10:00:00+00:00"),
        ("7 septembre 2026 10:00", "2026-09-07T10:00:00+00:00"),
        ("7 сентября 2026, 10:00", "2026-09-07T10:00:00+00:00"),
        ("2026年9月7日 10:00", "2026-09-07T10:00:00+00:00"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("soon", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_dates_are_read_as_utc_or_not_at_all(written: str, expected: str | None) -> None:
    body = rss(item(1)).replace(b"Mon, 07 Sep 2026 10:00:00 GMT", written.encode())
    published = parse(body).entries[0].published
    assert (published.isoformat() if published else None) == expected


def test_unreadable_dates_are_counted_among_the_problems() -> None:
    body = rss(*(item(number) for number in range(3))).replace(b"Mon, 07 Sep 2026 10:00:00 GMT", b"the other day")
    assert parse(body).problems == ("3 dates could not be read.",)


def test_an_entry_without_link_or_id_is_kept() -> None:
    body = b"<rss version='2.0'><channel><title>T</title><item><title>Only a headline</title></item></channel></rss>"
    feed = parse(body)
    assert feed.entries[0].title == "Only a headline"
    assert "neither a link nor an id" in feed.problems[0]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://", "http://[bad", "mailto:a@b.c"]
)
def test_a_link_that_is_none_is_left_out(link: str) -> None:
    assert parse(rss(item(1, link=link))).entries[0].url == ""


def test_surrogates_and_control_characters_reach_no_field() -> None:
    odd = "<item><title>A&#55296;b&#7;</title><link>https://x.example/&#xDC00;</link><guid>&#55297;</guid></item>"
    feed = parse(f"<rss version='2.0'><channel><title>T&#55296;</title><broken>{odd}</channel></rss>".encode())
    assert feed.entries[0].title == "A\ufffdb"
    for text in (feed.title, feed.entries[0].url, feed.entries[0].guid):
        text.encode()


def test_a_letter_in_two_halves_is_made_whole() -> None:
    body = rss(item(1)).replace(b"Headline 1", b"&#55357;&#56832; and &#xD83D;&#xDE00;")
    assert parse(body).entries[0].title == "\U0001f600 and \U0001f600"


def test_markup_never_reaches_an_entry() -> None:
    nasty = "<script>alert(1)</script><p onclick=x>Text <img src=x onerror=alert(1)> here</p><style>p{}</style>"
    entry = parse(rss(item(1, title="<b>Bold</b> move", text=nasty))).entries[0]
    assert (entry.title, entry.summary) == ("Bold move", "Text here")


async def test_a_parser_that_takes_too_long_is_killed_and_the_next_feed_is_read() -> None:
    impatient = WorkerPool(1, timeout=1, memory_mb=450)
    try:
        await impatient.run(parse_feed, rss(item(1)), url=URL)  # the worker is up
        slow = b"<rss version='2.0'><channel>" + b"<a>" * 2_000_000
        with pytest.raises(ParseError, match=r"slow\.example.*could not be read"):
            await parse_in_worker(
                impatient, FetchResult(200, "https://slow.example/", {}, slow), max_entries=10, max_chars=1000
            )
        good = FetchResult(200, URL, {}, rss(item(1)))
        assert len((await parse_in_worker(impatient, good, max_entries=10, max_chars=1000)).entries) == 1
    finally:
        impatient.close()


async def test_a_parser_out_of_memory_is_a_parse_error() -> None:
    small = WorkerPool(1, timeout=30, memory_mb=100)
    body = rss(item(1, text="word " * 3_000_000))
    try:
        with pytest.raises(ParseError, match=r"big\.example"):
            await parse_in_worker(
                small, FetchResult(200, "https://big.example/", {}, body), max_entries=10, max_chars=1000
            )
    finally:
        small.close()


async def test_what_a_worker_finds_to_be_no_feed_is_told_as_it_is(pool: WorkerPool) -> None:
    with pytest.raises(ParseError, match="is an HTML page") as caught:
        await parse_in_worker(pool, FetchResult(200, URL, {}, HTML_PAGE), max_entries=10, max_chars=1000)
    assert "https://paper.example/news.xml" in str(caught.value)
