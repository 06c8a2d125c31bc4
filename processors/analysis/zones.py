"""Finds what stands in a news text but is not said by it: bylines, datelines, credits. Names there are no actors.

The wording of each language and agency stands in data/entities/zones.toml.
"""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

import msgspec

from processors.analysis import layers

_HEAD = 4000
"""Bylines stand among a text's first characters; looking further finds quotations."""

ZoneKind = Literal["byline", "dateline", "credit"]


class Zone(NamedTuple):
    """A part of the text that is no content. Nothing in it is a mention."""

    kind: ZoneKind
    start: int
    end: int


class ZoneWording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agencies: tuple[str, ...]
    months: tuple[str, ...]
    by: tuple[str, ...]
    credits: tuple[str, ...]
    boilerplate: tuple[str, ...]


class _Patterns(NamedTuple):
    byline: re.Pattern[str]
    agency_dateline: re.Pattern[str]
    plain_dateline: re.Pattern[str]
    bracket_credit: re.Pattern[str]
    line_credit: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    words = msgspec.convert(layers.table("entities/zones.toml"), ZoneWording)

    def alternatives(items: tuple[str, ...]) -> str:
        return "|".join(re.escape(item) for item in sorted(items, key=len, reverse=True))

    agency = alternatives(words.agencies)
    name = r"[A-ZÀ-ÞА-Я][\w.'’-]*(?:[ \t]+(?:(?:de|del|della|van|von|der|den|la|le|al|el|bin|ben|da|di|dos|du)[ \t]+)*[A-ZÀ-ÞА-Я][\w.'’-]*){0,5}"
    date = rf"(?:,?\s*(?:\d{{1,2}}\.?\s*)?(?:{alternatives(words.months)})\.?(?:\s*\d{{1,2}})?\.?,?)?"
    day = rf"(?:\d{{1,2}}\.?[ \t]+(?:{alternatives(words.months)})\b\.?|(?:{alternatives(words.months)})\b\.?[ \t]+\d{{1,2}})"
    source = r"\([A-ZÀ-ÞА-Я][\w.&'’ -]{1,30}\)"  # an agency that the list does not have
    dash = r"[ \t]*(?:\.?[–—-]{1,3}|:)[ \t]*"
    place = r"[A-ZÀ-ÞА-Я][\w.'’-]*(?:[ \t/,]+[\wÀ-ÿ.'’-]+){0,5}?"
    upper = r"[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]+(?:[ /][A-ZÀ-ÞА-Я.'’-]{2,}){0,3}(?:, [A-Z][\w.'’ -]{1,25})?"
    return _Patterns(
        re.compile(
            rf"^[ \t]*(?:{alternatives(words.by)})[ \t]+{name}(?:(?:[ \t]*[,;&|/][ \t]*(?:and|y|et|und|и)?|[ \t]+(?:and|y|et|und|и|in|en|à))[ \t]+{name}){{0,8}}[ \t]*[,.;|]?[ \t]*$",
            re.MULTILINE,
        ),
        re.compile(
            rf"^[ \t]*(?:{place}{date}[ \t]*)?(?:\((?:{agency})\)(?:{dash}|[ \t]+)|/(?:{agency})/\.?[ \t]*(?:{dash})?|[ \t]*[–—-][ \t]*(?:{agency})[ \t]*[–—-]+[ \t]*)",
            re.MULTILINE,
        ),
        re.compile(
            rf"^[ \t]*(?:{upper}{date}(?:[ \t]*{source})?|{place},?[ \t]+{day}[ \t]*{source})[ \t]*(?:[–—]|--?[ ])[ \t]*(?=[\"“'‘«]?[A-ZÀ-ÞА-Я][^\n]{{40}})",
            re.MULTILINE,
        ),
        re.compile(
            rf"\([ \t]*(?:{alternatives(words.credits)})[^()\n]{{0,600}}(?:\([^()\n]{{0,80}}\)[^()\n]{{0,300}})?\)",
            re.IGNORECASE,
        ),
        re.compile(rf"^[ \t]*(?:{alternatives(words.credits + words.boilerplate)})[^\n]{{0,500}}$", re.MULTILINE),
    )


def zones(text: str) -> list[Zone]:
    """The non-content zones of a text in order, not overlapping; linear in its length."""
    patterns = _patterns()
    found = [Zone("byline", m.start(), m.end()) for m in patterns.byline.finditer(text, 0, _HEAD)]
    for pattern in (patterns.agency_dateline, patterns.plain_dateline):
        for m in pattern.finditer(text):
            rest = text[m.end() : m.end() + 80].split("\n", 1)[0]
            if pattern is patterns.agency_dateline or any(c.islower() for c in rest):
                found.append(Zone("dateline", m.start(), m.end()))
    for pattern in (patterns.bracket_credit, patterns.line_credit):
        found.extend(Zone("credit", m.start(), m.end()) for m in pattern.finditer(text))
    kept: list[Zone] = []
    for zone in sorted(found, key=lambda z: (z.start, -z.end)):
        if not kept or zone.start >= kept[-1].end:
            kept.append(zone)
    return kept
