"""`feeds check`: fetch one address once and explain what was found. Nothing is stored, and it always ends in time."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from typing import NamedTuple

import msgspec

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Feed, feed_id
from brinkwatch.models.analysis import Struct
from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from brinkwatch.workers import WorkerPool
from producers.fetch.client import Client, FetchRequest, FetchResult, limits_of
from producers.fetch.errors import FetchFailure, TookTooLong
from producers.fetch.guard import LookUp
from producers.identify.articles import identify
from producers.identify.urls import clean_link
from producers.parse.links import feed_links
from producers.parse.model import ParsedFeed
from producers.poll.one import PARSER_MEMORY_MB, parse_in_worker

# Together under the 30 seconds within which a check ends, with room for starting a worker and stopping it.
_FETCH_SECONDS = 14.0
_PARSE_SECONDS = 8.0
_ALL_SECONDS = 27.0
_ANY_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # a check shows no time of its own


class CheckedEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as it would be stored: the article's id, RFC 3339 time or null, and the text that would be analysed.

    `keywords` are those of a news sitemap, told where there are any, not stored.
    """

    id: str
    url: str
    title: str
    published: str | None
    text: str
    keywords: tuple[str, ...] = ()


class FeedCheck(Struct, frozen=True, kw_only=True):
    """What `feeds check --json` prints."""

    url: str
    final_url: str | None = None
    status: int | None = None
    format: str | None = None
    title: str | None = None
    entries: tuple[CheckedEntry, ...] = ()
    problems: tuple[str, ...] = ()
    error: str | None = None


class Looked(NamedTuple):
    """A check with what `feeds add` needs beyond it: the parsed feed, the feeds that a page names instead, the failure."""

    check: FeedCheck
    parsed: ParsedFeed | None = None
    links: tuple[str, ...] = ()
    failure: BrinkwatchError | None = None


async def check_feed(url: str, settings: Settings, *, look_up: LookUp = socket.getaddrinfo) -> FeedCheck:
    """Fetch and read the feed once. Never raises for what the other side does; ends within 30 seconds."""
    return (await look_at(url, settings, look_up=look_up)).check


async def look_at(url: str, settings: Settings, *, look_up: LookUp = socket.getaddrinfo) -> Looked:
    """Like `check_feed`, with the parsed feed or the links to feeds that a page has."""
    limits = limits_of(settings)
    limits = limits._replace(seconds=min(limits.seconds, _FETCH_SECONDS))
    name = shown(url)
    try:
        async with asyncio.timeout(_ALL_SECONDS):
            async with Client(settings, limits=limits, look_up=look_up) as client:
                result = await client.fetch(FetchRequest(url))
            return await _read(name, result, settings)
    except FetchFailure as error:
        return Looked(FeedCheck(url=name, status=error.status, error=str(error)), failure=error)
    except BrinkwatchError as error:
        return Looked(FeedCheck(url=name, error=str(error)), failure=error)
    except TimeoutError:
        late = TookTooLong(f"The feed {name} could not be checked within 30 s.", "Try again later.")
        return Looked(FeedCheck(url=name, error=str(late)), failure=late)


async def _read(name: str, result: FetchResult, settings: Settings) -> Looked:
    found = FeedCheck(url=name, final_url=shown(result.final_url), status=result.status, problems=result.problems)
    workers = WorkerPool(1, timeout=min(settings.parse_timeout, _PARSE_SECONDS), memory_mb=PARSER_MEMORY_MB)
    try:
        parsed = await parse_in_worker(
            workers, result, max_entries=settings.max_entries, max_chars=settings.max_stored_chars, asked=name
        )
    except BrinkwatchError as error:
        links = await _links(workers, result)
        return Looked(msgspec.structs.replace(found, error=str(error)), links=links, failure=error)
    finally:
        workers.close()
    checked = msgspec.structs.replace(
        found,
        format=parsed.format,
        title=parsed.title,
        entries=_entries(name, parsed, settings),
        problems=(*result.problems, *parsed.problems, *(() if parsed.entries else ("It has no entries.",))),
    )
    return Looked(checked, parsed)


async def _links(workers: WorkerPool, result: FetchResult) -> tuple[str, ...]:
    if b"<html" not in result.body[:20_000].lower() and b"<link" not in result.body[:20_000].lower():
        return ()
    try:
        return await workers.run(feed_links, result.body[:300_000], result.final_url)
    except BrinkwatchError:
        return ()


def _entries(url: str, parsed: ParsedFeed, settings: Settings) -> tuple[CheckedEntry, ...]:
    """The articles that a first poll would publish, in the feed's order."""
    # A feed's id is part of its articles' ids only where they have no link.
    feed = Feed(id=feed_id(url), url=url)
    decided = identify(feed, parsed.entries, known={}, erased=(), now=_ANY_TIME, max_chars=settings.max_stored_chars)
    keywords = {clean_link(entry.url): entry.keywords for entry in parsed.entries if entry.keywords}
    return tuple(
        CheckedEntry(
            id=article.id,
            url=article.url,
            title=article.title,
            published=article.published.isoformat().replace("+00:00", "Z") if article.published else None,
            text=article.text,
            keywords=keywords.get(article.url, ()),
        )
        for article in decided.articles
    )
