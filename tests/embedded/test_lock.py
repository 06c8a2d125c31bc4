"""One process at a time works on a data directory, and a killed one stands in nobody's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from brinkwatch.embedded.lock import DataDirLock, is_locked
from brinkwatch.errors import DataDirInUse, UsageError

HOLD = """
import sys, pathlib
from brinkwatch.embedded.lock import DataDirLock
with DataDirLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(data_dir: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_holds_the_directory(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        assert is_locked(tmp_path)
        with pytest.raises(DataDirInUse, match=f"process {holder.pid}"), DataDirLock(tmp_path):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_after_a_kill_the_next_start_is_not_refused(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    holder.kill()
    holder.wait()
    assert not is_locked(tmp_path)
    with DataDirLock(tmp_path):
        assert is_locked(tmp_path)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be used"), DataDirLock(tmp_path / "file" / "data"):
        pass
