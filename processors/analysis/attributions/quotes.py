"""Quotations of a text by their marks: paired within a paragraph, open ones run to its end."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_DOUBLED = re.compile(r"''(?=\S)")
_OPEN_CLOSE = {"“": "”", "„": "“”", "«": "»", "‘": "’"}


class Quote(NamedTuple):
    """`start`/`end` include the marks; `open` tells that no closing mark was found in the paragraph."""

    start: int
    end: int
    open: bool


class Quotes:
    """The quotations of a text, in order."""

    def __init__(self, text: str) -> None:
        self.all: list[Quote] = []
        for line in _LINE.finditer(text):
            self.all.extend(_of_line(text, line.start(), line.end()))
        self._starts = [q.start for q in self.all]

    def around(self, offset: int) -> Quote | None:
        i = bisect_right(self._starts, offset) - 1
        if i >= 0 and self.all[i].start <= offset < self.all[i].end:
            return self.all[i]
        return None

    def within(self, start: int, end: int) -> list[Quote]:
        i = bisect_right(self._starts, start - 1)
        found: list[Quote] = []
        while i < len(self.all) and self.all[i].start < end:
            found.append(self.all[i])
            i += 1
        return found


def _of_line(text: str, start: int, end: int) -> list[Quote]:
    found: list[Quote] = []
    i = start
    while i < end:
        c = text[i]
        if c in "'`" and text[i : i + 2] in ("''", "``"):
            # two single marks stand for a double one
            j = text.find("''", i + 2, end)
            if j < 0:
                if not _DOUBLED.match(text, i) and c != "`":
                    i += 2
                    continue
                found.append(Quote(i, end, True))
                break
            found.append(Quote(i, j + 2, False))
            i = j + 2
            continue
        if c == "'" or (c == "‘" and not _opens(text, i, start)):
            i += 1
            continue
        if c in _OPEN_CLOSE:
            closers = _OPEN_CLOSE[c]
            j = _closing(text, i + 1, end, closers)
        elif c == '"':
            if (
                i > start
                and not text[i - 1].isspace()
                and text[i - 1] not in "([—–-"
                and (i + 1 >= end or not text[i + 1].isalnum())
            ):
                i += 1  # closes what was opened in another paragraph
                continue
            j = text.find('"', i + 1, end)
            while 0 <= j < end - 1 and text[j - 1].isspace() and text[j + 1].isalnum():
                j = text.find('"', j + 1, end)  # opens a quotation inside
        else:
            i += 1
            continue
        if j < 0:
            if c != "‘":
                found.append(Quote(i, end, True))
                break
            i += 1
            continue
        found.append(Quote(i, j + 1, False))
        i = j + 1
    return found


def _opens(text: str, i: int, start: int) -> bool:
    return i == start or not text[i - 1].isalnum()


def _closing(text: str, i: int, end: int, closers: str) -> int:
    while i < end:
        if text[i] in closers:
            # an apostrophe inside a word does not close a single quotation
            if text[i] == "’" and i + 1 < end and text[i + 1].isalnum():
                i += 1
                continue
            return i
        i += 1
    return -1
