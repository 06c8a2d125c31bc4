"""Hub and topic are found where the specification says, headers first."""

from __future__ import annotations

import json

from producers.parse.feed import parse_feed
from producers.parse.model import ParsedFeed
from producers.push.discover import MOST_HUBS, discover
from tests.producers.feeds import ATOM, JSON_FEED

URL = "https://paper.example/rss"


def test_headers_count_before_the_feed() -> None:
    parsed = ParsedFeed(format="atom10", hubs=("https://in.example/",), self_url="https://in.example/self")
    header = (
        '</hub>; rel="hub", <https://b.example/>; rel=hub; x="a,b", <https://paper.example/all>; rel="self alternate"'
    )
    assert discover(header, parsed, URL) == (
        ("https://paper.example/hub", "https://b.example/"),
        "https://paper.example/all",
    )
    assert discover("", parsed, URL) == (("https://in.example/",), "https://in.example/self")
    assert discover("<https://in.example/next>; rel=next", ParsedFeed(format="rss20"), URL) == ((), URL)


def test_atom_links_and_json_hubs_are_read() -> None:
    links = b'<link rel="hub" href="https://hub.example/"/><link rel="self" href="/all"/><title>'
    atom = parse_feed(ATOM.replace(b"<title>", links, 1), url=URL)
    assert (atom.hubs, atom.self_url) == (("https://hub.example/",), "https://paper.example/all")
    hubs = [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "rssCloud", "url": "https://no.example/"}, 7]
    body = json.dumps({**json.loads(JSON_FEED), "hubs": hubs, "feed_url": "https://notes.example/feed.json"}).encode()
    notes = parse_feed(body, url=URL)
    assert (notes.hubs, notes.self_url) == (("https://hub.example/",), "https://notes.example/feed.json")


def test_a_header_made_to_hang_is_read_quickly_and_hubs_are_few() -> None:
    parsed = ParsedFeed(format="rss20", hubs=tuple(f"https://h{n}.example/" for n in range(99)))
    hubs, _ = discover("<a>;" + "a=;" * 100_000 + "<" * 100_000, parsed, URL)
    assert len(hubs) == MOST_HUBS
