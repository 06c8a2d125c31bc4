"""A language that there is no profile of is not taken for its neighbour: it is und, or what its feed declares."""

from __future__ import annotations

import pytest

from processors.analysis.language import coverage_of, detect

STRANGERS = {
    "eu": "Gobernuak atzo iragarri zuen erasoaren ondoren mugako segurtasuna indartuko duela. Ministroak esan zuen ez "
    "dutela amore emango eta herritarrei lasai egoteko eskatu zien.",
    "ga": "D'fhógair an rialtas inné go neartófar an tslándáil ag an teorainn tar éis an ionsaí. Dúirt an tAire nach "
    "ngéillfidh siad.",
    "cy": "Cyhoeddodd y llywodraeth ddoe y bydd yn cryfhau diogelwch ar y ffin ar ôl yr ymosodiad. Dywedodd y gweinidog "
    "na fyddant yn ildio.",
    "lb": "D'Regierung huet gëschter ugekënnegt, datt si no der Attack d'Sécherheet op der Grenz wëll verstäerken. De "
    "Minister sot, si wäerten net noginn.",
    "mt": "Il-gvern ħabbar ilbieraħ li se jsaħħaħ is-sigurtà fil-fruntiera wara l-attakk. Il-ministru qal li mhux se "
    "jċedu.",
    "eo": "La registaro anoncis hieraŭ, ke ĝi plifortigos la sekurecon ĉe la limo post la atako. La ministro diris, ke "
    "ili ne cedos.",
}


@pytest.mark.parametrize(("language", "text"), STRANGERS.items(), ids=STRANGERS)
def test_a_stranger_is_und_or_what_its_feed_says(language: str, text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, language) == language
    assert coverage_of(language) == "none"


def test_a_feed_that_declares_another_language_does_not_make_a_stranger_read() -> None:
    assert coverage_of(detect(STRANGERS["eu"], "es")) == "none"


HEADLINES = (
    "Kenya denied having attacked Somalia.",
    "Turkey shells Kurdish positions",
    "Houthis sink tanker",
    "EU sanctions Belarus",
    "Zelensky visits Paris",
    "Ankara vows reply",
    "US imposes sanctions on Iran",
    "Kyiv mourns",
)


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_short_english_headline_is_english(headline: str) -> None:
    assert detect(headline) == "en"


def test_letters_that_are_no_language_stay_undetermined() -> None:
    assert detect("qwrt zxcv plmk") == "und"
