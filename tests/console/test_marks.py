"""Cutting a text where marks begin and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.console.marks import Mark, Segment, _cut, marked_text
from tests.console.samples import Text, document, strait


def segments(text: str, marks: list[Mark]) -> tuple[Segment, ...]:
    (found,) = _cut(text, [(0, len(text))], marks)
    return found


def test_marks_that_overlap_share_the_segment_where_they_do() -> None:
    marks = [Mark("content", 0, 0, 8), Mark("entity", 0, 5, 11), Mark("event", 0, 5, 6)]
    found = [(each.text, sorted(mark.kind for mark in each.marks)) for each in segments("abcdefghijkl", marks)]
    assert found == [
        ("abcde", ["content"]),
        ("f", ["content", "entity", "event"]),
        ("gh", ["content", "entity"]),
        ("ijk", ["entity"]),
        ("l", []),
    ]


def test_the_shortest_mark_of_a_kind_is_the_one_shown() -> None:
    marks = [Mark("entity", 0, 0, 10), Mark("entity", 1, 2, 4)]
    middle = segments("abcdefghij", marks)[1]
    assert middle.of("entity") == marks[1]


def test_a_mark_across_paragraphs_is_in_both_and_opens_in_the_first() -> None:
    mark = Mark("content", 0, 1, 6)
    first, second = _cut("abc\n\ndef", [(0, 3), (5, 8)], [mark])
    assert [(each.text, each.marks, each.opens) for each in (*first, *second)] == [
        ("a", (), ()),
        ("bc", (mark,), (mark,)),
        ("d", (mark,), ()),
        ("ef", (), ()),
    ]


spans = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), max_size=30)


@given(st.text(max_size=50), spans)
def test_segments_give_back_the_text_and_each_knows_just_the_marks_over_it(
    text: str, given_spans: list[tuple[int, int]]
) -> None:
    marks = [Mark("entity", n, start, start + length) for n, (start, length) in enumerate(given_spans)]
    marks = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    found = segments(text, marks)
    assert "".join(each.text for each in found) == text
    at = 0
    for segment in found:
        over = {mark.index for mark in marks if mark.start <= at and mark.end >= at + len(segment.text)}
        assert {mark.index for mark in segment.marks} == over
        at += len(segment.text)
    assert sorted(mark.index for each in found for mark in each.opens) == [mark.index for mark in marks]


def test_offsets_count_code_points_behind_the_title_and_two_line_feeds() -> None:
    found = marked_text(strait())
    opened = {
        (mark.kind, mark.index): segment.text
        for paragraph in found.paragraphs
        for segment in paragraph
        for mark in segment.opens
    }
    assert opened["event", 0] == "hand" and opened["event", 2] == "moved two frigates"
    assert opened["speaker", 1] == "Reza Karimi"
    assert len(found.paragraphs) == 4 and not found.unmarked


def test_an_article_without_a_title_or_without_a_text_is_shown_as_it_is() -> None:
    untitled = marked_text(document(1, Text("", "Only a body.")))
    assert untitled.title == () and untitled.paragraphs[0][0].text == "Only a body."
    assert marked_text(document(1, Text("Only a title", ""))).paragraphs == ()
