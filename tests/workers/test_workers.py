"""Worker processes do the work, die at their deadline, and never outlive the process that started them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import psutil
import pytest

from brinkwatch.errors import InputError, WorkerFailed
from brinkwatch.workers import WorkerPool

PARENT = """
import asyncio, os, sys
from brinkwatch.workers import WorkerPool
from tests.workers.test_workers import nap, pid

async def main():
    pool = WorkerPool(2, timeout=60)
    print(*set(await asyncio.gather(*(pool.run(pid) for _ in range(8)))), flush=True)
    await asyncio.gather(pool.run(nap, 50), pool.run(nap, 50))

if __name__ == "__main__":
    asyncio.run(main())
"""


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def pid() -> int:
    time.sleep(0.05)
    return os.getpid()


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def refuse() -> None:
    raise InputError("This is wrong.", "Do it right.")


def die() -> None:
    os._exit(3)


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(2, timeout=3, memory_mb=400)
    yield pool
    await asyncio.to_thread(pool.close)


async def test_a_task_past_its_deadline_is_killed_and_the_others_go_on(pool: WorkerPool) -> None:
    slow, quick = await asyncio.gather(pool.run(nap, 60), pool.run(nap, 0.01), return_exceptions=True)
    assert isinstance(slow, WorkerFailed)
    assert quick == 0.01
    assert await pool.run(nap, 0.02) == 0.02


async def test_a_task_that_needs_too_much_memory_fails_alone(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFailed, match="memory"):
        await pool.run(eat, 800)
    assert await pool.run(eat, 1) == 1_000_000


async def test_a_worker_that_dies_is_replaced(pool: WorkerPool) -> None:
    with pytest.raises(WorkerFailed, match="died"):
        await pool.run(die)
    assert await pool.run(nap, 0.01) == 0.01


async def test_an_error_of_the_task_comes_back_as_it_is(pool: WorkerPool) -> None:
    with pytest.raises(InputError) as caught:
        await pool.run(refuse)
    assert (caught.value.what, caught.value.hint) == ("This is wrong.", "Do it right.")


async def test_workers_are_deaf_to_the_signals_of_the_terminal(pool: WorkerPool) -> None:
    worker = await pool.run(pid)
    psutil.Process(worker).terminate()
    assert await asyncio.gather(pool.run(nap, 0.2), pool.run(nap, 0.2)) == [0.2, 0.2]


@pytest.mark.skipif(sys.platform != "linux", reason="kill -9 of a process group's parent is measured on Linux")
def test_killing_the_parent_leaves_no_worker_behind() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
