"""Checks the files of knowledge, ours or a user's folder laid over ours: every mistake with its file, its line and the way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from brinkwatch.errors import UsageError
from processors.analysis import layers
from processors.analysis.curation import meaning
from processors.analysis.curation.formats import FORMATS, Format, format_of
from processors.analysis.curation.positions import Lines
from processors.analysis.curation.shape import Fault, misfits, unknown
from processors.analysis.entities.load import LANGUAGES
from processors.analysis.layers import DATA, NOTHING, Overlay
from processors.analysis.light.rules import Words

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")


class Problem(msgspec.Struct, frozen=True):
    """Something wrong in a file of knowledge; `line` counts from 1."""

    file: str
    line: int
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.hint}"


class KnowledgeFault(UsageError):
    """A user's own knowledge cannot be used as it is."""


def checked(folder: Path | None) -> Overlay:
    """A user's folder, read and found good. `SettingsError` where it cannot be read, `KnowledgeFault` where a file is wrong."""
    overlay = layers.read_overlay(folder)
    found = problems(overlay) if overlay.files else []
    if found:
        more = len(found) - 1
        rest = f" {more} more: " if more else " "
        raise KnowledgeFault(str(found[0]), f"{rest.lstrip()}`brinkwatch knowledge check {folder}` tells them all.")
    return overlay


def our_files() -> Overlay:
    """The files that the analyzer comes with, as if they were a folder."""
    return Overlay(str(DATA), {p.relative_to(DATA).as_posix(): p.read_bytes() for p in sorted(DATA.rglob("*.toml"))})


def problems(layer: Overlay, *, ours: bool = False) -> list[Problem]:
    """What is wrong in a folder: laid over our files, or, with `ours`, in our files themselves."""
    tables: dict[str, dict[str, Any]] = {}
    found: list[Problem] = []
    for relative, data in layer.files.items():
        try:
            tables[relative] = tomllib.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            found.append(_problem(layer, relative, line, "This is not UTF-8.", "Save the file as UTF-8."))
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            line = int(at[1]) if at and at[1] else data.count(b"\n") + 1
            what = _AT_LINE.sub("", str(error)).rstrip(".")
            found.append(_problem(layer, relative, line, f"This is no TOML: {what}.", "Correct the line."))
    over = NOTHING if ours else Overlay(layer.folder, {name: layer.files[name] for name in tables})
    merged = meaning.Merged(over)
    seen: dict[tuple[str, str], str] = {}
    for relative, table in tables.items():
        faults = list(_faults(relative, table, merged, seen, partial=not ours))
        lines = Lines(layer.files[relative].removeprefix(b"\xef\xbb\xbf")) if faults else None
        found += [_problem(layer, relative, lines.of(f.path), f.what, f.hint) for f in faults if lines is not None]
    return sorted(found, key=lambda p: (p.file, p.line))


def _problem(layer: Overlay, relative: str, line: int, what: str, hint: str) -> Problem:
    return Problem(f"{layer.folder}/{relative}", line, what, hint)


def _faults(
    relative: str, table: dict[str, Any], merged: meaning.Merged, seen: dict[tuple[str, str], str], *, partial: bool
) -> Iterator[Fault]:
    kind = format_of(relative)
    if kind is None:
        patterns = ", ".join(f.pattern for f in FORMATS)
        yield Fault((), "Nothing reads a file of this name.", f"Files are named {patterns}.")
        return
    table, switched = _without_switches(table, kind)
    yield from _switches(switched, kind, relative, merged, partial=partial)
    off = {path for path, item in _tables(table, kind) if path in switched and set(item) == {"name"}}
    alone = kind.pattern.startswith("light/") and not layers.ours(
        relative
    )  # nothing of ours that it could be a part of
    yield from _shape(table, kind, off, partial=partial and not alone)
    yield from _twice(table, kind, relative, seen)
    for path, item in _tables(table, kind):
        if switched.get(path, {}).get("enabled") is False:
            item.clear()  # it stays in its place, for the paths of those behind it, and says nothing more
    yield from meaning.faults(relative, table, kind, merged, partial=partial)


# ------------------------------------------------------------------------------------------------ switches


def _tables(table: Mapping[str, Any], kind: Format) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """The named tables of a file with their paths: its rules, or the rows of its groups."""
    lists = [((kind.named,), table.get(kind.named))] if kind.named else []
    if kind.what == "names" and isinstance(table.get("group"), list):
        lists = [(("group", i, "rows"), g.get("rows")) for i, g in enumerate(table["group"]) if isinstance(g, dict)]  # type: ignore[misc]
    for path, items in lists:
        for i, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield (*path, i), item


def _without_switches(
    table: dict[str, Any], kind: Format
) -> tuple[dict[str, Any], dict[tuple[str | int, ...], dict[str, Any]]]:
    """The file without `enabled`, and the tables that have it. What is off stays in its place, to keep the others' paths."""
    switched = {path: dict(item) for path, item in _tables(table, kind) if "enabled" in item}
    for _, item in _tables(table, kind):
        item.pop("enabled", None)
    return table, switched


def _switches(
    switched: dict[tuple[str | int, ...], dict[str, Any]],
    kind: Format,
    relative: str,
    merged: meaning.Merged,
    *,
    partial: bool,
) -> Iterator[Fault]:
    for path, item in switched.items():
        name = item.get("name")
        if not isinstance(item["enabled"], bool):
            yield Fault((*path, "enabled"), "`enabled` is neither true nor false.", "Write `enabled = false`.")
        elif not item["enabled"] and partial and isinstance(name, str):
            known = merged.our_names(relative, kind)
            if name not in known:
                fault = unknown(name, known, (*path, "name"), "name of ours")
                yield fault._replace(
                    hint=fault.hint if "Did" in fault.hint else "Only what we have can be switched off."
                )


# ------------------------------------------------------------------------------------------------ shape


def _shape(table: dict[str, Any], kind: Format, off: set[tuple[str | int, ...]], *, partial: bool) -> Iterator[Fault]:
    if kind.by_language:
        for language, names in table.items():
            if language in LANGUAGES:
                yield from misfits(names, dict[str, tuple[str, ...]], (language,))
        table = {key: value for key, value in table.items() if key not in LANGUAGES}
        if kind.what == "demonyms":
            yield from (unknown(key, LANGUAGES, (key,), "language") for key in table)
            return
    if partial and not table:
        return
    for fault in misfits(table, kind.kind, partial=partial):
        if fault.path not in off:
            yield fault
    if kind.pattern.startswith("light/") and (not partial or isinstance(table.get("words"), dict)):
        yield from misfits(table.get("words", {}), Words, ("words",), partial=partial)


def _twice(table: dict[str, Any], kind: Format, relative: str, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Names that stand twice: of rules in all files of rules, of things of one type in all files of names."""
    room = relative.rpartition("/")[0] if kind.what in ("event rules", "names") else relative
    for path, item in _tables(table, kind):
        name = item.get("name")
        if not isinstance(name, str):
            continue
        type_ = "" if kind.named else str(item.get("type", table["group"][path[1]].get("type")))
        key = (f"{room} {type_}", name)
        if key in seen:
            where = "above" if seen[key] == relative else f"in {seen[key]}"
            hint = "Give each a name of its own." if kind.named else "Put its names into one row."
            yield Fault((*path, "name"), f"{name!r} is there already, {where}.", hint)
        seen.setdefault(key, relative)
