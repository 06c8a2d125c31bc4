"""Messages that could not be processed, and the tombstones of what was erased."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from brinkwatch.models.analysis import Struct

Step = Literal["poll", "analyze", "index", "alert", "deliver"]


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A message that can never be processed as it is (topic dead-letters, key `id`).

    `id` is computed from topic, key and value: failing twice is one dead letter. `value` is the message's bytes as
    text, base64 where `encoding` says so. `topic` is the logical name (`articles.raw`), without prefix.
    """

    schema_version: int = 1
    id: str
    step: Step
    topic: str
    key: str
    value: str
    encoding: Literal["utf-8", "base64"] = "utf-8"
    reason: str
    failed_at: dt.datetime
    attempts: int = 1
    state: Literal["dead", "retried"] = "dead"


class Tombstone(Struct, frozen=True, kw_only=True):
    """What was erased and must not come back: an article by id, or all of a source seen up to `erased_at`."""

    schema_version: int = 1
    kind: Literal["article", "source"]
    key: str
    erased_at: dt.datetime
    reason: str = ""
