"""Names of people: spans without titles, one person for the full name and the surname, and the state that someone serves."""

from __future__ import annotations

import re
from typing import NamedTuple

from processors.analysis.entities.context import words
from processors.analysis.entities.model import Found, Known, slug

_TOKEN = re.compile(r"[^\s,]+")
_POSSESSIVE = re.compile(r"(?:['’]s|['’]|s['’])$")


class Cluster(NamedTuple):
    """One person of the text: the fullest name and where any of the names stand."""

    known: Known
    spans: tuple[tuple[int, int], ...]


def trim(text: str, start: int, end: int, *, person: bool) -> tuple[int, int]:
    """A name's span without *the*, a trailing *'s*, punctuation and, for people, titles before it."""
    while start < end and not (text[start].isalnum() or text[start] in "‘'’"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or (text[end - 1] == "." and _abbreviated(text[start:end]))):
        end -= 1
    lowered = text[start:end].lower()
    for tail in ("'s", "’s"):
        if lowered.endswith(tail):
            end -= 2
    for lead in ("the ", "a ", "an "):
        if lowered.startswith(lead):
            start += len(lead)
    if person:
        titles = words().titles
        while True:
            first = _TOKEN.match(text, start, end)
            if first is None or first.end() >= end or first.group().lower().rstrip(".") not in titles:
                break
            start = first.end()
            while start < end and not text[start].isalnum():
                start += 1
    return start, end


def _abbreviated(words_: str) -> bool:
    return (words_.count(".") > 1 and words_[-3:-2] in ". ") or words_.endswith(("Jr.", "Sr."))


def cluster(text: str, spans: list[tuple[int, int]], known_people: dict[str, Known]) -> list[Cluster]:
    """Folds spans of people into people: a surname or a first name joins the latest full name before it, else the first after it."""
    full: dict[str, list[tuple[int, int]]] = {}
    order: list[str] = []
    by_part: dict[str, list[str]] = {}
    single: list[tuple[int, int]] = []
    for start, end in spans:
        name = " ".join(text[start:end].split())
        parts = name.split(" ")
        if len(parts) < 2:
            single.append((start, end))
            continue
        key = _same_person(parts, by_part, full) or name
        if key not in full:
            full[key] = []
            order.append(key)
        full[key].append((start, end))
        for part in _handles(parts):
            by_part.setdefault(part, []).append(key) if key not in by_part.get(part, ()) else None
    alone: dict[str, list[tuple[int, int]]] = {}
    for start, end in single:
        name = text[start:end]
        keys = by_part.get(name.lower())
        if keys:
            before = [k for k in keys if full[k][0][0] < start]
            full[(before or keys)[-1 if before else 0]].append((start, end))
        else:
            alone.setdefault(name if not name.isupper() else name.title(), []).append((start, end))
    found = [Cluster(_person(name, known_people), tuple(sorted(at))) for name, at in full.items()]
    found.extend(Cluster(_person(name, known_people), tuple(sorted(at))) for name, at in alone.items())
    return found


def _handles(parts: list[str]) -> list[str]:
    """What someone can be called by later: surname, surname with particle, first name."""
    lowered = [p.lower() for p in parts]
    while len(lowered) > 2 and lowered[-1].rstrip(".") in words().person_after:
        lowered.pop()
    surname = lowered[-1]
    handles = [surname, lowered[0]]
    if "-" in surname:
        handles.append(surname.split("-", 1)[1])
    return handles


def _same_person(parts: list[str], by_part: dict[str, list[str]], full: dict[str, list[tuple[int, int]]]) -> str | None:
    """“J. Kirby” and “John F. Kirby”: the same surname, and first names that agree."""
    for key in by_part.get(parts[-1].lower(), ()):
        theirs = key.split(" ")
        if theirs[-1].lower() == parts[-1].lower() and theirs[0][:1].lower() == parts[0][:1].lower():
            a, b = theirs[0].rstrip(".").lower(), parts[0].rstrip(".").lower()
            if a.startswith(b) or b.startswith(a):
                return key
    return None


def _person(name: str, known_people: dict[str, Known]) -> Known:
    given = known_people.get(name.lower())
    if given is not None:
        return given
    shown = name if not name.isupper() or len(name) < 4 else name.title()
    return Known(f"per:{slug(name)}", "PERSON", "person", shown)


_ROLE_WORD = re.compile(r"[\w'’.-]+")


def serves(text: str, person: tuple[int, int], mentions: list[Found]) -> str | None:
    """The state that someone serves, from the words next to the name: “Iranian Foreign Minister X”, “X, a Kremlin spokesman”."""
    roles = words().roles
    start, end = person
    for mention in reversed(mentions):
        if mention.end > start or start - mention.end > 80:
            if mention.end < start - 80:
                break
            continue
        between = text[mention.end : start]
        if _only_roles(between, roles) and mention.known.state:
            return mention.known.state
    if text[end : end + 1] == ",":
        for mention in mentions:
            if mention.start < end or mention.known.state is None:
                continue
            if mention.start - end > 60:
                break
            lead = text[end + 1 : mention.start].lower().split()
            after = _ROLE_WORD.findall(text[mention.end : mention.end + 40].lower())[:3]
            if all(w in ("a", "the", "an", "who", "is", "new") or w in roles for w in lead) and (
                any(w in roles for w in lead) or any(w in roles and w not in ("of", "to", "the", "for") for w in after)
            ):
                return mention.known.state
    return None


def _only_roles(between: str, roles: frozenset[str]) -> bool:
    if any(c in between for c in ".!?;:\n") and not re.search(
        r"\b(?:Gen|Lt|Col|Maj|Adm|Capt|Sen|Mr|Brig|Mrs|Ms|Dr)\.", between
    ):
        return False
    found = [w for w in _ROLE_WORD.findall(between.lower()) if w not in ("s",)]
    found = [w.removesuffix("'s").removesuffix("’s") for w in found]
    return bool(found) and all(w in roles or not w for w in found)
