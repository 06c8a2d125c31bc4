"""What a word is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.query.words import MAX_WORD, fold_keyword, index_text, query_words, words
from tests.growth import grows_linearly

WORDS = {
    "": [],
    " – … ": [],
    "Iran strikes": ["iran", "strikes"],
    # initials
    "the U.S. said": ["the", "us", "said"],
    "U.S.-led": ["us", "led"],
    "U.S.'s": ["us"],
    "the U.S.A.’s": ["the", "usa"],
    "J.D. Vance": ["jd", "vance"],
    "J. D. Vance": ["j", "d", "vance"],
    "at 5 p.m.": ["at", "5", "pm"],
    "end.Next": ["end", "next"],
    # apostrophes
    "Iran's": ["iran"],
    "IRAN’S": ["iran"],
    "the states' own": ["the", "states", "own"],
    "don't": ["dont"],
    "O'Brien": ["obrien"],
    "Sana'a Sanaʿa": ["sanaa", "sanaa"],
    "l'Iran L’IRAN": ["l", "iran", "l", "iran"],
    "dell’Iran qu'on": ["dell", "iran", "qu", "on"],
    "'quoted'": ["quoted"],
    # numbers
    "3.5": ["3.5"],
    "3.5.": ["3.5"],
    "$3.5bn": ["3.5bn"],
    "1,000,000.5": ["1000000.5"],
    "1,2,3": ["1", "2", "3"],
    "10,0000": ["10", "0000"],
    "F-16": ["f", "16"],
    "Fath-360": ["fath", "360"],
    "50%": ["50"],
    # accents, cases, forms
    "Erdoğan ERDOĞAN İstanbul": ["erdogan", "erdogan", "istanbul"],
    "Yıldırım Łódź Straße Øre": ["yildirim", "lodz", "strasse", "ore"],
    "ＵＳ ﬁre": ["us", "fire"],
    "Ёлка Київ": ["елка", "киів"],
    "Ελλάς": ["ελλασ"],
    "أَحْمَد صـاروخ": ["احمد", "صاروخ"],
    "می‌خواهد": ["میخواهد"],
    'צה״ל צה"ל': ["צהל", "צהל"],
    "हिंदी": ["हिंदी"],
    "co\u00adoperate": ["cooperate"],
    # scripts without spaces
    "中": ["中"],
    "中国": ["中国", "国"],
    "中国人": ["中国", "国人", "人"],
    "美国Iran中": ["美国", "国", "iran", "中"],
    "2026年9月": ["2026", "年", "9", "月"],
    "ミサイル": ["ミサ", "サイ", "イル", "ル"],
    "ﾐｻｲﾙ": ["ミサ", "サイ", "イル", "ル"],
    "カ\u3099": ["ガ"],
    "한국 대통령": ["한국", "국", "대통", "통령", "령"],
    "สวัสดี": ["สวั", "วัส", "สดี", "ดี"],
}


@pytest.mark.parametrize("text", WORDS)
def test_a_text_has_these_words(text: str) -> None:
    assert [word.text for word in words(text)] == WORDS[text]


def test_a_word_knows_its_place() -> None:
    text = "The U.S. hit Iran's F-16, 中国人."
    assert [text[word.start : word.end] for word in words(text)] == [
        "The", "U.S", "hit", "Iran's", "F", "16", "中国", "国人", "人",
    ]  # fmt: skip


def test_a_query_leaves_out_the_lone_last_character_of_a_run_at_its_end_only() -> None:
    assert query_words("中国") == ["中国"]
    assert query_words("中") == ["中"]
    assert query_words("中国Iran") == ["中国", "国", "iran"]
    assert query_words("Iran 中国") == ["iran", "中国"]


@given(st.text(max_size=60))
def test_words_are_free_of_white_space_and_of_bounded_length_and_places_rise(text: str) -> None:
    found = words(text)
    assert all(word.text and len(word.text) <= MAX_WORD and not any(c.isspace() for c in word.text) for word in found)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)
    assert index_text(text).split() == [word.text for word in found]


@given(st.text(alphabet="aB.,'’\"3 -中がÉ\u00adצ״sé\u0301Ł", max_size=20))
def test_case_makes_no_difference(text: str) -> None:
    assert [word.text for word in words(text.upper())] == [word.text for word in words(text.upper().lower())]


@pytest.mark.parametrize(
    "piece", ["a", "a.", "'", "1,", "1.", "中", "a'", "\u00ad", "\u0301", "a\u00ad", "“", "z'a.", "國\u00ad", "ﷺ"]
)
def test_time_grows_only_with_the_length_of_whatever_text(piece: str) -> None:
    assert grows_linearly(lambda count: words(piece * count), 4_000)


def test_keywords_fold_case_accents_apostrophes_and_white_space_and_nothing_else() -> None:
    assert fold_keyword("  Ministère  des\nAffaires ") == "ministere des affaires"
    assert fold_keyword("Sana’a") == fold_keyword("SANA'A")
    assert fold_keyword("IRN-RUS") == "irn-rus"
    assert fold_keyword("https://X.example/A?b=1") == "https://x.example/a?b=1"
    assert len(fold_keyword("x" * 5_000)) == 512
