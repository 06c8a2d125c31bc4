"""One poll of one feed: fetch, compare, parse in a worker, identify, decide when to come again.

Everything it acts with is handed in. Publishing the result, and so making it durable, is the poller's work.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from brinkwatch.errors import BrinkwatchError, ParseError, WorkerFailed
from brinkwatch.models import Feed, FeedState, Identity, RawArticle
from brinkwatch.models.feed import Move, PollOutcome
from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from brinkwatch.workers import WorkerPool
from producers.fetch.client import Fetcher, FetchRequest, FetchResult
from producers.fetch.errors import FetchFailure
from producers.identify.articles import candidate_ids, changed_entries, identify
from producers.identify.urls import clean_link
from producers.pages.decide import with_page
from producers.pages.extract import Page
from producers.pages.site import reserved_by_header
from producers.pages.walls import wall_at
from producers.parse.feed import parse_feed
from producers.parse.model import ParsedEntry, ParsedFeed
from producers.ports import Identities, Workers
from producers.push.discover import discover
from producers.schedule.decide import Push, Record, ScheduleLimits, next_poll
from producers.schedule.record import learnt
from producers.schedule.wishes import http_date

UNCONDITIONAL_EVERY, UNCONDITIONAL_AFTER = 24, dt.timedelta(days=1)
"""After so many polls or so long the validators are left out: some servers answer 304 though the feed has changed."""

MOVED_AFTER_POLLS, MOVED_AFTER = 3, dt.timedelta(days=1)
"""Polls and time over which a permanent redirect must lead to the same address until it is asked directly: some servers
send 301 for an outage, or lead to a login for an hour."""

PARSER_MEMORY_MB = 450
"""What a parsing worker may take. A feed of the largest size that is fetched needs less than half of it."""


class Got(NamedTuple):
    """What the network and the parser brought, before anything is decided about it."""

    outcome: PollOutcome
    result: FetchResult | None = None
    body_hash: str | None = None
    parsed: ParsedFeed | None = None
    error: BrinkwatchError | None = None

    @property
    def unreachable(self) -> bool:
        return isinstance(self.error, FetchFailure) and self.error.unreachable


class PollReport(NamedTuple):
    """One poll, decided: what to publish, the feed's next state, and what to tell."""

    feed: Feed
    outcome: PollOutcome
    state: FeedState
    articles: list[RawArticle]
    identities: list[Identity]
    new: int = 0
    revised: int = 0
    entries: int = 0
    problems: tuple[str, ...] = ()
    error: BrinkwatchError | None = None
    unreachable: bool = False
    seconds: float = 0.0
    received: int = 0
    hubs: tuple[str, ...] | None = None
    topic: str = ""
    polled_before: dt.datetime | None = None


HEAVY_BYTES = 500_000
"""A body from which on parsing takes a noticeable part of a second: such are parsed one at a time."""


def parse_workers(settings: Settings, count: int = 2) -> WorkerPool:
    """The pool that feeds are parsed in: killed after `parse_timeout`, small in memory.

    With two workers or more, feeds that are slow to parse keep at most one busy, and the others go on.
    """
    return WorkerPool(count, timeout=settings.parse_timeout, memory_mb=min(settings.worker_memory_mb, PARSER_MEMORY_MB))


async def get_feed(
    feed: Feed,
    state: FeedState,
    *,
    fetcher: Fetcher,
    workers: Workers,
    max_entries: int,
    max_chars: int,
    heavy: asyncio.Semaphore,
    now: dt.datetime,
) -> Got:
    """Fetch and parse; never raises for anything that the other side does.

    `heavy` is held while a body is parsed that is large, or whose feed failed when it was polled last.
    """
    request = request_for(feed, state, now)
    try:
        result = await fetcher.fetch(request)
    except FetchFailure as error:
        return Got(error.outcome, error=error)
    if result.not_modified:
        return Got("not-modified", result)
    body_hash = hashlib.blake2b(result.body, digest_size=16).hexdigest()
    if body_hash == state.body_hash:
        return Got("unchanged", result._replace(body=b""), body_hash)
    try:
        async with heavy if len(result.body) > HEAVY_BYTES or state.failures else contextlib.nullcontext():
            parsed = await parse_in_worker(
                workers, result, max_entries=max_entries, max_chars=max_chars, asked=request.url
            )
    except (ParseError, WorkerFailed) as error:
        return Got("soft", result._replace(body=b""), error=error)
    return Got("changed", result._replace(body=b""), body_hash, parsed)


def request_for(feed: Feed, state: FeedState, now: dt.datetime) -> FetchRequest:
    """What to ask for: only what is new, but now and then, and where validators lie, for all of it."""
    url = state.url or feed.url
    overdue = state.whole_at is not None and now - state.whole_at >= UNCONDITIONAL_AFTER
    if state.validators_lie or overdue or state.polls % UNCONDITIONAL_EVERY == UNCONDITIONAL_EVERY - 1:
        return FetchRequest(url, afresh=True)
    return FetchRequest(url, state.etag, state.last_modified)


async def parse_in_worker(
    workers: Workers, result: FetchResult, *, max_entries: int, max_chars: int, asked: str | None = None
) -> ParsedFeed:
    """The feed in the body. Raises `ParseError` where it is none, or kills the worker and needs too long.

    `asked` is the address that was asked for: where it led elsewhere, to a login perhaps, an error says so.
    """
    name = shown(result.final_url)
    try:
        return await workers.run(
            parse_feed,
            result.body,
            url=name,
            content_type=result.headers.get("content-type", ""),
            content_language=result.headers.get("content-language", ""),
            max_entries=max_entries,
            max_chars=max_chars,
        )
    except WorkerFailed as error:
        raise ParseError(
            f"The feed {name} could not be read: {error.what}",
            "It is tried again less often; look at what it sends with `brinkwatch feeds check`.",
        ) from None
    except ParseError as error:
        if asked is None or clean_link(asked) == clean_link(result.final_url):
            raise
        raise _led_elsewhere(error, shown(asked), result.final_url) from None
    except BrinkwatchError:
        raise
    except Exception as error:  # a parser's bug on one feed's bytes is that feed's trouble, and nobody else's
        raise ParseError(
            f"The feed {name} made the parser fail ({type(error).__name__}: {str(error)[:200]}).",
            "Please report it, with the feed's address.",
        ) from error


def _led_elsewhere(error: ParseError, asked: str, url: str) -> ParseError:
    """The error for what is no feed, at the end of redirects."""
    where = {"consent": "a consent page", "login": "a login page", "paywall": "a paywall"}.get(wall_at(url) or "", "")
    hint = f"It asks for a login: give it with `brinkwatch feeds auth {asked}`, or remove the feed."
    return ParseError(
        f"The feed {asked} redirects to {where or 'another address'}. {error.what}",
        hint if where == "a login page" else error.hint,
    )


def conclude(
    feed: Feed,
    state: FeedState,
    got: Got,
    *,
    identities: Identities,
    limits: ScheduleLimits,
    now: dt.datetime,
    jitter: float,
    alert: bool = False,
    max_chars: int = 100_000,
    pages: Mapping[str, Page] | None = None,
    respect_tdm: bool = False,
    push: Push | None = None,
) -> PollReport:
    """What follows from a poll. Decides only; `identities` is asked, nothing is written.

    With `alert`, the articles of a first poll may raise alerts. `pages` are those that were read, by the entries' links;
    with `respect_tdm`, of what a publisher reserves only metadata are kept.
    """
    now = now.replace(microsecond=0)
    failed = got.error is not None
    polled = msgspec.structs.replace(
        state,
        last_polled=now,
        last_status=_status(got),
        last_outcome=got.outcome,
        last_error=str(got.error) if got.error else None,
        failures=state.failures + 1 if failed else 0,
        polls=state.polls + 1,
    )
    plan = Plan(limits, now, jitter, push)
    if failed or got.result is None:
        return _failure(feed, polled, got, plan)
    report = _success(feed, state, polled, got, got.result, plan, identities, alert, max_chars)
    reserved = respect_tdm and reserved_by_header(got.result.headers)
    read = {clean_link(url) or url: page for url, page in (pages or {}).items()}
    return report._replace(
        articles=[completed(article, read.get(article.url), reserved) for article in report.articles]
    )


def news_of(feed: Feed, got: Got, identities: Identities) -> list[ParsedEntry]:
    """The entries that are new or changed, before anything is decided: whose pages may be wanted."""
    if got.parsed is None:
        return []
    ids = candidate_ids(feed.id, got.parsed.entries)
    return changed_entries(feed.id, got.parsed.entries, identities.known(ids), identities.erased(ids))


def completed(article: RawArticle, page: Page | None, reserved: bool) -> RawArticle:
    """The article with its page's text, and with what its publisher reserves."""
    if page is not None:
        article = with_page(article, page)
    if reserved or (page is not None and page.reserved):
        return msgspec.structs.replace(article, feed=msgspec.structs.replace(article.feed, storage="metadata"))
    return article


class Plan(NamedTuple):
    """What the next poll is planned with."""

    limits: ScheduleLimits
    now: dt.datetime
    jitter: float
    push: Push | None = None

    def planned(self, state: FeedState, headers: Mapping[str, str]) -> FeedState:
        """The state with its next poll, by its own outcome and record."""
        decision = next_poll(
            state.last_outcome or "temporary",
            failures=state.failures,
            headers=headers,
            record=Record(state.rhythm, state.hints, state.entries, state.gaps, self.push),
            limits=self.limits,
            now=self.now,
            jitter=self.jitter,
        )
        return msgspec.structs.replace(state, next_poll=decision.at, why=decision.why)


def _failure(feed: Feed, polled: FeedState, got: Got, plan: Plan) -> PollReport:
    headers = got.error.headers if isinstance(got.error, FetchFailure) else {}
    if got.outcome in ("soft", "hard", "gone") and polled.url is not None:
        # an address that the feed moved to and that now fails is given up: the registered one is asked next
        back = msgspec.structs.replace(polled, url=None, etag=None, last_modified=None)
        retry = plan.planned(msgspec.structs.replace(back, last_outcome="temporary", failures=1), {})
        polled = msgspec.structs.replace(retry, last_outcome="soft", failures=polled.failures)
    else:
        polled = plan.planned(polled, headers)
    return PollReport(
        feed, polled.last_outcome or got.outcome, polled, [], [], error=got.error, unreachable=got.unreachable
    )


def _success(
    feed: Feed,
    before: FeedState,
    polled: FeedState,
    got: Got,
    result: FetchResult,
    plan: Plan,
    identities: Identities,
    alert: bool,
    max_chars: int,
) -> PollReport:
    whole, now = not result.problems, plan.now
    kept = whole and not (got.parsed is not None and got.parsed.cut)
    found = msgspec.structs.replace(
        polled,
        **_moved(feed, before, result, now),
        # of a body that was cut short nothing is kept that would let the rest be missed next time
        etag=_validator(result, "etag", before.etag) if kept else None,
        last_modified=_not_of_the_future(_validator(result, "last-modified", before.last_modified), result, now)
        if kept
        else None,
        body_hash=(got.body_hash or before.body_hash) if whole else None,
        whole_at=before.whole_at if result.not_modified or not whole else now,
        first_poll=False,
    )
    if got.parsed is None:
        found = plan.planned(learnt(found, before, (), plan.limits.interval, now), result.headers)
        return PollReport(feed, got.outcome, found, [], [], seconds=result.seconds, received=result.received)
    parsed = got.parsed
    ids = candidate_ids(feed.id, parsed.entries)
    known, erased = identities.known(ids), identities.erased(ids)
    polled = found
    found = learnt(found, before, parsed.entries, plan.limits.interval, now)
    if plan.push is not None and known and found.missed > before.missed:
        # what came between was pushed: two polls far apart need nothing in common
        found = msgspec.structs.replace(found, gaps=polled.gaps, missed=polled.missed)
    decided = identify(
        feed,
        parsed.entries,
        known=known,
        erased=erased,
        now=now,
        silent="first-poll" if before.first_poll and not alert else None,
        language=parsed.language,
        feed_title=parsed.title,
        max_chars=max_chars,
        gap=found.gaps[-1] if len(found.gaps) and found.gaps[-1].noted == now else None,
    )
    found = msgspec.structs.replace(
        found,
        hints=parsed.hints,
        last_changed=now if decided.articles else found.last_changed,
        entries=len(parsed.entries),
        new_entries=decided.new,
        articles=found.articles + decided.new,
        title=parsed.title or found.title,
        validators_lie=_validators_lie(before, result, bool(decided.articles)),
    )
    hubs, topic = discover(result.headers.get("link", ""), parsed, result.final_url)
    return PollReport(
        feed,
        got.outcome,
        plan.planned(found, result.headers),
        decided.articles,
        decided.identities,
        new=decided.new,
        revised=decided.revised,
        entries=len(parsed.entries),
        problems=(*result.problems, *parsed.problems),
        seconds=result.seconds,
        received=result.received,
        hubs=hubs,
        topic=topic,
        polled_before=before.last_polled,
    )


def _moved(feed: Feed, before: FeedState, result: FetchResult, now: dt.datetime) -> dict[str, Any]:
    """Where the feed is fetched from, after a permanent redirect was seen often enough and long enough to be believed."""
    target = result.permanent_url
    if target is None or target in (feed.url, before.url):
        return {"move": None}
    move = before.move if before.move is not None and before.move.url == target else None
    move = msgspec.structs.replace(move, seen=move.seen + 1) if move else Move(url=target, since=now)
    if move.seen >= MOVED_AFTER_POLLS and now - move.since >= MOVED_AFTER:
        return {"url": target, "move": None}
    return {"move": move}


def _validator(result: FetchResult, name: str, before: str | None) -> str | None:
    """The validator of the answer; a 304 may leave it out, which means that the old one holds."""
    value = result.headers.get(name)
    if value is None:
        return before if result.not_modified else None
    return value if len(value) <= 1000 else None


def _not_of_the_future(value: str | None, result: FetchResult, now: dt.datetime) -> str | None:
    """A `Last-Modified` that is still to come is not kept: servers would answer 304 until then."""
    date = http_date(value)
    if date is None:
        return value
    return value if date <= (http_date(result.headers.get("date")) or now) + dt.timedelta(minutes=1) else None


def _validators_lie(before: FeedState, result: FetchResult, news: bool) -> bool:
    """Whether articles came or changed and the validators did not; once found, until both change together."""
    if before.first_poll:
        return False
    # where there is an ETag, it alone counts (RFC 9110, 13.2.2)
    name, known = ("etag", before.etag) if before.etag else ("last-modified", before.last_modified)
    same = known is not None and result.headers.get(name) == known
    if news:
        return same
    return before.validators_lie


def _status(got: Got) -> int | None:
    if got.result is not None:
        return got.result.status
    return got.error.status if isinstance(got.error, FetchFailure) else None
