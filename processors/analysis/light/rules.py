"""Reads the patterns of the lighter path: one file a language in data/light, format told in its README.md."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis import layers
from processors.analysis.text import fold

_ORDER = {"REQUEST": -1, "AGREE": 0, "RETREAT": 0, "REJECT": 0, "CONCEDE": 0, "SANCTION": 1, "AID": 1}
"""Rules of many words are tried before those of one: “called for an end to the attacks” is no attack."""


class LightRuleError(BrinkwatchError):
    """A pattern file of the lighter path cannot be used."""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    source: str | None = None
    target: str | None = None
    modality: Modality | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    type: EventType
    trigger: str
    mode: str | None = None
    escalation: Direction | None = None
    order: Literal["verb", "noun", "final"] = "verb"
    modality: Modality | None = None
    alone: bool = False
    mutual: bool = False
    both: bool = False
    examples: tuple[Example, ...] = ()
    counter: tuple[str, ...] = ()


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns over folded text; what each is for is told in the README."""

    said: str
    denied: str
    according: str
    negation: str
    hypothetical: str
    intended: str
    requested: str
    historical: str
    by: str
    of: str
    conjunction: str
    at: str
    quiet: str
    subject_after: bool = False
    inverts: bool = False
    postposed_negation: str = ""
    postposed_hypothetical: str = ""
    future: str = ""
    future_auxiliary: str = ""
    given: str = ""
    stopping: str = ""
    postposed_stopping: str = ""
    passive: str = ""
    timing: str = ""
    governed: str = ""
    between: str = ""
    armed: str = ""
    recipient: str = ""
    first_person: str = ""
    possessive: str = ""
    onto: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: Words
    rule: tuple[Rule, ...]
    classes: dict[str, str] = {}


class Language:
    """The compiled patterns of one language."""

    def __init__(self, code: str, words: Words, rules: tuple[Rule, ...], classes: Mapping[str, str]) -> None:
        self.code = code
        self.rules = rules
        self.words = words
        first = sorted(rules, key=lambda rule: _ORDER.get(rule.type, 2))
        self.triggers = tuple(
            (rule, compile_pattern(with_classes(rule.trigger, rule.name, classes), rule.name)) for rule in first
        )
        self._alone = frozenset(rule.name for rule in rules if rule.alone)
        self.said = compile_pattern(words.said, f"{code} said")
        self.denied = compile_pattern(words.denied, f"{code} denied")
        self.according = compile_pattern(words.according, f"{code} according")
        self.negation = compile_pattern(f"(?:{words.negation})$", f"{code} negation")
        self.after_negation = (
            compile_pattern(words.postposed_negation, f"{code} postposed_negation")
            if words.postposed_negation
            else None
        )
        self.hypothetical = compile_pattern(words.hypothetical, f"{code} hypothetical")
        self.after_hypothetical = _optional(words.postposed_hypothetical, f"{code} postposed_hypothetical")
        self.intended = compile_pattern(words.intended, f"{code} intended")
        self.requested = compile_pattern(words.requested, f"{code} requested")
        self.historical = compile_pattern(words.historical, f"{code} historical")
        self.by = compile_pattern(f"^[^.;:]{{0,25}}?(?:{words.by})", f"{code} by")
        self.of = re.compile(fold(words.of))
        self.conjoined = compile_pattern(f"(?:{words.conjunction})$", f"{code} conjunction")
        self.at = compile_pattern(f"(?:{words.at})$", f"{code} at")
        self.quiet = compile_pattern(words.quiet, f"{code} quiet")
        self.future = _optional(words.future, f"{code} future")
        self.future_auxiliary = _optional(words.future_auxiliary, f"{code} future_auxiliary")
        self.given = _optional(f"(?:{words.given})$" if words.given else "", f"{code} given")
        self.stopping = _optional(f"(?:{words.stopping})$" if words.stopping else "", f"{code} stopping")
        self.after_stopping = _optional(words.postposed_stopping, f"{code} postposed_stopping")
        self.passive = _optional(words.passive, f"{code} passive")
        self.timing = _optional(words.timing, f"{code} timing")
        self.governed = _optional(words.governed, f"{code} governed")
        self.between = _optional(words.between, f"{code} between")
        self.armed = _optional(words.armed, f"{code} armed")
        self.recipient = _optional(words.recipient, f"{code} recipient")
        self.onto = _optional(words.onto, f"{code} onto")
        self.possessive = _optional(words.possessive, f"{code} possessive")
        self.first_person = _optional(words.first_person, f"{code} first_person")

    def alone(self, rule: str) -> bool:
        """Whether a rule needs no name beside its trigger."""
        return rule in self._alone


def _optional(pattern: str, name: str) -> re.Pattern[str] | None:
    return compile_pattern(pattern, name) if pattern else None


def with_classes(pattern: str, name: str, classes: Mapping[str, str]) -> str:
    """A trigger with each `<class>` replaced by the words of the class; LightRuleError where there is none of that name."""

    def words(match: re.Match[str]) -> str:
        if match[1] not in classes:
            raise LightRuleError(f"{name} uses the class <{match[1]}>, which [classes] does not have.", "Add it there.")
        return f"(?:{classes[match[1]]})"

    return re.sub(r"(?<!\?)<([a-z_]+)>", words, pattern)


def compile_pattern(pattern: str, name: str) -> re.Pattern[str]:
    """A pattern as it is written, made to match folded text, at whole words."""
    shapes = re.split(r"(\\[A-Z])", pattern)
    folded = "".join(part if re.fullmatch(r"\\[A-Z]", part) else fold(part) for part in shapes)
    folded = re.sub(r"ss(?![?*+{])", "(?:ss|ß)", folded)  # folding keeps every offset, so ß stays one letter
    try:
        return re.compile(rf"(?<!\w)(?:{folded})" if not folded.startswith("^") else folded)
    except re.error as error:
        raise LightRuleError(f"The pattern of {name} is none: {error}.", "Correct it in data/light.") from error


@functools.cache
def language(code: str) -> Language | None:
    """The patterns of a language, or None where there are none."""
    if code not in languages():
        return None
    try:
        file = msgspec.convert(layers.table(f"light/{code}.toml"), _File)
    except msgspec.ValidationError as error:
        raise LightRuleError(f"{code}.toml cannot be read: {error}.", "See the README.md beside ours.") from error
    return Language(code, file.words, file.rule, file.classes)


def languages() -> tuple[str, ...]:
    return tuple(name.removeprefix("light/").removesuffix(".toml") for name in layers.names("light"))
