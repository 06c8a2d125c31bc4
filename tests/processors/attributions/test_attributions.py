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


def _told(analyzer: Analyzer, text: str) -> list[tuple[str | None, str | None, str, bool]]:
    return [
        (
            a.source.name if a.source else None,
            a.cue.text if a.cue else None,
            text[a.content.start : a.content.end],
            a.denies,
        )
        for a in analyzer.analyze(text, language="en").attributions
    ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "The minister ruled out sending ships to the strait, a week after Riga warned that it would answer.",
            "sending ships to the strait",
        ),
        (
            "Lima told reporters that its envoy was leaving, while Quito urged patience.",
            "that its envoy was leaving",
        ),
        ("Hanoi said on Tuesday it had recalled its envoy.", "it had recalled its envoy"),
        ("Chad says rebels fired on a convoy; the group denies the attack.", "rebels fired on a convoy"),
    ],
)
def test_a_statement_ends_where_the_writer_goes_on(analyzer: Analyzer, text: str, content: str) -> None:
    assert _told(analyzer, text)[0][2] == content


def test_an_aside_of_the_speaker_stays_in_the_statement(analyzer: Analyzer) -> None:
    text = "The envoy said the bridge had fallen, after days of rain."
    assert _told(analyzer, text)[0][2].endswith("days of rain")


def test_the_speaker_of_a_colon_headline_ends_at_the_colon(analyzer: Analyzer) -> None:
    assert _told(analyzer, "Kremlin: No talks planned with Kyiv")[0][:2] == ("Kremlin", ":")


def test_one_who_is_quoted_by_another_speaks(analyzer: Analyzer) -> None:
    assert ("the governor", "saying", "that two bridges had fallen", False) in _told(
        analyzer, "The daily cited the governor as saying that two bridges had fallen."
    )


def test_why_a_source_has_no_name_is_no_statement(analyzer: Analyzer) -> None:
    told = _told(
        analyzer,
        "An aide, who was not authorised to discuss the visit, said it was off.",
    )
    assert [t[1] for t in told] == ["said"]


def test_a_claim_that_another_rejects_is_denied(analyzer: Analyzer) -> None:
    told = _told(
        analyzer, "The army said in a statement late on Saturday that drones had crossed, a claim Lima rejected."
    )
    assert [(t[0], t[3]) for t in told] == [("The army", False), ("Lima", True)]


def test_a_quotation_without_its_closing_mark_goes_on_below(analyzer: Analyzer) -> None:
    text = "“The road is closed to us now.\n“We shall take the other one,” the colonel said."
    told = _told(analyzer, text)
    assert [t[0] for t in told] == ["the colonel", "the colonel"]
    assert told[0][2].startswith("“The road")


def test_a_wish_for_no_name_is_no_statement(analyzer: Analyzer) -> None:
    told = _told(analyzer, "“The truce is over,” a diplomat told AFP, asking not to be named.")
    assert [t[1] for t in told] == ["told"]


def test_a_report_that_is_described_in_commas_still_speaks(analyzer: Analyzer) -> None:
    told = _told(analyzer, "A report by the panel of experts, seen by the BBC, accused Rwanda of sending troops.")
    assert told[0][:2] == ("A report by the panel of experts", "accused")


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        ("Three held after blast in Lima: state media", "state media", "Three held after blast in Lima"),
        ("Bridge closed near Riga - police", "police", "Bridge closed near Riga"),
    ],
)
def test_a_headline_may_be_signed_at_its_end(analyzer: Analyzer, text: str, source: str, content: str) -> None:
    told = _told(analyzer, text)[0]
    assert (told[0], told[2]) == (source, content)


def test_what_a_passive_rejects_is_denied_too(analyzer: Analyzer) -> None:
    told = _told(analyzer, "The allegation was dismissed by Kigali as propaganda.")
    assert [(t[0], t[3]) for t in told] == [("Kigali", True)]


def test_a_paper_that_cites_an_official_leaves_the_statement_to_both(analyzer: Analyzer) -> None:
    told = _told(analyzer, "State TV, quoting an unnamed commander, said the missiles had hit the port.")
    assert [(t[0], t[2]) for t in told] == [
        ("an unnamed commander", "the missiles had hit the port"),
        ("State TV", "the missiles had hit the port"),
    ]
