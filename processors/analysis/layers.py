"""Where the analyzer's knowledge comes from: our data files, and a user's own folder laid over them.

A process reads with one overlay, which is settled before anything is read, so that what is cached from the files is true
for its whole life. What the files mean is left to those who read them; `curation` checks a folder before it is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from brinkwatch.errors import BrinkwatchError, SettingsError

DATA = Path(__file__).parent / "data"

Table = dict[str, Any]


class Overlay(NamedTuple):
    """The files of a user's folder as they were when it was read, by their path in it; handed to worker processes."""

    folder: str
    files: dict[str, bytes]


NOTHING = Overlay("", {})

_settled: Overlay | None = None


def read_overlay(folder: Path | None) -> Overlay:
    """Every TOML file of a folder, hidden ones left out. `SettingsError` where it cannot be read."""
    if folder is None:
        return NOTHING
    try:
        if not folder.is_dir():
            raise SettingsError(
                f"The knowledge folder {folder} {'is a file' if folder.exists() else 'does not exist'}.",
                "Name the folder that entities/, events/ … stand in (BRINKWATCH_KNOWLEDGE_DIR).",
            )
        files = {}
        for path in sorted(folder.rglob("*.toml")):
            inner = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inner.parts):
                files[inner.as_posix()] = path.read_bytes()
        return Overlay(str(folder), files)
    except OSError as error:
        raise SettingsError(
            f"The knowledge folder {folder} cannot be read: {error.filename}: {error.strerror}.",
            "Give this user the right to read it.",
        ) from error


def lay(overlay: Overlay) -> None:
    """Settle the overlay of this process. Must come before anything is read, and be the same every time."""
    global _settled
    if _settled is not None and _settled.files != overlay.files:
        raise BrinkwatchError(
            "This process has read its knowledge already, with another folder laid over it.",
            "Use a process for each folder.",
        )
    _settled = overlay


def overlay() -> Overlay:
    """The overlay of this process; none where nobody settled one before the first reading."""
    global _settled
    if _settled is None:
        _settled = NOTHING
    return _settled


def table(relative: str, over: Overlay | None = None) -> Table:
    """A data file (`events/operators.toml`) with the user's of the same path laid over it, by default this process's."""
    over = over if over is not None else overlay()
    both: Table = laid(ours(relative), theirs(relative, over))
    return both


def ours(relative: str) -> Table:
    """Our file, empty where there is none."""
    path = DATA / relative
    return parsed(path.read_bytes(), path.name) if path.is_file() else {}


def theirs(relative: str, over: Overlay) -> Table:
    """The user's file, empty where there is none."""
    data = over.files.get(relative)
    return parsed(data, f"{over.folder}/{relative}") if data is not None else {}


def names(folder: str, over: Overlay | None = None) -> list[str]:
    """The paths of the files of a folder, of both layers."""
    over = over if over is not None else overlay()
    found = {path.relative_to(DATA).as_posix() for path in (DATA / folder).glob("*.toml")}
    found |= {name for name in over.files if str(PurePosixPath(name).parent) == folder}
    return sorted(found)


def gathered(folder: str, key: str, over: Overlay | None = None) -> list[Table]:
    """The tables `[[key]]` of all files of a folder: the user's replace ours of the same name, in whatever file."""
    over = over if over is not None else overlay()
    mine: list[Table] = []
    their: list[Table] = []
    for name in names(folder, over):
        mine += ours(name).get(key, [])
        their += theirs(name, over).get(key, [])
    merged: list[Table] = laid(mine, their)
    return merged


def parsed(data: bytes, name: str) -> Table:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrinkwatchError(f"{name} is no TOML: {error}.", "Correct the line.") from error


def laid(under: Any, over: Any) -> Any:
    """`over` laid over `under`: named tables replace those of their name, tables and lists are added to, values replace."""
    return _enabled(_both(under, over))


def is_named(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("name"), str)


def _both(under: Any, over: Any) -> Any:
    if isinstance(under, dict) and isinstance(over, dict):
        shared = {key: _both(under[key], over[key]) for key in under.keys() & over.keys()}
        return {key: shared.get(key, value) for key, value in (under | over).items()}
    if isinstance(under, list) and isinstance(over, list):
        if all(is_named(item) for item in (*under, *over)):
            return list({item["name"]: item for item in (*under, *over)}.values())
        return [*under, *(item for item in over if item not in under)]
    return over


def _enabled(value: Any) -> Any:
    """Without the named tables that are switched off, and without the switch."""
    if isinstance(value, dict):
        return {key: _enabled(inner) for key, inner in value.items() if not (key == "enabled" and is_named(value))}
    if isinstance(value, list):
        return [_enabled(item) for item in value if not (is_named(item) and item.get("enabled") is False)]
    return value
