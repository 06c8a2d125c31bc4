"""The loop that polls every feed when it is due: so many at a time, one at a time for each host, none held up by another.

What it learns is published through the ports; when to come again is decided in `schedule`, one poll is made in `one`.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import heapq
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog

from brinkwatch.errors import BrinkwatchError
from brinkwatch.models import Feed, FeedState, RawArticle
from brinkwatch.models.feed import Gap
from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from producers import metrics
from producers.fetch.client import Fetcher
from producers.fetch.errors import FetchFailure
from producers.fetch.guard import read_policy
from producers.pages.extract import Page
from producers.poll.lanes import Lanes, host_of
from producers.poll.mend import Mender
from producers.poll.one import Got, PollReport, conclude, get_feed, news_of
from producers.poll.pages import PageGetter
from producers.poll.reach import Reach
from producers.ports import FeedRegistry, Identities, Outbox, Workers
from producers.schedule.decide import Push, schedule_limits
from producers.schedule.window import is_silent
from producers.schedule.wishes import retry_after
from producers.schedule.words import gap_told, rhythm_told

log = structlog.get_logger("producers.poll")

REFRESH_SECONDS = 2.0
"""How soon a change of the registry is seen."""

HOST_REST_MAX = 900.0
"""Seconds for which `Retry-After` of one feed's answer holds for the others of its host; for the feed itself it holds whole."""

_REFRESH_SHARE = 0.02  # of the time, at most, goes into reading the registry: with 50,000 feeds it is read less often
_GRACE_SECONDS = 5.0  # what a publication under way gets when the poller is stopped


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Poller:
    """Polls the feeds of a registry. `run` does so until it is stopped, `poll_once` polls each feed a single time.

    `alert` lets the articles of a first poll raise alerts; `on_poll` hears of every poll after it was published;
    `push_of` tells of a feed whether a hub pushes it.
    """

    def __init__(
        self,
        registry: FeedRegistry,
        identities: Identities,
        outbox: Outbox,
        fetcher: Fetcher,
        workers: Workers,
        settings: Settings,
        *,
        clock: Callable[[], dt.datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
        alert: bool = False,
        on_poll: Callable[[PollReport], None] | None = None,
        refresh_seconds: float = REFRESH_SECONDS,
        push_of: Callable[[str], Push | None] = lambda feed_id: None,
    ) -> None:
        self._registry = registry
        self._identities = identities
        self._outbox = outbox
        self._workers = workers
        self._settings = settings
        self._limits = schedule_limits(settings)
        self._clock = clock
        self._jitter = jitter
        self._alert = alert
        self._on_poll = on_poll
        self._push_of = push_of
        self._refresh_seconds = refresh_seconds
        self._refresh_at = 0.0
        self._registry_failed = False
        self._reach = Reach(log)
        self._feeds: dict[str, Feed] = {}
        self._states: dict[str, FeedState] = {}
        self._due: dict[str, dt.datetime] = {}
        self._heap: list[tuple[dt.datetime, str]] = []
        self._ready: deque[tuple[str, str]] = deque()  # (host, feed): the host's lane is already theirs
        self._waiting: set[str] = set()  # feeds behind another of their host
        self._lanes = Lanes()
        self._pages = PageGetter(fetcher, workers, settings)
        self._policy = read_policy(settings.allow_private)
        self._resting: dict[str, asyncio.TimerHandle] = {}  # hosts that were just asked
        self._closing = False
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._woken = asyncio.Event()  # a poll has ended, or it is time to stop
        self._heavy = asyncio.Semaphore(1)
        # Two feeds may carry one new article: identities are looked up and written by one poll at a time.
        self._deciding = asyncio.Lock()
        self._publications: set[asyncio.Future[None]] = set()
        self._mender = Mender(self._pages, workers, identities, outbox, settings, clock, self._deciding, self._mended)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set. What was being fetched then is given up, what was being published is finished."""
        stopped = asyncio.ensure_future(stop.wait())
        stopped.add_done_callback(self._wake)
        try:
            while not stop.is_set():
                self._refresh()
                self._start_due()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience()):
                        await self._woken.wait()
                self._collect()
        finally:
            stopped.cancel()
            await self._abandon()

    async def poll_once(self, progress: Callable[[int, int], None] | None = None) -> list[PollReport]:
        """Poll every feed that is neither paused nor ended once, whenever it is due, and return when all are published.

        `progress` hears how many of how many are done.
        """
        self._refresh(force=True)
        for feed_id in self._feeds:
            self._plan(feed_id)
        reports: list[PollReport] = []
        total = len(self._due)
        listener = self._on_poll

        def heard(report: PollReport) -> None:
            reports.append(report)
            if progress is not None:
                progress(len(reports), total)
            if listener is not None:
                listener(report)

        self._on_poll = heard
        now = self._clock()
        self._heap = [(now, feed_id) for feed_id in self._due]
        heapq.heapify(self._heap)
        self._due = dict.fromkeys(self._due, now)
        try:
            while True:
                self._start_due(everything=True)
                if not self._tasks and not self._lanes.waiting and not self._ready:
                    await self._mender.finished()
                    return reports
                await self._woken.wait()
                self._collect()
        finally:
            self._on_poll = listener
            await self._abandon()

    # what is due

    def _refresh(self, force: bool = False) -> None:
        """See which feeds came, went or changed since the last look."""
        started = time.monotonic()
        if not force and started < self._refresh_at:
            return
        try:
            self._adopt({feed.id: feed for feed in self._registry.feeds()})
            self._registry_failed = False
        except BrinkwatchError as error:
            if force:
                raise
            if not self._registry_failed:
                log.warning("the feed registry cannot be read; the feeds known so far go on", error=str(error))
            self._registry_failed = True
        self._count_feeds()
        finished = time.monotonic()
        self._refresh_at = finished + max(self._refresh_seconds, (finished - started) / _REFRESH_SHARE)

    def _adopt(self, feeds: dict[str, Feed]) -> None:
        before, self._feeds = self._feeds, feeds
        for feed_id in before.keys() - feeds.keys():
            self._due.pop(feed_id, None)
            self._states.pop(feed_id, None)
        fresh = [feed for feed in feeds.values() if before.get(feed.id) != feed]
        if not fresh:
            return
        states = self._registry.feed_states() if len(fresh) > 1 else None
        under_way = {*self._tasks.values(), *self._waiting}
        for feed in fresh:
            state = states.get(feed.id) if states is not None else self._registry.feed_state(feed.id)
            self._states[feed.id] = state or FeedState(feed_id=feed.id)
            if feed.id not in under_way:
                self._plan(feed.id)

    def _plan(self, feed_id: str) -> None:
        """Put the feed where its state says: a time, or nowhere where it is paused or has ended."""
        feed, state = self._feeds.get(feed_id), self._states.get(feed_id)
        self._due.pop(feed_id, None)
        if feed is None or state is None or feed.paused or state.last_outcome == "gone":
            return
        self._plan_at(feed_id, state.next_poll or self._clock())

    def _plan_at(self, feed_id: str, when: dt.datetime) -> None:
        self._due[feed_id] = when
        heapq.heappush(self._heap, (when, feed_id))

    def _patience(self) -> float:
        """Seconds until there may be something to do that no finished poll tells of."""
        seconds = max(self._refresh_at - time.monotonic(), 0.0)
        if self._heap and len(self._tasks) < self._settings.poll_concurrency:
            seconds = min(seconds, max((self._heap[0][0] - self._clock()).total_seconds(), 0.0))
        return seconds + 0.001

    def _start_due(self, everything: bool = False) -> None:
        now = self._clock()
        while len(self._tasks) < self._settings.poll_concurrency:
            if self._ready:
                host, feed_id = self._ready.popleft()
                self._waiting.discard(feed_id)
            elif self._heap and (everything or self._heap[0][0] <= now):
                when, feed_id = heapq.heappop(self._heap)
                if self._due.get(feed_id) != when:
                    continue  # planned anew, paused or removed since
                del self._due[feed_id]
                metrics.LATE_SECONDS.observe(max((now - when).total_seconds(), 0.0))
                host = host_of(self._states[feed_id].url or self._feeds[feed_id].url)
                if not self._lanes.enter(host, feed_id):
                    self._waiting.add(feed_id)
                    continue
            else:
                return
            feed = self._feeds.get(feed_id)
            if feed is None or feed.paused:
                self._pass_on(host)
                continue
            task = asyncio.create_task(self._poll(feed, host, again=not everything), name=f"poll {feed.id}")
            task.add_done_callback(self._wake)
            self._tasks[task] = feed_id

    def _pass_on(self, host: str, at_least: float = 0.0) -> None:
        """Give the host's lane to the next feed of it, after the pause that the host is owed or asks for."""
        pause = max(0.0 if self._policy.is_own(host.rpartition(":")[0]) else self._settings.host_pace, at_least)
        if pause > 0 and not self._closing:
            self._resting[host] = asyncio.get_running_loop().call_later(pause, self._rested, host)
        else:
            self._rested(host)

    def _rested(self, host: str) -> None:
        self._resting.pop(host, None)
        following = self._lanes.leave(host)
        if following is not None:
            self._ready.append((host, following))
            self._woken.set()

    def _wake(self, _: object) -> None:
        self._woken.set()

    def _collect(self) -> None:
        """Let go of the polls that have ended; a fault of one is the caller's."""
        self._woken.clear()
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    # one poll

    async def _poll(self, feed: Feed, host: str, again: bool) -> None:
        """Poll, publish, plan. Whatever goes wrong with one feed stays with it."""
        pause = 0.0
        try:
            state = self._states.get(feed.id) or FeedState(feed_id=feed.id)
            got = await get_feed(
                feed,
                state,
                fetcher=self._pages.for_feeds,
                workers=self._workers,
                max_entries=self._settings.max_entries,
                max_chars=self._settings.max_stored_chars,
                heavy=self._heavy,
                now=self._clock(),
            )
            pause = self._asked_pause(got) if again else 0.0
            pages: Mapping[str, Page] = {}
            if self._pages.wants(feed):
                pages = await self._pages.get(feed, news_of(feed, got, self._identities))
            report = await self._publish(feed, state, got, pages)
        except asyncio.CancelledError:
            raise
        except BrinkwatchError as error:
            if not again:
                raise
            log.warning("a poll could not be published; the feed is polled again", feed=feed.id, error=str(error))
            self._retry_soon(feed.id, again)
        except Exception:
            log.exception("a poll failed by a fault of this program", feed=shown(feed.url))
            self._retry_soon(feed.id, again)
        else:
            self._tell(report, state)
            if report.state.missed > state.missed:
                self._mender.begin(feed, report.state)
            if again:
                self._plan(feed.id)
        finally:
            self._pass_on(host, pause)

    def _asked_pause(self, got: Got) -> float:
        """Seconds for which a host that has had enough (429, 503) is not asked for its other feeds either."""
        if not isinstance(got.error, FetchFailure) or got.error.status not in (429, 503):
            return 0.0
        return min(max(retry_after(got.error.headers, self._clock()) or 0.0, 0.0), HOST_REST_MAX)

    async def _publish(self, feed: Feed, state: FeedState, got: Got, pages: Mapping[str, Page]) -> PollReport:
        async with self._deciding:
            if feed.id in self._states:  # a gap may have been filled while this was fetched
                state = msgspec.structs.replace(state, gaps=self._states[feed.id].gaps)
            report = conclude(
                feed,
                state,
                got,
                identities=self._identities,
                limits=self._limits,
                now=self._clock(),
                jitter=self._jitter(),
                alert=self._alert,
                max_chars=self._settings.max_stored_chars,
                pages=pages,
                respect_tdm=self._settings.respect_tdm,
                push=self._push_of(feed.id),
            )
            if feed.id in self._feeds:  # else it was removed, or became another process's, while it was fetched
                publication = self._outbox.publish(report.articles, report.identities, report.state)
                await (self._finish(publication) if report.articles else publication)
                self._states[feed.id] = report.state
        return report

    async def _mended(self, feed_id: str, gap: Gap) -> None:
        """Remember how many items of a gap were found; the caller holds the right to decide."""
        state = self._states.get(feed_id)
        if state is None or feed_id not in self._feeds:
            return
        gaps = tuple(gap if (g.noted, g.since) == (gap.noted, gap.since) else g for g in state.gaps)
        self._states[feed_id] = msgspec.structs.replace(state, gaps=gaps)
        await self._outbox.publish([], [], self._states[feed_id])

    async def publish_pushed(self, feed: Feed, got: Got) -> PollReport:
        """Publish what a hub pushed, by the way of what is polled. The feed's state stays as its polls left it: the
        process that polls the feed writes that, and may be another.
        """
        state = self._registry.feed_state(feed.id) or FeedState(feed_id=feed.id)
        pages: Mapping[str, Page] = {}
        if self._pages.wants(feed):
            pages = await self._pages.get(feed, news_of(feed, got, self._identities))
        async with self._deciding:
            report = conclude(
                feed,
                state,
                got,
                identities=self._identities,
                limits=self._limits,
                now=self._clock(),
                jitter=self._jitter(),
                alert=self._alert,
                max_chars=self._settings.max_stored_chars,
                pages=pages,
                respect_tdm=self._settings.respect_tdm,
                push=self._push_of(feed.id),
            )
            await self._finish(
                self._outbox.publish([_without_gap(a) for a in report.articles], report.identities, None)
            )
        return report

    def poll_soon(self, feed_id: str) -> None:
        """Poll a feed now, or as soon as the shortest interval since its last poll has passed."""
        state = self._states.get(feed_id)
        if state is None or feed_id not in self._feeds or feed_id not in self._due:
            return  # another's, paused, or on its way
        when = self._clock()
        if state.last_polled is not None:
            when = max(when, state.last_polled + dt.timedelta(seconds=self._limits.shortest))
        if when < self._due[feed_id]:
            self._plan_at(feed_id, when)
            self._woken.set()

    def poll_by(self, feed_id: str, seconds: float) -> None:
        """Poll a feed in so many seconds at the latest."""
        when = self._clock() + dt.timedelta(seconds=seconds)
        if self._due.get(feed_id, when) > when:
            self._plan_at(feed_id, when)
            self._woken.set()

    async def _finish(self, publication: Awaitable[None]) -> None:
        """Await a publication that goes on to its end even if this poll is cancelled."""
        task = asyncio.ensure_future(publication)
        self._publications.add(task)
        task.add_done_callback(self._publications.discard)
        await asyncio.shield(task)

    async def _abandon(self) -> None:
        self._closing = True
        await self._mender.abandon()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._closing = False
        self._tasks.clear()
        for timer in self._resting.values():
            timer.cancel()
        self._resting.clear()
        self._ready.clear()
        self._waiting.clear()
        self._lanes = Lanes()
        left = set(self._publications)
        if left:
            done, _ = await asyncio.wait(left, timeout=_GRACE_SECONDS)
            for error in (task.exception() for task in done if not task.cancelled()):
                if error is not None:
                    log.warning("a poll could not be published; the feed is polled again", error=str(error))

    def _retry_soon(self, feed_id: str, again: bool) -> None:
        if again and feed_id in self._feeds:
            self._plan_at(feed_id, self._clock() + dt.timedelta(seconds=self._limits.shortest))

    # telling

    def _tell(self, report: PollReport, before: FeedState) -> None:
        metrics.POLLS.labels(report.outcome).inc()
        metrics.ENTRIES.inc(report.entries)
        metrics.ARTICLES.labels("new").inc(report.new)
        metrics.ARTICLES.labels("revised").inc(report.revised)
        if missed := report.state.missed - before.missed:
            metrics.MISSED.inc(missed)
            log.warning(
                "a feed dropped items between two polls", feed=report.feed.id, gap=gap_told(report.state.gaps[-1])
            )
        if is_silent(report.state.rhythm) and not is_silent(before.rhythm):
            log.warning(
                "a feed fell silent", feed=report.feed.id, rhythm=rhythm_told(before.rhythm, self._limits.interval)
            )
        if report.seconds:
            metrics.FETCH_SECONDS.observe(report.seconds)
            metrics.FETCHED_BYTES.inc(report.received)
        if report.error is not None and not hasattr(report.error, "unreachable"):
            metrics.PARSE_FAILURES.inc()
        worth_telling = self._reach.heard(report.feed.id, report.unreachable, len(self._feeds))
        if report.error is not None and worth_telling and before.failures == 0:
            log.warning("a feed fails", error=str(report.error), next=report.state.why)
        elif report.error is None and before.failures > 0 and before.last_polled is not None:
            log.info("a feed is back", feed=report.feed.id, after_failures=before.failures)
        if self._on_poll is not None:
            self._on_poll(report)

    def _count_feeds(self) -> None:
        counts = {"active": 0, "paused": 0, "failing": 0, "silent": 0, "ended": 0}
        for feed_id, feed in self._feeds.items():
            state = self._states.get(feed_id)
            if feed.paused:
                counts["paused"] += 1
            elif state is not None and state.last_outcome == "gone":
                counts["ended"] += 1
            elif state is not None and state.failures:
                counts["failing"] += 1
            elif state is not None and is_silent(state.rhythm):
                counts["silent"] += 1
            else:
                counts["active"] += 1
        for name, count in counts.items():
            metrics.FEEDS.labels(name).set(count)


def _without_gap(article: RawArticle) -> RawArticle:
    """What a hub pushes has nothing in common with the last poll, and nothing is missing for that."""
    return msgspec.structs.replace(article, feed=msgspec.structs.replace(article.feed, gap=None))
