"""Whether the clause of an event dates it to another time: “in October 1962”, “sixty years ago”, “the 1979 invasion”."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from processors.analysis import knowledge
from processors.analysis.events.coded import Coded
from processors.analysis.events.numbers import number_of
from processors.analysis.syntax import Token, antecedent, first_conjunct

RECENT_YEARS = 1
"""What is dated to a year before last year is told as history and not as news."""

FIRST_RECENT_YEAR = 2001
"""The first year that counts as recent where nobody says when the text was published."""

_YEAR = re.compile(r"((?:1\d|20)\d\d)s?")
_PERIODS = frozenset(
    [m.lower() for m in calendar.month_name if m] + [d.lower() for d in calendar.day_name]
    + ["spring", "summer", "autumn", "fall", "winter"]
)  # fmt: skip
_LONG = {"decade": 10, "decades": 10, "century": 100, "centuries": 100}


def of_another_time(one: Coded, published: dt.datetime | None) -> bool:
    """True where the words that date the event date it well before the text."""
    first = published.year - RECENT_YEARS if published is not None else FIRST_RECENT_YEAR
    for holder in _holders(one.trigger):
        for c in holder.children:
            year = _year(c, holder)
            if year is not None and year < first:
                return True
            if _years_ago(c) > RECENT_YEARS or _in_the_past(c):
                return True
    return False


def _holders(trigger: Token) -> Iterator[Token]:
    """The trigger and what governs it, up to the verb of its clause and not beyond what somebody says."""
    yield trigger
    current = trigger
    while current.head is not current and current.dep in (
        "dobj",
        "obj",
        "nsubj",
        "nsubjpass",
        "attr",
        "xcomp",
        "pobj",
        "pcomp",
        "prep",
        "conj",
    ):
        if current.dep == "conj" and any(c.dep in ("nsubj", "nsubjpass") for c in current.children):
            break
        current = current.head
        if current.is_verb:
            yield current
    current = first_conjunct(current)
    told_of = antecedent(current)
    if told_of is not None:
        if told_of.dep == "dobj":
            yield told_of.head  # “fought a war in 2012, in which …”
        yield told_of  # “the week in October 1962 when …”, “the 2006 war, in which …”


def _year(child: Token, holder: Token) -> int | None:
    if child.dep == "prep" and child.lower in ("in", "on", "during", "of", "from", "by", "until"):
        if child.lower in ("of", "from", "by", "until") and not holder.is_noun:
            return None
        dated = [g for g in child.children if g.dep == "pobj"]
    elif child.dep in ("npadvmod", "tmod", "nummod", "amod", "compound", "nmod"):
        dated = [child]
    else:
        return None
    for noun in dated:
        words = [noun, *noun.children] if noun.lower in _PERIODS or noun.lower[:3] + "." in _SHORT else [noun]
        for word in words:
            found = _YEAR.fullmatch(word.lower)
            if found is not None and not (word.dep == "nummod" and holder.is_verb and word.head is holder):
                return int(found.group(1))
    return None


def _in_the_past(child: Token) -> bool:
    """“in the 17th century”, “during the Second World War”, “at the Somme”."""
    if child.dep != "prep" or child.lower not in ("in", "during", "at", "of", "from", "after", "before", "since"):
        return False
    for noun in (c for c in child.children if c.dep == "pobj"):
        named = {c.lower for c in noun.children}
        if noun.lemma == "century" and not named & {"this", "our"}:
            century = next((int(m[1]) for c in noun.children if (m := _CENTURY.match(c.lower))), None)
            if century is None or century < _THIS_CENTURY:
                return True
        phrase = " ".join([*(c.lower for c in noun.children if c.dep in ("compound", "amod", "nummod")), noun.lower])
        if any(f" {war} " in f" {phrase} " for war in knowledge.word_class("past_wars")):
            return True
    return False


_CENTURY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_THIS_CENTURY = 21
_SHORT = frozenset(m.lower()[:3] + "." for m in calendar.month_name if m)


def _years_ago(child: Token) -> int:
    """How many years ago a phrase says: 0 where it does not, or only *years ago*."""
    ago = child if child.lower == "ago" else next((g for g in child.children if g.lower == "ago"), None)
    if ago is None or child.dep not in ("advmod", "npadvmod", "prep"):
        return 0
    for noun in (child, *child.children, *ago.children):
        if noun.lower in ("years", "year"):
            return number_of(noun) or 0
        if noun.lower in _LONG:
            return (number_of(noun) or 1) * _LONG[noun.lower]
    return 0
