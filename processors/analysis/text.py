"""Makes a text safe to analyse and finds its zones that are no content: bylines, datelines, credits.

Every substitution keeps the length, so an offset means the same in `text` and in `safe`. What the words mean is left to
the other steps.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

from processors.analysis.zones import Zone, zones

__all__ = ["PreparedText", "Zone", "fold", "pieces", "prepare", "zones"]

MAX_RUN = 4
"""Longest run of punctuation that a tokenizer gets to see: spaCy's takes quadratic time in it."""

MAX_WORD = 120
"""Longest run without white space that a tokenizer gets to see, for the same reason."""

_SURROGATE = re.compile("[\ud800-\udfff]")
# Controls (but line feeds), soft hyphen, zero-width, bidirectional, interlinear, variation and tag characters.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|&(?:nbsp|amp|quot|#\d{1,5});")
_PUNCTUATION_RUN = re.compile(r"(?:[^\w\s]|_){%d,}" % (MAX_RUN + 1))  # noqa: UP031 - braces of the pattern
_LONG_WORD = re.compile(r"\S{%d,}" % (MAX_WORD + 1))  # noqa: UP031


class PreparedText(NamedTuple):
    """The analysed text. `text` is what offsets refer to, `safe` the same length for tokenizers, `title_end` where the title ends."""

    text: str
    safe: str
    truncated: bool
    title_end: int = 0

    def to_original(self, offset: int) -> int:
        """An offset in `safe` as an offset in `text`: the same, since substitutions keep the length."""
        return offset


def prepare(title: str | None, body: str, max_chars: int) -> PreparedText:
    """The text to analyse: `title + "\\n\\n" + body` where there is a title, cut at `max_chars` code points.

    Lone surrogates count as U+FFFD.
    """
    whole = f"{title}\n\n{body}" if title else body
    truncated = len(whole) > max_chars
    if truncated:
        whole = whole[:max_chars]
    text = _SURROGATE.sub("\ufffd", whole)
    return PreparedText(text, make_safe(text), truncated, min(len(title or ""), len(text)))


def make_safe(text: str) -> str:
    """The text with what hurts a tokenizer replaced by spaces, each character by one."""
    safe = _INVISIBLE.sub(" ", text)
    safe = _TAG.sub(lambda m: " " * len(m.group()), safe)
    safe = _PUNCTUATION_RUN.sub(lambda m: _broken(m.group(), MAX_RUN), safe)
    return _LONG_WORD.sub(lambda m: _broken(m.group(), MAX_WORD), safe)


def _broken(run: str, size: int) -> str:
    """The run with every character after `size` others made a space."""
    step = size + 1
    return "".join(run[i : i + size] + " " * (len(run) > i + size) for i in range(0, len(run), step))


def pieces(prepared: PreparedText, size: int = 50_000) -> list[tuple[int, int]]:
    """The text as consecutive `[start, end)` pieces of at most `size`, cut at a paragraph's end, else a sentence's, else anywhere."""
    text, length = prepared.text, len(prepared.text)
    found: list[tuple[int, int]] = []
    start = 0
    while length - start > size:
        end = _cut(text, start + size // 2, start + size)
        found.append((start, end))
        start = end
    if start < length or not found:
        found.append((start, length))
    return found


def _cut(text: str, low: int, high: int) -> int:
    for mark in ("\n\n", "\n", ". ", "。", " "):
        at = text.rfind(mark, low, high)
        if at >= 0:
            return at + len(mark)
    return high


@functools.cache
def _folding() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    for code in range(0x400, 0x530):
        table[code] = chr(code).lower()
    table.update({ord(c): "'" for c in "’‘ʼ`´׳＇"})
    table.update({ord(c): "-" for c in "‐‑‒–—−־"})
    table.update({ord(c): " " for c in "\u00a0\u2007\u2009\u202f\u3000\u200c"})
    table.update({ord("ё"): "е", ord("Ё"): "е"})
    table.update({ord("أ"): "ا", ord("إ"): "ا", ord("آ"): "ا", ord("ٱ"): "ا", ord("ى"): "ي", ord("ی"): "ي"})
    table.update({ord("ة"): "ه", ord("ە"): "ه", ord("ک"): "ك"})
    table.update(
        {ord("ł"): "l", ord("Ł"): "l", ord("ø"): "o", ord("Ø"): "o", ord("đ"): "d", ord("Đ"): "d", ord("ı"): "i"}
    )
    return table


def fold(text: str) -> str:
    """The text in lower case, without Latin accents, with one kind of apostrophe, hyphen and space; every offset stays."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lowered if lowered.isascii() and "`" not in lowered else lowered.translate(_folding())
