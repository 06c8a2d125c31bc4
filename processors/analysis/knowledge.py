"""Reads the data files that decide (rules, cues, operators, words, weights) into typed tables, and hashes them.

What the tables mean is left to the steps that use them; a broken file is refused with its name and the reason.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Event
from brinkwatch.models.analysis import Direction, EventType, Modality

DATA = Path(__file__).parent / "data"
CODE_VERSION = 1
"""Raised by hand when the code decides otherwise on the same data."""

T = TypeVar("T")


class KnowledgeError(BrinkwatchError):
    """A data file of the analyzer cannot be used."""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that a rule must code: `source`/`target` are ids or words that must be among its actors."""

    text: str
    source: str | None = None
    target: str | None = None
    modality: Modality | None = None
    type: EventType | None = None
    escalation: Direction | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event rule, format in data/events/README.md."""

    name: str
    type: EventType
    mode: str | None = None
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    not_object: tuple[str, ...] = ()
    preposition: tuple[str, ...] = ()
    target: tuple[str, ...] = ("dobj", "on", "against", "at", "with", "to", "into", "in")
    source: tuple[str, ...] = ("subject",)
    unless: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    possessor: str = "source"
    escalation: Direction | None = None
    when: str = "political"
    reciprocal: bool = False
    modality: Modality | None = None
    examples: tuple[Example, ...] = ()
    counter: tuple[str, ...] = ()


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words above an event that change in what sense it is said: see data/events/operators.toml."""

    name: str
    effect: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Attribution cues of one kind: see data/attributions/cues.toml."""

    name: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    denies: bool = False
    examples: tuple[str, ...] = ()


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Word lists that no rule carries: abbreviations, openers of sentences, forms of *say*."""

    abbreviations: frozenset[str]
    may_end: frozenset[str]
    openers: frozenset[str]
    said: frozenset[str]
    nested: frozenset[str]


def read(path: Path, kind: type[T]) -> T:
    """A TOML file as `kind`; raises `KnowledgeError` naming the file, and the line where the syntax is wrong."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path.name} is no TOML: {error}.", "Correct the line.") from error
    except msgspec.ValidationError as error:
        raise KnowledgeError(
            f"{path.name} does not fit its format: {error}.", "See the README.md beside it."
        ) from error


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[Rule, ...]


class _Operators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: tuple[Operator, ...]


class _Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cue: tuple[Cue, ...]


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Every event rule, in the order of the files' names; words of `@class` are put in."""
    named = classes()
    found: list[Rule] = []
    for path in sorted((DATA / "events" / "rules").glob("*.toml")):
        for rule in read(path, _Rules).rule:
            found.append(
                msgspec.structs.replace(
                    rule,
                    verbs=expand(rule.verbs, named),
                    nouns=expand(rule.nouns, named),
                    object=expand(rule.object, named),
                    not_object=expand(rule.not_object, named),
                )
            )
    names = [rule.name for rule in found]
    if len(set(names)) != len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise KnowledgeError(f"Rules with the same name: {', '.join(twice)}.", "Give each rule a name of its own.")
    return tuple(found)


@functools.cache
def operators() -> tuple[Operator, ...]:
    return read(DATA / "events" / "operators.toml", _Operators).operator


@functools.cache
def cues() -> tuple[Cue, ...]:
    return read(DATA / "attributions" / "cues.toml", _Cues).cue


@functools.cache
def wording() -> Wording:
    return read(DATA / "attributions" / "wording.toml", Wording)


@functools.cache
def classes() -> dict[str, tuple[str, ...]]:
    """Named word classes: `@troops` in a rule stands for the words of the class `troops`."""
    raw = read(DATA / "events" / "classes.toml", dict[str, tuple[str, ...]])
    return {name: expand(words, raw) for name, words in raw.items()}


def word_class(name: str) -> frozenset[str]:
    return frozenset(classes()[name])


def expand(words: Iterable[str], named: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if word.startswith("@"):
            if word[1:] not in named:
                raise KnowledgeError(f"There is no word class {word}.", "Define it in classes.toml.")
            found.extend(expand(named[word[1:]], named))
        else:
            found.append(word)
    return tuple(found)


@functools.cache
def rules_version() -> str:
    """Names all that decides: the code's version, the schema of events, and every data file's bytes."""
    digest = hashlib.sha256(f"{CODE_VERSION}:{','.join(Event.__struct_fields__)}".encode())
    for path in sorted(p for p in DATA.rglob("*") if p.is_file()):
        digest.update(path.relative_to(DATA).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


# ------------------------------------------------------------------------------------------------ lemmas


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Irregular forms of verbs and nouns, and the verbs that double their last letter."""

    verbs: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    doubling: frozenset[str]


class Lemmas:
    """Word forms to lemmas for the words that the data files name; every other word is its own lemma."""

    def __init__(self, verbs: Iterable[str], nouns: Iterable[str], adjectives: Iterable[str] = ()) -> None:
        forms = read(DATA / "events" / "forms.toml", Forms)
        self._verbs: dict[str, str] = {}
        self._nouns: dict[str, str] = {}
        for verb in sorted(set(verbs)):
            for form in verb_forms(verb, forms.verbs, forms.doubling):
                self._verbs.setdefault(form, verb)
        for verb in set(verbs):
            self._verbs[verb] = verb
        for noun in sorted(set(nouns)):
            for form in noun_forms(noun, forms.nouns):
                self._nouns.setdefault(form, noun)
        for noun in set(nouns):
            self._nouns[noun] = noun
        self.adjectives = frozenset(adjectives)

    def of(self, lower: str, tag: str) -> str:
        if tag.startswith("V"):
            return self._verbs.get(lower, lower)
        if tag.startswith("N"):
            return self._nouns.get(lower, lower)
        return lower

    def forms(self) -> set[str]:
        """Every form of every word: what the gate looks for."""
        return set(self._verbs) | set(self._nouns) | self.adjectives


def verb_forms(verb: str, irregular: dict[str, tuple[str, ...]], doubling: frozenset[str]) -> set[str]:
    """All forms of an English verb, the British spelling of *-ize* too."""
    if verb.endswith("ize"):
        british = verb[:-3] + "ise"
        return _regular(verb, doubling) | _regular(british, doubling)
    for prefix in ("re", "over", "under", "with", "out", "un"):
        base = verb.removeprefix(prefix)
        if base != verb and base in irregular:
            return {verb} | {prefix + f for f in irregular[base]} | {prefix + f for f in _present(base, doubling)}
    if verb in irregular:
        return _present(verb, doubling) | set(irregular[verb])
    return _regular(verb, doubling)


def _present(verb: str, doubling: frozenset[str]) -> set[str]:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = verb + "es"
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        third = verb[:-1] + "ies"
    else:
        third = verb + "s"
    if verb.endswith("ie"):
        gerund = verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        gerund = verb[:-1] + "ing"
    elif verb in doubling:
        gerund = verb + verb[-1] + "ing"
    else:
        gerund = verb + "ing"
    return {verb, third, gerund}


def _regular(verb: str, doubling: frozenset[str]) -> set[str]:
    if verb.endswith("e"):
        past = verb + "d"
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        past = verb[:-1] + "ied"
    elif verb in doubling:
        past = verb + verb[-1] + "ed"
    else:
        past = verb + "ed"
    # Whether a last consonant doubles hangs on the stress, which spelling does not tell: both ways are known.
    extra = {verb + "ed", verb + "ing"}
    if len(verb) > 2 and verb[-1] in "bdglmnprt" and verb[-2] in "aeiou" and verb[-3] not in "aeiou":
        extra |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return _present(verb, doubling) | {past} | (extra if not verb.endswith("e") else set())


def noun_forms(noun: str, irregular: dict[str, tuple[str, ...]]) -> set[str]:
    if noun in irregular:
        return {noun, *irregular[noun]}
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return {noun, noun + "es"}
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return {noun, noun[:-1] + "ies"}
    if noun.endswith("ff"):
        return {noun, noun + "s"}
    return {noun, noun + "s"}
