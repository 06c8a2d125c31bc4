"""Which sentences a language model need not be shown, and the names that are found there all the same."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer, default_analyzer
from processors.analysis.entities import EntityFinder, NamedSpan
from processors.analysis.entities.familiar import glance, repeated
from processors.analysis.sentences import split
from processors.analysis.text import prepare

ORDINARY = frozenset({"the", "talks", "we", "officials", "on", "after"})


def new_in(text: str) -> list[bool]:
    prepared = prepare(None, text, 10_000)
    hits = EntityFinder().survey(prepared, "en").hits
    spans = [(s.start, s.end) for s in split(prepared.safe)]
    return [one.new for one in glance(text, spans, hits, ORDINARY.__contains__)]


@pytest.mark.parametrize(
    "text",
    [
        "Iran and Russia signed a treaty in Moscow.",
        "Talks between Tehran and the European Union end on Monday.",
        "“We are ready,” the Kremlin said in June.",
        "Prime Minister of Israel, he said.",
        "nothing here has a capital letter",
    ],
)
def test_a_sentence_of_known_names_and_ordinary_words_is_familiar(text: str) -> None:
    assert new_in(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "Iran sent Ada Quill to Moscow.",
        "Quill spoke to the Kremlin.",
        "The convoy left Lower Harrowby for Iran.",
        "The Iranian Institute of Bridges opened.",
    ],
)
def test_a_sentence_with_a_name_that_is_not_known_is_new(text: str) -> None:
    assert new_in(text) == [True]


def test_a_name_is_familiar_once_it_was_shown_twice_as_a_surname_too() -> None:
    text = "Ada Quill left Iran. Ada Quill was tired. Quill slept. Ada Quill spoke to Tehran. Tom Quill did not."
    assert new_in(text) == [True, True, False, False, True]


def test_names_are_found_again_where_the_model_did_not_look() -> None:
    text = "Osgood Bay was shelled. Osgood Bay burned. Osgood Bays are many. They left Osgood Bay."
    seen = [NamedSpan(0, 10, "GPE"), NamedSpan(24, 34, "GPE")]
    found = repeated(text, seen, [(43, 66), (67, len(text))])
    assert [(text[n.start : n.end], n.label) for n in found] == [("Osgood Bay", "GPE")]
    assert repeated(text, [], [(0, 10)]) == [] and repeated(text, seen, []) == []


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return default_analyzer()


def test_someone_named_often_is_one_person_with_every_mention(analyzer: Analyzer) -> None:
    text = (
        "Iran named Marlow Tregarthen as its envoy on Monday. Marlow Tregarthen said that Iran wants talks. "
        "Tregarthen accused Israel of an attack. Israel rejected that. Tregarthen said that Iran would answer."
    )
    people = [e for e in analyzer.analyze(text, language="en").entities if e.type == "PERSON"]
    assert [(p.name, len(p.mentions)) for p in people] == [("Marlow Tregarthen", 4)]
