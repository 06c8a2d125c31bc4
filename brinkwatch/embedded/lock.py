"""One process at a time works on a data directory: a lock that the kernel lets go when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from brinkwatch.errors import DataDirInUse, UsageError


class DataDirLock:
    """Holds `DIR/lock` as a context manager; raises `DataDirInUse` at once where another process holds it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "lock"
        self._descriptor: int | None = None

    def __enter__(self) -> DataDirLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UsageError(
                f"The data directory {self._path.parent} cannot be used: {error.strerror}.",
                "Name another with --data or BRINKWATCH_DATA_DIR.",
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise DataDirInUse(
                f"The data directory {self._path.parent} is in use by process {holder}.",
                "Stop that process, or name another directory with --data.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(data_dir: Path) -> bool:
    """Whether a process works on the directory right now."""
    try:
        with DataDirLock(data_dir) if (data_dir / "lock").exists() else _Nobody():
            return False
    except DataDirInUse:
        return True


class _Nobody:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
