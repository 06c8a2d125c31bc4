"""Decompression in small steps, so that a body of a few kilobytes can never become gigabytes. Reading it is others' work."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_STEP = 65536  # bytes that one step may give out
_ZSTD_SLICE = 256  # zstd cannot be told to stop; a block of 4 bytes gives at most 128 KB
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 8878: what a decoder for HTTP should support at least
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_LAYERS = 3
_START = 16  # bytes by which it is told whether a body is compressed at all


class BrokenEncoding(Exception):
    """The bytes are not in the encoding they are said to be in, or it is one that was not asked for."""


_PLAIN = (b"<?xml", b"<rss", b"<feed", b"<rdf:", b"<!doc", b"<html", b"{", b"\xef\xbb\xbf")
"""What feeds and pages begin with in lower case, and nothing compressed does: some servers declare what they did not do."""


class _Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    @property
    def ended(self) -> bool:
        """Whether the compressed stream is whole; true of one that has not begun."""
        ...


def inflate(encodings: str) -> Body:
    """A decoder for the `Content-Encoding` given. Those that were never asked for are broken, unless the body is plain."""
    layers: list[_Decoder] = []
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    for name in reversed([name for name in names if name != "identity"]):
        if name in ("gzip", "x-gzip"):
            layers.append(_Gzip())
        elif name == "deflate":
            layers.append(_Deflate())
        elif name == "br":
            layers.append(_Brotli())
        elif name == "zstd":
            layers.append(_Zstd())
        else:
            layers = [_Refused(f"it is encoded as {name[:40]!r}, which was not asked for")]
            break
    if len(layers) > _MAX_LAYERS:
        layers = [_Refused(f"it is encoded {len(layers)} times over")]
    # A file that is itself gzipped (feed.xml.gz) is told by its first bytes, whatever the header says.
    return Body([*layers, _Gzip()])


class Body:
    """Feeds compressed bytes through the layers and gives plain ones, never more than a step at a time."""

    def __init__(self, layers: list[_Decoder]) -> None:
        self._layers = layers
        self._start: bytes | None = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Plain bytes in pieces; the caller counts them and stops where it has had enough."""
        if self._start is not None:
            self._start += data
            if len(self._start) < _START:
                return
            data, self._start = self._begun(self._start), None
        yield from self._through(data, 0)

    def rest(self) -> Iterator[bytes]:
        """What was held back, at the end of the body."""
        if self._start is not None:
            data, self._start = self._begun(self._start), None
            yield from self._through(data, 0)

    @property
    def whole(self) -> bool:
        """Whether every compressed stream has come to its end."""
        return all(layer.ended for layer in self._layers)

    def _begun(self, start: bytes) -> bytes:
        if start.lstrip(b" \t\r\n").lower().startswith(_PLAIN):
            self._layers = []
        return start

    def _through(self, data: bytes, layer: int) -> Iterator[bytes]:
        if layer == len(self._layers):
            if data:
                yield data
            return
        try:
            for piece in self._layers[layer].feed(data):
                yield from self._through(piece, layer + 1)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise BrokenEncoding(f"its compression is broken ({error})") from error


class _Refused:
    ended = True

    def __init__(self, why: str) -> None:
        self._why = why

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise BrokenEncoding(self._why)
        yield b""


class _Gzip:
    """gzip with any number of members; bytes that do not begin like gzip pass as they are, as some servers lie."""

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._plain = False
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def ended(self) -> bool:
        return self._head is not None or self._plain or self._zlib.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._head is not None:
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return
            self._head, self._plain = None, not data.startswith(_GZIP_MAGIC)
        if self._plain:
            yield data
            return
        while data:
            if self._zlib.eof:
                if not data.startswith(_GZIP_MAGIC):
                    return  # padding after the last member
                self._zlib = zlib.decompressobj(wbits=31)
            yield from _drain(self._zlib, data)
            data = self._zlib.unused_data


class _Deflate:
    """`deflate` is zlib by the standard and bare deflate by habit: the first byte tells."""

    def __init__(self) -> None:
        self._zlib: zlib._Decompress | None = None

    @property
    def ended(self) -> bool:
        return self._zlib is None or self._zlib.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        if self._zlib is None:
            self._zlib = zlib.decompressobj(wbits=15 if data[0] & 0x0F == 8 else -15)
        yield from _drain(self._zlib, data)


class _Brotli:
    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self._begun = False

    @property
    def ended(self) -> bool:
        return not self._begun or self._brotli.is_finished()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        yield self._brotli.process(data, output_buffer_limit=_STEP)
        while not self._brotli.can_accept_more_data():
            yield self._brotli.process(b"", output_buffer_limit=_STEP)


class _Zstd:
    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._begun = False

    @property
    def ended(self) -> bool:
        return not self._begun or self._zstd.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        for start in range(0, len(data), _ZSTD_SLICE):
            if self._zstd.eof:
                return
            yield self._zstd.decompress(data[start : start + _ZSTD_SLICE])


def _drain(decoder: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while data and not decoder.eof:
        yield decoder.decompress(data, _STEP)
        data = decoder.unconsumed_tail
