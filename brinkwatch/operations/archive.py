"""Opens what is ingested: plain or gzipped lines, from a file or a pipe, known by their first bytes and not by a name."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator

from brinkwatch.errors import InputError

_GZIP = b"\x1f\x8b"
_OTHERS = {b"\x28\xb5\x2f\xfd": "zstd -dc", b"BZh": "bzcat", b"\xfd7zXZ\x00": "xzcat", b"PK\x03\x04": "unzip -p"}
"""First bytes of other archives (RFC 8878 and the formats' own), and what unpacks them."""


def lines_of(stream: io.BufferedReader, name: str, broken: Callable[[InputError], None]) -> Iterator[bytes]:
    """The lines, unpacked where they are gzipped; where that breaks off they end, and `broken` is told.

    Raises `InputError` for another kind of archive.
    """
    start = stream.peek(8)
    for magic, tool in _OTHERS.items():
        if start.startswith(magic):
            raise InputError(
                f"{name} is packed in a way that is not read here.", f"Unpack it: {tool} FILE | brinkwatch ingest -"
            )
    if not start.startswith(_GZIP):
        yield from stream
        return
    number = 0
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            for number, line in enumerate(unpacked, 1):  # noqa: B007 told when the archive breaks
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        broken(
            InputError(
                f"{name} breaks off or is damaged after line {number}: {error}.",
                "The lines before that were taken. Fetch the archive anew and ingest it again: none is taken twice.",
            )
        )
