"""What a text is about, by its words: war and diplomacy, or sport, business, culture, nature, crime, labour."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from processors.analysis import knowledge

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PLAINLY = 4  # different words of one field that make a text be about it
_NEXT_TO_NOTHING = 2  # different words and actors
_POLITICAL = 4  # different words of politics that make a text be about it, whatever else it speaks of
_LONG = 800  # characters: some 130 words
_SHORT = 250  # characters: a sentence or two are too few words to tell, and cheap to read
_DOMAINS = ("sport", "business", "culture", "nature", "crime", "labour", "games", "accident")
_STRIKE_ON = re.compile(  # no worker strikes on anything, and nobody is killed in a strike of workers
    r"\bstrikes?(?= (?:on|against) )"
    r"|(?<=\bin )(?:(?:an?|the) (?:(?!\w*(?:day|hour|week|pay|rail|wage|hunger|general|national))[\w-]+ ){0,2}"
    r"|(?:(?!rail|wage|national)[\w-]+ )?)strikes?\b"
)
_SCORE = re.compile(
    r"\b\d{1,2}[-–]\d{1,2}\b(?! (?:people|soldiers|civilians|troops|fighters|men|women|children|years|days|weeks|months|miles|km|kilometres|kilometers|per cent|percent|September|October|November|December|January|February|March|April|May|June|July|August)\b)"
)


@dataclass(frozen=True)
class Domain:
    """How many different words of each domain a text holds."""

    war: int
    politics: int
    counts: dict[str, int]

    @property
    def strongest(self) -> int:
        return max((n for name, n in self.counts.items() if name != "games"), default=0)


@functools.cache
def _lists() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    found = {}
    for name in (*_DOMAINS, "war_words", "politics"):
        words = knowledge.word_class(name)
        found[name] = (frozenset(w for w in words if " " not in w), frozenset(w for w in words if " " in w))
    return found


@functools.lru_cache(maxsize=4096)
def domain_of(text: str) -> Domain:
    lowered = _STRIKE_ON.sub("airstrike", text.lower())
    words = set(WORD.findall(lowered))
    words |= {w[:-3] + "y" for w in words if w.endswith("ies")}
    words |= {w[:-1] for w in words if w.endswith("s") and len(w) > 4} | {
        w.split("'")[0].split("’")[0] for w in words if "'" in w or "’" in w
    }

    def count(name: str) -> int:
        single, multiple = _lists()[name]
        return len(single & words) + sum(phrase in lowered for phrase in multiple)

    return Domain(count("war_words"), count("politics"), {name: count(name) for name in _DOMAINS})


def is_leisure(text: str, actors: int) -> bool:
    """Whether a text is plainly about something else than states and conflict: it has more different words of sport,
    business, culture, nature, crime or labour than of war and politics (twice) and `actors` on that stage (states, their
    leaders, armed groups, weapons …) and few of politics, or it is long and has next to nothing of these."""
    domain = domain_of(text)
    stage = domain.war + 2 * domain.politics + actors
    if stage <= _NEXT_TO_NOTHING and len(text) >= _LONG:
        return True
    if domain.politics >= _POLITICAL or len(text) < _SHORT:
        return False
    most = leisure_words(text)
    return most >= _PLAINLY and most > stage


@functools.lru_cache(maxsize=4096)
def leisure_words(text: str) -> int:
    """How many different words of another field a text holds, of the field that it has most of."""
    return max(_of_field(text, name) for name in domain_of(text).counts)


@functools.lru_cache(maxsize=4096)
def sport_words(text: str) -> int:
    """How many different words of sport a text holds, a result (“2-1”) among them."""
    return max(_of_field(text, "sport"), _of_field(text, "games")) + min(2 * len(_SCORE.findall(text)) - 1, 3) * bool(
        _SCORE.search(text)
    )


def _of_field(text: str, name: str) -> int:
    lowered = text.lower()
    words = set(WORD.findall(lowered))
    words |= {part for word in words if "-" in word for part in word.split("-")}
    single, multiple = _leisure().get(name, (frozenset(), frozenset()))
    listed = _lists()[name]
    return len((single | listed[0]) & words) + sum(phrase in lowered for phrase in multiple | listed[1])


@functools.cache
def _leisure() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    lists = knowledge.read(knowledge.DATA / "events" / "leisure.toml", dict[str, frozenset[str]])
    return {
        name: (frozenset(w for w in words if " " not in w), frozenset(w for w in words if " " in w))
        for name, words in lists.items()
    }
