"""Feeds as the commands show them, and as people name them: rows, one word of health, address or id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brinkwatch.redact import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brinkwatch.models import Feed, FeedState
    from producers.ports import FeedRegistry


def find(registry: FeedRegistry, wanted: Sequence[str]) -> list[Feed]:
    """The feeds of those addresses or ids. Raises `InputError` for the first that is not in the registry."""
    from brinkwatch.errors import InputError
    from producers.registry.feeds import find_feed

    feeds, found = registry.feeds(), []
    for name in wanted:
        feed = find_feed(feeds, name)
        if feed is None:
            raise InputError(f"There is no feed {name} in the registry.", "See `brinkwatch feeds list`.")
        found.append(feed)
    return found


def row_of(feed: Feed, state: FeedState | None) -> dict[str, Any]:
    """The feed as it is shown: its own fields, and `state` with what polling has learnt. No passwords."""
    import msgspec

    row: dict[str, Any] = msgspec.to_builtins(feed)
    row["url"] = shown(feed.url)
    row["state"] = None
    if state is not None:
        row["state"] = msgspec.to_builtins(state)
        row["state"]["url"] = shown(state.url) if state.url else None
        row["state"].pop("window")  # hashes that mean nothing to people
    return row


def health(feed: Feed, state: FeedState | None) -> str:
    if feed.paused:
        return "paused"
    if state is None or state.last_outcome is None:
        return "new"
    if state.last_error is None:
        from producers.schedule.window import is_silent

        return "silent" if is_silent(state.rhythm) else "ok"
    return "ended" if state.last_outcome == "gone" else f"failing ({state.failures})"


def told(feed: Feed, state: FeedState | None = None) -> str:
    """The address and the name: the registry's, else what the feed called itself when it was polled."""

    return f"{shown(feed.url)}  {feed.title or (state.title if state else '')}".rstrip()
