"""Keeps subscriptions at hubs: asks for them, renews and ends them, and answers what hubs ask and send.

The listener that hubs reach is in `listen`; what is due is decided in `decide`. Nothing here disturbs polling.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import msgspec
import structlog

from brinkwatch.errors import BrinkwatchError, ParseError
from brinkwatch.models import Feed, FeedState, Subscription
from brinkwatch.redact import channel
from brinkwatch.settings import Settings
from producers import metrics
from producers.fetch.client import FetchResult
from producers.poll.one import Got, PollReport, parse_in_worker
from producers.poll.poller import Poller
from producers.ports import Subscriptions, Workers
from producers.push import decide
from producers.push.keys import Callback, Keys, topic_mark
from producers.schedule.decide import Push

log = structlog.get_logger("producers.push")

LOOK_SECONDS = 10.0
PUSHES_A_MINUTE = 60
"""Of one feed; more are answered 429, and the polls find what they brought."""


class Hubs(Protocol):
    """What hubs are asked through: `producers.fetch.client.Client`."""

    async def submit(self, address: str, form: Mapping[str, str]) -> tuple[int, str]:
        """Send a form; status and the beginning of the answer."""

    def trusts(self, address: str) -> bool:
        """Whether nobody on the way can read what is sent there."""


class Answer(NamedTuple):
    """What a hub is answered."""

    status: int
    body: str = ""


class Subscriber:
    """Subscriptions, and what comes of them. `owns` tells which feeds this process polls: it asks hubs for these alone,
    but a hub reaches any producer, which then answers from the shared tables; `refresh` reads what others wrote to them.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        feed_of: Callable[[str], Feed | None],
        state_of: Callable[[str], FeedState | None],
        hubs: Hubs,
        workers: Workers,
        settings: Settings,
        keys: Keys,
        *,
        clock: Callable[[], dt.datetime],
        jitter: Callable[[], float] = random.random,
        owns: Callable[[str], bool] = lambda feed_id: True,
        refresh: Callable[[], None] = lambda: None,
    ) -> None:
        self._subscriptions, self._feed_of, self._state_of = subscriptions, feed_of, state_of
        self._hubs, self._workers, self._settings, self._keys = hubs, workers, settings, keys
        self._clock, self._jitter, self._owns, self._refresh = clock, jitter, owns, refresh
        self._recent: dict[str, deque[dt.datetime]] = {}
        self._told: deque[PollReport] = deque()
        self._woken = asyncio.Event()
        self.poller: Poller | None = None

    # what the poller asks and tells

    def push_of(self, feed_id: str) -> Push | None:
        try:
            sub = self._subscriptions.subscription(feed_id)
        except BrinkwatchError:
            return None
        return decide.push_of(sub, self._settings.websub_poll_interval, self._clock())

    def heard(self, report: PollReport) -> None:
        """Remember what a poll found; `step` sees to it."""
        if report.hubs is not None:
            self._told.append(report)
            self._woken.set()

    # the loop

    async def run(self, stop: asyncio.Event) -> None:
        stopped = asyncio.ensure_future(stop.wait())
        stopped.add_done_callback(lambda _: self._woken.set())
        while not stop.is_set():
            self._woken.clear()
            try:
                await self.step()
            except BrinkwatchError as error:
                log.warning("subscriptions cannot be seen to; polling goes on", error=str(error))
            except Exception:
                log.exception("push failed by a fault of this program; polling goes on")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_SECONDS)

    async def step(self) -> None:
        """See to all that is due now."""
        while self._told:
            await self._adopt(self._told.popleft())
        found = await asyncio.to_thread(self._subscriptions.subscriptions)
        ours = {key: sub for key, sub in found.items() if self._owns(key)}
        alive = 0
        for sub in ours.values():
            feed = self._feed_of(sub.feed_id)
            alive += decide.lease_alive(sub, self._clock())
            if self.poller is not None and sub.ping_at is not None and feed is not None:
                state = self._state_of(feed.id)
                if state is None or state.last_polled is None or state.last_polled < sub.ping_at:
                    self.poller.poll_soon(feed.id)
            await self._see_to(sub, feed is not None and not feed.paused)
        metrics.SUBSCRIPTIONS.set(alive)

    async def _adopt(self, report: PollReport) -> None:
        feed_id = report.feed.id
        before = self._subscriptions.subscription(feed_id)
        now = self._clock()
        sub = decide.adopted(before, feed_id, report.hubs or (), report.topic)
        if before is not None and (sub is None or (sub.topic, sub.hub) != (before.topic, before.hub)):
            await self._put(feed_id, sub)  # first: what is left is answered 410 from now on, and its end confirmed
            if decide.lease_alive(before, now):
                await self._ask(before, "unsubscribe")
        if sub is None:
            return
        times = [article.published for article in report.articles if article.published is not None]
        if sub.silent_since is None and decide.missed_by_hub(sub, report.polled_before, times, now):
            metrics.SILENT_HUBS.inc()
            log.warning("a hub did not push what a poll found; the feed is polled as usual", feed=feed_id)
            sub = msgspec.structs.replace(sub, silent_since=now)
            await self._put(feed_id, sub)
            if self.poller is not None:
                self.poller.poll_by(feed_id, self._settings.poll_interval)
        elif sub != before:
            await self._put(feed_id, sub)

    async def _see_to(self, sub: Subscription, wanted: bool) -> None:
        due = decide.action(sub, wanted, self._clock())
        if due == "subscribe":
            # written down first: the hub may ask back before it answers
            asked = decide.asked(sub, self._clock())
            await self._put(sub.feed_id, asked)
            reason = await self._ask(sub, "subscribe")
            if reason is not None:
                metrics.HUB_REQUESTS.labels("failed").inc()
                now = self._subscriptions.subscription(sub.feed_id) or asked
                log.info("a hub could not be subscribed at", feed=sub.feed_id, hub=channel(sub.hub), reason=reason)
                await self._put(sub.feed_id, decide.failed(now, reason, self._clock(), self._jitter()))
            else:
                metrics.HUB_REQUESTS.labels("accepted").inc()
        elif due != "wait":
            await self._put(sub.feed_id, None)
            if due == "unsubscribe":
                await self._ask(sub, "unsubscribe")

    async def _ask(self, sub: Subscription, mode: str) -> str | None:
        """Ask the hub; None where it accepted, else why not. 0.3 hubs want `hub.verify`, which others pass over."""
        try:
            form = {
                "hub.mode": mode,
                "hub.topic": sub.topic,
                "hub.callback": self._keys.callback(sub.feed_id, sub.topic),
                "hub.verify": "async",
            }
            if mode == "subscribe":
                form["hub.lease_seconds"] = str(decide.LEASE_SECONDS)
                if self._hubs.trusts(sub.hub):
                    form["hub.secret"] = self._keys.secret(sub.feed_id, sub.topic, sub.hub)
            status, told = await self._hubs.submit(sub.hub, form)
        except BrinkwatchError as error:
            return str(error).replace(self._keys.callback(sub.feed_id, sub.topic), "…")
        if 200 <= status < 300:
            return None
        secret = self._keys.secret(sub.feed_id, sub.topic, sub.hub)
        told = told.replace(secret, "…").replace(self._keys.callback(sub.feed_id, sub.topic), "…")
        return f"The hub answered {status}{f': {told}' if told else '.'}"

    async def _put(self, feed_id: str, sub: Subscription | None) -> None:
        await asyncio.to_thread(self._subscriptions.put_subscription, feed_id, sub)

    # what hubs ask and send

    def _current(self, callback: Callback) -> tuple[Feed | None, Subscription | None]:
        """The feed, where it is polled, and the subscription, where it is the one that the callback is of."""
        feed = self._feed_of(callback.feed_id)
        feed = None if feed is None or feed.paused else feed
        sub = self._subscriptions.subscription(callback.feed_id)
        return feed, sub if feed is not None and sub is not None and topic_mark(sub.topic) == callback.mark else None

    async def verify(self, path: str, query: Mapping[str, str]) -> Answer:
        """Answer a hub's GET: the challenge for what was asked for, 404 for all else."""
        callback = self._keys.read(path)
        if callback is None:
            return Answer(404)
        mode, topic, challenge = (query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
        _, sub = await asyncio.to_thread(self._current, callback)
        if mode == "subscribe" and (sub is None or sub.asked_at is None):
            await asyncio.to_thread(self._refresh)  # another producer may have asked a moment ago
            _, sub = await asyncio.to_thread(self._current, callback)
        if topic_mark(topic) != callback.mark:
            return Answer(404)
        now = self._clock()
        if mode == "denied":
            if sub is not None:
                reason = " ".join(query.get("hub.reason", "").split())
                log.warning("a hub denied a subscription", feed=sub.feed_id, reason=reason[:300])
                await self._put(sub.feed_id, decide.denied(sub, reason, now))
            return Answer(200)
        if not challenge or len(challenge) > 4000:
            return Answer(404)
        if mode == "unsubscribe":
            return Answer(200, challenge) if sub is None else Answer(404)
        if mode != "subscribe" or sub is None or sub.asked_at is None:
            return Answer(404)
        await self._put(sub.feed_id, decide.verified(sub, query.get("hub.lease_seconds"), now, self._jitter()))
        return Answer(200, challenge)

    def admits(self, path: str) -> Answer | None:
        """Whether a POST there is to be read at all; else its answer."""
        callback = self._keys.read(path)
        if callback is None:
            return Answer(404)
        now, recent = self._clock(), self._recent.setdefault(callback.feed_id, deque())
        while recent and recent[0] < now - dt.timedelta(minutes=1):
            recent.popleft()
        if len(recent) >= PUSHES_A_MINUTE:
            metrics.PUSHES.labels("refused").inc()
            return Answer(429)
        recent.append(now)
        return None

    async def receive(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Take what a hub sent; 2xx once it is durable, or dropped for good."""
        callback = self._keys.read(path)
        if callback is None:
            return Answer(404)
        feed, sub = await asyncio.to_thread(self._current, callback)
        if feed is None or sub is None:
            self._recent.pop(callback.feed_id, None)
            return Answer(410)
        try:
            metrics.PUSHES.labels(outcome := await self._take(feed, sub, body, headers)).inc()
        except BrinkwatchError as error:
            metrics.PUSHES.labels("failed").inc()
            log.warning("what a hub pushed could not be published", feed=feed.id, error=str(error))
            return Answer(503)
        if outcome == "unsigned":
            log.warning("what a hub pushed was not signed rightly, and dropped", feed=feed.id, hub=channel(sub.hub))
        return Answer(204)

    async def _take(self, feed: Feed, sub: Subscription, body: bytes, headers: Mapping[str, str]) -> str:
        now = self._clock()
        if not self._hubs.trusts(sub.hub):
            return await self._pinged(sub, now)
        signature, secret = headers.get("x-hub-signature", ""), self._keys.secret(feed.id, sub.topic, sub.hub)
        if not self._keys.signed(body, signature, secret):
            return "unsigned"
        result = FetchResult(200, sub.topic, headers, body)
        try:
            parsed = await parse_in_worker(
                self._workers,
                result,
                max_entries=self._settings.max_entries,
                max_chars=self._settings.max_stored_chars,
            )
        except ParseError:
            return await self._pinged(sub, now)
        assert self.poller is not None
        report = await self.poller.publish_pushed(feed, Got("changed", result._replace(body=b""), None, parsed))
        latest = self._subscriptions.subscription(feed.id)
        if latest is not None:
            silent = None if report.articles else latest.silent_since
            await self._put(feed.id, msgspec.structs.replace(latest, pushed_at=now, silent_since=silent))
        return "new" if report.articles else "known"

    async def _pinged(self, sub: Subscription, now: dt.datetime) -> str:
        """What came is not to be trusted, or is no feed: it says that the feed is to be polled, by the process that does."""
        await self._put(sub.feed_id, msgspec.structs.replace(sub, ping_at=now))
        self._woken.set()
        return "ping"
