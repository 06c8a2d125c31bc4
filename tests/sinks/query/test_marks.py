"""A hit shows where it has what was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinks.query.evaluate import holds
from sinks.query.language import parse
from sinks.query.marks import marks
from sinks.query.search_fields import SearchFields, layout
from sinks.query.words import index_text

TEXT = "The U.S. and Iran's envoys hold talks; talks on Iran go on in 中国人民."

MARKED = {
    "iran": ["Iran's", "Iran"],
    "us": ["U.S"],
    "IRAN talk*": ["Iran's", "talks", "talks", "Iran"],
    '"hold talks"': ["hold", "talks"],
    '"iran talks"~3': ["Iran's", "talks", "talks", "Iran"],
    "envois~": ["envoys"],
    "中国": ["中国"],
    "国人民": ["国人民"],
    "民": ["民"],
    "title:iran": ["Iran's", "Iran"],
    "body:iran": [],
    "title:(hold^2 OR absent)": ["hold"],
    "talks NOT iran": ["talks", "talks"],
    "actors:IRN": [],
    "*:*": [],
    '"talks hold"': [],
}


@pytest.mark.parametrize("query", MARKED)
def test_the_words_asked_for_are_marked(query: str) -> None:
    assert [TEXT[start:end] for start, end in marks(parse(query), TEXT, "title")] == MARKED[query]


phrases = st.lists(st.sampled_from("abcd"), min_size=2, max_size=3, unique=True)


@settings(deadline=None)
@given(phrases, st.integers(0, 4), st.lists(st.sampled_from("abcdx"), max_size=10).map(" ".join))
def test_a_phrase_is_marked_exactly_where_it_is_found(words: list[str], slop: int, text: str) -> None:
    query = parse(f'title:"{" ".join(words)}"~{slop}')
    found = holds(query, SearchFields({"title": (index_text(text),)}, {}, {}, {}), 0)
    assert bool(marks(query, text, "title")) is found


def test_the_layout_names_today_s_rules_and_is_the_same_each_time() -> None:
    assert layout() == layout()
    assert len(layout()) == 12
