"""Who says what: the shapes that statements take in news."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer

SHAPES = [
    ("The talks have stalled, the envoy said.", "the envoy", "said", "The talks have stalled"),
    ("The envoy said that the talks had stalled.", "The envoy", "said", "that the talks had stalled"),
    ("“The talks have stalled,” said Maria Kovac.", "Maria Kovac", "said", "“The talks have stalled,”"),
    (
        "The talks have stalled, according to a senior diplomat.",
        "a senior diplomat",
        "according to",
        "The talks have stalled",
    ),
    ("According to Reuters, the talks have stalled.", "Reuters", "According to", "the talks have stalled"),
    ("The envoy told Reuters that the talks had stalled.", "The envoy", "told", "that the talks had stalled"),
    (
        "The minister denied that troops had crossed the border.",
        "The minister",
        "denied",
        "that troops had crossed the border",
    ),
    ("Ottawa condemned the raid.", "Ottawa", "condemned", "the raid"),
    ("Manila urged Beijing to leave the reef.", "Manila", "urged", "to leave the reef"),
    ("Iran's claim that it had withdrawn came as a surprise.", "Iran", "claim", "that it had withdrawn"),
    ("The ministry said in a statement that the road was closed.", "The ministry", "said", "that the road was closed"),
]


@pytest.mark.parametrize(("text", "source", "cue", "content"), SHAPES, ids=[s[0][:50] for s in SHAPES])
def test_source_cue_and_content_are_found(analyzer: Analyzer, text: str, source: str, cue: str, content: str) -> None:
    found = analyzer.analyze(text, language="en").attributions
    told = [
        (a.source.name if a.source else None, a.cue.text if a.cue else None, text[a.content.start : a.content.end])
        for a in found
    ]
    assert any(
        s == source and c == cue and t.startswith(content[:20]) and content.rstrip("”,") in t for s, c, t in told
    ), told


def test_a_denial_is_marked(analyzer: Analyzer) -> None:
    (found,) = analyzer.analyze("The minister denied that troops had crossed the border.", language="en").attributions
    assert found.denies


def test_a_quotation_goes_on_behind_its_cue(analyzer: Analyzer) -> None:
    text = "“We are ready,” said Maria Kovac, the envoy. “We have waited for years.”"
    (found,) = analyzer.analyze(text, language="en").attributions
    assert found.quoted
    assert text[found.content.start : found.content.end].endswith("waited for years.”")


def test_a_pronoun_takes_up_the_last_speaker(analyzer: Analyzer) -> None:
    text = "Maria Kovac said the talks had stalled.\nShe said they would resume in May."
    found = analyzer.analyze(text, language="en").attributions
    assert [a.source.name for a in found if a.source] == ["Maria Kovac", "Maria Kovac"]
    assert found[1].source is not None and text[found[1].source.start : found[1].source.end] == "She"


def test_a_colon_in_a_headline_is_a_cue(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("The border stays open.", title="Macron: France will not send troops", language="en")
    assert analysis.attributions[0].source is not None
    assert analysis.attributions[0].source.name == "Macron"


def test_what_the_speaker_thinks_inside_his_own_words_is_no_attribution(analyzer: Analyzer) -> None:
    text = "“I think you know that we want peace,” said Maria Kovac."
    assert len(analyzer.analyze(text, language="en").attributions) == 1
