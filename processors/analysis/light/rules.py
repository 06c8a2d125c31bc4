"""Reads the patterns of the lighter path: one file a language in data/light, format told in its README.md."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis.text import fold

DATA = Path(__file__).parent.parent / "data" / "light"


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
    postposed_negation: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: Words
    rule: tuple[Rule, ...]


class Language:
    """The compiled patterns of one language."""

    def __init__(self, code: str, words: Words, rules: tuple[Rule, ...]) -> None:
        self.code = code
        self.rules = rules
        self.words = words
        self.triggers = tuple((rule, _compile(rule.trigger, rule.name)) for rule in rules)
        self.said = _compile(words.said, f"{code} said")
        self.denied = _compile(words.denied, f"{code} denied")
        self.according = _compile(words.according, f"{code} according")
        self.negation = _compile(f"(?:{words.negation})$", f"{code} negation")
        self.after_negation = (
            _compile(words.postposed_negation, f"{code} postposed_negation") if words.postposed_negation else None
        )
        self.hypothetical = _compile(words.hypothetical, f"{code} hypothetical")
        self.intended = _compile(words.intended, f"{code} intended")
        self.requested = _compile(words.requested, f"{code} requested")
        self.historical = _compile(words.historical, f"{code} historical")
        self.by = _compile(f"^[^.;:]{{0,25}}?(?:{words.by})", f"{code} by")
        self.of = re.compile(fold(words.of))
        self.conjoined = _compile(f"(?:{words.conjunction})$", f"{code} conjunction")
        self.at = _compile(f"(?:{words.at})$", f"{code} at")
        self.quiet = _compile(words.quiet, f"{code} quiet")


def _compile(pattern: str, name: str) -> re.Pattern[str]:
    """A pattern as it is written, made to match folded text, at whole words."""
    shapes = re.split(r"(\\[A-Z])", pattern)
    folded = "".join(part if re.fullmatch(r"\\[A-Z]", part) else fold(part) for part in shapes)
    try:
        return re.compile(rf"(?<!\w)(?:{folded})" if not folded.startswith("^") else folded)
    except re.error as error:
        raise LightRuleError(f"The pattern of {name} is none: {error}.", "Correct it in data/light.") from error


@functools.cache
def language(code: str) -> Language | None:
    """The patterns of a language, or None where there are none."""
    path = DATA / f"{code}.toml"
    if not path.is_file():
        return None
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LightRuleError(f"{path.name} cannot be read: {error}.", "See the README.md beside it.") from error
    return Language(code, file.words, file.rule)


def languages() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in DATA.glob("*.toml")))
