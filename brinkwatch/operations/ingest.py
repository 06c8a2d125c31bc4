"""Articles from JSON lines: each line to a raw article, or to an error that names the line. Decides only.

The ids are those that polling would give, so an article that is ingested and polled is one article.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from brinkwatch.errors import InputError
from brinkwatch.models import Feed, Identity, feed_id
from brinkwatch.models.analysis import Struct
from producers.identify.articles import Identified, candidate_ids, identify
from producers.parse.dates import DateReader
from producers.parse.model import ParsedEntry
from producers.parse.text import one_line, tidy

_BATCH = 200


class Line(Struct, frozen=True, kw_only=True):
    """One line of input. `source` is the publisher's name; `published` any usual form of a date."""

    url: str = ""
    title: str = ""
    text: str
    published: str | None = None
    language: str | None = None
    source: str = ""


class Ingestible(Struct, frozen=True, kw_only=True):
    """A line as an entry of the feed that stands for its source."""

    feed: Feed
    entry: ParsedEntry


def read_line(data: bytes, number: int) -> Ingestible:
    """Raises `InputError` naming the line and what is wrong with it."""
    try:
        line = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"Line {number} is no article: {error}.",
            'A line is a JSON object: {"url", "title", "text", "published", "language", "source"}, at least "text".',
        ) from None
    if not line.text.strip() and not line.title.strip():
        raise InputError(f"Line {number} has neither text nor title.")
    published = DateReader(line.language).read(None, line.published) if line.published else None
    if line.published and published is None:
        raise InputError(
            f"Line {number}: {line.published!r} is no date that can be read.", "Write 2026-09-06T12:30:00Z."
        )
    return Ingestible(
        feed=source_feed(line.source),
        entry=ParsedEntry(
            url=line.url,
            title=one_line(line.title, 1000),
            body=tidy(line.text),
            published=published,
            language=line.language,
        ),
    )


class Batch(Struct, frozen=True, kw_only=True):
    """Some lines that were read: their articles, and how many lines were none."""

    entries: tuple[Ingestible, ...]
    wrong: int

    @property
    def read(self) -> int:
        return len(self.entries) + self.wrong


def read_batches(lines: Iterable[bytes], complain: Callable[[str], None]) -> Iterator[Batch]:
    """The lines that are not blank, some hundred at a time; `complain` is told of each that is no article."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while some := list(itertools.islice(numbered, _BATCH)):
        entries = []
        for number, line in some:
            try:
                entries.append(read_line(line, number))
            except InputError as error:
                complain(str(error))
        yield Batch(entries=tuple(entries), wrong=len(some) - len(entries))


def source_feed(source: str) -> Feed:
    """The feed that stands for a source of ingested articles; its address says what it is."""
    name = source.strip() or "ingest"
    url = f"ingest:{name}"
    return Feed(id=feed_id(url), url=url, title=name)


def ids_of(lines: Sequence[Ingestible]) -> list[str]:
    """The ids to look up before `identify_lines`."""
    return [i for line in lines for i in candidate_ids(line.feed.id, [line.entry])]


def identify_lines(
    lines: Sequence[Ingestible],
    *,
    known: Mapping[str, Identity],
    erased: Collection[str],
    now: dt.datetime,
    alert: bool,
    max_chars: int,
) -> Identified:
    """The articles that are new or changed; silent unless `alert`. The same lines again give none."""
    by_feed: dict[str, list[Ingestible]] = {}
    for line in lines:
        by_feed.setdefault(line.feed.id, []).append(line)
    articles, identities, seen = [], [], dict(known)
    for group in by_feed.values():
        found = identify(
            group[0].feed,
            [line.entry for line in group],
            known=seen,
            erased=erased,
            now=now,
            silent=None if alert else "ingest",
            max_chars=max_chars,
            text_origin="ingest",
        )
        articles += found.articles
        identities += found.identities
        seen |= {identity.id: identity for identity in found.identities}
    return Identified(articles, identities, len(articles), 0)
