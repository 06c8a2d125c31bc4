"""Regions, seats and namesakes: which place a name means, and which state it lies in."""

from __future__ import annotations

import pytest

from tests.processors.entities.test_entities import found, ids


def _states(text: str) -> dict[str, str | None]:
    entities = found(text)
    return {e.mentions[0].text: entities.state_of(e.id) for e in entities.entities}


@pytest.mark.parametrize(
    ("text", "region", "state"),
    [
        ("Gunmen killed nine herders in Kebbi state.", "Kebbi", "NGA"),
        ("Soldiers patrolled Ogun State.", "Ogun State", "NGA"),
        ("Cartels fought across Sinaloa.", "Sinaloa", "MEX"),
        ("Rebels took a village in North Darfur.", "North Darfur", "SDN"),
        ("Pakistan sent rangers to Lahore in Punjab.", "Punjab", "PAK"),
        ("India closed schools in Punjab.", "Punjab", "IND"),
        ("Drones were seen over Dagestan.", "Dagestan", "RUS"),
        ("The province of Tete was flooded.", "Tete", "MOZ"),
        ("Police searched a farm in Ohio.", "Ohio", "USA"),
    ],
)
def test_a_region_lies_in_its_state(text: str, region: str, state: str) -> None:
    assert _states(text)[region] == state


def test_words_that_are_regions_too_need_the_noun_in_capitals() -> None:
    assert "gpe:delta-nga" in ids("Nigeria sent police to Delta State.")
    assert "gpe:delta-nga" not in ids("Nigeria is losing land in the Delta.")
    assert "gpe:plateau-nga" not in ids("Nigeria says prices in plateau regions fell.")


def test_the_washington_of_the_pacific_is_no_government() -> None:
    assert ids("Washington state's ferries are late.") == {"gpe:washington-usa"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A train derailed in Lebanon, Ohio.", "LBN"),
        ("A barn burned near Paris, Texas.", "FRA"),
        ("Students in Moscow, Idaho, were told to stay in.", "RUS"),
        ("The mill in Cairo, Illinois, has shut.", "EGY"),
    ],
)
def test_an_american_town_is_not_the_capital_whose_name_it_bears(text: str, wrong: str) -> None:
    states = _states(text)
    assert wrong not in states.values()
    assert set(states.values()) == {"USA"}


def test_states_in_a_list_stay_states() -> None:
    assert {"RUS", "GEO", "ARM"} <= ids("The corridor links Russia, Georgia and Armenia.")


@pytest.mark.parametrize("name", ["Hodeidah", "Hodeida", "Hudaydah"])
def test_a_city_has_one_id_in_every_spelling(name: str) -> None:
    assert ids(f"The raid on {name} lasted an hour.") == ids("The raid on Al Hudaydah lasted an hour.")


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Rawalpindi rejected the charge.", "PAK"),
        ("Brussels imposed tariffs on steel.", "org:european-union"),
        ("Naypyitaw rejected the report.", "MMR"),
        ("Prishtina recalled its envoy.", "XKX"),
    ],
)
def test_a_seat_stands_for_those_who_sit_there(text: str, id_: str) -> None:
    assert ids(text) == {id_}


def test_what_happens_in_a_seat_happens_in_the_city() -> None:
    assert "PAK" not in ids("A blast in Rawalpindi wounded two.")
    assert "BEL" in ids("The Belgian cabinet met; Brussels agreed.")


def test_the_west_bank_is_not_the_west() -> None:
    assert ids("Raids in the West Bank went on.") == {"gpe:west-bank"}


def test_a_headline_in_capitals_keeps_its_states_apart() -> None:
    assert {"RUS", "USA", "GBR"} <= ids("RUSSIA WAITS AS US AND UK WEIGH AID", ORG="AS US")


def test_capitals_in_a_list_stay_capitals() -> None:
    assert {"IRN", "USA", "RUS"} <= ids("Tehran, Washington and Moscow disagreed.")
    assert {"FRA", "GBR"} <= ids("Paris, New York and London were quiet, Paris said; London agreed.")


@pytest.mark.parametrize(
    ("language", "text", "id_"),
    [
        ("ru", "Встреча с Алиевым прошла в Баку.", "per:ilham-aliyev"),
        ("ru", "Граница с Польшей закрыта.", "POL"),
        ("uk", "Переговори з Путіним не планують.", "per:vladimir-putin"),
        ("uk", "Він зустрівся із Сі Цзіньпіном.", "per:xi-jinping"),
        ("de", "Netanjahu reist nach Berlin.", "per:benjamin-netanyahu"),
        ("zh", "莫迪抵达东京。", "per:narendra-modi"),
        ("fr", "Téhéran, Washington et Moscou discutent.", "IRN"),
    ],
)
def test_names_in_other_languages_and_cases(language: str, text: str, id_: str) -> None:
    assert id_ in ids(text, language)


def test_north_and_south_are_the_koreas_where_these_are_named() -> None:
    entities = found("Seoul said North Korea fired. The North denied it, and the South went on alert.")
    assert {e.id for e in entities.entities} == {"KOR", "PRK"}
    assert "North" in [m.text for e in entities.entities for m in e.mentions]
    assert not ids("Snow fell in the South and in the North.")
