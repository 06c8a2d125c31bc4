"""Making dead letters of messages and messages of dead letters; where they are kept is left to the runtimes."""

from __future__ import annotations

import base64
import datetime as dt

from brinkwatch.ids import content_id
from brinkwatch.models import DeadLetter
from brinkwatch.models.dead_letter import Step


def dead_letter(step: Step, topic: str, key: str, value: bytes, reason: str, now: dt.datetime) -> DeadLetter:
    """The letter of a message that cannot be processed. Its id comes from topic, key and value."""
    try:
        text, base64_encoded = value.decode("utf-8"), False
    except UnicodeDecodeError:
        text, base64_encoded = base64.b64encode(value).decode("ascii"), True
    return DeadLetter(
        id=content_id("dead", topic, key, text, length=16),
        step=step,
        topic=topic,
        key=key,
        value=text,
        encoding="base64" if base64_encoded else "utf-8",
        reason=reason,
        failed_at=now,
    )


def message_of(letter: DeadLetter) -> bytes:
    """The bytes of the message as they came."""
    return base64.b64decode(letter.value) if letter.encoding == "base64" else letter.value.encode("utf-8")
