"""Checks the files of knowledge, ours or a user's folder laid over ours: every mistake with its file, its line and the way out."""

from __future__ import annotations

import pathlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from brinkwatch.errors import UsageError
from processors.analysis import layers
from processors.analysis.curation import meaning
from processors.analysis.curation.formats import FORMATS, Format, format_of
from processors.analysis.curation.positions import Lines, Path
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


def checked(folder: pathlib.Path | None) -> Overlay:
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
    files = [_File(relative, table, partial=not ours) for relative, table in tables.items()]
    seen: dict[tuple[str, str], str] = {}
    faults = {file.relative: list(file.shape_faults(seen)) for file in files}
    sound = {name: layer.files[name] for name, wrong in faults.items() if not wrong}
    merged = meaning.Merged(NOTHING if ours else Overlay(layer.folder, sound))
    for file in files:
        wrong = faults[file.relative]
        wrong += file.meaning_faults(merged, sound=file.relative in sound)
        lines = Lines(layer.files[file.relative].removeprefix(b"\xef\xbb\xbf")) if wrong else None
        found += [_problem(layer, file.relative, lines.of(f.path), f.what, f.hint) for f in wrong if lines is not None]
    return sorted(found, key=lambda p: (p.file, p.line))


def _problem(layer: Overlay, relative: str, line: int, what: str, hint: str) -> Problem:
    return Problem(f"{layer.folder}/{relative}", line, what, hint)


class _File:
    """A file on its way through the check. `partial`: a user's, which needs to have only what differs from ours."""

    def __init__(self, relative: str, table: dict[str, Any], *, partial: bool) -> None:
        self.relative = relative
        self._table = table
        self._partial = partial
        self._kind = format_of(relative)

    def shape_faults(self, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
        """Before everything else: what is not of the file's format, and names that stand twice."""
        kind, table = self._kind, self._table
        if kind is None:
            patterns = ", ".join(f.pattern for f in FORMATS)
            yield Fault((), "Nothing reads a file of this name.", f"Files are named {patterns}.")
            return
        switched = {path: item.pop("enabled") for path, item in _tables(table, kind) if "enabled" in item}
        yield from self._switch_faults(switched, kind)
        off = {path for path, item in _tables(table, kind) if path in switched and set(item) == {"name"}}
        # A language that we have no patterns for has nothing that the user's could be a part of.
        alone = kind.pattern.startswith("light/") and not layers.ours(self.relative)
        yield from _shape(table, kind, off, partial=self._partial and not alone)
        yield from _twice(table, kind, self.relative, seen)
        for path, item in _tables(table, kind):
            if switched.get(path) is False:
                item.clear()  # it stays in its place, for the paths of those behind it, and says nothing more

    def _switch_faults(self, switched: dict[Path, Any], kind: Format) -> Iterator[Fault]:
        for path, item in _tables(self._table, kind):
            name, value = item.get("name"), switched.get(path)
            if path in switched and not isinstance(value, bool):
                yield Fault((*path, "enabled"), "`enabled` is neither true nor false.", "Write `enabled = false`.")
            elif value is False and self._partial and isinstance(name, str):
                known = meaning.our_names(self.relative, kind)
                if name not in known:
                    near = unknown(name, known, (*path, "name"), "name of ours")
                    only = near._replace(hint="Only what we have can be switched off.")
                    yield near if near.hint.startswith("Did") else only

    def meaning_faults(self, merged: meaning.Merged, *, sound: bool) -> Iterator[Fault]:
        """What is wrong beyond the format. Files that are no list of tables are looked at only where they are sound."""
        if self._kind is not None and (sound or self._kind.named or self._kind.what == "names"):
            yield from meaning.faults(self.relative, self._table, self._kind, merged)


# ------------------------------------------------------------------------------------------------ parts


def _tables(table: Mapping[str, Any], kind: Format) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The named tables of a file with their paths: its rules, or the rows of its groups."""
    lists = [((kind.named,), table.get(kind.named))] if kind.named else []
    if kind.what == "names" and isinstance(table.get("group"), list):
        lists = [(("group", i, "rows"), g.get("rows")) for i, g in enumerate(table["group"]) if isinstance(g, dict)]  # type: ignore[misc]
    for path, items in lists:
        for i, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield (*path, i), item


# ------------------------------------------------------------------------------------------------ shape


def _shape(table: dict[str, Any], kind: Format, off: set[Path], *, partial: bool) -> Iterator[Fault]:
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
