"""Where, when and how many: what the clause of an event says of it. Nothing is guessed; what is not said stays null."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from collections.abc import Sequence

from brinkwatch.models import Place, When
from processors.analysis import knowledge
from processors.analysis.events.actors import Names
from processors.analysis.events.arguments import object_tokens
from processors.analysis.events.coded import Coded
from processors.analysis.syntax import Token

_WHERE = ("in", "at", "near", "outside", "inside", "on", "around", "off")
_HARM = {
    "kill": "killed", "wound": "injured", "injure": "injured", "hurt": "injured", "capture": "captured", "detain": "captured",
    "abduct": "captured", "kidnap": "captured",
}  # fmt: skip
_NUMBERS = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}


# ---------------------------------------------------------------------------------------------- how many


def counts_of(one: Coded) -> dict[str, int]:
    """Numbers that the sentence gives of the event: people harmed for violence, forces and weapons for what is moved."""
    found: dict[str, int] = {}
    if one.rule.type in ("ASSAULT", "COERCE"):
        for token in one.sentence.tokens:
            key = _HARM.get(token.lemma) if token.is_verb else None
            if key is None:
                continue
            for victim in object_tokens(token):
                number = number_of(victim)
                if number is not None:
                    found.setdefault(key, number)
    elif one.rule.type in ("MOBILIZE", "AID", "RETREAT") and one.theme is not None:
        number = number_of(one.theme)
        if number is not None:
            if one.theme.lemma in _class("troops"):
                found["forces"] = number
            elif one.theme.lemma in _class("weapons"):
                found["weapons"] = number
    return found


@functools.cache
def _class(name: str) -> frozenset[str]:
    return frozenset(w.split()[-1] for w in knowledge.classes()[name])


def number_of(noun: Token) -> int | None:
    """The number before a noun, in figures or words; *dozens* is none."""
    for c in noun.children:
        if c.dep == "nummod" or (c.dep == "amod" and c.tag == "CD"):
            return _number([*sorted((g for g in c.children if g.tag == "CD"), key=lambda t: t.i), c])
    return _number([noun]) if noun.tag == "CD" else None


def _number(words: Sequence[Token]) -> int | None:
    total = 0
    for word in words:
        lower = word.lower.replace(",", "")
        if lower.isdigit() and len(lower) < 9:
            total += int(lower)
        elif lower in _SCALES:
            total = max(total, 1) * _SCALES[lower]
        elif lower in _NUMBERS:
            total += _NUMBERS[lower]
        else:
            parts = lower.split("-")
            if not all(p in _NUMBERS for p in parts):
                return None
            total += sum(_NUMBERS[p] for p in parts)
    return total


# ---------------------------------------------------------------------------------------------- where


def place_of(one: Coded, names: Names) -> Place | None:
    """The place that a preposition of the event's own clause names."""
    for holder in _holders(one.trigger):
        for c in holder.children:
            if c.dep != "prep" or c.lower not in _WHERE:
                continue
            for noun in c.children:
                if noun.dep != "pobj":
                    continue
                found = _place(noun, names)
                if found is not None:
                    return found
    return None


def _holders(trigger: Token) -> list[Token]:
    """The trigger, its objects, and the verb that a noun trigger is the object or subject of."""
    found = [trigger, *(object_tokens(trigger) if trigger.is_verb else ())]
    if trigger.is_noun and trigger.dep in ("dobj", "nsubj", "nsubjpass", "attr") and trigger.head.is_verb:
        found.append(trigger.head)
    return found


def _place(noun: Token, names: Names) -> Place | None:
    mention = names.at(noun)
    if mention is None:
        # “in the town of Zalambessa”
        of = next((g for c in noun.children if c.dep == "prep" and c.lower == "of" for g in c.children), None)
        compound = next((c for c in noun.children if c.dep in ("compound", "nmod", "appos")), None)
        mention = next((m for m in (names.at(t) for t in (of, compound) if t is not None) if m is not None), None)
    if mention is None or mention.kind not in ("place", "state") or mention.form == "adjective":
        return None
    geonames = mention.id.removeprefix("geonames:") if mention.id.startswith("geonames:") else None
    precision = "country" if mention.kind == "state" else "city" if geonames else "region"
    return Place(
        id=geonames,
        name=names.text[mention.start : mention.end],
        country=mention.state,
        start=mention.start,
        end=mention.end,
        precision=precision,  # type: ignore[arg-type]
    )


# ---------------------------------------------------------------------------------------------- when


def when_of(one: Coded, published: dt.datetime | None) -> When | None:
    """The days that the event's own clause names, resolved against the publication; None without one."""
    if published is None:
        return None
    day = published.date()
    future = one.reading.future or one.modality == "intended"
    for holder in _holders(one.trigger):
        for c in holder.children:
            expression = (
                next((g for g in c.children if g.dep == "pobj"), None)
                if c.dep == "prep" and c.lower in ("on", "in", "during")
                else c
            )
            if expression is None or c.dep not in ("prep", "npadvmod", "advmod", "tmod"):
                continue
            found = _days(expression, day, future)
            if found is not None:
                first, last, precision = found
                start = min([expression.start, *(g.start for g in expression.children if g.i < expression.i)])
                end = max([expression.end, *(g.end for g in expression.children if g.dep == "nummod")])
                return When(from_=first, to=last, start=start, end=end, precision=precision)  # type: ignore[arg-type]
    return None


def _days(token: Token, day: dt.date, future: bool) -> tuple[dt.date, dt.date, str] | None:
    words = {c.lower for c in token.children}
    lower = token.lower
    if lower in ("today", "yesterday", "tomorrow"):
        that = day + dt.timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[lower])
        return that, that, "day"
    if lower in _DAYS:
        back = (day.weekday() - _DAYS[lower]) % 7
        if future or "next" in words:
            ahead = (_DAYS[lower] - day.weekday()) % 7
            that = day + dt.timedelta(days=ahead or 7)
        else:
            that = day - dt.timedelta(days=back)
        return that, that, "day"
    if lower == "week" and words & {"last", "this", "next"}:
        shift = {"last": -1, "this": 0, "next": 1}[next(iter(words & {"last", "this", "next"}))]
        monday = day - dt.timedelta(days=day.weekday()) + dt.timedelta(weeks=shift)
        return monday, monday + dt.timedelta(days=6), "week"
    if lower in _MONTHS:
        return _in_month(token, _MONTHS[lower], day, future)
    if token.tag == "CD" and lower.isdigit() and 1900 <= int(lower) <= 2100:
        return dt.date(int(lower), 1, 1), dt.date(int(lower), 12, 31), "year"
    return None


def _in_month(token: Token, month: int, day: dt.date, future: bool) -> tuple[dt.date, dt.date, str] | None:
    numbers = [int(c.text) for c in token.children if c.text.isdigit()]
    year = next((n for n in numbers if n > 1900), None)
    number = next((n for n in numbers if 1 <= n <= 31), None)
    if year is None:
        year = day.year
        if not future and month > day.month:
            year -= 1
        elif future and month < day.month:
            year += 1
    last = calendar.monthrange(year, month)[1]
    if number is not None:
        if number > last:
            return None
        that = dt.date(year, month, number)
        return that, that, "day"
    return dt.date(year, month, 1), dt.date(year, month, last), "month"
