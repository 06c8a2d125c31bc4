"""Where an event happens: the place that the event's own clause names. Never the dateline's, the speaker's, the parties' own.

A region, a country and a place without coordinates have no GeoNames id. The country of a region is told only where the words
say it (“Darfur, Sudan”).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from brinkwatch.models import Place
from processors.analysis import knowledge
from processors.analysis.events.actors import NameRef, Names
from processors.analysis.events.arguments import object_tokens
from processors.analysis.events.clause import clause
from processors.analysis.events.coded import Coded
from processors.analysis.syntax import Token, prepositional

Precision = Literal["city", "region", "country"]
_WIDTH = {"city": 0, "region": 1, "country": 2}
_GEONAMES = "geonames:"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words that tell places: see data/events/places.toml."""

    where: frozenset[str]
    toward: frozenset[str]
    parts: frozenset[str]
    sites: frozenset[str]
    areas: frozenset[str]
    kinds: frozenset[str]


@functools.cache
def wording() -> Wording:
    return knowledge.read(knowledge.DATA / "events" / "places.toml", Wording)


def place_of(one: Coded, names: Names) -> Place | None:
    """The narrowest place that the event's own clause names; None where it names none."""
    found: list[Place] = []
    for head in clause(one):
        for noun in _phrases(head, one):
            place = _place(noun, names)
            if place is not None:
                found.append(place)
    for noun in _struck(one):
        place = _place(noun, names, target=True)
        if place is not None:
            found.append(place)
    return min(found, key=lambda place: _WIDTH[place.precision], default=None)


def _phrases(head: Token, one: Coded) -> Iterator[Token]:
    """The nouns that a preposition of place hangs below `head`."""
    words = wording()
    toward = one.type in ("MOBILIZE", "RETREAT", "ASSAULT", "COERCE") or one.name.startswith(
        ("agree:retreat", "agree:mobilize")
    )
    for c in head.children:
        if c.dep not in ("prep", "advmod", "agent") and c.tag != "IN":
            continue
        if c.lower in words.where or (toward and c.lower in words.toward):
            for noun in c.children:
                if noun.dep == "pobj":
                    yield noun
                elif noun.dep == "prep":  # “outside of”, “in front of”
                    yield from (n for n in noun.children if n.dep == "pobj")


def _struck(one: Coded) -> Iterator[Token]:
    """Whom a blow hits, or what is taken or entered, may be a place: “shelled Sumy”, “the bombing of Sumy”."""
    if one.type not in ("ASSAULT", "COERCE", "MOBILIZE", "RETREAT", "PROTEST"):
        return
    if one.trigger.is_verb:
        yield from object_tokens(one.trigger)
    else:
        for path in ("of", "on", "against", "from"):
            noun = prepositional(one.trigger, path)
            if noun is not None:
                yield noun
        if one.trigger.dep in ("dobj", "obj") and one.reading.light is not None:
            for path in ("on", "against"):
                noun = prepositional(one.reading.light, path)
                if noun is not None:
                    yield noun


def _place(noun: Token, names: Names, *, target: bool = False, depth: int = 0) -> Place | None:
    """What place a noun phrase names. As a target only cities and what lies in them: a state that is hit is a party."""
    words = wording()
    mention = names.at(noun)
    if mention is not None and mention.kind in ("place", "state") and mention.form == "name":
        if (target or _party(noun)) and mention.kind == "state":
            return None
        return _told(mention, noun, names)
    if mention is not None and mention.kind != "other":
        return None if mention.form != "name" or depth else _inside(noun, names, depth)
    if noun.lemma in words.areas:
        for c in noun.children:
            inner = names.at(c)
            if (
                c.i < noun.i
                and inner is not None
                and inner.kind == "place"
                and c.dep in ("compound", "amod", "nmod", "poss")
            ):
                return _region(inner, noun, names)
    return _inside(noun, names, depth)


def _inside(noun: Token, names: Names, depth: int) -> Place | None:
    """“The town of Sumy”, “the port city of Sumy”, “Sumy's airport”, “a market in Sumy”, “a Sumy market”."""
    if depth > 2:
        return None
    words = wording()
    for c in noun.children:
        if c.dep == "prep" and (
            c.lower in words.where or (c.lower == "of" and noun.lemma in words.kinds | words.parts | words.sites)
        ):
            for inner in c.children:
                if inner.dep == "pobj":
                    found = _place(inner, names, depth=depth + 1)
                    if found is not None:
                        return found
    for c in noun.children:
        mention = names.at(c)
        if mention is None or mention.kind != "place" or mention.form != "name":
            continue
        if c.dep in ("poss", "compound", "nmod") and (noun.lemma in words.sites or noun.lemma in words.parts):
            return _told(mention, c, names)
        if c.dep == "appos" and noun.lemma in words.kinds:
            return _told(mention, c, names)
    return None


def _party(noun: Token) -> bool:
    """“Fired on Togo”, “moved against Togo”: a state behind these is a party, not a place."""
    return noun.dep == "pobj" and noun.head.lower in ("on", "of", "against")


def _told(mention: NameRef, noun: Token, names: Names) -> Place:
    after = next(
        (t for t in noun.children if t.i > noun.i and t.lower in wording().areas and t.dep in ("appos", "dep")), None
    )
    if mention.kind == "state":
        return _shown(names, mention, None, mention.id if len(mention.id) == 3 else mention.state, "country")
    if after is not None:
        return _region(mention, after, names)
    above = noun.head
    if noun.dep in ("compound", "nmod", "amod") and above.lemma in wording().areas:
        return _region(mention, above, names)
    if mention.id.startswith(_GEONAMES):
        return _shown(names, mention, mention.id.removeprefix(_GEONAMES), mention.state, "city")
    return _shown(names, mention, None, mention.state or _country_beside(mention.start, mention.end, names), "region")


def _region(mention: NameRef, area: Token, names: Names) -> Place:
    """“The Sumy region”: not the city that it is named after, but in its country."""
    start, end = min(mention.start, area.start), max(mention.end, area.end)
    if end - start > mention.end - mention.start + len(area.text) + 1:
        start, end = mention.start, mention.end  # “Khost and Paktika provinces”
    return Place(
        id=None,
        name=names.text[start:end],
        country=mention.state or _country_beside(start, end, names),
        start=start,
        end=end,
        precision="region",
    )


_BEHIND = re.compile(r",? (?:in |of )?(?:the )?(?:(?:north|south|east|west)\w* |central )?")
_AHEAD = re.compile(r"(?:['’]s?)? (?:(?:north|south|east|west)\w* |central |coastal |border |restive )*")


def _country_beside(start: int, end: int, names: Names) -> str | None:
    """“Darfur, Sudan”, “Gedo in southern Somalia”, “Pakistan's Sindh”."""
    gap = _BEHIND.match(names.text, end)
    if gap is not None:
        for m in names.inside(end, gap.end() + 40):
            if m.start == gap.end() and m.kind == "state" and m.form == "name" and len(m.id) == 3:
                return m.id
    for m in names.inside(max(0, start - 40), start):
        if m.kind == "state" and len(m.id) == 3 and _AHEAD.fullmatch(names.text, m.end, start):
            return m.id
    return None


def _shown(names: Names, mention: NameRef, id_: str | None, country: str | None, precision: Precision) -> Place:
    return Place(
        id=id_,
        name=names.text[mention.start : mention.end],
        country=country,
        start=mention.start,
        end=mention.end,
        precision=precision,
    )
