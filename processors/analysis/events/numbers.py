"""The number that stands before a noun, in figures or words. *Dozens* and *several* are none."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from number_parser import parse_number

from processors.analysis.syntax import Token

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_LARGEST = 10_000_000_000


def number_of(noun: Token) -> int | None:
    """“Some 1,200 troops”, “two dozen guided bombs”, “at least fourteen”: a number that the noun's own words give."""
    before = sorted(_before(noun), key=lambda t: t.i)
    run: list[Token] = []
    for token in before:
        if _numeric(token) or (run and token.lower in ("and", "-") and _numeric_after(token, before)):
            run.append(token)
        elif run and not _numeric(run[-1]):
            run.pop()
        elif run:
            break
    if not run and _numeric(noun):
        run = [noun]
    return _value(run, before)


def _before(noun: Token) -> list[Token]:
    """The noun's words before it, without owners: “Iran's three” keeps *three*."""
    found: list[Token] = []
    stack = [
        c for c in noun.children if c.i < noun.i and c.dep not in ("poss", "punct", "relcl", "case", "prep", "appos")
    ]
    while stack:
        token = stack.pop()
        if token.lower == "old" or token.lower.endswith("-old"):
            continue  # “a 34-year-old man”
        found.append(token)
        stack.extend(c for c in token.children if c.i < noun.i)
    return found


def _numeric(token: Token) -> bool:
    if token.dep == "nummod" and token.head.lower in ("no.", "number", "resolution"):
        return False
    return bool(_FIGURES.fullmatch(token.lower)) or token.lower in _SCALES or _in_words(token.lower) is not None


def _numeric_after(token: Token, words: Sequence[Token]) -> bool:
    following = next((w for w in words if w.i > token.i), None)
    return following is not None and _numeric(following)


@functools.lru_cache(maxsize=4096)  # the library reads its tables again at every call
def _in_words(word: str) -> int | None:
    if not word.isascii() or not word.replace("-", "").isalpha() or len(word) > 30:
        return None
    value = parse_number(word, language="en")
    return value if isinstance(value, int) else None


def _value(run: Sequence[Token], before: Sequence[Token]) -> int | None:
    if not run:
        return None
    total = 0.0
    part = 0.0
    for token in run:
        word = token.lower
        if word in _SCALES:
            if part == 0 and not _counted(token, before):
                return None
            part = max(part, 1.0) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, part = total + part, 0.0
            if token is run[0] and any(b.lower == "half" for b in before if b.i < token.i):
                part /= 2
        elif _FIGURES.fullmatch(word):
            part += float(word.replace(",", ""))
        elif word not in ("and", "-"):
            part += _in_words(word) or 0
    value = total + part
    return int(value) if 0 < value <= _LARGEST and value == int(value) else None


def _counted(scale: Token, before: Sequence[Token]) -> bool:
    """“A hundred”, “a dozen”, “half a dozen”; alone the word is a guess."""
    previous = next((b for b in reversed(before) if b.i < scale.i), None)
    return previous is not None and previous.lower in ("a", "an", "half")


def parse_words(words: str) -> int | None:
    """“3”, “three”, “a”."""
    if words in ("a", "an"):
        return 1
    return int(words) if words.isdigit() else _in_words(words)
