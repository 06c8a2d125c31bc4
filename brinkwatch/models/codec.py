"""Messages to bytes and back: JSON of a published schema, `schema_version` in each, every version ever written readable."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from brinkwatch.errors import Rejected

T = TypeVar("T", bound=msgspec.Struct)

SCHEMA_VERSION = 1
"""The newest version of the messages' schemas that this program writes and reads."""

_encoder = msgspec.json.Encoder()
_decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[msgspec.Struct]] = {}


def encode(message: msgspec.Struct) -> bytes:
    """The message as UTF-8 JSON."""
    return _encoder.encode(message)


def decode(kind: type[T], data: bytes | str) -> T:
    """Read a message of `kind`. Raises `Rejected` where the bytes are no such message; unknown fields are ignored."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        message = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"This is no readable {kind.__name__}: {error}.") from error
    assert isinstance(message, kind)
    version = getattr(message, "schema_version", 1)
    if version > SCHEMA_VERSION:
        raise Rejected(
            f"This {kind.__name__} has schema version {version}; this program reads up to {SCHEMA_VERSION}.",
            "Update brinkwatch, then retry the dead letter.",
        )
    return message
