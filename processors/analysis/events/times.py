"""When an event happens: the expression of time of its own clause, resolved against the publication. Null where there is none.

Expressions are found in the sentence's words; which event they date is told by the parse: the one whose clause they hang on.
Weeks run from Monday to Sunday. What gives no whole day, week, month or year (*overnight*, *recently*, *for three days*)
dates nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from brinkwatch.models import When
from processors.analysis.events.clause import clause
from processors.analysis.events.coded import Coded
from processors.analysis.events.numbers import parse_words
from processors.analysis.syntax import Sentence, Token

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_UNITS = {"day": "day", "week": "week", "fortnight": "week", "month": "month", "year": "year"}

_month = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_year = r"(?:,? (?P<year>(?:19|20)\d\d)(?!\d)(?! (?:people|soldiers|troops|men|missiles|rockets|drones)))?"
_day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_number = r"(?P<number>\d{1,2}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_weekday = r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_part = r"(?: (?:morning|afternoon|evening|night))?"

_EXPRESSIONS = [
    re.compile(rf"\b(?:the )?{_day}(?:[–-]| (?:to|and) )(?P<last>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_month}{_year}\b"),
    re.compile(rf"\b{_month} {_day}(?:[–-]| (?:to|and|through) )(?P<last>\d{{1,2}})(?:st|nd|rd|th)?\b{_year}"),
    re.compile(rf"\b(?:the )?{_day} (?:of )?{_month}{_year}(?!\w)"),
    re.compile(rf"\b{_month} {_day}\b(?!,\d|\.\d){_year}(?! (?:people|soldiers|troops|years))"),
    re.compile(rf"\b{_month} (?P<year>(?:19|20)\d\d)\b(?![\w-])"),
    re.compile(rf"\b{_month} (?:of )?(?P<relative>last|this|next) year\b"),
    re.compile(rf"\b(?:[Ii]n (?:early[ -]|late[ -]|mid-)?|(?P<way>[Ll]ast |[Tt]his |[Nn]ext )|(?:[Ee]arly|[Ll]ate|[Mm]id)[ -](?:in )?){_month}\b(?![\w-])"),
    re.compile(rf"\b(?P<way>[Ll]ast |[Tt]his |[Nn]ext |this coming |this past )?(?:(?:early|late) (?:on )?)?{_weekday}{_part}\b"),
    re.compile(r"\b(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|the day before yesterday)\b(?!['’]s)"),
    re.compile(rf"\b{_number} (?P<unit>day|week|month|year)s? (?:ago|earlier)\b"),
    re.compile(r"\b(?P<way>[Ll]ast|[Tt]his|[Nn]ext) (?P<unit>week|month|year)\b(?!['’]s)"),
    re.compile(r"\b(?:the end of|later|earlier) (?P<way>this|the|next) (?P<unit>week|month|year)\b"),
    re.compile(r"\b(?P<way>[Ll]ast |[Tt]his |[Nn]ext |the )(?P<weekend>weekend)\b"),
    re.compile(r"(?<=[Ii]n )(?P<year>(?:19|20)\d\d)\b(?!-)"),
]  # fmt: skip

_BOUND = re.compile(
    r"\b(?:since|until|till|by|before|after|from|through|for|beyond|previous|following)(?: (?:early|late|at least))? $",
    re.IGNORECASE,
)
_OWNED = re.compile(r"['’]s?\b")
_CARRIERS = frozenset(
    {
        "hour",
        "morning",
        "night",
        "evening",
        "afternoon",
        "day",
        "week",
        "weekend",
        "course",
        "start",
        "end",
        "beginning",
        "middle",
        "period",
    }
)

Days = tuple[dt.date, dt.date, str]


class Expression(NamedTuple):
    """Words `[start, end)` that say when; `days` resolves them: publication day, whether the clause speaks of the future."""

    start: int
    end: int
    days: Callable[[dt.date, bool], Days | None]


def when_of(one: Coded, published: dt.datetime | None) -> When | None:
    """The days that the event's own clause names; None where it names none or nobody says when the text was published."""
    if published is None:
        return None
    found = expressions(one.sentence)
    if not found:
        return None
    future = one.reading.future or one.modality == "intended"
    for holder in clause(one):
        for expression in found:
            if not _hangs_on(expression, holder, one.sentence):
                continue
            days = expression.days(published.date(), future)
            if days is not None:
                first, last, precision = days
                return When(
                    from_=first,
                    to=last,
                    start=expression.start,
                    end=expression.end,
                    precision=precision,  # type: ignore[arg-type]
                )
    return None


def _hangs_on(expression: Expression, holder: Token, sentence: Sentence) -> bool:
    inside = [t for t in sentence.tokens if expression.start <= t.start < expression.end]
    for token in inside:
        head = token.head
        if expression.start <= head.start < expression.end and head is not token:
            continue
        while (
            head is not head.head
            and head is not holder
            and (head.tag == "IN" or head.lower.removesuffix("s") in _CARRIERS or head.dep == "advmod")
            and not head.is_verb
        ):
            head = head.head
        if head is holder and token is not holder:
            return True
    return False


@functools.lru_cache(maxsize=256)
def _found(text: str) -> tuple[tuple[int, int, re.Match[str]], ...]:
    taken: list[tuple[int, int, re.Match[str]]] = []
    for pattern in _EXPRESSIONS:
        for m in pattern.finditer(text):
            before = _BOUND.search(text, max(0, m.start() - 12), m.start())
            if before is not None and not _OWNED.match(text, m.end()) and not m.group().startswith("the end of"):
                continue  # “since Monday”, “by Friday”; but “after Friday's attack”
            if all(m.end() <= start or end <= m.start() for start, end, _ in taken):
                taken.append((m.start(), m.end(), m))
    return tuple(sorted(taken, key=lambda t: t[0]))


def expressions(sentence: Sentence) -> list[Expression]:
    """The expressions of time of a sentence, in order."""
    return [
        Expression(sentence.start + start, sentence.start + end, functools.partial(_resolve, m))
        for start, end, m in _found(sentence.text)
    ]


def _resolve(m: re.Match[str], day: dt.date, future: bool) -> Days | None:
    parts = m.groupdict()
    try:
        for key, resolve in _RESOLVERS:
            if parts.get(key):
                return resolve(parts, day, future)
    except (ValueError, OverflowError):  # 31 February
        return None
    return None


def _weekday_of(parts: dict[str, str | None], day: dt.date, future: bool) -> Days:
    wanted = _DAYS[str(parts["weekday"]).lower()]
    way = (parts.get("way") or "").strip().lower()
    back = (day.weekday() - wanted) % 7
    if way in ("next", "this coming") or (future and way not in ("last", "this past")):
        that = day + dt.timedelta(days=(7 - back) if back or way.startswith("next") else 0)
    else:
        that = day - dt.timedelta(days=back or (7 if way in ("last", "this past") else 0))
    return that, that, "day"


def _near(parts: dict[str, str | None], day: dt.date, future: bool) -> Days:
    shift = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}.get(str(parts["near"]).lower(), -2)
    that = day + dt.timedelta(days=shift)
    return that, that, "day"


def _calendar(unit: str, day: dt.date, shift: int) -> Days:
    """The calendar week, month or year `shift` away from the day's own."""
    if unit == "week":
        monday = day - dt.timedelta(days=day.weekday()) + dt.timedelta(weeks=shift)
        return monday, monday + dt.timedelta(days=6), "week"
    if unit == "month":
        months = day.year * 12 + day.month - 1 + shift
        year, month = divmod(months, 12)
        return dt.date(year, month + 1, 1), dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1]), "month"
    return dt.date(day.year + shift, 1, 1), dt.date(day.year + shift, 12, 31), "year"


def _unit(parts: dict[str, str | None], day: dt.date, future: bool) -> Days | None:
    unit = _UNITS[str(parts["unit"])]
    if parts.get("number"):
        count = parse_words(str(parts["number"]))
        if count is None:
            return None
        if unit == "day":
            that = day - dt.timedelta(days=count)
            return that, that, "day"
        return _calendar(unit, day, -count)
    return _calendar(unit, day, {"last": -1, "next": 1}.get(str(parts["way"]).strip().lower(), 0))


def _weekend(parts: dict[str, str | None], day: dt.date, future: bool) -> Days:
    way = str(parts["way"]).strip().lower()
    saturday = day - dt.timedelta(days=(day.weekday() - 5) % 7)
    if way == "next" or (way in ("this", "the") and future):
        saturday += dt.timedelta(weeks=1)
    elif way == "last" and day.weekday() >= 5:
        saturday -= dt.timedelta(weeks=1)
    return saturday, saturday + dt.timedelta(days=1), "day"


def _month_of(parts: dict[str, str | None], day: dt.date, future: bool) -> Days:
    month = _MONTHS[str(parts["month"]).lower().rstrip(".")]
    number = int(str(parts["day"])) if parts.get("day") else None
    if parts.get("year"):
        year = int(str(parts["year"]))
    elif parts.get("relative"):
        year = day.year + {"last": -1, "next": 1}.get(str(parts["relative"]), 0)
    else:
        year = day.year
        reference = (month, number or 1)
        if not future and reference > (day.month, day.day if number else 31):
            year -= 1
        elif future and reference < (day.month, day.day if number else 1):
            year += 1
    if number is not None:
        first = dt.date(year, month, number)
        last = dt.date(year, month, int(str(parts["last"]))) if parts.get("last") else first
        return first, last, "day"
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]), "month"


def _year_of(parts: dict[str, str | None], day: dt.date, future: bool) -> Days:
    year = int(str(parts["year"]))
    return dt.date(year, 1, 1), dt.date(year, 12, 31), "year"


_RESOLVERS: list[tuple[str, Callable[[dict[str, str | None], dt.date, bool], Days | None]]] = [
    ("month", _month_of),
    ("weekday", _weekday_of),
    ("near", _near),
    ("unit", _unit),
    ("weekend", _weekend),
    ("year", _year_of),
]
