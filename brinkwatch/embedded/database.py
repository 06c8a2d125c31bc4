"""The one SQLite file of the embedded profile: a writer that serialises transactions, and readers beside it.

Other processes (the command line) may open the same file at the same time: WAL lets them read, and write in turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from brinkwatch.errors import UsageError

R = TypeVar("R")

FILE = "brinkwatch.db"
_BUSY_SECONDS = 30.0


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit; transactions are opened by `transaction`. Raises `UsageError` where the file is unusable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL: what is committed survives a power cut too, not only a killed process.
        connection.execute("PRAGMA synchronous=FULL")
        # Erased text is overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete=ON")
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"The database {path} cannot be opened: {error}.",
            "Name another directory with --data or BRINKWATCH_DATA_DIR.",
        ) from None
    with contextlib.suppress(OSError):
        os.chmod(path, 0o600)  # noqa: PTH101 a Path method follows; the articles are nobody else's business
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing. Takes the write lock at once, so that a reader never has to be turned into a writer halfway."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


class Database:
    """The file, with one writing connection behind a lock and a reading connection for each thread."""

    def __init__(self, path: Path, *create: Callable[[sqlite3.Connection], None]) -> None:
        self.path = path
        self._writer = connect(path)
        self._lock = threading.Lock()
        self._readers = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        with self._lock, transaction(self._writer):
            for function in create:
                function(self._writer)

    def write(self, function: Callable[[sqlite3.Connection], R]) -> R:
        """Run the function inside a transaction and commit."""
        with self._lock, transaction(self._writer):
            return function(self._writer)

    def write_outside(self, function: Callable[[sqlite3.Connection], R]) -> R:
        """Run the function on the writing connection outside a transaction, for what may not be inside one."""
        with self._lock:
            return function(self._writer)

    async def write_async(self, function: Callable[[sqlite3.Connection], R]) -> R:
        """The same off the event loop; a cancelled caller's transaction still ends whole."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self.write, function)

    def read(self, function: Callable[[sqlite3.Connection], R]) -> R:
        connection = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._readers.connection = connect(self.path)
            self._opened.append(connection)
        return function(connection)

    def close(self) -> None:
        self._executor.shutdown(wait=True)
        for connection in (*self._opened, self._writer):
            with contextlib.suppress(sqlite3.Error):
                connection.close()
