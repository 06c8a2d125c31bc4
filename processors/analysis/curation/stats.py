"""Counts the knowledge that this process reads with: rules by kind and language, names by kind of thing and language, sources."""

from __future__ import annotations

import importlib.metadata
from collections import Counter

import msgspec

from processors.analysis import knowledge, layers
from processors.analysis.curation.examples import Case, RuleKind, cases
from processors.analysis.curation.formats import Sources
from processors.analysis.entities import load
from processors.analysis.escalation.framing import framing_rules
from processors.analysis.light import rules as light_rules


class RuleCount(msgspec.Struct, frozen=True):
    """Rules of a kind in a language. `yours` are those of the user's folder, which are counted in `rules` too."""

    kind: RuleKind
    language: str
    rules: int
    yours: int
    examples: int
    counter_examples: int


class NameCount(msgspec.Struct, frozen=True):
    """Known things of a type, and how many names of theirs stand for each language; `all` are those for every one."""

    type: str
    things: int
    names: dict[str, int]


class SourceCount(msgspec.Struct, frozen=True):
    """A source with the version that is installed, and how many names it brings; null where it brings no list of names."""

    name: str
    licence: str
    brings: str
    url: str
    version: str | None
    names: int | None


class Statistics(msgspec.Struct, frozen=True):
    """`folder` is the user's, empty where none is laid over ours."""

    folder: str
    rules: tuple[RuleCount, ...]
    names: tuple[NameCount, ...]
    sources: tuple[SourceCount, ...]


def statistics() -> Statistics:
    """All counts."""
    return Statistics(
        folder=layers.overlay().folder,
        rules=tuple(_rules()),
        names=tuple(_names()),
        sources=tuple(_sources()),
    )


def _rules() -> list[RuleCount]:
    everything = cases()
    kinds: list[tuple[RuleKind, str, list[str], set[str]]] = [
        ("event rule", "en", [r.name for r in knowledge.rules()], _yours("events/rules", "rule")),
        ("operator", "en", [o.name for o in knowledge.operators()], _yours("events", "operator")),
        ("cue", "en", [c.name for c in knowledge.cues()], _yours("attributions", "cue")),
        ("framing", "en", [f.name for f in framing_rules()], _yours("escalation", "framing")),
    ]
    for code in light_rules.languages():
        patterns = light_rules.language(code)
        assert patterns is not None
        kinds.append(("light rule", code, [r.name for r in patterns.rules], _yours("light", "rule")))
    return [
        RuleCount(
            kind=kind,
            language=language,
            rules=len(names),
            yours=len(yours.intersection(names)),
            examples=len(_of(everything, kind, language, "example")),
            counter_examples=len(_of(everything, kind, language, "counter-example")),
        )
        for kind, language, names, yours in kinds
    ]


def _of(everything: list[Case], kind: RuleKind, language: str, wanted: str) -> list[Case]:
    return [case for case in everything if (case.kind, case.language, case.wanted) == (kind, language, wanted)]


def _yours(folder: str, key: str) -> set[str]:
    """The names of the tables that the user's folder brings."""
    over = layers.overlay()
    tables = [layers.theirs(name, over) for name in over.files if name.rpartition("/")[0] == folder]
    return {item["name"] for table in tables for item in table.get(key, ()) if item.get("enabled", True)}


def _names() -> list[NameCount]:
    things: Counter[str] = Counter()
    names: dict[str, Counter[str]] = {}
    for known, row in load.rows():
        type_ = f"{known.type} (metonyms)" if known.kind in ("state", "territory") else known.type
        things[type_] += 1
        for field in load.NAME_FIELDS:
            language = "all" if field in ("exact", "short") else field
            names.setdefault(type_, Counter())[language] += len(getattr(row, field))
    counted = [NameCount(t, things[t], {k: n for k, n in names[t].items() if n}) for t in sorted(things)]
    by_language = {language: _state_names(language) for language in load.LANGUAGES}
    counted.append(NameCount("GPE (states and territories)", len(load.states()), by_language))
    cities = load.cities()
    named = sum(1 + len(city.names) for city in cities)
    counted.append(NameCount("GPE (cities)", len(cities), {"all": named}))
    return counted


def _state_names(language: str) -> int:
    """Names and adjectives as they are looked for, in all their forms."""
    return len({surface for surface, _ in load.state_names(language)})


def _sources() -> list[SourceCount]:
    import pycountry
    from babel import Locale

    known = load.iso3_of()
    own = _own_names()
    counts = {
        "iso": sum(
            len({c.name, getattr(c, "common_name", c.name), getattr(c, "official_name", c.name)})
            for c in pycountry.countries
        ),
        "cldr": sum(sum(code in known for code in Locale(language).territories) for language in load.LANGUAGES),
        "geonames": sum(1 + len(city.names) for city in load.cities()),
        "listed": sum(count for (name, _), count in own.items() if not name),
    }
    found = [
        SourceCount(
            name=source.name,
            licence=source.licence,
            brings=source.brings,
            url=source.url,
            version=_version(source.package),
            names=counts.get(source.names),
        )
        for source in msgspec.convert(layers.table("sources.toml"), Sources).source
    ]
    for (name, licence), count in own.items():
        if name:
            found.append(
                SourceCount(name, licence, "names in your folder or ours, as their group says", "", None, count)
            )
    return found


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package) if package else None
    except importlib.metadata.PackageNotFoundError:
        return None


def _own_names() -> Counter[tuple[str, str]]:
    """Names in the files, by the source and licence of their group; those of states and demonyms have none."""
    found: Counter[tuple[str, str]] = Counter()
    for group, row in load.laid_rows(layers.overlay()):
        found[group.source, group.licence] += sum(len(getattr(row, field)) for field in load.NAME_FIELDS) or 1
    for name in ("states.toml", "demonyms.toml"):
        tables = load.read(name)
        found["", ""] += sum(len(v) for k in (*load.LANGUAGES, "exact") for v in tables.get(k, {}).values())
    return found
