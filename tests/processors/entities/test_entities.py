"""Names get their ids by what the text says around them."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.analysis.entities import Entities, EntityFinder, NamedSpan
from processors.analysis.entities.load import LANGUAGES, rows, states
from processors.analysis.text import prepare
from tests.growth import grows_linearly


@functools.cache
def finder() -> EntityFinder:
    return EntityFinder()


def found(text: str, language: str = "en", **spans: str) -> Entities:
    """The entities of a text; `spans` are names as a model would give them: LABEL="words|words"."""
    names = [
        NamedSpan(text.index(words), text.index(words) + len(words), label)
        for label, all_ in spans.items()
        for words in all_.split("|")
    ]
    return finder().find(prepare(None, text, 1_000_000), language, names)


def ids(text: str, language: str = "en", **spans: str) -> set[str]:
    return {e.id for e in found(text, language, **spans).entities}


def forms(entities: Entities, id_: str) -> list[tuple[str, str]]:
    return [(m.text, m.form) for e in entities.entities if e.id == id_ for m in e.mentions]


@pytest.mark.parametrize(
    ("text", "id_", "mention"),
    [
        ("Iranian drones were shown.", "IRN", ("Iranian", "adjective")),
        ("Russian-made jets landed.", "RUS", ("Russian", "adjective")),
        ("Tehran warned Ankara.", "IRN", ("Tehran", "metonym")),
        ("The Kremlin rejected it.", "RUS", ("Kremlin", "metonym")),
        ("The White House said no.", "USA", ("White House", "metonym")),
        ("Officials in the US said no.", "USA", ("US", "name")),
        ("The Britons left.", "GBR", ("Britons", "adjective")),
        ("Kosovo and Serbia met.", "XKX", ("Kosovo", "name")),
        ("Palestinian officials met.", "PSE", ("Palestinian", "adjective")),
        ("CHINA HITS BACK", "CHN", ("CHINA", "name")),
        ("Chad's army fought.", "TCD", ("Chad", "name")),
    ],
)
def test_states_by_name_adjective_and_seat(text: str, id_: str, mention: tuple[str, str]) -> None:
    assert forms(found(text), id_) == [mention]


@pytest.mark.parametrize(
    "text",
    ["They ate turkey on china plates.", "It told us so.", "He polished the table.", "The may bug", "Who is he?"],
)
def test_common_words_and_pronouns_are_no_names(text: str) -> None:
    assert found(text).entities == ()


@pytest.mark.parametrize(
    ("text", "is_city"),
    [
        ("Envoys met in Tehran on Monday.", True),
        ("Strikes on Tehran's suburbs went on.", True),
        ("He flew to Tehran overnight.", True),
        ("Rockets hit Tehran at dawn.", True),
        ("Tehran's position was unchanged.", False),
        ("Washington urged Tehran to stop.", False),
        ("Relations between Tehran and Baku soured.", False),
    ],
)
def test_a_capital_is_a_city_or_its_government_by_context(text: str, is_city: bool) -> None:
    mention = next((e for m, e in found(text).mentions_in(0, len(text)) if m.text == "Tehran"))
    assert (mention.id == "geonames:112931") is is_city
    assert found(text).state_of(mention.id) == "IRN"


def test_georgia_is_the_state_or_the_country() -> None:
    assert "GEO" in ids("Georgia said Russian troops had moved near Abkhazia.")
    assert "GEO" not in ids("Two drivers died in Georgia, the county sheriff said.")
    assert "GEO" not in ids("Voters in Georgia and Pennsylvania chose between Republicans and Democrats.")


def test_congo_is_kinshasa_unless_the_text_speaks_of_brazzaville() -> None:
    assert "COD" in ids("Congo accused Rwanda of backing rebels.")
    assert "COG" in ids("Congo held a vote; polls closed early in Brazzaville.")


def test_a_man_called_jordan_is_no_state() -> None:
    entities = found("Jordan Smith said that Jordan would help.", PERSON="Jordan Smith")
    assert [(e.id, len(e.mentions)) for e in entities.entities] == [("per:jordan-smith", 1), ("JOR", 1)]


def test_a_surname_joins_the_full_name_and_titles_stay_outside() -> None:
    entities = found("Iranian Foreign Minister Reza Kamali spoke. Kamali left.", PERSON="Foreign Minister Reza Kamali")
    assert forms(entities, "per:reza-kamali") == [("Reza Kamali", "name"), ("Kamali", "name")]
    assert entities.state_of("per:reza-kamali") == "IRN"


@pytest.mark.parametrize(
    "text",
    [
        "White House National Security Council spokesman Nils Aberg said so.",
        "Nils Aberg, a Pentagon spokesman, said so.",
        "US envoy Nils Aberg said so.",
    ],
)
def test_a_spokesman_serves_the_state_that_he_is_described_by(text: str) -> None:
    assert found(text, PERSON="Nils Aberg").state_of("per:nils-aberg") == "USA"


def test_a_paper_is_one_thing_under_its_short_name_too() -> None:
    entities = found("The Wall Street Journal reported it. The Journal cited officials.")
    assert forms(entities, "org:wall-street-journal")[-1][0] == "Journal"
    assert ids("The captain wrote a Journal.") == set()


@pytest.mark.parametrize(
    ("text", "label", "words", "id_", "type_"),
    [
        ("ISIL fled the town.", "NORP", "ISIL", "org:islamic-state", "ORG"),
        ("Storm Shadow was used.", "PERSON", "Storm Shadow", "weapon:storm-shadow", "WEAPON"),
        ("Al-Shabaab struck again.", "PERSON", "Al-Shabaab", "org:al-shabaab", "ORG"),
        ("Hundreds of Fath-360 missiles arrived.", "ORG", "Fath-360", "weapon:fath-360", "WEAPON"),
        ("They fled to Ar Raqqah by night.", "PERSON", "Ar Raqqah", "geonames:172955", "GPE"),
    ],
)
def test_the_models_typical_errors_are_corrected(text: str, label: str, words: str, id_: str, type_: str) -> None:
    entity = found(text, **{label: words}).entities[0]
    assert (entity.id, entity.type) == (id_, type_)


def test_ministries_belong_to_the_state_beside_them() -> None:
    entities = found("The Iranian Foreign Ministry and Turkey's Defence Ministry met.")
    assert {"org:irn-foreign-ministry", "org:tur-defence-ministry"} <= {e.id for e in entities.entities}
    assert entities.state_of("org:tur-defence-ministry") == "TUR"


def test_nothing_of_byline_dateline_and_credits_is_a_mention() -> None:
    text = "By Ada Quill\nRABAT (Reuters) – Libya said it was ready.\n(Reporting by Tom Okoro in Cairo; Editing by Iris Vale)"
    assert ids(text, PERSON="Ada Quill|Tom Okoro|Iris Vale", GPE="RABAT|Cairo") == {"LBY"}


def test_entities_come_in_the_order_of_their_first_mention_and_are_found_by_place() -> None:
    text = "Kenya and Somalia met; Kenya spoke."
    entities = found(text)
    assert [e.id for e in entities.entities] == ["KEN", "SOM"]
    at = entities.at(text.index("Somalia") + 3)
    assert at is not None and at[1].id == "SOM"
    assert entities.at(6) is None
    assert (entities.kind("KEN"), entities.role("KEN")) == ("state", "state")


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("es", "Irán y los soldados rusos en Siria", {"IRN", "RUS", "SYR"}),
        ("fr", "Les Iraniens, la Russie et les autorités américaines", {"IRN", "RUS", "USA"}),
        ("de", "Russlands Angriff und die iranischen Drohnen der Houthis", {"RUS", "IRN", "org:houthis"}),
        ("ru", "Удары по Ирану осудили в Китае и американские власти", {"IRN", "CHN", "USA"}),
        ("ar", "وهددت إيران إسرائيل بصواريخ روسية", {"IRN", "ISR", "RUS"}),
        ("uk", "Росія атакувала Україну, заявив Зеленський", {"RUS", "UKR", "per:volodymyr-zelenskyy"}),
        ("pt", "A Rússia e os Estados Unidos", {"RUS", "USA"}),
        ("it", "La Russia e gli Stati Uniti", {"RUS", "USA"}),
        ("tr", "Rusya'nın İran ile anlaşması", {"RUS", "IRN"}),
        ("fa", "ایران و آمریکا", {"IRN", "USA"}),
        ("he", "ישראל תקפה באיראן", {"ISR", "IRN"}),
        ("zh", "中国警告美国和日本", {"CHN", "USA", "JPN"}),
        ("ja", "北朝鮮がロシアに", {"PRK", "RUS"}),
        ("ko", "북한이 러시아와 미국에", {"PRK", "RUS", "USA"}),
    ],
)
def test_states_and_leaders_are_known_in_every_covered_language(language: str, text: str, wanted: set[str]) -> None:
    assert wanted <= ids(text, language)


def test_the_data_are_sound() -> None:
    for known, row in rows():
        assert known.state is None or known.state in states(), row.name
        assert row.since is None or row.until is None or row.since <= row.until
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 15


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "Iran",
                "İran",
                "US",
                "Kyiv’s",
                "\u202e",
                "\u200d",
                "ﬁ",
                "Tom Putin",
                "\n",
                " ",
                "—",
                '"',
                "S-300s",
                "🇮🇷",
                "ß",
            ]
        ),
        max_size=40,
    ).map("".join),
    st.sampled_from(["en", "tr", "ru", "ar", "zh", "de"]),
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(1, 20), st.sampled_from(["PERSON", "ORG", "GPE", "NORP"])),
        max_size=5,
    ),
)
def test_every_mention_is_the_words_at_its_offsets(text: str, language: str, spans: list[tuple[int, int, str]]) -> None:
    names = [NamedSpan(a, min(len(text), a + n), label) for a, n, label in spans if a < len(text)]
    prepared = prepare(None, text, 10_000)
    for entity in finder().find(prepared, language, names).entities:
        for m in entity.mentions:
            assert m.text and prepared.text[m.start : m.end] == m.text


@pytest.mark.parametrize("unit", ['"', "US ", "Iran, ", "Tehran in ", "Near "])
def test_finding_takes_linear_time(unit: str) -> None:
    def work(count: int) -> None:
        finder().find(prepare(None, unit * count, 10**7), "en")

    assert grows_linearly(work, 3_000)
