"""How commands speak: data on stdout, messages for people on stderr, errors in one line."""

from __future__ import annotations

import sys
from typing import Any, TypeVar

import msgspec

from brinkwatch.models import Alert, Delivery, Rule
from brinkwatch.redact import channel

Published = TypeVar("Published", Rule, Alert, Delivery)


def print_json(value: Any) -> None:
    """One JSON value, indented, on stdout."""
    data = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(data.decode("utf-8", "replace") + "\n")


def public(item: Published) -> Published:
    """A rule, alert or delivery without the paths of its webhooks, which often are the keys to them."""
    if isinstance(item, Delivery):
        return msgspec.structs.replace(item, channel=channel(item.channel))
    return msgspec.structs.replace(item, webhooks=tuple(channel(address) for address in item.webhooks))


def say(message: str) -> None:
    """A line for a person, on stderr."""
    print(message, file=sys.stderr)
