"""Whether an article says of itself that it was corrected or withdrawn. Pure; the words are data."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

import msgspec

from brinkwatch.models.article import Notice
from producers.parse.model import ParsedEntry

_ORDER: tuple[Notice, ...] = ("retraction", "correction")
_NEAR = 600  # characters at either end of a body within which a notice stands


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts: tuple[str, ...]
    notices: tuple[str, ...]


@functools.cache
def _words() -> dict[Notice, _Words]:
    text = resources.files(__package__).joinpath("data/corrections.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text.casefold()), dict[Notice, _Words])


def notice_of(entry: ParsedEntry) -> Notice | None:
    """`correction` or `retraction` where the headline begins with one or a notice stands in the text; else None."""
    heads = (entry.title.casefold().lstrip("[(* "), entry.summary.casefold().lstrip("[(* "))
    ends = f"{entry.summary[:_NEAR]}\n{entry.body[:_NEAR]}\n{entry.body[-_NEAR:]}".casefold()
    for notice in _ORDER:
        words = _words()[notice]
        if any(head.startswith(words.starts) for head in heads) or any(words_ in ends for words_ in words.notices):
            return notice
    return None
