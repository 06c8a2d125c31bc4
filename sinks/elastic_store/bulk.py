"""Bulk requests to Elasticsearch as lines, and what their per-item answers mean. Pure; sending is left to `elastic_store`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

MAX_BYTES = 5_000_000
"""Of one request: well below Elasticsearch's limit (100 MB), and what its guide advises."""

MAX_ITEMS = 1_000

_POISON = frozenset(
    {
        "document_parsing_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
        "illegal_argument_exception",
    }
)
"""Refusals that are about the document itself. Any other (a full disk, a limit of shards) is about the cluster and passes."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One document to be written. With a `version` the newer one wins, equal ones too; `create` loses to any."""

    index: str
    id: str
    source: bytes
    version: int | None = None
    create: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an action. `conflict`: something newer, or for `create` anything, was there; `busy`: ask again."""

    result: Literal["created", "updated", "conflict", "rejected", "busy"]
    reason: str = ""


def lines(actions: Iterable[Action]) -> Iterator[Any]:
    for action in actions:
        head: dict[str, Any] = {"_index": action.index, "_id": action.id}
        if action.version is not None:
            # Elasticsearch's own deletes cannot remove a document of version 0
            head |= {"version": action.version + 1, "version_type": "external_gte"}
        yield {"create" if action.create else "index": head}
        yield action.source


def stored_version(version: int) -> int:
    """The version that `lines` was given, from what Elasticsearch keeps."""
    return version - 1


def chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """The actions in requests of a size that Elasticsearch likes."""
    chunk: list[Action] = []
    size = 0
    for action in actions:
        if chunk and (len(chunk) == MAX_ITEMS or size + len(action.source) > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += len(action.source)
    if chunk:
        yield chunk


def answer(item: Mapping[str, Any]) -> Answer:
    """Read one item of a bulk answer."""
    (body,) = item.values()
    status = int(body["status"])
    if status < 300:
        return Answer(result="created" if body["result"] == "created" else "updated")
    error = body.get("error") or {}
    if status == 409:
        return Answer(result="conflict", reason=str(error.get("reason", "")))
    result: Literal["rejected", "busy"] = "rejected" if status == 400 and error.get("type") in _POISON else "busy"
    return Answer(result=result, reason=reason_of(error))


def reason_of(error: Mapping[str, Any]) -> str:
    """The reason in words, with the causes behind it."""
    reasons: list[str] = []
    cause: Mapping[str, Any] | None = error
    while cause and len(reasons) < 4:
        reasons.append(f"{cause.get('type', 'error')}: {cause.get('reason', '')}"[:500])
        cause = cause.get("caused_by")
    return " – ".join(reasons)
