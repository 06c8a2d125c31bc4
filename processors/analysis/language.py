"""Tells the language of a text, and says *und* where it does not know; tells how far the analysis goes in a language.

Evidence: the script, letters that only some languages write, function words and headline words, py3langid's model, and
the language that the feed declares. What is known of each language stands in data/languages/profiles.toml.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import Any

import msgspec

from brinkwatch.models.analysis import Coverage
from processors.analysis import layers
from processors.analysis.gate import english_forms

_SAMPLE = 3000
"""Characters looked at: more brings nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c][^\W\d_]+)*")
_ACRONYM = re.compile(r"\b[A-Z]{2,4}\b")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|</?[a-z][^>]{0,200}>")

# Unicode blocks by script; the language where a script leaves no choice.
_SCRIPTS: tuple[tuple[int, int, str], ...] = (
    (0x41, 0x24F, "latin"), (0x1E00, 0x1EFF, "latin"), (0x370, 0x3FF, "greek"), (0x1F00, 0x1FFF, "greek"), (0x400, 0x52F, "cyrillic"),
    (0x530, 0x58F, "armenian"), (0x590, 0x5FF, "hebrew"), (0x600, 0x6FF, "arabic"), (0x750, 0x77F, "arabic"), (0xFB50, 0xFEFC, "arabic"),
    (0x900, 0x97F, "devanagari"), (0x980, 0x9FF, "bengali"), (0xA00, 0xA7F, "gurmukhi"), (0xA80, 0xAFF, "gujarati"), (0xB80, 0xBFF, "tamil"),
    (0xC00, 0xC7F, "telugu"), (0xC80, 0xCFF, "kannada"), (0xD00, 0xD7F, "malayalam"), (0xD80, 0xDFF, "sinhala"), (0xE00, 0xE7F, "thai"),
    (0xE80, 0xEFF, "lao"), (0x1000, 0x109F, "burmese"), (0x10A0, 0x10FF, "georgian"), (0x1200, 0x139F, "ethiopic"), (0x1780, 0x17FF, "khmer"),
    (0x3040, 0x30FF, "kana"), (0x3400, 0x9FFF, "han"), (0xF900, 0xFAFF, "han"), (0xAC00, 0xD7AF, "hangul"), (0x1100, 0x11FF, "hangul"),
)  # fmt: skip
_ONLY = {
    "greek": ("el",), "armenian": ("hy",), "hebrew": ("he", "yi"), "devanagari": ("hi", "ne", "mr"), "bengali": ("bn", "as"), "gurmukhi": ("pa",),
    "gujarati": ("gu",), "tamil": ("ta",), "telugu": ("te",), "kannada": ("kn",), "malayalam": ("ml",), "sinhala": ("si",), "thai": ("th",),
    "lao": ("lo",), "burmese": ("my",), "georgian": ("ka",), "ethiopic": ("am", "ti"), "khmer": ("km",), "kana": ("ja",), "han": ("zh", "ja"),
    "hangul": ("ko",),
}  # fmt: skip
_CYRILLIC = ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn")
_ARABIC = ("ar", "fa", "ur", "ps", "ku", "ug", "sd")
# Letters that languages of one script do not share: (letters, languages that write them).
_TELLING: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "cyrillic": (
        ("ыэё", ("ru", "be", "kk", "ky", "mn")), ("ъ", ("ru", "bg")), ("її", ("uk",)), ("єґ", ("uk",)), ("і", ("uk", "be", "kk")), ("ў", ("be",)),
        ("ђћ", ("sr",)), ("ј", ("sr", "mk")), ("љњџ", ("sr", "mk")), ("ќѓѕ", ("mk",)), ("әқғұ", ("kk",)), ("өү", ("kk", "ky", "mn")), ("ң", ("kk", "ky")), ("щ", ("ru", "uk", "bg", "kk")),
    ),
    "arabic": (("پچگ", ("fa", "ur", "ps", "ku", "ug", "sd")), ("ژ", ("fa", "ps", "ku", "ug")), ("کی", ("fa", "ur")), ("ٹڈڑےں", ("ur",)), ("ټډړښځڅۍې", ("ps",)), ("ڕڵێۆ", ("ku",)), ("ةىإ", ("ar",)), ("ەۇۈۋ", ("ug",))),
    "latin": (
        ("ñ¿¡", ("es",)), ("ãõ", ("pt", "vi", "et")), ("çœ", ("fr", "pt", "tr", "ca", "sq", "az")), ("ßä", ("de", "fi", "sv", "sk", "et")), ("ğış", ("tr", "az")), ("ə", ("az",)), ("łęąż", ("pl", "lt")),
        ("ěřů", ("cs",)), ("ľĺŕ", ("sk",)), ("őű", ("hu",)), ("ăâț", ("ro", "vi")), ("åø", ("da", "no", "sv")), ("đ", ("hr", "vi")), ("ėųį", ("lt",)), ("āēīļņ", ("lv",)), ("ơưạếộ", ("vi",)),
    ),
}  # fmt: skip
_FUNCTION_WEIGHT = 2.0
_NEWS_WEIGHT = 2.5
_LETTER_WEIGHT = 3.0
_STATE_WEIGHT = 1.5
"""Of a state's name: headlines are full of them, and many are written so in one language alone (“Oekraïne”, “Rússia”)."""
_FORM_WEIGHT = 1.5
"""Of a form of a verb or noun of the event rules: headlines are made of these, and have few function words."""
_DECLARED_WEIGHT = 2.5
_PRIOR = 1.5
"""What a language that the analysis covers has before others: they are what most feeds are written in."""
_ENGLISH_PRIOR = 0.5
"""What English has before those: the little that decides where all words are words of several languages."""
_CLEAR = 2.0
"""Lead from which on the order is taken as it is."""
_ENOUGH = 60
_FEWEST_LETTERS = 12
_MODEL_PRIOR = 2.0
"""In nats, for a language that the analysis reads; twice that for English, which most feeds without a word on it are in."""
_MANY_WORDS = 12
"""From which on the share of known words tells something. Measured per word, in the weights above: sentences of the wordy
languages have 0.45 and more, Turkish and Finnish ones from 0.1; sentences of languages without a profile 0.05 to 0.25 of
their best neighbour's, or as much of two neighbours'."""
_WORDY = frozenset({"en", "es", "fr", "de", "pt", "it", "nl"})
_AT_HOME = 0.28
_AT_HOME_AT_LEAST = 0.06
_UNMISTAKABLE = 0.5
_ALIKE = 0.85


class Profiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    coverage: dict[Coverage, tuple[str, ...]]
    function: dict[str, str]
    news: dict[str, str]


@functools.cache
def _profiles() -> Profiles:
    return msgspec.convert(layers.table("languages/profiles.toml"), Profiles)


@functools.cache
def _word_scores() -> dict[str, dict[str, float]]:
    """Word → language → weight: the fewer languages have the word, the more it tells."""
    scores: dict[str, dict[str, float]] = {}
    for table, weight in ((_profiles().function, _FUNCTION_WEIGHT), (_profiles().news, _NEWS_WEIGHT)):
        for language, words in table.items():
            for word in set(words.split()):
                scores.setdefault(word, {})[language] = weight
    for word, writers in _state_words().items():
        given = scores.setdefault(word, {})
        for language in writers:
            given.setdefault(language, _STATE_WEIGHT)
    for word in english_forms():
        languages = scores.setdefault(word, {})
        languages.setdefault("en", _NEWS_WEIGHT if languages else _FORM_WEIGHT)
    for word, languages in scores.items():
        share = 1.0 / math.sqrt(len(languages)) * (0.5 if len(word) == 1 else 1.0)
        scores[word] = {language: weight * share for language, weight in languages.items()}
    return scores


@functools.cache
def _state_words() -> dict[str, tuple[str, ...]]:
    """Names of states that are one word, each with the languages that write it so (Unicode CLDR)."""
    from babel import Locale
    from babel.localedata import exists

    found: dict[str, set[str]] = {}
    for language in filter(exists, _profiles().function):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and _WORD.fullmatch(name) and len(name) > 3:
                found.setdefault(name.lower(), set()).add(language)
    return {word: tuple(sorted(languages)) for word, languages in found.items()}


def coverage_of(language: str) -> Coverage:
    """How far the analysis goes in a language: `full`, `light`, `names` or `none`."""
    return _coverages().get(language, "none")


@functools.cache
def _coverages() -> dict[str, Coverage]:
    over = layers.theirs("languages/profiles.toml", layers.overlay()).get("coverage", {})
    levels = (*_profiles().coverage.items(), *over.items())  # a language that the user gives another level has that
    return {language: level for level, languages in levels for language in languages}


def normalize(tag: str | None) -> str | None:
    """A declared language (`en-GB`, `pt_BR`, `eng`) as ISO 639-1, or None where it tells nothing."""
    if not tag:
        return None
    code = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    code = {
        "nb": "no",
        "nn": "no",
        "iw": "he",
        "in": "id",
        "eng": "en",
        "spa": "es",
        "fra": "fr",
        "fre": "fr",
        "deu": "de",
        "ger": "de",
        "rus": "ru",
        "ara": "ar",
        "ukr": "uk",
        "zho": "zh",
        "cmn": "zh",
        "prs": "fa",
        "bs": "hr",
        "sh": "hr",
    }.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code not in ("xx", "zz") else None


def detect(text: str, declared: str | None = None) -> str:
    """ISO 639-1 of the language that most of the text is in, or `und`. `declared` is the feed's word for it: evidence, no more."""
    sample = _ADDRESS.sub(" ", text[:_SAMPLE])
    letters = len(_LETTER.findall(sample))
    if letters < 3:
        return "und"
    script = _script(sample)
    said = normalize(declared)
    if script is None:
        return "und"
    if script in _ONLY:
        return _of_one_script(script, said)
    candidates = {"cyrillic": _CYRILLIC, "arabic": _ARABIC}.get(script) or tuple(_profiles().function)
    if script == "latin":
        candidates = tuple(c for c in candidates if c not in _CYRILLIC + _ARABIC + ("he",))
    return _by_evidence(sample, script, candidates, said, letters)


def _script(sample: str) -> str | None:
    counts: Counter[str] = Counter()
    for char, times in Counter(sample).items():
        if not char.isalpha():
            continue
        code = ord(char)
        for low, high, script in _SCRIPTS:
            if low <= code <= high:
                # A character of Chinese says as much as three letters of a word.
                counts[script] += times * (3 if script in ("han", "hangul", "kana") else 1)
                break
        else:
            counts["other"] += times
    if not counts:
        return None
    if counts["kana"] * 8 > counts["han"] and counts["kana"]:
        counts["kana"] += counts.pop("han", 0)
    best, _ = counts.most_common(1)[0]
    return None if best == "other" else best


def _of_one_script(script: str, said: str | None) -> str:
    choices = _ONLY[script]
    if said in choices:
        return said
    return choices[0]


def _by_evidence(sample: str, script: str, candidates: tuple[str, ...], said: str | None, letters: int) -> str:
    # "EU" and "US" among ordinary words are names; in small letters they are French and English words
    lowered = sample.lower() if sample.isupper() else _ACRONYM.sub(" ", sample).lower()
    words = _WORD.findall(lowered)
    table = _word_scores()
    scores: dict[str, float] = dict.fromkeys(candidates, 0.0)
    hits = 0
    for word in words:
        for language, weight in table.get(word.replace("’", "'"), {}).items():
            if language in scores:
                scores[language] += weight
                hits += 1
    known_words = dict(scores)
    for signs, languages in _TELLING.get(script, ()):
        seen = sum(lowered.count(sign) for sign in signs)
        if seen:
            hits += 1
            for language in languages:
                if language in scores:
                    scores[language] += _LETTER_WEIGHT * min(3, 1 + math.log2(seen))
    if script == "cyrillic" and not hits and said is None and letters < 25:
        scores["ru"] += 0.1
    for language in scores:
        scores[language] += _PRIOR if language in _coverages() else 0.0
        scores[language] += _ENGLISH_PRIOR if language == "en" else 0.0
    if said in scores:
        scores[said] += _DECLARED_WEIGHT
    first, second = sorted(scores.values(), reverse=True)[:2]
    # The model takes seconds to load: it is asked only where words and letters leave it open.
    ranked = _model_ranking(sample, tuple(scores)) if hits and first - second < _CLEAR else []
    best_log = ranked[0][1] if ranked else 0.0
    # The model's log-likelihoods differ by tens over a headline: they order, but only fade in with length.
    scale = min(1.0, letters / 200) * 0.15 + 0.03
    for language, log in ranked:
        scores[language] += max(-6.0, scale * (log - best_log))
    order = sorted(scores, key=lambda c: scores[c], reverse=True)
    best = order[0]
    if hits == 0:
        if said in scores:
            return said or best
        return _by_model(sample, letters) if script == "latin" else best
    if script == "latin" and len(words) >= _MANY_WORDS and not _is_at_home(best, known_words, len(words)):
        # A language that we have no profile of looks a little like several: only its feed can know.
        return said if said is not None and said not in scores else "und"
    return best


def _is_at_home(language: str, known_words: dict[str, float], words: int) -> bool:
    """Whether enough of a text's words are the language's own, and not as many another's."""
    density = {code: weight / words for code, weight in known_words.items()}
    runner_up = max((value for code, value in density.items() if code != language), default=0.0)
    if density[language] < (_AT_HOME if language in _WORDY else _AT_HOME_AT_LEAST):
        return False
    return density[language] >= _UNMISTAKABLE or runner_up < _ALIKE * density[language]


def _by_model(sample: str, letters: int) -> str:
    """The model's word on a text of which no word is known: among all its languages, the ones we read a little ahead."""
    if letters < _FEWEST_LETTERS:
        return "und"
    ahead = dict.fromkeys(_coverages(), _MODEL_PRIOR) | {"en": 2 * _MODEL_PRIOR}
    ranked = ((float(log) + ahead.get(str(code), 0.0), str(code)) for code, log in _identifier().rank(sample))
    best = max(ranked)[1]
    if best in ahead or (letters >= _ENOUGH and len(best) == 2):
        return best
    return "und"


def _model_ranking(sample: str, languages: tuple[str, ...]) -> list[tuple[str, float]]:
    wanted = set(languages)
    return [(code, float(log)) for code, log in _identifier().rank(sample) if code in wanted]


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
