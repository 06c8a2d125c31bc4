"""Which way a service is to be had: an address in the environment, a Docker engine that answers, the jars, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from tests.services.java import find_java

Way = Literal["address", "docker", "jars"]

LEAST_JAVA = 21


class Found(NamedTuple):
    """The way; `address` for the first, `java_home` for the last. `way` None: `why` tells what is missing."""

    way: Way | None
    address: str = ""
    java_home: Path | None = None
    why: str = ""


def find(
    variable: str,
    *,
    environment: Mapping[str, str] = os.environ,
    docker: Callable[[], bool] | None = None,
    java: Callable[[], Path | None] | None = None,
    maven: Callable[[], bool] | None = None,
) -> Found:
    """Look in that order; the probes are arguments for the tests of this function."""
    if environment.get(variable):
        return Found("address", address=environment[variable])
    if (docker or docker_answers)():
        return Found("docker")
    home = (java or (lambda: find_java(LEAST_JAVA)))()
    has_maven = (maven or (lambda: shutil.which("mvn") is not None))()
    if home is not None and has_maven:
        return Found("jars", java_home=home)
    missing = " and ".join(
        name
        for name, there in ((f"a JDK of at least {LEAST_JAVA}", home is not None), ("Maven", has_maven))
        if not there
    )
    why = f"set {variable} to the address of one that runs, start Docker, or install {missing}"
    return Found(None, why=why)


def docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
