"""A feed is registered once, under a canonical address, with attributes that are what they should be; OPML keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.errors import InputError, UsageError
from brinkwatch.models import FEED_CLASSES
from producers.registry.feeds import canonical_feed_url, find_feed, make_feed, merge_feeds
from producers.registry.opml import read_opml, write_opml
from tests.producers.feeds import NOW, feed


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://paper.example/rss", "https://paper.example/rss"),
        ("  HTTPS://Paper.Example:443/RSS#x ", "https://paper.example/RSS"),
        ("http://paper.example:80", "http://paper.example/"),
        ("paper.example/rss", "https://paper.example/rss"),
        ("localhost:8099/rss", "https://localhost:8099/rss"),
        ("feed://paper.example/rss", "https://paper.example/rss"),
        ("feed:http://paper.example/rss", "http://paper.example/rss"),
        ("http://127.0.0.1:8099/f?a=1&b=2", "http://127.0.0.1:8099/f?a=1&b=2"),
        ("http://[::1]:8099/f", "http://[::1]:8099/f"),
        ("https://me:pw@paper.example/rss", "https://me:pw@paper.example/rss"),
        ("https://paper.example/über uns", "https://paper.example/%C3%BCber%20uns"),
    ],
)
def test_an_address_is_registered_in_one_form(written: str, canonical: str) -> None:
    assert canonical_feed_url(written) == canonical
    assert canonical_feed_url(canonical) == canonical


@pytest.mark.parametrize(
    "written", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "http://", "", "http://a b/", "http://[x/", "mailto:a@b.c", "http://a.example:99999/"]
)  # fmt: skip
def test_what_cannot_be_fetched_is_not_registered(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        canonical_feed_url(written)
    assert caught.value.hint


def test_attributes_are_brought_into_their_form() -> None:
    made = feed(
        language="en_GB", country="gb", class_="Wire", tags=["a", " b  c", "a", ""], title=" The\nPaper ", now=NOW
    )
    assert (made.language, made.country, made.class_, made.tags) == ("en", "GBR", "wire", ("a", "b c"))
    assert (made.title, made.added_at) == ("The Paper", NOW)
    assert feed(country="XK").country == feed(country="XKX").country == "XKX"


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"language": "English"}, "ISO 639-1"),
        ({"country": "Atlantis"}, "alpha-3"),
        ({"country": "XXX"}, "alpha-3"),
        ({"class_": "tabloid"}, "think-tank"),
        ({"storage": "none"}, "metadata"),
    ],
)
def test_a_wrong_attribute_is_refused_with_what_would_do(attributes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        feed(**attributes)
    assert words in caught.value.hint


def test_merging_never_has_a_feed_twice() -> None:
    known = feed("https://paper.example/rss", title="Mine", tags=["a"])
    given_ = [
        feed("http://www.paper.example/rss/", title="Theirs", country="GBR", tags=["b"]),
        feed("https://new.example/rss", title="New"),
        feed("https://www.new.example/rss", language="en"),
    ]
    merged = merge_feeds([known], given_)
    assert [(f.url, f.title, f.language) for f in merged.added] == [("https://new.example/rss", "New", "en")]
    assert [(f.id, f.title, f.country, f.tags) for f in merged.changed] == [(known.id, "Mine", "GBR", ("a", "b"))]
    assert merge_feeds(merged.feeds, given_).unchanged == 3
    assert merge_feeds([known], given_, override=True).changed[0].title == "Theirs"


def test_a_class_that_is_known_is_not_lost_to_one_that_is_not() -> None:
    known = feed(class_="state", class_source="operator")
    assert merge_feeds([known], [feed()], override=True).unchanged == 1
    changed = merge_feeds([known], [feed(class_="wire", class_source="x.opml")], override=True).changed[0]
    assert (changed.class_, changed.class_source) == ("wire", "x.opml")


def test_a_feed_is_found_by_id_and_by_any_form_of_its_address() -> None:
    known = feed()
    for wanted in (known.id, known.url, "paper.example/rss", "http://www.paper.example/rss/"):
        assert find_feed([known], wanted) is known
    assert find_feed([known], "other.example") is None
    assert find_feed([known], "not an address") is None


OPML = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="World">
    <outline text="Asia &amp; Pacific">
      <outline type="rss" text="One" xmlUrl="https://one.example/rss" language="en" country="JPN" class="wire"/>
    </outline>
    <outline type="rss" title="Two" text="2" xmlUrl="http://two.example/rss" htmlUrl="http://two.example/" category="/a/b,c"/>
  </outline>
  <outline text="Bad" xmlUrl="ftp://bad.example/"/>
  <outline text="Three" XMLURL="https://three.example/" class="tabloid" country="GBR" paused="true" storage="excerpt" fullText="auto"/>
  <outline text="Again"><outline xmlUrl="https://one.example/rss#x" text="One"/></outline>
</body></opml>"""


def test_opml_is_read_with_folders_as_tags_and_troubles_by_line() -> None:
    found = read_opml(OPML, "my.opml", now=NOW)
    one, two, three = found.feeds
    assert (one.title, one.tags) == ("One", ("World", "Asia & Pacific", "Again"))
    assert (one.language, one.country, one.class_, one.class_source) == ("en", "JPN", "wire", "my.opml")
    assert (two.title, two.site_url, two.tags) == ("Two", "http://two.example/", ("World", "a", "b", "c"))
    assert (three.class_, three.country, three.paused, three.storage) == ("unknown", "GBR", True, "excerpt")
    assert three.full_text == "auto"
    assert len(found.problems) == 2
    assert "my.opml, line 9" in found.problems[0] and "ftp" in found.problems[0]
    assert "my.opml, line 10" in found.problems[1] and "tabloid" in found.problems[1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<opml><body><outline></body></opml>", "line 1"),
        (b"\n\n<opml>\n<body>\n<outline></body>", "line 5"),
        (b"", "no well-formed XML"),
        (b"<rss version='2.0'/>", "no OPML"),
        (b"\x89PNG", "no well-formed XML"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "DOCTYPE"),
        (b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/x.dtd"><opml/>', "DOCTYPE"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "f.opml"),
        (b"<opml>" + b"<outline text='x'>" * 100, "nested deeper"),
    ],
)
def test_hostile_or_broken_opml_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_opml(data, "f.opml")
    assert "f.opml" in caught.value.what
    assert words in str(caught.value)


def test_opml_of_twenty_thousand_feeds_goes_in_and_out() -> None:
    feeds = [
        make_feed(f"https://site{n}.example/rss", title=f"Site {n}", tags=["all", f"t{n % 9}"]) for n in range(20_000)
    ]
    again = read_opml(write_opml(feeds), "big.opml")
    assert {f.id for f in again.feeds} == {f.id for f in feeds}
    assert not again.problems


@given(
    st.lists(
        st.builds(
            feed,
            url=st.integers(0, 10**6).map(lambda n: f"https://site{n}.example/rss?a=1&b=<{n}>"),
            title=st.text(max_size=20),
            language=st.sampled_from([None, "en", "ru"]),
            country=st.sampled_from([None, "GBR", "XKX"]),
            class_=st.sampled_from(FEED_CLASSES),
            storage=st.sampled_from(["full", "excerpt", "metadata"]),
            full_text=st.sampled_from([None, "off", "on", "auto"]),
            paused=st.booleans(),
            tags=st.lists(st.text(alphabet="abü&<\"' ", min_size=1, max_size=8), max_size=3),
        ),
        max_size=6,
        unique_by=lambda f: f.id,
    )
)
def test_what_is_exported_is_read_back_as_it_was(feeds: list[Any]) -> None:
    again = {f.id: f for f in read_opml(write_opml(feeds, now=NOW), "x").feeds}
    assert again.keys() == {f.id for f in feeds}
    for before in feeds:
        after = again[before.id]
        for name in ("url", "language", "country", "class_", "storage", "full_text", "paused", "tags"):
            assert getattr(after, name) == getattr(before, name)
