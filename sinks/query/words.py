"""What a word is, for every back-end: the one tokenizer of the query language and the folding of keywords.

Stores do not tokenize: they index the words found here (`index_text`) split at white space, so that positions, phrases
and prefixes agree. Which fields hold words is decided in `fields`.

The rules, in the order they apply:
- Case and accents are folded (`Erdoğan` is `erdogan`), also full-width forms and letters with strokes.
- Initials with full stops are one word without them: `U.S.` is `us`, as `US` is; `U.K.'s` is `uk`.
- An English possessive falls off: `Iran's` is `iran`. Other apostrophes vanish (`Sana'a` is `sanaa`), save after an
  elided article: `l'Iran` is `l`, `iran`.
- A number keeps its decimal point and loses its grouping commas: `3.5`, `1,000` is `1000`.
- Scripts written without spaces (Han, Kana, Hangul, Thai, Lao, Khmer, Myanmar) give one word for each character: the
  character with its successor, the last one alone. A query leaves the last one out (`query_words`), so that 中国 is
  found inside 中国人.
- All else that is no letter, mark or digit separates: `F-16` is `f`, `16`.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import regex

MAX_WORD = 100
"""Characters of a word that count; longer ones are cut, in texts and queries alike (index terms have a size limit)."""

MAX_KEYWORD = 512
"""Characters of a keyword that count; longer ones are cut likewise."""

_UNSPACED = r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰ]&&[\p{L}\p{N}]]"
# Marks of these scripts, voicing marks of Kana (which Unicode calls common) among them, belong to the letter before.
_UNSPACED_MARK = r"[\p{M}ﾞﾟ]"
_APOSTROPHE = "['’‘‛＇\u02b9-\u02c1\u05f3]"
_LETTER = rf"[[\p{{L}}]--{_UNSPACED}--{_APOSTROPHE}]"
_CHAR = rf"[[\p{{L}}\p{{M}}\p{{N}}]--{_UNSPACED}--{_APOSTROPHE}--[ﾞﾟ]]"
# Format characters within a word (zero-width non-joiner, soft hyphen) are no boundary, but the zero-width space is.
_IGNORED = r"[\p{Cf}--\u200b]"

_WORD = regex.compile(
    rf"""
    (?P<unspaced> {_UNSPACED} {_UNSPACED_MARK}* (?: {_IGNORED}* {_UNSPACED} {_UNSPACED_MARK}* )* )
    | (?P<initials> (?<! {_CHAR} ) {_LETTER}\p{{M}}* (?: \. {_LETTER}\p{{M}}* )+ (?! {_CHAR} ) ) (?: \.? {_APOSTROPHE} s (?! {_CHAR} ) )?
    | (?P<word> {_CHAR}+ (?:
          {_IGNORED}+ {_CHAR}+
        | {_APOSTROPHE} {_CHAR}+
        | (?<= [\u0590-\u05ff] ) ["״] (?= [\u0590-\u05ff] ) {_CHAR}+
        | (?<= \p{{Nd}} ) \. (?= \p{{Nd}} ) {_CHAR}+
        | (?<= \p{{Nd}} ) , (?= \p{{Nd}}{{3}} (?! \p{{Nd}} ) ) {_CHAR}+
      )* )
    """,
    regex.VERBOSE | regex.VERSION1 | regex.IGNORECASE,
)
_UNIT = regex.compile(rf"{_UNSPACED}{_UNSPACED_MARK}*", regex.VERSION1)
_POSSESSIVE = regex.compile(rf"(.+){_APOSTROPHE}s", regex.VERSION1 | regex.IGNORECASE | regex.DOTALL)
_APOSTROPHES = regex.compile(_APOSTROPHE, regex.VERSION1)
# Marks to strip: accents proper (script Inherited), Hebrew points, Cyrillic and Arabic signs. Vowel signs of Indian and
# Southeast Asian scripts are letters to their readers and stay, and so do the voicing marks of Kana.
_ACCENT = regex.compile(
    r"[[\p{M}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Cyrillic}\p{Script=Syriac}]]--[\u3099\u309a]]|\u0640",
    regex.VERSION1,
)
_NO_WORD_CHAR = regex.compile(rf"[^\p{{L}}\p{{M}}\p{{N}}.]|{_APOSTROPHE}", regex.VERSION1)
_SPACE = regex.compile(r"[\s\p{C}]+", regex.VERSION1)


_RULES = 1  # raise when a change here gives a text other words

_CHUNK = re.compile(r"\S+")
_EDGES = string.punctuation + "“”„«»‘’‚…–—·•"
_CACHED = 40


class Word(NamedTuple):
    """One word: folded, with its place `[start, end)` in the text. `last` marks the lone last character of a longer run
    in a script without spaces, which a query does not ask for."""

    text: str
    start: int
    end: int
    last: bool = False


def words(text: str) -> list[Word]:
    """The words of a text in order; a word's index in the list is its position for phrases."""
    found: list[Word] = []
    for match in _CHUNK.finditer(text):
        chunk, start = match[0], match.start()
        core = chunk.strip(_EDGES)
        if (
            core.isascii() and core.isalnum()
        ):  # nine words in ten of an English text; what follows is twenty times slower
            begin = start + chunk.index(core)
            found.append(Word(core[:MAX_WORD].lower(), begin, begin + len(core)))
        elif len(chunk) <= _CACHED:
            found.extend([Word(w.text, start + w.start, start + w.end, w.last) for w in _cached_chunk_words(chunk)])
        else:
            found.extend([Word(w.text, start + w.start, start + w.end, w.last) for w in _chunk_words(chunk)])
    return found


def _chunk_words(text: str) -> list[Word]:
    """The words of a piece of text without white space; no word ever crosses white space."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        if match["word"] is not None:
            found.extend(_plain(match["word"], match.start("word")))
        elif match["initials"] is not None:
            found.extend(_one(match["initials"].replace(".", ""), match.start("initials"), match.end("initials")))
        else:
            found.extend(_unspaced(match["unspaced"], match.start()))
    return found


@lru_cache(maxsize=65536)
def _cached_chunk_words(text: str) -> tuple[Word, ...]:
    return tuple(_chunk_words(text))


def query_words(text: str) -> list[str]:
    """The words to look for where a person wrote `text`: as `words`, without the lone last character of a run."""
    found = words(text)
    if found and found[-1].last:
        found.pop()
    return [word.text for word in found]


def index_text(text: str) -> str:
    """The words joined by spaces: what stores index, split at white space and nothing else."""
    return " ".join([word.text for word in words(text)])


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script written without spaces."""
    return _UNIT.match(word) is not None


def is_lone(word: str) -> bool:
    """Whether a word is a single character of such a script."""
    return _UNIT.fullmatch(word) is not None


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case, accents and compatibility forms folded away."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    bare: str = _ACCENT.sub("", decomposed).translate(_letters())
    return unicodedata.normalize("NFC", bare)


def fold_keyword(value: str) -> str:
    """A keyword as it is compared: folded, apostrophes alike, white space as one space, cut at `MAX_KEYWORD`."""
    spaced: str = _SPACE.sub(" ", _APOSTROPHES.sub("'", fold(value)))
    return spaced.strip()[:MAX_KEYWORD].rstrip()


def _plain(text: str, start: int) -> list[Word]:
    possessive = _POSSESSIVE.fullmatch(text)
    end = start + len(text)
    if possessive is not None:
        text = possessive[1]
    apostrophe = _APOSTROPHES.search(text)
    if apostrophe is not None and fold(text[: apostrophe.start()]) in _elisions():
        article = _one(text[: apostrophe.start()], start, start + apostrophe.start())
        return article + _one(text[apostrophe.end() :], start + apostrophe.end(), end)
    return _one(text, start, end)


def _one(text: str, start: int, end: int) -> list[Word]:
    folded = _NO_WORD_CHAR.sub("", fold(text))[:MAX_WORD]
    return [Word(folded, start, end)] if folded else []


def _unspaced(run: str, start: int) -> list[Word]:
    units = [(fold(unit[0]), unit.start(), unit.end()) for unit in _UNIT.finditer(run)]
    found = [Word(a + b, start + a_start, start + b_end) for (a, a_start, _), (b, _, b_end) in pairwise(units)]
    text, unit_start, unit_end = units[-1]
    return [*found, Word(text, start + unit_start, start + unit_end, last=bool(found))]


def words_version() -> str:
    """Which rules and data these are: of another version the same text may have other words."""
    data = json.dumps([_data("elisions.txt"), _data("letters.txt")])
    return f"{_RULES}.{unicodedata.unidata_version}.{hashlib.sha256(data.encode()).hexdigest()[:8]}"


def _data(name: str) -> list[list[str]]:
    lines = resources.files("sinks.query").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


@cache
def _elisions() -> frozenset[str]:
    return frozenset(row[0] for row in _data("elisions.txt"))


@cache
def _letters() -> dict[int, str]:
    return {ord(letter): becomes for letter, becomes in _data("letters.txt")}
