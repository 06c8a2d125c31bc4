"""Changes to a feed that an operator asks for: attributes set, or put back to what they are when nobody says anything. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from brinkwatch.errors import UsageError
from brinkwatch.models import Feed
from producers.registry.feeds import read_class, read_country, read_full_text, read_language, read_storage

_EMPTY: dict[str, Any] = {
    "title": "",
    "language": None,
    "country": None,
    "class": "unknown",
    "storage": "full",
    "full-text": None,
    "tags": (),
}
_READ: dict[str, Any] = {
    "title": lambda value: " ".join(value.split())[:500],
    "language": read_language,
    "country": read_country,
    "class": read_class,
    "storage": read_storage,
    "full-text": read_full_text,
}
RESETS = tuple(_EMPTY)


def changes_of(given: Mapping[str, str | None], reset: Sequence[str]) -> dict[str, Any]:
    """Attributes of a feed to their new values. Raises `UsageError` for a value that is none, or one both set and reset."""
    changes: dict[str, Any] = {name: _READ[name](value) for name, value in given.items() if value is not None}
    for name in reset:
        if name not in _EMPTY:
            raise UsageError(f"{name!r} cannot be reset.", f"Write one of: {', '.join(RESETS)}.")
        if name in changes:
            raise UsageError(f"--{name} and --reset {name} contradict each other.", "Give one of them.")
        changes[name] = _EMPTY[name]
    return changes


def edited(feed: Feed, changes: Mapping[str, Any]) -> Feed:
    """The feed with the changes. A class that an operator gives is the operator's."""
    fields = {{"class": "class_", "full-text": "full_text"}.get(name, name): value for name, value in changes.items()}
    if "class_" in fields:
        fields["class_source"] = "operator" if fields["class_"] != "unknown" else ""
    return msgspec.structs.replace(feed, **fields)


def retagged(feed: Feed, add: Sequence[str], remove: Sequence[str]) -> Feed:
    """The feed with tags added at the end and others taken off."""
    tags = (*feed.tags, *(name for tag in add if (name := " ".join(tag.split()))))
    gone = {" ".join(tag.split()) for tag in remove}
    return msgspec.structs.replace(feed, tags=tuple(tag for tag in dict.fromkeys(tags) if tag not in gone))
