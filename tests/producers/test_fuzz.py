"""Whatever bytes come, reading a feed ends in entries or in a `ParseError`, and the same bytes give the same entries."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinkwatch.errors import ParseError
from brinkwatch.models import RawArticle, decode, encode
from producers.fetch.inflate import BrokenEncoding, inflate
from producers.identify.articles import identify
from producers.parse.feed import parse_feed
from producers.parse.links import absolute, feed_links
from producers.parse.model import ParsedFeed
from producers.parse.prepare import prepare
from producers.parse.text import plain_from_html
from tests.producers.feeds import ATOM, HTML_PAGE, JSON_FEED, NOW, RDF, feed, item, rss

SEEDS = [rss(item(1), item(2)), ATOM, RDF, JSON_FEED, HTML_PAGE, rss(item(1)).decode().encode("utf-16")]
SNIPPETS = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE x [", b"</item>", b"</channel>", b"\x00", b"\xff",
            b"<item>", b"&lt;p&gt;", b'"', b"{", b"]", b"&#55296;", b"&#xDFFF;", b"&#0;", b"&#x1F600;", b"\\ud800", b"&nbsp;", b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='utf-7'?>"]  # fmt: skip


def read(body: bytes) -> ParsedFeed | None:
    try:
        found = parse_feed(body, url="https://fuzz.example/rss", max_entries=5, max_chars=500)
    except ParseError as error:
        assert "https://fuzz.example/rss" in error.what
        return None
    decided = identify(feed(), found.entries, known={}, erased=(), now=NOW, language=found.language)
    for article in decided.articles:
        assert decode(RawArticle, encode(article)) == article  # it can be stored and sent
    return found


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_mutated_feeds_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        body = bytearray(SEEDS[seed])
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(body) + 1)
            match chance.randrange(4):
                case 0:
                    body[place:place] = chance.choice(SNIPPETS)
                case 1:
                    del body[place : place + chance.randint(1, 30)]
                case 2:
                    body[place : place + 1] = bytes([chance.randrange(256)])
                case _:
                    body[place:place] = body[place : place + chance.randint(1, 200)]
        found = read(bytes(body))
        assert found == read(bytes(body))
        for entry in found.entries if found else ():
            assert len(entry.summary) <= 500 and len(entry.body) <= 500
            assert entry.url == "" or entry.url.startswith(("http://", "https://"))


CHARSETS = [
    "utf-8",
    "utf-7",
    "utf-16",
    "cp037",
    "hz",
    "iso2022_jp",
    "idna",
    "punycode",
    "unicode_escape",
    "zip",
    "\x00",
    "?" * 99,
]


@given(st.binary(max_size=300), st.sampled_from(CHARSETS))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes, charset: str) -> None:
    read(body)
    declared = f"<?xml version='1.0' encoding='{charset}'?><rss version='2.0'><channel><item>".encode()
    for start in (b"", declared):
        with contextlib.suppress(ParseError):
            parse_feed(start + body, url="https://fuzz.example/", content_type=f"text/xml; charset={charset}")
    read(b"<rss version='2.0'><channel><item>" + body)
    prepare(body, 3)
    feed_links(body, "https://fuzz.example/")


@given(st.text(max_size=300))
def test_any_text_becomes_plain_text_without_control_characters(markup: str) -> None:
    text = plain_from_html(f"<p>{markup}")
    assert "\n\n\n" not in text and text == text.strip()
    assert not any(ord(character) < 32 and character != "\n" for character in text)
    text.encode()


@given(st.text(max_size=100), st.sampled_from(["https://a.example/x", "not a base", ""]))
def test_any_link_becomes_an_http_address_or_nothing(link: str, base: str) -> None:
    assert absolute(link, base) == "" or absolute(link, base).startswith(("http://", "https://"))


@given(st.lists(st.binary(max_size=50), max_size=5), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", ""]))
def test_any_bytes_are_inflated_or_refused(chunks: list[bytes], encoding: str) -> None:
    body = inflate(encoding)
    try:
        for chunk in chunks:
            for piece in body.feed(chunk):
                assert len(piece) < 10_000_000
        assert sum(map(len, body.rest())) < 10_000_000
    except BrokenEncoding:
        return
