"""The entity finder: known names by context, joined with a language model's spans, folded into one entity per real-world thing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from brinkwatch.models import Entity, Mention
from brinkwatch.models.analysis import EntityType
from processors.analysis.entities import people
from processors.analysis.entities.context import words
from processors.analysis.entities.familiar import repeated
from processors.analysis.entities.lexicon import lexicon
from processors.analysis.entities.link import Linker
from processors.analysis.entities.load import alias_key, place_aliases, rows
from processors.analysis.entities.model import Found, Hit, Known, NamedSpan, slug
from processors.analysis.entities.offices import made_names
from processors.analysis.entities.spans import corrected
from processors.analysis.text import PreparedText, fold
from processors.analysis.zones import Zone, zones

_TYPES: dict[str, EntityType] = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "NORP": "NORP",
    "FAC": "FAC",
    "ORG": "ORG",
    "GPE": "GPE",
    "LOC": "LOC",
    "EVENT": "EVENT",
}
_KINDS = {
    "PERSON": "person",
    "NORP": "people",
    "FAC": "facility",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "region",
    "EVENT": "event",
}
_ON_STAGE = frozenset(
    {
        "person",
        "party",
        "parliament",
        "people",
        "state",
        "territory",
        "igo",
        "alliance",
        "armed_group",
        "armed_service",
        "government",
        "ministry",
        "agency",
        "weapon",
    }
)
_COARSE = {
    "person": "person", "state": "state", "territory": "state", "weapon": "weapon", "capital": "place", "city": "place", "region": "place", "sea": "place",
    "base": "place", "facility": "place", "place": "place", "armed_group": "group", "people": "group", "event": "other",
}  # fmt: skip


class Entities:
    """The entities of one text. Offsets are those of the analysed text."""

    def __init__(self, text: str, found: Sequence[Found], zones_: Sequence[Zone], served: dict[str, str]) -> None:
        self.zones = tuple(zones_)
        self._known: dict[str, Known] = {}
        self._served = served
        mentions: dict[str, list[Mention]] = {}
        for item in sorted(set(found), key=lambda f: (f.start, f.end)):
            self._known.setdefault(item.known.id, item.known)
            mentions.setdefault(item.known.id, []).append(
                Mention(start=item.start, end=item.end, text=text[item.start : item.end], form=item.form)
            )
        self.entities: tuple[Entity, ...] = tuple(
            Entity(id=id_, type=self._known[id_].type, name=self._known[id_].name, mentions=tuple(at))
            for id_, at in mentions.items()
        )
        self._ordered = sorted(
            ((m, e) for e in self.entities for m in e.mentions), key=lambda pair: (pair[0].start, pair[0].end)
        )
        self._starts = [m.start for m, _ in self._ordered]

    def mentions_in(self, start: int, end: int) -> list[tuple[Mention, Entity]]:
        """The mentions that lie wholly in `[start, end)`, in order."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [pair for pair in self._ordered[low:high] if pair[0].end <= end]

    def at(self, offset: int) -> tuple[Mention, Entity] | None:
        """The longest mention that covers an offset."""
        best: tuple[Mention, Entity] | None = None
        for i in range(bisect_right(self._starts, offset) - 1, max(-1, bisect_right(self._starts, offset) - 6), -1):
            mention, entity = self._ordered[i]
            if mention.start <= offset < mention.end and (
                best is None or mention.end - mention.start > best[0].end - best[0].start
            ):
                best = (mention, entity)
        return best

    def kind(self, entity_id: str) -> str:
        """What kind of thing it is: the kinds are told in data/entities/README.md."""
        return self._known[entity_id].kind

    def role(self, entity_id: str) -> str:
        """Its kind in one of seven words: person, state, place, organisation, group, weapon, other."""
        return _COARSE.get(self.kind(entity_id), "organisation")

    def state_of(self, entity_id: str) -> str | None:
        """The ISO alpha-3 code of the state that it is, belongs to or speaks for."""
        return self._served.get(entity_id) or self._known[entity_id].state

    def is_listed(self, entity_id: str) -> bool:
        """Whether it belongs to a state by what is known of it, not only by the words around it."""
        return self._known[entity_id].state is not None


class Survey(NamedTuple):
    """What a first pass over a text tells: its folded letters, the zones that are not its content, known words in order."""

    text: str
    folded: str
    aside: Sequence[Zone]
    hits: Sequence[Hit]

    def actors(self) -> int:
        """How many different states, leaders, parties, armed groups, ministries, alliances and weapons are named."""
        return len({h.senses[0].known.id for h in self.hits if h.senses[0].known.kind in _ON_STAGE})


class EntityFinder:
    """Finds the entities of prepared texts. Holds one automaton per language that it has met."""

    def __init__(self) -> None:
        self._people = {
            name.lower(): known
            for known, row in rows()
            if known.kind == "person"
            for name in (row.name, *row.all, *row.en)
        }

    def survey(self, prepared: PreparedText, language: str) -> Survey:
        """A first pass over a text: the words in it that may name something known."""
        text = prepared.text
        folded = fold(text)
        aside = zones(text)
        hits = _longest(h for h in lexicon(language).scan(text, folded) if not _inside(h.start, h.end, aside))
        return Survey(text, folded, aside, hits)

    def find(
        self,
        prepared: PreparedText,
        language: str,
        names: Sequence[NamedSpan] = (),
        unseen: Sequence[tuple[int, int]] = (),
        survey: Survey | None = None,
    ) -> Entities:
        """The entities of a text: ids, mentions, and what kind of thing each is. `names` are what a language model saw;
        `unseen` are the sentences that it was not shown, where the same names are looked for again. `survey` is that of the text, where it has been made."""
        survey = survey or self.survey(prepared, language)
        text, folded, aside = survey.text, survey.folded, survey.aside
        names = [*names, *repeated(text, names, unseen)]
        spans = [n for n in corrected(text, names) if not _inside(n.start, n.end, aside)]
        persons = {(n.start, n.end) for n in spans if n.label == "PERSON"}
        places = {(n.start, n.end) for n in spans if n.label in ("GPE", "LOC", "FAC")}
        linker = Linker(text, folded, language, places, persons, _states(survey.hits))
        found: list[Found] = []
        for hit in survey.hits:
            if _within_person(text, hit, persons):
                continue
            decided = linker.decide(hit)
            if decided is not None:
                found.append(decided)
        if language == "en":
            found = _with_made(found, [m for m in made_names(text, found) if not _inside(m.start, m.end, aside)])
        found = self._join(text, found, spans)
        served = self._serve(text, found)
        return Entities(text, found, aside, served)

    def _join(self, text: str, found: list[Found], spans: list[NamedSpan]) -> list[Found]:
        """Known names and the model's spans, where neither hides the other."""
        starts = [f.start for f in found]
        dropped: set[int] = set()
        persons: list[tuple[int, int]] = []
        added: list[Found] = []
        for span in spans:
            low = max(0, bisect_left(starts, span.start) - 1)
            over = [
                i
                for i in range(low, bisect_left(starts, span.end))
                if found[i].start < span.end and span.start < found[i].end
            ]
            label = span.label
            if not over:
                if label == "PERSON" and not _is_city_in_words(text[span.start : span.end]):
                    persons.append((span.start, span.end))
                else:
                    added.append(_named(text, span))
                continue
            if label == "PERSON":
                if _another_person(text, span, [found[i] for i in over]):
                    dropped.update(over)
                    persons.append((span.start, span.end))
            elif (
                label in ("ORG", "FAC", "EVENT", "LOC")
                and not _run_together(text, span)
                and all(span.start <= found[i].start and found[i].end <= span.end for i in over)
            ):
                whole = _uncovered(text, span, [found[i] for i in over])
                if whole:
                    dropped.update(i for i in over if found[i].form != "adjective")
                    state = next(
                        (
                            found[i].known.state
                            for i in over
                            if found[i].form == "adjective" or found[i].known.kind == "state"
                        ),
                        None,
                    )
                    added.append(_named(text, span, state))
        named = [f for i, f in enumerate(found) if i not in dropped and f.known.kind == "person"]
        persons.extend((f.start, f.end) for f in named)
        by_words = self._people | {text[f.start : f.end].lower(): f.known for f in named}
        kept = [f for i, f in enumerate(found) if i not in dropped and f.known.kind != "person"]
        for group in people.cluster(text, sorted(set(persons)), by_words):
            kept.extend(Found(start, end, group.known, "name") for start, end in group.spans)
        return sorted(kept + added, key=lambda f: (f.start, f.end))

    def _serve(self, text: str, found: list[Found]) -> dict[str, str]:
        served: dict[str, str] = {}
        actors = [f for f in found if f.known.state and f.known.kind != "person"]
        for item in found:
            if item.known.kind == "person" and item.known.id not in served:
                lo = bisect_left(actors, (item.start - 100,))
                hi = bisect_left(actors, (item.end + 80,))
                state = people.serves(text, (item.start, item.end), actors[lo:hi])
                if state:
                    served[item.known.id] = state
        return served


def _states(hits: Sequence[Hit]) -> list[tuple[int, int, str]]:
    """Where states are named, by name or adjective, or by a region that lies in one."""
    return [
        (h.start, h.end, h.senses[0].known.state or "")
        for h in hits
        if h.senses[0].known.kind in ("state", "region") and not h.senses[0].evidence
    ]


def _inside(start: int, end: int, aside: Sequence[Zone]) -> bool:
    return any(z.start < end and start < z.end for z in aside)


def _longest(hits: object) -> list[Hit]:
    """Hits that do not overlap, the leftmost and of these the longest; “West Bank” before “the West”."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):  # type: ignore[call-overload]
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end > kept[-1].end and hit.end - hit.start >= kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept


def _within_person(text: str, hit: Hit, persons: set[tuple[int, int]]) -> bool:
    """Whether the words are part of a longer personal name: “Jordan” in “Jordan Smith”."""
    if all(s.known.kind == "person" or s.form == "adjective" for s in hit.senses):
        return False
    if (
        hit.end - hit.start > 3
        and text[hit.start : hit.end].isupper()
        and len(hit.senses) == 1
        and hit.senses[0].known.type == "WEAPON"
    ):
        return False
    return any(
        start <= hit.start and hit.end <= end and end - start > hit.end - hit.start
        for start, end in persons
        if abs(start - hit.start) < 100
    )


def _uncovered(text: str, span: NamedSpan, inner: list[Found]) -> bool:
    """Whether a span has words of its own beside the known names in it."""
    rest = list(text[span.start : span.end])
    for item in inner:
        for i in range(max(0, item.start - span.start), min(len(rest), item.end - span.start)):
            rest[i] = " "
    return any(word[:1].isupper() for word in "".join(rest).split())


def _run_together(text: str, span: NamedSpan) -> bool:
    """“KYIV AS US”: in a headline in capitals a model takes words between names for names."""
    end = text.find("\n", span.end)
    line = text[text.rfind("\n", 0, span.start) + 1 : end if end >= 0 else span.end + 200][:400]
    return (
        text[span.start : span.end].isupper() and " " in text[span.start : span.end] and not any(map(str.islower, line))
    )


def _is_city_in_words(shown: str) -> bool:
    """“Ar Raqqah”, “Deir ez-Zor”: models take cities of several words for people; few people are named like one."""
    return " " in shown and alias_key(shown) in place_aliases()


def _another_person(text: str, span: NamedSpan, over: Sequence[Found]) -> bool:
    """Whether a person's span names someone else than the known names in it: “Tom Putin”, but not “Vladimir V. Putin”."""
    shown = text[span.start : span.end]
    if " " not in shown or any(f.start < span.start or f.end > span.end for f in over):
        return False
    known = [f for f in over if f.known.kind == "person"]
    if known:
        last = known[-1]
        return last.start > span.start and last.known.name[0] != shown[0]
    return all(
        f.form != "adjective" and f.known.type in ("GPE", "LOC") and (f.start, f.end) != (span.start, span.end)
        for f in over
    )


def _with_made(found: list[Found], made: list[Found]) -> list[Found]:
    """Made names beside the listed ones: a longer made name takes the place of what it covers, but states in it stay."""
    result = list(found)
    for item in made:
        over = [f for f in result if f.start < item.end and item.start < f.end]
        if any(f.end - f.start >= item.end - item.start and f.form != "adjective" for f in over):
            continue
        result = [f for f in result if f not in over or f.form == "adjective" or f.known.kind == "state"]
        result.append(item)
    return sorted(result, key=lambda f: (f.start, f.end))


def _named(text: str, span: NamedSpan, state: str | None = None) -> Found:
    if span.label in ("GPE", "LOC", "PERSON"):
        city = place_aliases().get(alias_key(text[span.start : span.end]))
        if city is not None and text[span.start : span.end].lower() not in words().also_words:
            return Found(span.start, span.end, city, "name")
    type_ = _TYPES[span.label]
    name = " ".join(text[span.start : span.end].split())
    prefix = {"GPE": "gpe", "LOC": "loc", "FAC": "fac", "NORP": "norp", "EVENT": "event"}.get(type_, "org")
    return Found(span.start, span.end, Known(f"{prefix}:{slug(name)}", type_, _KINDS[type_], name, state), "name")
