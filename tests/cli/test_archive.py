"""What is ingested may be packed, and breaks with words; the bar on a terminal leaves the lines as they are."""

from __future__ import annotations

import gzip
import io

import pytest

from brinkwatch.errors import InputError
from brinkwatch.operations.archive import lines_of

LINES = [b'{"text": "%d"}\n' % n for n in range(2000)]


def read(data: bytes) -> list[bytes]:
    broken: list[InputError] = []
    lines = list(lines_of(io.BufferedReader(io.BytesIO(data)), "a.gz", broken.append))
    if broken:
        assert lines == LINES[: len(lines)]  # all that could be read comes first
        raise broken[0]
    return lines


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_come_as_they_are_packed_or_not(pack: type[bytes]) -> None:
    assert read(pack(b"".join(LINES))) == LINES
    assert read(pack(b"")) == []


def test_a_second_gzip_behind_the_first_is_read_too() -> None:
    assert read(gzip.compress(LINES[0]) + gzip.compress(LINES[1])) == LINES[:2]


@pytest.mark.parametrize("damage", [lambda d: d[:-20], lambda d: d[:200] + b"\xff" * 200 + d[400:]])
def test_an_archive_that_breaks_off_is_told_with_where(damage) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=r"a\.gz breaks off or is damaged after line \d+"):
        read(damage(gzip.compress(b"".join(LINES))))


def test_what_is_packed_in_another_way_is_refused_with_what_unpacks_it() -> None:
    with pytest.raises(InputError) as caught:
        read(b"\x28\xb5\x2f\xfd....")
    assert "zstd -dc" in str(caught.value.hint)
