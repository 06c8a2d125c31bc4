"""Holds parsed TOML against the type that reads it, and tells everything that does not fit, not the first thing alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec import inspect

from processors.analysis.curation.positions import Path


class Fault(NamedTuple):
    """Something wrong at a path of a file: what, and what to do."""

    path: Path
    what: str
    hint: str


def misfits(value: Any, kind: Any, path: Path = (), *, partial: bool = False) -> Iterator[Fault]:
    """What does not fit `kind`. `partial`: the outermost table may leave out what it must have otherwise."""
    yield from _misfits(value, inspect.type_info(kind), path, partial)


def _misfits(value: Any, kind: inspect.Type, path: Path, partial: bool = False) -> Iterator[Fault]:
    match kind:
        case inspect.StructType():
            yield from _struct(value, kind, path, partial)
        case inspect.DictType():
            if not isinstance(value, dict):
                yield _wrong(value, "a table", path)
                return
            for key, inner in value.items():
                yield from (f._replace(path=(*path, key)) for f in _misfits(key, kind.key_type, path))
                yield from _misfits(inner, kind.value_type, (*path, key), partial)
        case inspect.VarTupleType() | inspect.FrozenSetType() | inspect.ListType():
            if not isinstance(value, list):
                yield _wrong(value, "a list", path)
                return
            for i, item in enumerate(value):
                yield from _misfits(item, kind.item_type, (*path, i))
        case inspect.LiteralType():
            if value not in kind.values:
                yield unknown(str(value), map(str, kind.values), path)
        case inspect.UnionType():
            inner = [t for t in kind.types if not isinstance(t, inspect.NoneType)]
            yield from _misfits(value, inner[0], path)
        case inspect.StrType():
            if not isinstance(value, str):
                yield _wrong(value, "text in quotation marks", path)
            elif not value.strip() and path and isinstance(path[-1], int):
                yield Fault(path, "An empty text stands in a list.", "Take it out.")
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield _wrong(value, "true or false", path)
        case inspect.IntType():
            if not isinstance(value, int) or isinstance(value, bool):
                yield _wrong(value, "a whole number", path)
        case inspect.FloatType():
            if not isinstance(value, int | float) or isinstance(value, bool):
                yield _wrong(value, "a number", path)


def _struct(value: Any, kind: inspect.StructType, path: Path, partial: bool) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(value, "a table", path)
        return
    fields = {field.encode_name: field for field in kind.fields}
    for key, inner in value.items():
        if key in fields:
            yield from _misfits(inner, fields[key].type, (*path, key))
        else:
            yield unknown(key, fields, (*path, key), "field")
    missing = [name for name, field in fields.items() if field.required and name not in value]
    for name in missing if not partial else ():
        yield Fault(path, f"{_name_of(value)}`{name}` is missing.", f"Add `{name} = …`.")


def _name_of(value: dict[str, Any]) -> str:
    return f"{value['name']!r}: " if isinstance(value.get("name"), str) else ""


def _wrong(value: Any, wanted: str, path: Path) -> Fault:
    kinds = {dict: "a table", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    where = next((f"`{part}`" for part in reversed(path) if isinstance(part, str)), "This")
    inside = " An item of " if path and isinstance(path[-1], int) else ""
    what = f"{inside.lstrip()}{where} is {kinds.get(type(value), 'a date')}, not {wanted}."
    return Fault(path, what, f"Write {wanted}.")


def unknown(given: str, known: Iterable[str], path: Path, what: str = "value") -> Fault:
    """A word that is none of those that may stand there, with the nearest one that may."""
    words = sorted(known)
    near = difflib.get_close_matches(given, words, 1)
    where = next((f" of `{part}`" for part in reversed(path) if isinstance(part, str)), "") if what == "value" else ""
    if near:
        hint = f"Did you mean `{near[0]}`?"
    else:
        shown = ", ".join(words[:24]) + (" …" if len(words) > 24 else "")
        hint = f"It is one of: {shown}."
    return Fault(path, f"`{given}` is no {what}{where} that is known.", hint)
