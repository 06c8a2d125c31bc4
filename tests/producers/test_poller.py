"""Every feed is polled when it is due, one at a time for each host, and none is held up or spoilt by another."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from brinkwatch.errors import Unavailable
from brinkwatch.models import Feed, feed_id
from brinkwatch.settings import read_settings
from producers.fetch.client import FetchRequest, FetchResult
from producers.fetch.errors import HttpGone, HttpRefusal, HttpStatus, NameNotFound
from producers.poll.one import UNCONDITIONAL_EVERY, PollReport
from producers.poll.poller import Poller
from tests.producers.feeds import HTML_PAGE, NOW, feed, item, rss
from tests.producers.memory import InlineWorkers, MemoryStore, ScriptedFetcher

Answer = FetchResult | Exception


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **delta: float) -> bool:
        """Let time pass; False, so that it can stand in a condition."""
        self.now += dt.timedelta(**delta)
        return False


def answer(body: bytes, url: str = "https://paper.example/rss", status: int = 200, **given: Any) -> FetchResult:
    return FetchResult(status, url, {"content-type": "application/xml", **given.pop("headers", {})}, body, **given)


class Desk:
    """A poller over memory, with what it fetches from and the reports it gave."""

    def __init__(
        self,
        feeds: list[Feed],
        answers: dict[str, Answer] | Callable[[FetchRequest], Answer],
        **given: Any,
    ) -> None:
        self.store: MemoryStore = given.pop("store", None) or MemoryStore(feeds)
        self.clock = Clock()
        self.fetcher = ScriptedFetcher(answers if callable(answers) else lambda request: answers[request.url])
        self.reports: list[PollReport] = []
        settings = read_settings(**{"host_pace": 0.0, **given.pop("settings", {})})
        self.poller = Poller(
            self.store,
            self.store,
            self.store,
            self.fetcher,
            given.pop("workers", None) or InlineWorkers(),
            settings,
            clock=self.clock,
            jitter=lambda: 0.0,
            on_poll=self.reports.append,
            refresh_seconds=given.pop("refresh_seconds", 0.01),
            **given,
        )

    async def once(self) -> list[PollReport]:
        return await self.poller.poll_once()

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.fetcher.requests]


FEED = feed()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 what is waited for has no event of its own
            await asyncio.sleep(0.001)


class Running:
    """The poller's `run` for the length of a `with` block."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.stop = desk, asyncio.Event()

    async def __aenter__(self) -> Desk:
        self.task = asyncio.create_task(self.desk.poller.run(self.stop))
        return self.desk

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        async with asyncio.timeout(10):
            await self.task


# one poll


async def test_a_first_poll_publishes_silently_and_remembers_what_it_learnt() -> None:
    body = rss(item(1), item(2), channel="<ttl>90</ttl>")
    desk = Desk([FEED], {FEED.url: answer(body, headers={"etag": '"1"', "last-modified": "Mon"})})
    (report,) = await desk.once()
    assert (report.outcome, report.new, report.entries) == ("changed", 2, 2)
    assert [article.silent for article in desk.store.articles] == ["first-poll", "first-poll"]
    state = desk.store.states[FEED.id]
    assert (state.etag, state.last_modified, state.first_poll) == ('"1"', "Mon", False)
    assert (state.last_status, state.last_outcome, state.polls, state.entries, state.articles) == (
        200,
        "changed",
        1,
        2,
        2,
    )
    assert state.next_poll == NOW + dt.timedelta(minutes=90, seconds=1)
    assert "ttl" in state.why
    assert state.title == "The Paper"


async def test_with_alert_the_first_poll_may_speak() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)))}, alert=True)
    await desk.once()
    assert desk.store.articles[0].silent is None


async def test_a_failed_first_poll_leaves_the_next_one_silent() -> None:
    answers: dict[str, Answer] = {FEED.url: HttpStatus("down", status=503)}
    desk = Desk([FEED], answers)
    await desk.once()
    answers[FEED.url] = answer(rss(item(1)))
    await desk.once()
    answers[FEED.url] = answer(rss(item(1), item(2)))
    await desk.once()
    assert [article.silent for article in desk.store.articles] == ["first-poll", None]


async def test_the_same_body_is_not_parsed_and_a_304_not_even_sent() -> None:
    answers: dict[str, Answer] = {FEED.url: answer(rss(item(1)), headers={"etag": '"1"'})}
    desk = Desk([FEED], answers)
    await desk.once()
    assert (await desk.once())[0].outcome == "unchanged"
    answers[FEED.url] = answer(b"", status=304)
    assert (await desk.once())[0].outcome == "not-modified"
    state = desk.store.states[FEED.id]
    assert (state.etag, state.polls, state.failures) == ('"1"', 3, 0)
    assert desk.fetcher.requests[1].etag == '"1"'
    assert len(desk.store.articles) == 1


async def test_a_body_that_changes_under_the_same_etag_is_seen() -> None:
    answers: dict[str, Answer] = {FEED.url: answer(rss(item(1)), headers={"etag": '"same"'})}
    desk = Desk([FEED], answers)
    await desk.once()
    answers[FEED.url] = answer(rss(item(1, title="Changed")), headers={"etag": '"same"'})
    assert (await desk.once())[0].revised == 1


async def test_of_a_body_cut_short_no_validator_is_kept() -> None:
    cut = answer(rss(item(1)), headers={"etag": '"1"'}, problems=("The connection was cut.",))
    desk = Desk([FEED], {FEED.url: cut})
    (report,) = await desk.once()
    state = desk.store.states[FEED.id]
    assert (report.new, state.etag, state.body_hash) == (1, None, None)
    assert report.problems == ("The connection was cut.",)


async def test_of_a_feed_whose_end_is_missing_no_validator_is_kept_until_it_comes_again() -> None:
    whole = rss(item(1), item(2))
    cut = whole[: whole.index(b"case 2")]
    desk = Desk([FEED], lambda _: answer(cut, headers={"etag": '"1"'}))
    (report,) = await desk.once()
    assert (report.new, desk.store.states[FEED.id].etag) == (1, None)
    await desk.once()
    assert desk.store.states[FEED.id].etag == '"1"'  # that is how it is


async def test_now_and_then_the_validators_are_left_out() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)), headers={"etag": '"1"'})})
    for _ in range(UNCONDITIONAL_EVERY * 2):
        await desk.once()
    without = [number for number, request in enumerate(desk.fetcher.requests) if request.etag is None]
    assert without == [0, UNCONDITIONAL_EVERY - 1, UNCONDITIONAL_EVERY * 2 - 1]


async def test_validators_that_stay_the_same_while_articles_come_are_not_sent_any_more() -> None:
    """A server that would answer 304 for ever is found out once, and never trusted until its validators change, too."""
    etag, stories = '"for ever"', 1

    def for_ever(request: FetchRequest) -> Answer:
        if request.etag == etag:
            return answer(b"", status=304)
        return answer(rss(*(item(number) for number in range(stories))), headers={"etag": etag})

    desk = Desk([FEED], for_ever)
    for stories in range(1, UNCONDITIONAL_EVERY + 1):  # noqa: B007 the server tells so many
        await desk.once()
    assert len(desk.store.articles) == UNCONDITIONAL_EVERY  # the last poll asked for all of it
    assert desk.store.states[FEED.id].validators_lie
    stories += 1
    assert (await desk.once())[0].new == 1
    assert desk.fetcher.requests[-1].afresh
    etag, stories = '"changes at last"', stories + 1
    await desk.once()
    await desk.once()
    assert [request.etag for request in desk.fetcher.requests[-2:]] == [None, etag]


async def test_a_weak_etag_that_outlives_a_new_time_stamp_is_trusted() -> None:
    builds = iter(f"<lastBuildDate>Mon, 07 Sep 2026 10:00:{n:02} GMT</lastBuildDate>" for n in range(9))
    desk = Desk([FEED], lambda _: answer(rss(item(1), channel=next(builds)), headers={"etag": 'W/"1"'}))
    await desk.once()
    await desk.once()
    assert not desk.store.states[FEED.id].validators_lie
    assert desk.fetcher.requests[1].etag == 'W/"1"'


async def test_a_feed_that_is_polled_seldom_is_asked_for_all_of_it_once_a_day() -> None:
    desk = Desk([FEED], lambda r: answer(b"", status=304) if r.etag else answer(rss(item(1)), headers={"etag": '"1"'}))
    for _ in range(6):
        await desk.once()
        desk.clock.forward(hours=9)
    assert [request.afresh for request in desk.fetcher.requests] == [False, False, False, True, False, False]


async def test_a_last_modified_of_the_future_is_not_sent_back() -> None:
    future = {"last-modified": "Fri, 01 Jan 2038 00:00:00 GMT", "date": "Mon, 07 Sep 2026 12:00:00 GMT"}
    desk = Desk([FEED], lambda _: answer(rss(item(1)), headers=future))
    await desk.once()
    assert desk.store.states[FEED.id].last_modified is None


@pytest.mark.parametrize("etag", ["unquoted", '"half', "W/", 'w/"1"', "'single'", '"with space "', "W/W/x", '""'])
async def test_a_broken_etag_goes_back_as_it_came(etag: str) -> None:
    desk = Desk([FEED], lambda _: answer(rss(item(1)), headers={"etag": etag}))
    await desk.once()
    await desk.once()
    assert desk.fetcher.requests[1].etag == etag


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://paper.example/wp-login.php?redirect_to=%2Frss", "a login page"),
        ("https://sso.paper.example/start", "a login page"),
        ("https://consent.paper.example/?back=rss", "a consent page"),
        ("https://paper.example/", "another address"),
    ],
)
async def test_a_redirect_to_a_page_that_is_no_feed_says_where_it_led(url: str, words: str) -> None:
    desk = Desk([FEED], lambda _: answer(HTML_PAGE, url=url))
    (report,) = await desk.once()
    assert report.outcome == "soft"
    assert f"{FEED.url} redirects to {words}" in str(report.error) and "is an HTML page" in str(report.error)


async def test_a_host_that_has_had_enough_is_not_asked_for_its_other_feeds() -> None:
    feeds = [feed(f"https://busy.example/{n}") for n in range(2)] + [feed("https://free.example/")]
    desk = Desk(
        feeds,
        lambda r: HttpStatus("no", status=429, headers={"retry-after": "60"}) if "busy" in r.url else answer(rss()),
    )
    async with Running(desk):
        await until(lambda: len(desk.reports) == 2)
        assert list(desk.poller._resting) == ["busy.example:"]
    assert sorted(url.split("/")[2] for url in desk.urls) == ["busy.example", "free.example"]


async def test_a_page_instead_of_a_feed_is_a_soft_failure_that_names_the_feed() -> None:
    desk = Desk([FEED], {FEED.url: answer(HTML_PAGE)})
    (report,) = await desk.once()
    state = desk.store.states[FEED.id]
    assert (report.outcome, state.failures, state.first_poll, state.body_hash) == ("soft", 1, True, None)
    assert FEED.url in (state.last_error or "") and "HTML page" in (state.last_error or "")


async def test_retry_after_of_a_failure_is_obeyed() -> None:
    error = HttpStatus("busy", status=429, headers={"retry-after": "5000"})
    desk = Desk([FEED], {FEED.url: error})
    await desk.once()
    state = desk.store.states[FEED.id]
    assert (state.last_status, state.next_poll) == (429, NOW + dt.timedelta(seconds=5001))


async def test_a_permanent_redirect_that_is_seen_for_a_day_is_kept_until_it_fails() -> None:
    moved = "https://new.example/rss"
    answers: dict[str, Answer] = {
        FEED.url: answer(rss(item(1)), url=moved, permanent_url=moved),
        moved: answer(rss(item(1), item(2)), url=moved),
    }
    desk = Desk([FEED], answers)
    for _ in range(3):
        await desk.once()
        desk.clock.forward(hours=12)
    assert desk.urls == [FEED.url] * 3
    await desk.once()
    answers[moved] = HttpGone("gone", status=410)
    await desk.once()
    assert desk.store.states[FEED.id].last_outcome == "soft"
    answers[FEED.url] = answer(rss(item(1), item(2), item(3)))
    await desk.once()
    assert desk.urls == [*[FEED.url] * 3, moved, moved, FEED.url]
    assert len(desk.store.articles) == 3


@pytest.mark.parametrize("hours", [0.0, 12.0])
async def test_a_permanent_redirect_of_an_hour_or_to_ever_other_places_is_not_kept(hours: float) -> None:
    targets = iter(f"https://new{n // (1 if hours else 9)}.example/rss" for n in range(9))

    def redirecting(_: FetchRequest) -> Answer:
        target = next(targets)
        return answer(rss(item(1)), url=target, permanent_url=target)

    desk = Desk([FEED], redirecting)
    for _ in range(6):
        await desk.once()
        desk.clock.forward(hours=hours)
    assert desk.urls == [FEED.url] * 6


async def test_a_host_is_left_alone_for_a_moment_between_two_of_its_feeds() -> None:
    feeds = [feed(f"https://site{n % 2}.example/{n}") for n in range(6)]
    started: dict[str, list[float]] = {}

    def watch(request: FetchRequest) -> Answer:
        started.setdefault(request.url.split("/")[2], []).append(asyncio.get_running_loop().time())
        return answer(rss(), url=request.url)

    desk = Desk(feeds, watch, settings={"host_pace": 0.05})
    assert len(await desk.once()) == 6
    for times in started.values():
        assert all(later - earlier >= 0.05 for earlier, later in itertools.pairwise(times))
    own = Desk(feeds, watch, settings={"host_pace": 500, "allow_private": "site0.example:443,site1.example"})
    assert len(await own.once()) == 6


async def test_410_ends_a_feed_and_resuming_begins_it_anew() -> None:
    answers: dict[str, Answer] = {FEED.url: HttpGone("gone", status=410)}
    desk = Desk([FEED], answers)
    await desk.once()
    assert await desk.once() == []
    assert desk.store.states[FEED.id].next_poll is None
    desk.store.remove_feed(FEED.id)
    desk.store.put_feeds([feed(now=NOW)])
    answers[FEED.url] = answer(rss(item(1)))
    assert (await desk.once())[0].new == 1


async def test_what_was_erased_is_not_published_again() -> None:
    answers: dict[str, Answer] = {FEED.url: answer(rss(item(1)))}
    desk = Desk([FEED], answers)
    await desk.once()
    desk.store.tombstones.add(desk.store.articles[0].id)
    answers[FEED.url] = answer(rss(item(1, title="Back again"), item(2)))
    await desk.once()
    assert [article.title for article in desk.store.articles] == ["Headline 1", "Headline 2"]


# many feeds


async def test_once_polls_every_feed_once_and_no_paused_one() -> None:
    feeds = [feed(f"https://site{n}.example/rss") for n in range(50)]
    paused = feed("https://paused.example/rss", paused=True)
    desk = Desk([*feeds, paused], lambda request: answer(rss(item(1)), url=request.url))
    progress: list[tuple[int, int]] = []
    reports = await desk.poller.poll_once(lambda done, total: progress.append((done, total)))
    assert sorted(desk.urls) == sorted(f.url for f in feeds)
    assert len(reports) == 50
    assert progress[-1] == (50, 50)


async def test_no_more_feeds_are_fetched_at_a_time_than_is_set_and_one_for_each_host() -> None:
    feeds = [feed(f"https://site{n % 5}.example/{n}") for n in range(40)]
    most: dict[str, int] = {}

    def watch(request: FetchRequest) -> Answer:
        host = request.url.split("/")[2]
        most[host] = max(most.get(host, 0), sum(host in url for url in desk.fetcher.open))
        return answer(rss(), url=request.url)

    desk = Desk(feeds, watch, settings={"poll_concurrency": 4})
    await desk.once()
    assert len(desk.urls) == 40
    assert desk.fetcher.most_open <= 4
    assert set(most.values()) <= {0, 1}


async def test_an_article_that_two_feeds_bring_at_once_is_published_once() -> None:
    feeds = [feed(f"https://site{n}.example/rss") for n in range(8)]
    desk = Desk(feeds, lambda request: answer(rss(item(1, text=request.url)), url=request.url))
    await desk.once()
    assert len(desk.store.articles) == 1


async def test_one_feeds_trouble_is_not_anothers() -> None:
    good, hanging, down, broken = (feed(f"https://{name}.example/rss") for name in ("good", "hang", "down", "broken"))
    answers: dict[str, Answer] = {
        good.url: answer(rss(item(1))),
        hanging.url: answer(rss()),
        down.url: HttpRefusal("no", status=403),
        broken.url: RuntimeError("a fault of ours"),
    }
    desk = Desk([good, hanging, down, broken], answers, settings={"poll_concurrency": 2, "poll_interval": 900})
    desk.fetcher.held[hanging.url] = asyncio.Event()
    async with Running(desk):
        for _ in range(5):
            polls = desk.urls.count(good.url)
            await until(lambda: desk.urls.count(good.url) > polls)  # noqa: B023
            await until(lambda: good.id in desk.store.states and good.url not in desk.fetcher.open)
            desk.clock.forward(hours=25)
    assert desk.urls.count(hanging.url) == 1
    assert desk.store.states[down.id].last_outcome == "soft"


async def test_feeds_that_are_slow_to_parse_leave_a_worker_to_the_others() -> None:
    class TwoWorkers(InlineWorkers):
        """Two at a time, of which large bodies never come back."""

        def __init__(self) -> None:
            self.free = asyncio.Semaphore(2)

        async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            async with self.free:
                if len(args[0]) > 500_000:
                    await asyncio.Event().wait()
                return function(*args, **kwargs)

    slow = [feed(f"https://slow{n}.example/rss") for n in range(4)]
    fast = [feed(f"https://fast{n}.example/rss") for n in range(4)]
    bodies = {f.url: rss(item(1), channel=" " * 600_000) for f in slow} | {f.url: rss(item(1)) for f in fast}
    desk = Desk([*slow, *fast], lambda request: answer(bodies[request.url], url=request.url), workers=TwoWorkers())
    async with Running(desk):
        await until(lambda: len(desk.reports) == len(fast))


async def test_a_feed_is_polled_when_it_is_due_and_not_before() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)))})
    async with Running(desk):
        await until(lambda: len(desk.reports) == 1)
        desk.clock.forward(minutes=14)
        await asyncio.sleep(0.05)
        assert len(desk.urls) == 1
        desk.clock.forward(minutes=2)
        await until(lambda: len(desk.reports) == 2)


async def test_changes_of_the_registry_are_seen_without_a_restart() -> None:
    other = feed("https://other.example/rss")
    desk = Desk([FEED], lambda request: answer(rss(item(1)), url=request.url))
    async with Running(desk):
        await until(lambda: len(desk.reports) == 1)
        desk.store.put_feeds([other])
        await until(lambda: other.url in desk.urls)
        desk.store.put_feeds([feed(paused=True)])
        desk.store.remove_feed(other.id)
        await asyncio.sleep(0.05)
        desk.clock.forward(hours=5)
        await asyncio.sleep(0.05)
        assert sorted(desk.urls) == sorted([FEED.url, other.url])
        desk.store.put_feeds([FEED])
        await until(lambda: desk.urls.count(FEED.url) == 2)


async def test_a_feed_that_is_removed_while_it_is_fetched_leaves_nothing() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)))})
    desk.fetcher.held[FEED.url] = asyncio.Event()
    other = feed("https://other.example/rss", paused=True)
    async with Running(desk):
        await until(lambda: desk.fetcher.open == [FEED.url])
        desk.store.remove_feed(FEED.id)
        desk.store.put_feeds([other])
        await until(lambda: other.id in desk.poller._feeds)
        desk.fetcher.held[FEED.url].set()
        await until(lambda: bool(desk.reports))
    assert desk.store.articles == []
    assert desk.store.states == {}


async def test_a_restart_keeps_to_the_schedule_and_to_what_is_known() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)), headers={"etag": '"1"'})})
    await desk.once()
    again = Desk([], {FEED.url: answer(rss(item(1), item(2)))}, store=desk.store)
    async with Running(again):
        await asyncio.sleep(0.05)
        assert again.urls == []
        again.clock.forward(minutes=16)
        await until(lambda: len(desk.store.articles) == 2)
    assert again.fetcher.requests[0].etag == '"1"'


async def test_a_log_that_does_not_take_articles_loses_none() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)))})
    desk.store.fail_next.append(Unavailable("the log is away"))
    async with Running(desk):
        await until(lambda: not desk.store.fail_next)
        assert desk.store.articles == []
        await until(lambda: desk.clock.forward(minutes=1) or bool(desk.store.articles))
    assert desk.store.articles[0].silent == "first-poll"


async def test_polling_once_says_when_the_log_is_away() -> None:
    desk = Desk([FEED], {FEED.url: answer(rss(item(1)))})
    desk.store.fail_next.append(Unavailable("the log is away"))
    with pytest.raises(Unavailable):
        await desk.once()


async def test_stopping_gives_up_fetches_and_finishes_publications() -> None:
    slow = feed("https://slow.example/rss")
    desk = Desk([FEED, slow], lambda request: answer(rss(item(1)), url=request.url))
    desk.fetcher.held[slow.url] = asyncio.Event()
    begun, go = asyncio.Event(), asyncio.Event()
    publish = desk.store.publish

    async def slow_publish(*args: Any) -> None:
        begun.set()
        await go.wait()
        await publish(*args)

    desk.store.publish = slow_publish  # type: ignore[assignment, method-assign]
    running = Running(desk)
    await running.__aenter__()
    await begun.wait()
    running.stop.set()
    await asyncio.sleep(0.01)
    go.set()
    await running.__aexit__()
    assert len(desk.store.articles) == 1


# what is told


async def test_no_way_out_to_the_internet_is_said_once_and_polling_goes_on() -> None:
    feeds = [feed(f"https://site{n}.example/rss") for n in range(30)]
    reachable: list[bool] = []
    desk = Desk(
        feeds,
        lambda request: answer(rss(), url=request.url) if reachable else NameNotFound(f"{request.url} has no address"),
    )
    with structlog.testing.capture_logs() as logs:
        await desk.once()
        await desk.once()
        assert [entry["log_level"] for entry in logs] == ["warning"]
        assert "no way out to the internet" in logs[0]["event"]
        reachable.append(True)
        await desk.once()
    assert any("feeds answer" in entry["event"] for entry in logs)


async def test_a_feed_that_fails_is_told_once_and_once_when_it_is_back() -> None:
    answers: dict[str, Answer] = {FEED.url: answer(rss())}
    desk = Desk([FEED], answers)
    with structlog.testing.capture_logs() as logs:
        await desk.once()
        answers[FEED.url] = HttpRefusal(f"The feed {FEED.url} answered 403.", status=403)
        await desk.once()
        await desk.once()
        answers[FEED.url] = answer(rss(item(1)))
        await desk.once()
    assert [(entry["log_level"], entry["event"]) for entry in logs] == [
        ("warning", "a feed fails"), ("info", "a feed is back"),
    ]  # fmt: skip
    assert FEED.url in logs[0]["error"]


def test_the_id_of_a_feed_comes_from_its_address() -> None:
    assert FEED.id == feed_id("https://paper.example/rss")
