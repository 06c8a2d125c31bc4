"""The published schemas are what the structs say, and every message ever written can be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from brinkwatch.errors import Rejected
from brinkwatch.models import SCHEMA_VERSION, Feed, RawArticle, decode, encode
from brinkwatch.models.schemas import PUBLISHED, schema_text

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
WRITTEN = Path(__file__).parent / "written"
"""Messages as earlier versions wrote them, kept for ever: `KIND.vN.json`, one a file."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schema_is_what_the_struct_says(name: str) -> None:
    published = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
    assert published == schema_text(PUBLISHED[name]), "run `make docs`, and think of the readers of old messages"


def test_no_schema_is_published_that_nothing_writes() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_there_is_a_written_message_of_every_kind_and_version(name: str) -> None:
    assert {f"{name}.v{n}" for n in range(1, SCHEMA_VERSION + 1)} <= {p.stem for p in WRITTEN.glob("*.json")}


@pytest.mark.parametrize("path", sorted(WRITTEN.glob("*.json")), ids=lambda p: p.stem)
def test_a_message_of_an_old_version_can_still_be_read_and_keeps_its_fields(path: Path) -> None:
    kind = PUBLISHED[path.stem.rpartition(".")[0]]
    written = json.loads(path.read_text(encoding="utf-8"))
    read = json.loads(encode(decode(kind, path.read_bytes())))
    assert _of(read, written) == written


def _of(read: Any, written: Any) -> Any:
    """What was read, without the fields that came with a later program."""
    if isinstance(written, dict):
        return {key: _of(read[key], value) for key, value in written.items()}
    if isinstance(written, list) and len(read) == len(written):
        return [_of(one, other) for one, other in zip(read, written, strict=True)]
    return read


@pytest.mark.parametrize("path", sorted(WRITTEN.glob("*.json")), ids=lambda p: p.stem)
def test_a_written_message_fits_its_schema(path: Path) -> None:
    schema = json.loads((SCHEMAS / f"{path.stem.rpartition('.')[0]}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))


def test_unknown_fields_of_a_later_program_are_ignored() -> None:
    assert decode(Feed, b'{"id": "1", "url": "http://a.test/", "colour": "red"}').url == "http://a.test/"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"id": 1}', b"[" * 100_000])
def test_bytes_that_are_no_message_are_rejected_with_the_kind_and_the_reason(data: bytes) -> None:
    with pytest.raises(Rejected, match="RawArticle"):
        decode(RawArticle, data)


def test_a_message_of_a_newer_schema_is_rejected_and_says_to_update() -> None:
    with pytest.raises(Rejected, match="Update brinkwatch"):
        decode(Feed, b'{"schema_version": 99, "id": "1", "url": "http://a.test/"}')
