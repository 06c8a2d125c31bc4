"""Detection is right on headlines and says und when it does not know."""

from __future__ import annotations

import pytest

from processors.analysis.language import coverage_of, detect, normalize


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Iran strikes", "en"),
        ("Kremlin: no talks", "en"),
        ("US warns China over Taiwan", "en"),
        ("IRAN STRIKES BASE IN IRAQ", "en"),
        ("Niger junta expels French ambassador", "en"),
        ("Irán ataca una base en Irak", "es"),
        ("Macron condamne l'attaque", "fr"),
        ("Israel greift Iran an", "de"),
        ("Россия атаковала порт", "ru"),
        ("Росія атакувала порт", "uk"),
        ("إيران تهدد إسرائيل", "ar"),
        ("ایران گفت که به مذاکرات ادامه می‌دهد", "fa"),
        ("איראן תקפה בסיס", "he"),
        ("中国警告美国", "zh"),
        ("北朝鮮がミサイルを発射", "ja"),
        ("북한 미사일 발사", "ko"),
        ("Il governo italiano condanna l'attacco", "it"),
        ("O governo do Brasil não comentou", "pt"),
        ("Erdoğan'dan sınır için yeni açıklama", "tr"),
        ("Η κυβέρνηση διαψεύδει", "el"),
        ("Israel bombardea Damasco", "es"),
        ("Merz trifft Modi in Berlin", "de"),
        ("Rússia ataca Odessa", "pt"),
        ("Meloni incontra Modi a Milano", "it"),
        ("Rusland valt Oekraïne aan", "nl"),
        ("Mali, Niger and Chad sign pact", "en"),
    ],
)
def test_headlines_are_told_apart(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "  ", "12:30 - 45%", "!!! ??? ...", "qwrt zxcv plmk", "https://example.org/a/b", "NATO", "\ud800\udfff"],
)
def test_what_tells_nothing_is_und(text: str) -> None:
    assert detect(text) == "und"


def test_the_declared_language_decides_where_the_text_does_not() -> None:
    assert detect("Lula, Macron, NATO", "fr-FR") == "fr"
    assert detect("Lula, Macron, NATO", "en_GB") == "en"


def test_the_declared_language_does_not_outvote_the_text() -> None:
    assert detect("The ministers said that they had not agreed on anything after the talks.", "de") == "en"
    assert detect("Россия и США начали переговоры", "en") == "ru"


def test_declared_tags_are_read_in_all_their_spellings() -> None:
    assert [normalize(tag) for tag in ("en-GB", "pt_BR", "ger", "iw", "", None, "x-default", "und")] == [
        "en",
        "pt",
        "de",
        "he",
        None,
        None,
        None,
        None,
    ]


def test_coverage_of_each_language() -> None:
    assert coverage_of("en") == "full"
    assert {coverage_of(c) for c in ("es", "fr", "de", "ru", "ar")} == {"light"}
    assert {coverage_of(c) for c in ("uk", "pt", "it", "tr", "fa", "he", "zh", "ja", "ko")} == {"names"}
    assert {coverage_of(c) for c in ("und", "sw", "pl", "")} == {"none"}
