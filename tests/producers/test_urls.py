"""Two links to one article have one key; links to different articles never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.identify.urls import clean_link, link_key


@pytest.mark.parametrize(
    "link",
    [
        "https://paper.example/world/story-1",
        "http://paper.example/world/story-1",
        "https://www.paper.example/world/story-1/",
        "HTTPS://Paper.Example:443/world/story-1",
        "https://m.paper.example/world/story-1",
        "https://amp.paper.example/world/story-1",
        "https://paper.example/world/story-1/amp",
        "https://paper.example/world/story-1/amp/",
        "https://paper.example/world/story-1#comments",
        "https://paper.example/world/story-1?utm_source=rss&utm_medium=feed",
        "https://paper.example/world/story-1?at_medium=RSS&at_campaign=rss",
        "https://paper.example/world/story-1?fbclid=abc&UTM_Source=x#x",
        "https://paper.example/world/story-1?amp=1",
        " https://paper.example/world/story-1\n",
    ],
)
def test_links_to_one_article_have_one_key(link: str) -> None:
    assert link_key(link) == "paper.example/world/story-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/story?id=1", "https://a.example/story?id=2"),
        ("https://a.example/story?cid=1", "https://a.example/story?cid=2"),
        ("https://a.example/story?uid=1", "https://a.example/story?uid=2"),
        ("https://a.example/news?12345", "https://a.example/news?12346"),
        ("https://a.example/?p=1", "https://a.example/?p=2"),
        ("https://a.example/Story", "https://a.example/story"),
        ("https://a.example/#!/story/1", "https://a.example/#!/story/2"),
        ("https://a.example/x?source=kyiv", "https://a.example/x?source=moscow"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/новости/1", "https://a.example/новости/2"),
    ],
)
def test_links_to_different_articles_have_different_keys(one: str, other: str) -> None:
    assert link_key(one) and link_key(other)
    assert link_key(one) != link_key(other)


def test_the_order_and_the_spelling_of_a_query_do_not_matter() -> None:
    assert link_key("https://a.example/x?b=2&a=%D1%8F") == link_key("https://a.example/x?a=я&b=2")


@pytest.mark.parametrize(
    "link",
    ["https://paper.example", "https://paper.example/", "https://www.paper.example/index.html", "http://a.example/#top",
     "", "nonsense", "mailto:a@b.example", "https://", "https://[bad/", "https://a.example/?utm_source=rss"],
)  # fmt: skip
def test_front_pages_and_what_is_no_link_have_no_key(link: str) -> None:
    assert link_key(link) == ""


def test_what_is_stored_of_a_link_can_still_be_opened() -> None:
    assert clean_link("http://WWW.Paper.example:80/a b/?id=3&utm_source=x#c") == "http://www.paper.example/a%20b/?id=3"
    assert clean_link("https://m.paper.example/x/amp") == "https://m.paper.example/x/amp"


paths = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="#?\\"), max_size=40)


@given(paths, st.text(max_size=30))
def test_cleaning_never_fails_and_is_stable(path: str, query: str) -> None:
    link = f"https://paper.example/{path}?{query}"
    cleaned = clean_link(link)
    assert clean_link(cleaned) == cleaned
    assert link_key(cleaned) == link_key(link)


@given(st.text(max_size=60))
def test_any_text_at_all_is_survived(link: str) -> None:
    link_key(link)
    link_key("https://" + link)
