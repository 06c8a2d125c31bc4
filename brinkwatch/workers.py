"""Worker processes for CPU work on hostile bytes: spawned, killed at a deadline, limited in memory, gone with their parent.

A thin layer over pebble, which kills and replaces workers; what to run in them is left to the callers.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from multiprocessing import connection
from typing import Any, ParamSpec, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from brinkwatch.errors import WorkerFailed

P = ParamSpec("P")
R = TypeVar("R")

_PR_SET_PDEATHSIG = 1

# Our workers ignore SIGTERM, so waiting for it to work would only delay the kill.
CONSTS.term_timeout = 0


class WorkerPool:
    """Runs functions in `count` spawned processes.

    `timeout` is in seconds and per task; `memory_mb` caps a worker's address space, so that a task that needs more
    fails with `WorkerFailed` instead of taking the machine. `initializer` runs once in each worker (load models there).
    """

    def __init__(
        self,
        count: int,
        *,
        timeout: float,
        memory_mb: int | None = None,
        initializer: Callable[..., None] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        self.count = count
        self.timeout = timeout
        self._pool = ProcessPool(
            max_workers=count,
            context=multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
            initargs=[os.getpid(), memory_mb, initializer, initargs],
        )

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result. Its own exceptions pass; `WorkerFailed` tells that the worker was killed or died."""
        future = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self.timeout)
        name = getattr(function, "__name__", "a task")
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError:
            raise WorkerFailed(f"{name} took longer than {self.timeout:g} s; its worker was killed.") from None
        except MemoryError:
            raise WorkerFailed(f"{name} needed more memory than a worker may use.") from None
        except (ProcessExpired, CancelledError) as error:
            raise WorkerFailed(f"The worker process of {name} died ({error}).") from None

    def close(self) -> None:
        """Stop at once; tasks in hand are abandoned."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join(timeout=5)


def _prepare_worker(
    parent: int, memory_mb: int | None, initializer: Callable[..., None] | None, initargs: tuple[Any, ...]
) -> None:
    """Make this process a good worker: deaf to the terminal's signals, limited, and dead when its parent is."""
    # A Ctrl-C or SIGTERM goes to the whole group: the parent decides when work stops, not the signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _die_with_parent(parent)
    if memory_mb is not None and sys.platform == "linux":
        limit = memory_mb * 1_000_000
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    if initializer is not None:
        initializer(*initargs)


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        # The kernel kills this process when the parent's thread that spawned it ends.
        with contextlib.suppress(OSError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    process = multiprocessing.parent_process()
    if os.getppid() != parent or process is None:
        os._exit(1)
    # Elsewhere, and where the prctl is refused: a thread waits for the pipe that closes with the parent.
    threading.Thread(target=_exit_after, args=(process.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
