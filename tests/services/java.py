"""Finds a JDK that is new enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path


def find_java(least: int) -> Path | None:
    """The home of a JDK of at least this version: JAVA_HOME, `java` on the PATH, then the usual folders."""
    for home in _candidates():
        version = _version(home / "bin" / "java")
        if version is not None and version >= least:
            return home
    return None


def _candidates() -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"])
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parents[1]
    for folder in ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", str(Path.home() / ".sdkman/candidates/java")):
        yield from sorted(Path(folder).glob("*"), reverse=True)


def _version(java: Path) -> int | None:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return None
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(found[1]) if found else None
