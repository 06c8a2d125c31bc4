"""In what sense deeds are said in the languages of the lighter path, and who does them."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer


@pytest.mark.parametrize(
    ("code", "text", "coded"),
    [
        ("fr", "La Serbie bombardera le Kosovo.", ("ASSAULT", "SRB", "intended")),
        ("fr", "Rome a appelé Ankara à cesser ses frappes.", ("REQUEST", "ITA", "requested")),
        ("es", "Lisboa instó a Marruecos a cesar sus ataques contra Argelia.", ("REQUEST", "PRT", "requested")),
        ("de", "Wien forderte Belgrad auf, die Angriffe auf das Kosovo einzustellen.", ("REQUEST", "AUT", "requested")),
        ("de", "Oman sagte, dass Iran den Irak angegriffen habe.", ("ASSAULT", "IRN", "asserted")),
        ("de", "Italien zieht seine Soldaten bis Herbst aus Libyen ab.", ("RETREAT", "ITA", "asserted")),
        ("de", "Im Juli griff Indien Pakistan an.", ("ASSAULT", "IND", "asserted")),
        ("ru", "Египет призвал стороны к переговорам.", ("REQUEST", "EGY", "requested")),
        ("ru", "Сирия опровергла отправку войск в Ливан.", ("MOBILIZE", "SYR", "denied")),
        ("ar", "نفت الجزائر إرسال قوات إلى مالي.", ("MOBILIZE", "DZA", "denied")),
        ("ar", "ونفت الرباط الاتهام ودعت إلى الحوار.", ("REQUEST", "MAR", "requested")),
    ],
)
def test_the_sense_and_who_acts(analyzer: Analyzer, code: str, text: str, coded: tuple[str, str, str]) -> None:
    events = analyzer.analyze(text, language=code).events
    assert coded in [(e.type, e.source[0].id if e.source else None, e.modality) for e in events]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "L'Inde et le Népal ont échangé 20 prisonniers."),
        ("es", "Perú y Chile intercambiaron 20 prisioneros."),
        ("de", "Armenien und die Türkei tauschten 20 Gefangene aus."),
        ("ru", "Индия и Непал обменялись 20 пленными."),
        ("ar", "تبادلت الهند وباكستان 20 أسيرا."),
    ],
)
def test_an_exchange_of_prisoners_calms(analyzer: Analyzer, code: str, text: str) -> None:
    found = analyzer.analyze(text, language=code).escalation
    assert (found.level, found.direction) == ("none", "de-escalation")


def test_the_day_is_no_part_of_who_speaks(analyzer: Analyzer) -> None:
    text = "La Serbie frappera, a annoncé mardi le ministère serbe de la Défense."
    source = analyzer.analyze(text, language="fr").attributions[0].source
    assert source is not None and source.name == "le ministère serbe de la Défense"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "Un león ataca a un turista en Kenia."),
        ("fr", "Un éléphant attaque un braconnier en Zambie."),
        ("de", "Ein Bär hat in Rumänien einen Wanderer angegriffen."),
        ("ru", "Волк напал на туриста в Румынии."),
        ("ar", "هاجم دب سائحا في رومانيا."),
    ],
)
def test_an_attack_by_nobody_armed_is_quiet(analyzer: Analyzer, code: str, text: str) -> None:
    assert not [e for e in analyzer.analyze(text, language=code).events if e.escalation]


@pytest.mark.parametrize(
    ("code", "text", "pair"),
    [
        ("es", "Combates entre Ghana y Togo.", ("GHA", "TGO")),
        ("es", "Ghana y Togo intercambian disparos.", ("GHA", "TGO")),
        ("fr", "Échange de prisonniers entre le Ghana et le Togo.", ("GHA", "TGO")),
        ("de", "Gefechte zwischen Ghana und Togo.", ("GHA", "TGO")),
        ("ru", "Перестрелка между военными Ганы и Того.", ("GHA", "TGO")),
        ("ar", "تبادل إطلاق نار بين غانا وتوغو.", ("GHA", "TGO")),
    ],
)
def test_who_fights_whom(analyzer: Analyzer, code: str, text: str, pair: tuple[str, str]) -> None:
    events = analyzer.analyze(text, language=code).events
    assert pair in [(e.source[0].id, e.target[0].id) for e in events if e.source and e.target]


def test_a_name_and_a_colon_speak(analyzer: Analyzer) -> None:
    found = analyzer.analyze("Минобороны России: сбиты десять дронов над Чёрным морем.", language="ru").attributions
    assert found[0].source is not None and found[0].source.name == "Минобороны России"


def test_the_agency_that_hears_does_not_speak(analyzer: Analyzer) -> None:
    text = "La Serbie ripostera, a assuré à l'AFP un diplomate serbe."
    source = analyzer.analyze(text, language="fr").attributions[0].source
    assert source is not None and source.name == "un diplomate serbe"


@pytest.mark.parametrize(
    ("code", "text", "source"),
    [
        ("es", "Guyana advirtió que un ataque contra su costa tendría respuesta.", None),
        ("es", "Guyana dijo que su ataque contra Surinam fue defensivo.", "GUY"),
        ("fr", "Le Kenya a déclaré que l'attaque contre la Somalie avait fait dix morts.", None),
    ],
)
def test_who_speaks_of_an_attack_did_not_make_it_unless_it_is_its_own(
    analyzer: Analyzer, code: str, text: str, source: str | None
) -> None:
    sources = {a.id for e in analyzer.analyze(text, language=code).events if e.type == "ASSAULT" for a in e.source}
    assert sources == ({source} if source else set())


def test_two_in_an_arabic_headline_act_together(analyzer: Analyzer) -> None:
    (event,) = [
        e for e in analyzer.analyze("أرمينيا وتركيا تستأنفان الرحلات المباشرة", language="ar").events if e.escalation
    ]
    assert {a.id for a in (*event.source, *event.target)} == {"ARM", "TUR"}


def test_the_bodies_of_soldiers_are_not_handed_over_by_them(analyzer: Analyzer) -> None:
    (event,) = [
        e
        for e in analyzer.analyze("Syrien übergab die Leichen von zwei Soldaten aus Israel.", language="de").events
        if e.escalation
    ]
    assert [a.id for a in event.source] == ["SYR"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "Un ataque contra Taiwán tendría graves consecuencias."),
        ("fr", "Une attaque contre Taïwan aurait de graves conséquences."),
        ("ru", "Нападение на Тайвань имело бы тяжёлые последствия."),
    ],
)
def test_what_would_have_consequences_has_not_happened(analyzer: Analyzer, code: str, text: str) -> None:
    assert {e.modality for e in analyzer.analyze(text, language=code).events if e.escalation} == {"hypothetical"}
