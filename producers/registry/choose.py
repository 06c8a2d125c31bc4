"""Which feeds of the registry are meant by tag, attributes and how polling them goes. Pure."""

from __future__ import annotations

from brinkwatch.models import Feed, FeedState
from brinkwatch.models.analysis import Struct
from producers.registry.feeds import read_class, read_country, read_language
from producers.schedule.window import is_silent

REFUSALS = frozenset({401, 402, 403, 407, 451})
"""Statuses by which a server, or what stands before it, keeps somebody out (RFC 9110, RFC 7725)."""
NONE = "none"


class Choice(Struct, frozen=True, kw_only=True):
    """What a feed has to be; what is null or false does not matter. `country` and `language` may be `none`: not known."""

    tag: str | None = None
    class_: str | None = None
    country: str | None = None
    language: str | None = None
    failing: bool = False
    blocked: bool = False
    paused: bool = False
    silent: bool = False
    gaps: bool = False


def choice(*, class_: str | None, country: str | None, language: str | None, **others: str | bool | None) -> Choice:
    """Raises `UsageError` for a class, country or language that is none: nobody would find out from an empty list."""
    return Choice(
        class_=read_class(class_) if class_ else None,
        country=country if country == NONE else read_country(country),
        language=language if language == NONE else read_language(language),
        **others,  # type: ignore[arg-type]
    )


def chosen(wanted: Choice, feed: Feed, state: FeedState | None) -> bool:
    """Is the feed all that is wanted of it?"""
    if wanted.tag is not None and wanted.tag not in feed.tags:
        return False
    if wanted.class_ not in (None, feed.class_) or (wanted.paused and not feed.paused):
        return False
    if wanted.country not in (None, feed.country or NONE) or wanted.language not in (None, feed.language or NONE):
        return False
    return _goes(wanted, feed, state or FeedState(feed_id=feed.id))


def _goes(wanted: Choice, feed: Feed, state: FeedState) -> bool:
    fails = state.last_error is not None
    return (
        (not wanted.failing or fails)
        and (not wanted.blocked or (fails and state.last_status in REFUSALS))
        and (not wanted.silent or (not feed.paused and not fails and is_silent(state.rhythm)))
        and (not wanted.gaps or bool(state.gaps))
    )
