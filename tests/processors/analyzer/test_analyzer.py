"""What the analyzer promises of every text, and what it reads in sentences of the kinds that news is made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brinkwatch.models import Analysis, Event, encode
from processors.analysis.analyzer import Analyzer, Request


def escalating(analysis: Analysis) -> list[Event]:
    return [e for e in analysis.events if e.escalation == "escalation"]


def ids(event: Event, side: str) -> set[str | None]:
    return {a.id for a in (event.source if side == "source" else event.target)}


ARTICLE = """By Ana Duarte
LISBON (Lusa) - Any Turkish delivery of attack drones to Azerbaijan would amount to a serious escalation, the Armenian government said on Monday.
Attack drones have already been shipped to Azerbaijan by Turkey, the Guardian reported, citing an unnamed French diplomat.
“We have warned our partners about this trade,” said French foreign ministry spokeswoman Claire Martin.
“Any transfer of Turkish drones to Azerbaijan would set the Caucasus on fire.”
Turkey’s mission to the United Nations said that Ankara’s policy had not changed.
“Turkey considers the supply of weapons to the parties to be immoral,” it said.
“Therefore, Turkey not only refrains from engaging in such actions itself, but it also calls on other countries to stop arms deliveries to the two sides,” the mission said."""


@pytest.fixture(scope="module")
def article(analyzer: Analyzer) -> Analysis:
    return analyzer.analyze(ARTICLE)


def speakers(analysis: Analysis) -> list[str]:
    return [a.source.name for a in analysis.attributions if a.source is not None]


def test_a_transfer_is_read_as_possible_as_told_and_as_denied(article: Analysis) -> None:
    transfers = [e for e in article.events if e.rule == "aid.military.transfer" and "TUR" in ids(e, "source")]
    senses = {e.modality for e in transfers if "AZE" in ids(e, "target")}
    assert {"hypothetical", "asserted", "denied"} <= senses


def test_the_words_that_judge_an_event_are_tied_to_it(article: Analysis) -> None:
    framed = [e for e in article.events if e.framing is not None]
    assert framed[0].rule == "aid.military.transfer"
    assert framed[0].framing is not None and "serious escalation" in framed[0].framing.text


def test_who_cites_and_who_is_cited_are_both_sources(article: Analysis) -> None:
    names = speakers(article)
    assert any("Guardian" in name for name in names)
    assert any("unnamed French diplomat" in name for name in names)


def test_a_paragraph_that_only_quotes_is_the_last_speakers(article: Analysis) -> None:
    silent = [a for a in article.attributions if a.cue is None]
    assert len(silent) == 1
    assert silent[0].source is not None and "Claire Martin" in silent[0].source.name
    assert ARTICLE[silent[0].content.start :].startswith("“Any transfer")


def test_pronoun_and_bare_noun_take_up_the_mission(article: Analysis) -> None:
    said = [
        a
        for a in article.attributions
        if a.source
        and ARTICLE[a.source.start : a.source.end] in ("it", "the mission")
        and a.cue
        and a.cue.text == "said"
    ]
    assert len(said) == 2
    for attribution in said:
        assert attribution.source is not None
        assert attribution.source.name == "Turkey’s mission to the United Nations"
        assert attribution.source.id == "TUR"


def test_a_call_to_stop_deliveries_is_a_requested_de_escalation(article: Analysis) -> None:
    requests = [e for e in article.events if e.type == "REQUEST" and e.modality == "requested"]
    assert any(e.escalation == "de-escalation" and "TUR" in ids(e, "source") for e in requests)


def test_the_article_is_elevated_and_says_why(article: Analysis) -> None:
    assert article.escalation.level in ("elevated", "high")
    assert article.escalation.because
    assert all(article.events[i].escalation for i in article.escalation.because)


def test_byline_and_dateline_are_no_actors(article: Analysis) -> None:
    head = ARTICLE.index("Any Turkish")
    assert all(m.start >= head for e in article.entities for m in e.mentions)
    assert all(a.start >= head for e in article.events for a in (*e.source, *e.target))


MODALITIES = [
    ("Kenyan jets bombed a camp in Somalia on Sunday.", "asserted"),
    ("Kenya will bomb the camps in Somalia, its defence minister said.", "intended"),
    ("Kenya threatened to attack Somalia.", "intended"),
    ("Kenya could attack Somalia within weeks, diplomats said.", "hypothetical"),
    ("If Kenya attacked Somalia, the region would burn.", "hypothetical"),
    ("Had Kenya attacked Somalia, the union would have fallen apart.", "hypothetical"),
    ("Kenya has not attacked Somalia.", "negated"),
    ("There is no evidence that Kenya attacked Somalia.", "negated"),
    ("Kenya denied that it had attacked Somalia.", "denied"),
    ("Kenya denied having attacked Somalia.", "denied"),
]


@pytest.mark.parametrize(("text", "modality"), MODALITIES, ids=[t[:45] for t, _ in MODALITIES])
def test_the_sense_comes_from_the_syntax(analyzer: Analyzer, text: str, modality: str) -> None:
    events = escalating(analyzer.analyze(text, language="en"))
    assert modality in {e.modality for e in events}, [(e.rule, e.modality) for e in events]


QUIET = [
    "The start-up struck a deal with the Pentagon to deliver software.",
    "A price war between two supermarkets has cut the cost of milk.",
    "The striker fired a bombshell as the champions won the battle for the title.",
    "Train drivers will strike over pay next week, their union said.",
    "The nuclear family is changing, a study of households says.",
    "Two men were injured in a car crash outside Lyon, police said.",
    "A storm battered the coast and killed three people.",
    "The film bombed at the box office.",
]


@pytest.mark.parametrize("text", QUIET, ids=[t[:45] for t in QUIET])
def test_sport_business_labour_weather_and_crime_stay_quiet(analyzer: Analyzer, text: str) -> None:
    analysis = analyzer.analyze(text)
    assert not escalating(analysis), [(e.rule, e.trigger.text) for e in escalating(analysis)]
    assert analysis.escalation.level in ("none", "low")


@pytest.mark.parametrize(
    "text",
    [
        "Kenya denied that it had attacked Somalia.",
        "Kenya has not attacked Somalia.",
        "Pretoria urged Kenya not to attack Somalia.",
    ],
)
def test_denied_negated_and_requested_events_alone_stay_below_elevated(analyzer: Analyzer, text: str) -> None:
    assert analyzer.analyze(text).escalation.level in ("none", "low")


def test_a_language_without_rules_has_no_level(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze(
        "Wikipediya ni ensiklopediya huria inayoandikwa na watu wengi duniani kote.", language="sw"
    )
    assert analysis.coverage == "none"
    assert analysis.escalation.level is None and analysis.escalation.because is None


def test_the_same_text_gives_the_same_analysis_alone_and_in_a_batch(analyzer: Analyzer) -> None:
    texts = [ARTICLE, "Kenya attacked Somalia.", "Oslo is wet.", ARTICLE]
    together = [encode(a) for a in analyzer.analyze_many([Request(t) for t in texts])]
    alone = [encode(analyzer.analyze(t)) for t in texts]
    assert together == alone


def test_a_long_text_is_cut_at_the_limit_and_says_so() -> None:
    analysis = Analyzer(max_chars=200).analyze("Kenya attacked Somalia. " * 30)
    assert analysis.truncated
    assert all(m.end <= 200 for e in analysis.entities for m in e.mentions)


def check_offsets(text: str, analysis: Analysis) -> None:
    for entity in analysis.entities:
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text
    for event in analysis.events:
        assert text[event.trigger.start : event.trigger.end] == event.trigger.text
        for actor in (*event.source, *event.target):
            assert text[actor.start : actor.end] == actor.text
        if event.framing is not None:
            assert text[event.framing.start : event.framing.end] == event.framing.text
        assert event.attribution is None or 0 <= event.attribution < len(analysis.attributions)
    for attribution in analysis.attributions:
        assert 0 <= attribution.content.start < attribution.content.end <= len(text)
        if attribution.cue is not None:
            assert text[attribution.cue.start : attribution.cue.end] == attribution.cue.text
        if attribution.source is not None:
            assert attribution.source.name.strip()


def test_offsets_are_those_of_title_and_text(analyzer: Analyzer) -> None:
    title, body = "Envoy: Kenya attacked Somalia", ARTICLE
    check_offsets(f"{title}\n\n{body}", analyzer.analyze(body, title=title))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(
            [
                "Iran",
                "“",
                "”",
                '"',
                "said",
                "attacked",
                "Russia",
                ".",
                ",",
                "\n",
                "\u200f",
                "\u200b",
                "🚀",
                "the",
                "not",
                "would",
                "to",
                "and",
                "US",
                ":",
                "it",
                "Ça",
                "\x00",
                "if",
                "—",
                "(",
                ")",
                "'s",
                "troops",
                "denied",
                "that",
            ]
        ),
        max_size=60,
    ).map(" ".join)
)
def test_any_text_is_analysed_with_right_offsets(analyzer: Analyzer, text: str) -> None:
    check_offsets(text, analyzer.analyze(text, language="en"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "“" * 5000,
        '"' * 5000,
        "a" * 50_000,
        "(" * 3000 + "Iran",
        "\ud800 Iran attacked \udfff",
        "said " * 3000,
        ("“Yes,” he said. " * 400),
    ],
    ids=["empty", "space", "lines", "quotes", "straight", "no-space", "brackets", "surrogates", "cues", "dialogue"],
)
def test_strange_texts_are_analysed(analyzer: Analyzer, text: str) -> None:
    analyzer.analyze(text, language="en")


def test_without_a_pipeline_english_has_names_and_is_not_called_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.analysis.analyzer.model_name", lambda given: None)
    found = Analyzer().analyze("Russia attacked Ukraine with missiles on Monday.", language="en")
    assert found.coverage == "names" and found.events == ()
    assert {e.id for e in found.entities} == {"RUS", "UKR"}
