"""Names that are made rather than listed: a state's ministries and services, numbered units, ships."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import msgspec

from processors.analysis.entities.load import read, states
from processors.analysis.entities.model import Found, Known, slug


class Offices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heads: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    ships: dict[str, str]


class _Patterns(msgspec.Struct, frozen=True):
    heads: re.Pattern[str]
    kinds: dict[str, str]
    units: re.Pattern[str]
    ships: re.Pattern[str]
    flags: dict[str, str]


@functools.cache
def _patterns() -> _Patterns:
    data = msgspec.convert(read("offices.toml"), Offices)
    kinds = {head: kind for kind, heads in data.heads.items() for head in heads}
    heads = "|".join(re.escape(h) for h in sorted(kinds, key=len, reverse=True))
    words = "|".join(sorted(data.units["words"], key=len, reverse=True))
    return _Patterns(
        re.compile(rf"\b(?:{heads})\b"),
        kinds,
        re.compile(rf"\b\d{{1,4}}(?:st|nd|rd|th) (?:(?:{words})\b ?){{1,5}}(?<! )|\b(?:CTF|Task Force) \d{{1,3}}\b"),
        re.compile(rf"\b(?:{'|'.join(data.ships)}) (?:[A-Z][\w'’-]*)(?: [A-Z][\w.'’-]*){{0,3}}"),
        data.ships,
    )


def made_names(text: str, found: Sequence[Found]) -> list[Found]:
    """Ministries, services, units and ships that no list has, with the state that stands beside them."""
    patterns = _patterns()
    by_end = {f.end: f for f in found if f.known.kind in ("state", "territory")}
    made: list[Found] = []
    for m in patterns.heads.finditer(text):
        before = by_end.get(m.start() - 1) or by_end.get(
            m.start() - 3 if text[m.start() - 3 : m.start()] in ("'s ", "’s ") else -1
        )
        kind = patterns.kinds[m.group()]
        state = before.known.id if before is not None else _of_state(text, m.end(), found)
        if state is None and kind in ("government", "parliament", "court"):
            continue  # “Parliament” alone may be any
        beside = before is not None and before.end == m.start() - 1  # “U.S. Department of State”, “Iranian navy”
        start = before.start if before is not None and beside else m.start()
        made.append(Found(start, m.end(), _office(state, m.group(), kind), "name"))
    for m in patterns.units.finditer(text):
        name = m.group().strip()
        made.append(
            Found(m.start(), m.start() + len(name), Known(f"org:{slug(name)}", "ORG", "armed_service", name), "name")
        )
    for m in patterns.ships.finditer(text):
        name = m.group()
        flag = patterns.flags[name.split(" ", 1)[0]]
        made.append(Found(m.start(), m.end(), Known(f"weapon:{slug(name)}", "WEAPON", "ship", name, flag), "name"))
    return made


def _of_state(text: str, end: int, found: Sequence[Found]) -> str | None:
    """“the Foreign Ministry of Iran”."""
    if text[end : end + 4] != " of ":
        return None
    return next((f.known.id for f in found if f.start in (end + 4, end + 8) and f.known.kind == "state"), None)


def _office(state: str | None, head: str, kind: str) -> Known:
    plain = head.replace("Defense", "Defence")
    if state is None:
        return Known(f"org:{slug(plain)}", "ORG", kind, head)
    name = f"{states()[state].name}: {head}" if state in states() else head
    return Known(f"org:{state.lower()}-{slug(plain)}", "ORG", kind, name, state)
