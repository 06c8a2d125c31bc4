"""An article on its way: as published by its feed, then with what was understood."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from brinkwatch.models.analysis import Analysis, Struct
from brinkwatch.models.feed import FeedClass, Gap, Storage

TextOrigin = Literal["feed", "page", "ingest"]
Notice = Literal["correction", "retraction"]
Silence = Literal["first-poll", "ingest", "replay", "retry"]

GENERATION_BITS = 20


def document_version(revision: int, generation: int) -> int:
    """The external version of a stored document: a correction wins over a replay, a replay over a redelivery.

    `generation` counts the replays of one revision and stays below 2^20.
    """
    return (revision << GENERATION_BITS) | min(generation, (1 << GENERATION_BITS) - 1)


class FeedRef(Struct, frozen=True, kw_only=True):
    """What an article keeps of its feed; `gap` where items from just before it were probably missed."""

    id: str
    url: str
    title: str = ""
    class_: FeedClass = msgspec.field(default="unknown", name="class")
    country: str | None = None
    storage: Storage = "full"
    gap: Gap | None = None


class Identity(Struct, frozen=True, kw_only=True):
    """What the producer remembers of an article so that it is new once: set by the first sighting, kept for ever.

    `text_hash` is over title, summary and body with white space folded: a change of it is a revision. `feed_id` is the
    feed whose text is kept: feeds that carry the same article in other words make no revisions of it.
    """

    schema_version: int = 1
    id: str
    first_seen: dt.datetime
    revision: int = 0
    text_hash: str
    feed_id: str | None = None


class RawArticle(Struct, frozen=True, kw_only=True):
    """An article as its feed gave it (topic articles.raw, key `id`).

    `language` is what the feed declares, a hint only. `silent` says why this message raises no alert, null where it
    may. `notice` tells that the article calls itself corrected or withdrawn. `generation` counts replays. Text is plain (no HTML); `truncated` tells that it was cut for size.
    """

    schema_version: int = 1
    id: str
    url: str
    title: str
    summary: str = ""
    body: str = ""
    text_origin: TextOrigin = "feed"
    truncated: bool = False
    language: str | None = None
    authors: tuple[str, ...] = ()
    published: dt.datetime | None = None
    first_seen: dt.datetime
    revision: int = 0
    generation: int = 0
    silent: Silence | None = None
    notice: Notice | None = None
    feed: FeedRef

    @property
    def timestamp(self) -> dt.datetime:
        """The publication time, or the first sighting where the feed gives none or one in the future."""
        if self.published is None or self.published > self.first_seen + dt.timedelta(hours=1):
            return self.first_seen
        return self.published

    @property
    def version(self) -> int:
        return document_version(self.revision, self.generation)

    @property
    def text(self) -> str:
        """The analysed text after the title: the body, or the summary where the feed gives only that."""
        return self.body or self.summary


class StoryRef(Struct, frozen=True, kw_only=True):
    """The story an article belongs to. As long as stories are not folded, a story's id is its article's id."""

    id: str


class EnrichedArticle(Struct, frozen=True, kw_only=True):
    """An article with its analysis (topic articles.enriched, key the article's id)."""

    schema_version: int = 1
    article: RawArticle
    analysis: Analysis
    story: StoryRef
