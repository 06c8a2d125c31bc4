"""Which files the knowledge is made of, and the type that reads each."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any, Literal, NamedTuple

import msgspec

from processors.analysis.entities import context, load, offices
from processors.analysis.escalation import framing, score
from processors.analysis.events import counts, places, plover
from processors.analysis.knowledge import Cue, Forms, Operator, Rule, Wording
from processors.analysis.language import Profiles
from processors.analysis.light import rules as light
from processors.analysis.zones import ZoneWording

NameLists = dict[str, tuple[str, ...]]


class LightFile(msgspec.Struct, forbid_unknown_fields=True):
    words: dict[str, Any] = {}
    classes: dict[str, str] = {}
    rule: tuple[light.Rule, ...] = ()


class Groups(msgspec.Struct, forbid_unknown_fields=True):
    group: tuple[load.Group, ...]


class States(msgspec.Struct, forbid_unknown_fields=True, rename={"unwanted": "not"}):
    """`entities/states.toml` without its tables of names by language."""

    unwanted: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    without_metonym: tuple[str, ...] = ()
    capitals: dict[str, str] = {}
    seats: NameLists = {}
    exact: NameLists = {}


class Format(NamedTuple):
    """A kind of file. `named` is its array of named tables, if it is made of one; `by_language`: tables of names by language."""

    pattern: str
    what: str
    kind: Any
    named: str = ""
    by_language: bool = False


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where knowledge comes from. `names` tells which names are its own, empty where it brings no list of names."""

    name: str
    licence: str
    brings: str
    url: str = ""
    package: str = ""
    names: Literal["iso", "cldr", "geonames", "listed", ""] = ""


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[Source, ...]


class _Rules(msgspec.Struct, forbid_unknown_fields=True):
    rule: tuple[Rule, ...]


class _Operators(msgspec.Struct, forbid_unknown_fields=True):
    operator: tuple[Operator, ...]


class _Cues(msgspec.Struct, forbid_unknown_fields=True):
    cue: tuple[Cue, ...]


class _Framings(msgspec.Struct, forbid_unknown_fields=True):
    framing: tuple[framing.FramingRule, ...]


FORMATS = (
    Format("events/rules/*.toml", "event rules", _Rules, "rule"),
    Format("events/operators.toml", "operators", _Operators, "operator"),
    Format("events/classes.toml", "word classes", NameLists),
    Format("events/leisure.toml", "words of other fields", NameLists),
    Format("events/forms.toml", "irregular forms", Forms),
    Format("events/places.toml", "words of places", places.Wording),
    Format("events/counts.toml", "words of numbers", counts.Wording),
    Format("events/plover.toml", "PLOVER's scale", dict[str, plover.TypeScore]),
    Format("attributions/cues.toml", "cues", _Cues, "cue"),
    Format("attributions/wording.toml", "wording", Wording),
    Format("escalation/framing.toml", "framings", _Framings, "framing"),
    Format("escalation/score.toml", "weights", score.Weights),
    Format("languages/profiles.toml", "languages", Profiles),
    Format("light/??.toml", "patterns of a language", LightFile, "rule"),
    Format("entities/states.toml", "names of states", States, by_language=True),
    Format("entities/demonyms.toml", "demonyms", NameLists, by_language=True),
    Format("entities/context.toml", "words around names", context.Words),
    Format("entities/offices.toml", "offices, units and ships", offices.Offices),
    Format("entities/zones.toml", "bylines and credits", ZoneWording),
    Format("sources.toml", "sources", Sources, "source"),
    Format("entities/*.toml", "names", Groups),
)


def format_of(relative: str) -> Format | None:
    """The format of a file by its path below the folder; None where nothing reads it."""
    depth = relative.count("/")
    return next((f for f in FORMATS if f.pattern.count("/") == depth and fnmatch(relative, f.pattern)), None)
