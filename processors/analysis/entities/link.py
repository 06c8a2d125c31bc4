"""Decides by context what a known name means: the city or its government, the state or the man, the country or the American state."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence

from processors.analysis.entities.context import Words, words
from processors.analysis.entities.load import rows, states
from processors.analysis.entities.model import Found, Hit, Known, Sense, slug
from processors.analysis.entities.regions import EVIDENCE, american_states, named_elsewhere
from processors.analysis.text import fold

_WORD = re.compile(r"[^\W_][\w.'’-]*|,")
_BIG = 1_000_000
_BESIDE = 40
_BEHIND = re.compile(r",? (?:in |of )?(?:the )?(?:(?:north|south|east|west)\w*[- ]?(?:east|west)?\w* |central )?")
_AHEAD = re.compile(
    r"(?:['’]s)? (?:(?:north|south|east|west)\w*[- ]?(?:east|west)?\w* |central |second |largest |third |coastal |border |port |capital )*"
    r"(?:(?:city|town|port|village|district|suburb)(?: of|,)? )?"
)
_AMERICAN = re.compile(r", ?([A-Z][a-z]+(?: [A-Z][a-z]+)?)(?![\w])")
_ARTICLE = "the "
_GOES_ON = re.compile(r"[ -][A-Z]")
_PART_OF = re.compile(r"\b(\w+) of (?:the )?$")
_PART = re.compile(r" ([A-Za-z]+)(?!\w)")
_US_GEORGIA = Known("gpe:georgia-us", "GPE", "region", "Georgia", "USA")


class Linker:
    """What a hit names, given the text. `places` are spans that a language model takes for places, `people` for people."""

    def __init__(
        self,
        text: str,
        folded: str,
        language: str,
        places: Collection[tuple[int, int]],
        people: Collection[tuple[int, int]],
        states: Sequence[tuple[int, int, str]] = (),
    ) -> None:
        self._text = text
        self._folded = folded
        self._language = language
        self._places = set(places)
        self._people = set(people)
        self._words: Words = words()
        self._states = states
        self._named = Counter(state for _, _, state in states)
        self._met: set[str] = set()

    def decide(self, hit: Hit) -> Found | None:
        """The meaning, or None where the words name nothing here. Call in the order of the text."""
        senses = [s for s in hit.senses if self._possible(hit, s)]
        if not senses:
            return None
        found = self._region(hit, senses, shown=True) or self._namesake(hit, senses) or self._choose(hit, senses)
        if found is not None:
            self._met.add(found.known.id)
        return found

    def _possible(self, hit: Hit, sense: Sense) -> bool:
        if sense.evidence == "short":
            if sense.surface.startswith(_ARTICLE) and _GOES_ON.match(self._text, hit.end):
                return False  # “the South Caucasus”
            return sense.known.id in self._met
        if sense.case == "exact" and sense.surface in self._words.common_in_capitals:
            return not self._in_capitals(hit)
        return True

    def _choose(self, hit: Hit, senses: list[Sense]) -> Found | None:
        settled = [s for s in senses if s.evidence in ("", "short") and s.known.kind != "capital"]
        cities = [s for s in senses if s.known.kind in ("capital", "city")]
        if settled:
            sense = settled[0]
            return self._special(hit, sense)
        if not cities:
            return self._region(hit, senses, shown=False)
        told = self._told_apart(hit, cities)
        if told is not None:
            return Found(hit.start, hit.end, told, "name")
        capital = next((s for s in cities if s.known.kind == "capital"), None)
        if capital is not None:
            if capital.evidence == "place" or self.is_place(hit, capital.known):
                return Found(hit.start, hit.end, capital.known, "name")
            if capital.known.state == "BEL" and not any(w in self._folded for w in self._words.brussels_belgium):
                return Found(hit.start, hit.end, _union(), "metonym")
            return Found(hit.start, hit.end, states()[capital.known.state or ""], "metonym")
        city = max(cities, key=lambda s: (self._named[s.known.state or ""] > 0, s.known.population)).known
        common = self._folded[hit.start : hit.end] in self._words.also_words
        if (
            not common
            and self._is_listed(hit)
            and any(s.known.state == city.state and s.evidence.startswith(EVIDENCE) for s in senses)
        ):
            return Found(hit.start, hit.end, city, "name")
        if city.population >= _BIG or self._located(hit) or ((hit.start, hit.end) in self._places and not common):
            return Found(hit.start, hit.end, city, "name")
        return self._region(hit, senses, shown=False)

    def _region(self, hit: Hit, senses: Sequence[Sense], *, shown: bool) -> Found | None:
        """A first-level region of a state: `shown` by its kind (“Ogun state”, “the province of Tete”), else by the text's states."""
        regions = [s for s in senses if s.evidence.startswith(EVIDENCE)]
        if not regions:
            return None
        behind = _PART.match(self._text, hit.end)
        before = _PART_OF.search(self._folded[max(0, hit.start - 20) : hit.start])
        noun = behind.group(1) if behind is not None else before.group(1) if before is not None else ""
        named = [s for s in regions if self._named[s.known.state or ""]]
        common = self._folded[hit.start : hit.end] in self._words.also_words
        if shown:
            if noun.lower() not in self._words.region_nouns or (common and noun.islower()):
                return None
            if not named and any(not s.evidence and s.known.kind == "state" for s in senses):
                return None
            called = [s for s in named or regions if s.evidence.endswith(f":{noun.lower()}")]
            if called or len(named or regions) == 1:
                known = (called or named or regions)[0].known
                end = behind.end() if behind is not None and noun.istitle() else hit.end
                return Found(hit.start, end, known, "name")
            return None
        if (
            len(named) == 1
            and not common
            and (self._located(hit) or self._is_listed(hit) or (hit.start, hit.end) in self._places)
        ):
            return Found(hit.start, hit.end, named[0].known, "name")
        return None

    def _is_listed(self, hit: Hit) -> bool:
        """“Borno, Katsina and Yobe”: whether the words stand in a list."""
        before = _tail(self._folded, hit.start)
        return len(before) > 1 and before[-1] in (",", "and", "or") and hit.end - hit.start > 3

    def _namesake(self, hit: Hit, senses: Sequence[Sense]) -> Found | None:
        """“Paris, Texas”, “Lebanon, Ohio”: a town of the United States that bears the name of a state or of a city abroad."""
        behind = _AMERICAN.match(self._text, hit.end) if self._language == "en" else None
        if behind is None or self._in_capitals(hit):
            return None
        names = american_states()
        full = fold(behind.group(1))
        name = full if full in names else full.split(" ")[0]
        part = names.get(name)
        if part is None or any(s.known.state == "USA" and s.known.kind != "city" for s in senses):
            return None
        town = next((s.known for s in senses if s.known.state == "USA" and s.known.part == part), None)
        if name in named_elsewhere() and (town is None or not self._located(hit)):
            return None  # “Tehran, Washington and Moscow”, “Russia, Georgia and Armenia”
        if town is None and not all(s.known.type == "GPE" for s in senses):
            return None
        shown = self._text[hit.start : hit.end]
        known = town or Known(f"gpe:{slug(shown)}-{part.lower()}", "GPE", "place", shown, "USA")
        return Found(hit.start, hit.end, known, "name")

    def _told_apart(self, hit: Hit, cities: Sequence[Sense]) -> Known | None:
        """“Tripoli, Lebanon”, “the Lebanese city of Tripoli”: of several cities of a name the one whose state stands beside."""
        by_state: dict[str, Known] = {}
        for sense in sorted(cities, key=lambda s: s.known.population):
            by_state[sense.known.state or ""] = sense.known
        if len(by_state) < 2:
            return None
        low = bisect_left(self._states, (hit.start - _BESIDE, 0, ""))
        for start, end, state in self._states[low:]:
            if start > hit.end + _BESIDE:
                break
            between = self._text[hit.end : start] if start >= hit.end else self._text[end : hit.start]
            pattern = _BEHIND if start >= hit.end else _AHEAD
            if state in by_state and pattern.fullmatch(between):
                return by_state[state]
        return None

    def _special(self, hit: Hit, sense: Sense) -> Found:
        known = sense.known
        if known.id == "GEO" and sense.form == "name" and self._georgia_of_america():
            known = _US_GEORGIA
        elif sense.surface == "Congo" and any(w in self._folded for w in self._words.congo_brazzaville):
            known = states()["COG"]
        elif sense.surface == "Congo":
            known = states()["COD"]
        article = len(_ARTICLE) if sense.evidence == "short" and sense.surface.startswith(_ARTICLE) else 0
        return Found(hit.start + article, hit.end, known, sense.form)

    def _georgia_of_america(self) -> bool:
        country = sum(w in self._folded for w in self._words.georgia_country)
        state = sum(w in self._folded for w in self._words.georgia_state)
        return state > country

    def _in_capitals(self, hit: Hit) -> bool:
        """Whether the line around the words is written in capitals."""
        start = self._text.rfind("\n", max(0, hit.start - 200), hit.start) + 1 or max(0, hit.start - 200)
        end = self._text.find("\n", hit.end, hit.end + 200)
        line = self._text[start : end if end >= 0 else hit.end + 200]
        return sum(map(str.isupper, line)) > 3 * sum(map(str.islower, line))

    def is_place(self, hit: Hit, city: Known) -> bool:
        """Whether a capital's name means the city here, not its government. English; elsewhere by prepositions alone."""
        if self._language != "en":
            return self._located(hit)
        before = _tail(self._folded, hit.start)
        after = self._folded[hit.end : hit.end + 60]
        w = self._words
        last = before[-1] if before else ""
        previous = before[-2] if len(before) > 1 else ""
        if last in w.locative or (last == "," and previous in w.locative):
            return True
        if last == "of" and previous in w.place_of:
            return True
        if last == "capital" or (last == "," and previous == "capital"):
            return True
        following = _WORD.findall(after.removeprefix("'s").removeprefix("’s"))[:3]
        if following and following[0] in w.place_nouns:
            return True
        if (
            len(following) > 1
            and following[0] == ","
            and any(following[1].startswith(n.lower()) for n in _country_words(city))
        ):
            return True
        if last in ("to", "for", "from") and previous in w.sent:
            return False
        if last in ("to", "for", "on", "from", "over", "against", "the", "through", "off"):
            return any(b in w.motion or b in w.struck for b in before[-5:-1]) or (
                last in ("over", "through") or last == "from"
            )
        return last in w.struck or (last in w.motion and last not in ("left", "head"))

    def _located(self, hit: Hit) -> bool:
        before = _tail(self._folded, hit.start)
        last = before[-1] if before else ""
        locatives = _LOCATIVES.get(self._language, self._words.locative)
        if self._language == "ar":
            return last in locatives or self._text[hit.start - 1 : hit.start] == "ب"
        if last in locatives:
            return True
        if self._language != "en" or not before:
            return False
        found = Hit(hit.start, hit.end, hit.senses)
        return self.is_place(found, hit.senses[0].known)


@functools.cache
def _union() -> Known:
    return next(known for known, _ in rows() if known.id == "org:european-union")


_LOCATIVES = {
    "es": frozenset({"en", "cerca", "desde", "hacia"}),
    "fr": frozenset({"à", "a", "dans", "vers", "depuis"}),
    "de": frozenset({"in", "bei", "nahe", "nach", "aus"}),
    "ru": frozenset({"в", "под", "из", "во", "около"}),
    "uk": frozenset({"в", "у", "під", "з"}),
    "ar": frozenset({"في", "مدينة", "العاصمة", "قرب", "إلى", "الي"}),
    "pt": frozenset({"em"}),
    "it": frozenset({"a"}),
}


def _country_words(city: Known) -> tuple[str, ...]:
    known = states().get(city.state or "")
    return (known.name.split(" ")[0],) if known else ()


def _tail(folded: str, at: int) -> list[str]:
    """Up to six words before a place in the same sentence."""
    start = max(0, at - 80)
    part = folded[start:at]
    for mark in (". ", "\n", "; ", "! ", "? "):
        cut = part.rfind(mark)
        if cut >= 0:
            part = part[cut + len(mark) :]
    return _WORD.findall(part)[-6:]
