"""Changes the file of logins and proxies (see `access`), keeping what else stands in it, and its reader's eyes alone."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import tomlkit
import tomlkit.exceptions
import tomlkit.items

from brinkwatch.errors import SettingsError
from producers.fetch.access import address_of, read_access

LOGINS = ("basic", "bearer", "headers", "query")


def set_access(path: Path, address: str, kind: str, value: Any) -> None:
    """Give an address a login or a proxy; a login takes the place of the one before. Nothing is written that cannot be read."""
    document, address = _read(path), address_of(address, path)
    table = document.setdefault(address, tomlkit.table())
    for other in LOGINS if kind in LOGINS else (kind,):
        table.pop(other, None)
    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update(value)
        table[kind] = inline
    else:
        table[kind] = value
    _write(path, document)


def remove_access(path: Path, address: str) -> bool:
    """Take an address out of the file; False where it was not in it."""
    if not path.exists():
        return False
    document, address = _read(path), address_of(address, path)
    if address not in document:
        return False
    del document[address]
    _write(path, document)
    return True


def _read(path: Path) -> tomlkit.TOMLDocument:
    if not path.exists():
        return tomlkit.document()
    read_access(path, _Anything())  # a file that is wrong is told before it is changed
    return tomlkit.parse(path.read_text(encoding="utf-8"))


def _write(path: Path, document: tomlkit.TOMLDocument) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner alone
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
        read_access(written, _Anything())
        written.replace(path)
    except SettingsError as error:
        raise SettingsError(str(error).replace(name, str(path))) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            written.unlink()


class _Anything(dict[str, str]):
    """An environment in which every variable is set: whether it is here and now does not matter to the file."""

    def get(self, name: str, default: Any = None) -> Any:
        return "set"
