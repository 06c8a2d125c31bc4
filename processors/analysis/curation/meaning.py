"""What a type cannot tell: whether codes, word classes and names are known, patterns compile, and examples are there."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, get_args

import msgspec
import pycountry

from brinkwatch.models import LEVELS
from brinkwatch.models.analysis import Coverage, EventType, Modality
from processors.analysis import layers
from processors.analysis.curation.formats import Format
from processors.analysis.curation.positions import Path
from processors.analysis.curation.shape import Fault, unknown
from processors.analysis.entities.load import LANGUAGES, SPECIAL, Kind
from processors.analysis.escalation.framing import FramingRule
from processors.analysis.knowledge import Cue, Operator, Rule
from processors.analysis.layers import NOTHING, Overlay, Table
from processors.analysis.light import rules as light

T = TypeVar("T")

_STATE = re.compile(r"[A-Z]{3}")
_CODE = re.compile(r"[a-z]{2}")
_WORD_LISTS = ("verbs", "nouns", "object", "not_object", "subject", "not_subject")


@functools.cache
def states() -> frozenset[str]:
    """ISO 3166-1 alpha-3, and Kosovo's."""
    return frozenset(c.alpha_3 for c in pycountry.countries) | {"XKX"}


class Merged:
    """Our files with those of an overlay, as far as one file's check needs the others."""

    def __init__(self, over: Overlay) -> None:
        self.over = over

    @functools.cached_property
    def classes(self) -> Table:
        return layers.table("events/classes.toml", self.over)

    @functools.cached_property
    def scale(self) -> Table:
        return layers.table("events/plover.toml", self.over)

    @functools.cached_property
    def light(self) -> frozenset[str]:
        return frozenset(name[-7:-5] for name in layers.names("light", self.over))

    def light_classes(self, code: str) -> dict[str, str]:
        """The classes of words that a language's triggers may use."""
        if code not in self.light:
            return {}
        classes = layers.table(f"light/{code}.toml", self.over).get("classes")
        own = classes.items() if isinstance(classes, dict) else ()
        return {key: words for key, words in own if isinstance(words, str)}


def our_names(relative: str, kind: Format) -> set[str]:
    """The names of our rules, cues … of the kind, or of our things."""
    if kind.what == "event rules":
        files = [layers.ours(name) for name in layers.names("events/rules", NOTHING)]
    elif kind.named:
        files = [layers.ours(relative)]
    else:
        files = [layers.ours(name) for name in layers.names("entities", NOTHING) if name not in SPECIAL]
        return {row["name"] for file in files for group in file.get("group", ()) for row in group["rows"]}
    return {item["name"] for file in files for item in file.get(kind.named, ())}


def faults(relative: str, table: Table, kind: Format, merged: Merged) -> Iterator[Fault]:
    """What is wrong with a file beyond its shape. Tables that do not have their shape are passed over."""
    match kind.what:
        case "event rules":
            for path, rule in _good(table, "rule", Rule):
                yield from _event_rule(rule, path, merged)
        case "operators":
            for path, operator in _good(table, "operator", Operator):
                yield from _classes((*operator.verbs, *operator.nouns), path, merged)
                yield from _needs(operator.examples, "example", operator.name, path)
                yield from _needs(operator.counter, "counter-example", operator.name, path)
                yield from _actors(operator.examples, path)
                yield from _actors(operator.counter, path, "counter")
        case "cues":
            for path, cue in _good(table, "cue", Cue):
                yield from _needs(cue.examples, "example", cue.name, path)
                yield from _needs(cue.counter, "counter-example", cue.name, path)
        case "framings":
            for path, framing in _good(table, "framing", FramingRule):
                yield from _needs(framing.examples, "example", framing.name, path)
                yield from _needs(framing.counter, "counter-example", framing.name, path)
                yield from _pattern(framing.pattern, re.compile, (*path, "pattern"), whole=True)
        case "patterns of a language":
            yield from _light(relative, table, merged)
        case "names":
            yield from _names(table)
        case _:
            yield from _OTHERS.get(kind.what, _nothing)(table, merged)


def _good(table: Table, key: str, kind: type[T]) -> Iterator[tuple[Path, T]]:
    items = table.get(key)
    for i, item in enumerate(items if isinstance(items, list) else ()):
        try:
            yield (key, i), msgspec.convert(item, kind)
        except msgspec.ValidationError:
            continue


def _nothing(_table: Table, _merged: Merged) -> Iterator[Fault]:
    yield from ()


# ------------------------------------------------------------------------------------------------ rules


def _event_rule(rule: Rule, path: Path, merged: Merged) -> Iterator[Fault]:
    yield from _mode(rule.type, rule.mode, path, merged)
    if not (rule.verbs or rule.nouns or rule.adjectives):
        yield Fault(path, f"{rule.name!r} has no trigger.", "Give it `verbs`, `nouns` or `adjectives`.")
    for field in _WORD_LISTS:
        yield from _classes(getattr(rule, field), (*path, field), merged)
    for i, noun in enumerate(rule.bound):
        if noun not in rule.nouns and not any(n.startswith("@") for n in rule.nouns):
            yield unknown(noun, rule.nouns, (*path, "bound", i), "noun of this rule")
    yield from _needs(rule.examples, "example", rule.name, path)
    yield from _needs(rule.counter, "counter-example", rule.name, path)
    yield from _actors(rule.examples, path)


def _mode(type_: str, mode: str | None, path: Path, merged: Merged) -> Iterator[Fault]:
    entry = merged.scale.get(type_)
    modes = entry.get("modes", {}) if isinstance(entry, dict) else {}
    if mode is not None and mode not in modes:
        fault = unknown(mode, modes, (*path, "mode"), f"mode of {type_}")
        yield fault if modes else fault._replace(hint="Leave `mode` out.")


def _classes(words: tuple[str, ...], path: Path, merged: Merged) -> Iterator[Fault]:
    for i, word in enumerate(words):
        if word.startswith("@") and word[1:] not in merged.classes:
            yield unknown(word, (f"@{name}" for name in merged.classes), (*path, i), "word class")


def _needs(given: tuple[object, ...], what: str, name: str, path: Path) -> Iterator[Fault]:
    if not given:
        field = "counter" if what.startswith("counter") else "examples"
        yield Fault(path, f"{name!r} has no {what}.", f"Add a sentence to `{field}`.")


def _actors(examples: tuple[Any, ...], path: Path, field: str = "examples") -> Iterator[Fault]:
    for i, example in enumerate(examples):
        for side in ("source", "target"):
            named = getattr(example, side)
            if named and _STATE.fullmatch(named) and named not in states() and named not in example.text:
                yield _state(named, (*path, field, i, side))


def _state(code: str, path: Path) -> Fault:
    return Fault(path, f"`{code}` is the code of no state.", "Use ISO 3166-1 alpha-3, or XKX for Kosovo.")


def _pattern(pattern: str, compiled: Callable[[str], re.Pattern[str]], path: Path, *, whole: bool) -> Iterator[Fault]:
    """`whole`: the pattern finds something, so it may not find nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            found = compiled(pattern)
    except (re.error, FutureWarning, light.LightRuleError) as error:
        cause = error.__cause__ or error
        yield Fault(path, f"This is no regular expression: {cause}.", "Correct the pattern.")
        return
    if whole and found.search("") is not None:
        yield Fault(
            path, "The pattern finds the empty text: it would be found everywhere.", "Make a part of it required."
        )


def _light(relative: str, table: Table, merged: Merged) -> Iterator[Fault]:
    code = relative[-7:-5]
    if code not in LANGUAGES:
        yield unknown(code, LANGUAGES, (), "language whose names we know")
    words = table.get("words")
    for key, pattern in words.items() if isinstance(words, dict) else ():
        if isinstance(pattern, str):
            yield from _pattern(pattern, lambda p: light.compile_pattern(p, code), ("words", key), whole=False)
    own = table.get("classes")
    for key, pattern in own.items() if isinstance(own, dict) else ():
        if isinstance(pattern, str):
            yield from _pattern(pattern, lambda p: light.compile_pattern(p, code), ("classes", key), whole=False)
    classes = merged.light_classes(code)

    def compiled(trigger: str, name: str) -> re.Pattern[str]:
        return light.compile_pattern(light.with_classes(trigger, name, classes), name)

    for path, rule in _good(table, "rule", light.Rule):
        yield from _mode(rule.type, rule.mode, path, merged)
        yield from _pattern(rule.trigger, functools.partial(compiled, name=rule.name), (*path, "trigger"), whole=True)
        yield from _needs(rule.examples, "example", rule.name, path)
        yield from _needs(rule.counter, "counter-example", rule.name, path)
        yield from _actors(rule.examples, path)


# ------------------------------------------------------------------------------------------------ names


def _names(table: Table) -> Iterator[Fault]:
    groups = table.get("group")
    for i, group in enumerate(groups if isinstance(groups, list) else ()):
        if not isinstance(group, dict):
            continue
        if bool(group.get("source")) != bool(group.get("licence")):
            yield Fault(
                ("group", i), "A group with a `source` has a `licence`, and the other way round.", "Give both, or none."
            )
        yield from _row(group, group, ("group", i))
        rows = group.get("rows")
        for j, row in enumerate(rows if isinstance(rows, list) else ()):
            if not isinstance(row, dict) or not isinstance(row.get("name"), str):
                continue
            yield from _row(row, group, ("group", i, "rows", j))


def _row(row: Mapping[str, Any], group: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    state = row.get("state")
    if isinstance(state, str) and state not in states():
        yield _state(state, (*path, "state"))
    if row is group:
        return
    if row.get("kind", group.get("kind")) == "seat" and not (state or group.get("state")):
        yield Fault(path, f"{row['name']!r} is the seat of no state.", "Add `state`, its ISO 3166-1 alpha-3 code.")
    since, until = row.get("since"), row.get("until")
    if isinstance(since, int) and isinstance(until, int) and since > until:
        yield Fault((*path, "until"), f"{row['name']!r} ends before it begins.", "Correct `since` or `until`.")


# ------------------------------------------------------------------------------------------------ other files


def _keys(table: Table, key: str, known: Any, what: str) -> Iterator[Fault]:
    inner = table.get(key) if key else table
    for name in inner if isinstance(inner, dict) else ():
        if name not in known:
            yield unknown(name, known, (key, name) if key else (name,), what)


def _codes(codes: Any, path: Path) -> Iterator[Fault]:
    """Of a table, its keys; of a list, its items."""
    if isinstance(codes, dict):
        yield from (_state(code, (*path, code)) for code in codes if code not in states())
    elif isinstance(codes, list):
        yield from (_state(code, (*path, i)) for i, code in enumerate(codes) if code not in states())


def _states(table: Table, _merged: Merged) -> Iterator[Fault]:
    for key in ("territories", "capitals", "exact", *LANGUAGES):
        yield from _codes(table.get(key), (key,))


def _word_classes(table: Table, merged: Merged) -> Iterator[Fault]:
    for name, words in table.items():
        if isinstance(words, list):
            yield from _classes(tuple(w for w in words if isinstance(w, str)), (name,), merged)
            if _reaches(name, name, merged.classes):
                yield Fault((name,), f"The class `{name}` contains itself.", "Take that out.")


def _reaches(start: str, goal: str, classes: Table) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        inner = {w[1:] for w in classes.get(waiting.pop(), ()) if isinstance(w, str) and w.startswith("@")}
        if goal in inner:
            return True
        waiting += inner - seen
        seen |= inner
    return False


def _plover(table: Table, _merged: Merged) -> Iterator[Fault]:
    yield from _keys(table, "", get_args(EventType), "event type")
    for type_, entry in table.items():
        if not isinstance(entry, dict):
            continue
        if entry.get("quad", 1) not in (1, 2, 3, 4):
            yield Fault((type_, "quad"), "`quad` is not 1, 2, 3 or 4.", "See the head of our events/plover.toml.")
        modes = entry.get("modes", {})
        scores = {("score",): entry.get("score", 0)} | {("modes", m): s for m, s in modes.items()}
        for path, score in scores.items():
            if isinstance(score, int | float) and not -10 <= score <= 10:
                yield Fault((type_, *path), f"The score {score} is outside the scale.", "It goes from -10 to 10.")


def _score(table: Table, merged: Merged) -> Iterator[Fault]:
    yield from _keys(table, "types", get_args(EventType), "event type")
    yield from _keys(table, "modalities", get_args(Modality), "modality")
    yield from _keys(table, "levels", LEVELS[1:], "level")
    for key in ("types", "modalities", "levels"):
        inner = table.get(key)
        for name, value in inner.items() if isinstance(inner, dict) else ():
            if isinstance(value, int | float) and not 0 <= value <= 1:
                yield Fault((key, name), f"The weight {value} is outside 0…1.", "Give a share of 1.")
    levels = layers.table("escalation/score.toml", merged.over).get("levels", {})
    limits = [levels.get(level) for level in LEVELS[1:]]
    if all(isinstance(x, int | float) for x in limits) and limits != sorted(limits):
        yield Fault(("levels",), "The levels do not rise from `low` to `severe`.", "Correct their limits.")


def _offices(table: Table, _merged: Merged) -> Iterator[Fault]:
    yield from _keys(table, "heads", get_args(Kind), "kind")
    ships = table.get("ships")
    for prefix, state in ships.items() if isinstance(ships, dict) else ():
        if state not in states():
            yield _state(str(state), ("ships", prefix))


def _profiles(table: Table, merged: Merged) -> Iterator[Fault]:
    yield from _keys(table, "coverage", get_args(Coverage), "coverage")
    coverage = table.get("coverage")
    for level, languages in coverage.items() if isinstance(coverage, dict) else ():
        for i, code in enumerate(languages if isinstance(languages, list) else ()):
            path = ("coverage", level, i)
            if level == "full" and code != "en":
                yield Fault(path, f"`{code}` cannot be parsed: `full` is for English alone.", "Use `light` or `names`.")
            elif level == "light" and code not in merged.light:
                yield Fault(path, f"`{code}` has no patterns.", f"Add light/{code}.toml, or use `names`.")
            elif level in ("light", "names") and code not in LANGUAGES:
                yield unknown(str(code), LANGUAGES, path, "language whose names we know")
    for key in ("function", "news"):
        inner = table.get(key)
        for code in inner if isinstance(inner, dict) else ():
            if not _CODE.fullmatch(code):
                yield Fault((key, code), f"`{code}` is no ISO 639-1 code.", "It has two small letters.")


_OTHERS: dict[str, Callable[[Table, Merged], Iterator[Fault]]] = {
    "names of states": _states,
    "demonyms": _states,
    "word classes": _word_classes,
    "PLOVER's scale": _plover,
    "weights": _score,
    "offices, units and ships": _offices,
    "languages": _profiles,
}
