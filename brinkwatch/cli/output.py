"""How commands speak: data on stdout, messages for people on stderr, errors in one line."""

from __future__ import annotations

import sys
from typing import Any

import msgspec


def print_json(value: Any) -> None:
    """One JSON value, indented, on stdout."""
    data = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(data.decode("utf-8", "replace") + "\n")


def say(message: str) -> None:
    """A line for a person, on stderr."""
    print(message, file=sys.stderr)
