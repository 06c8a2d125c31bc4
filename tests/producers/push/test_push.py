"""Feeds are pushed by hubs: subscribed, verified, renewed and ended; what is pushed is what a poll would have brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
import structlog
from pydantic import SecretStr

from brinkwatch.embedded.database import Database
from brinkwatch.embedded.registry import SqliteSubscriptions, create
from brinkwatch.errors import SettingsError
from brinkwatch.models import Subscription, encode
from brinkwatch.settings import read_settings
from producers.fetch.client import Client, FetchResult
from producers.push.decide import RETRY_SECONDS, lease_alive, told
from producers.push.keys import Keys, read_keys
from producers.push.listen import listening, poller_options
from producers.push.subscriber import PUSHES_A_MINUTE, Subscriber
from tests.producers.feeds import HTML_PAGE, NOW, feed, item, rss
from tests.producers.memory import InlineWorkers, MemoryStore
from tests.producers.push.hub import Hub
from tests.producers.test_poller import FEED, Clock, Desk, answer

KEY = "k" * 40
TOPIC = "https://paper.example/topic"


class Pushed:
    """A desk whose feed names a hub, with the subscriber, its listener and the hub."""

    def __init__(self, hub: Hub, database: Database, stack: AsyncExitStack, allow: str = "127.0.0.1") -> None:
        self.hub, self.stack = hub, stack
        self.settings = {
            "websub_url": "https://push.example/websub",
            "websub_key": SecretStr(KEY),
            "websub_port": 0,
            "allow_private": allow,
        }
        self.subscriptions = SqliteSubscriptions(database)
        self.store, self.clock = MemoryStore([FEED]), Clock()
        self.items = [item(1)]
        self.topic, self.hubs = TOPIC, [hub.url]

    async def start(self) -> Pushed:
        settings = read_settings(**self.settings)
        keys = read_keys(settings)
        assert keys is not None
        client = await self.stack.enter_async_context(Client(settings))
        self.subscriber = Subscriber(
            self.subscriptions,
            lambda feed_id: next((f for f in self.store.feeds() if f.id == feed_id), None),
            self.store.feed_state,
            client,
            InlineWorkers(),
            settings,
            keys,
            clock=self.clock,
            jitter=lambda: 0.0,
        )
        given: dict[str, object] = dict(poller_options(self.subscriber))
        self.desk = Desk([], lambda _: self.answer(), store=self.store, settings=self.settings, **_poll_only(given))
        self.desk.clock = self.clock
        self.desk.poller._clock = self.clock
        self.desk.poller._on_poll = self.subscriber.heard
        self.subscriber.poller = self.desk.poller
        port = await self.stack.enter_async_context(listening(self.subscriber, settings))
        self.hub.local = f"http://127.0.0.1:{port}"
        return self

    def answer(self) -> FetchResult:
        links = "".join(f'<atom:link rel="hub" href="{url}"/>' for url in self.hubs)
        links += f'<atom:link rel="self" href="{self.topic}"/>'
        body = rss(*self.items, channel=links).replace(b"<rss ", b"<rss xmlns:atom='http://www.w3.org/2005/Atom' ", 1)
        return answer(body, FEED.url)

    async def poll(self) -> None:
        await self.desk.once()
        await self.subscriber.step()

    async def subscribed(self) -> None:
        await self.poll()
        assert await self.hub.ask() == (200, "c4fe")

    @property
    def sub(self) -> Subscription:
        found = self.subscriptions.subscription(FEED.id)
        assert found is not None
        return found


def _poll_only(given: Mapping[str, object]) -> dict[str, object]:
    return {"push_of": given["push_of"]}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "state.db", create)
    yield opened
    opened.close()


@pytest.fixture
async def pushed(database: Database) -> AsyncIterator[Pushed]:
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Hub().serving())
        yield await Pushed(hub, database, stack).start()


async def test_a_hub_that_a_feed_names_is_asked_and_its_question_answered(pushed: Pushed) -> None:
    await pushed.poll()
    (asked,) = pushed.hub.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", TOPIC)
    assert asked["hub.callback"].startswith(f"https://push.example/websub/{FEED.id}/")
    assert not lease_alive(pushed.sub, NOW)
    assert await pushed.hub.ask() == (200, "c4fe")
    assert lease_alive(pushed.sub, NOW)
    assert pushed.sub.until == NOW + dt.timedelta(days=1)


@pytest.mark.parametrize("changed", [{"mode": "unsubscribe"}, {"topic": "https://evil.example/"}, {"challenge": ""}])
async def test_what_was_not_asked_for_is_not_confirmed(pushed: Pushed, changed: dict[str, str]) -> None:
    await pushed.poll()
    assert (await pushed.hub.ask(-1, **changed))[0] == 404
    assert not lease_alive(pushed.sub, NOW)


async def test_a_callback_that_nobody_was_given_is_not_there(pushed: Pushed) -> None:
    await pushed.poll()
    pushed.hub.asked[0]["hub.callback"] = pushed.hub.asked[0]["hub.callback"][:-1] + "x"
    assert (await pushed.hub.ask())[0] == 404
    assert await pushed.hub.push(b"<rss/>") == 404


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_what_is_pushed_and_signed_is_published_once(pushed: Pushed, method: str) -> None:
    await pushed.subscribed()
    for _ in range(2):
        assert await pushed.hub.push(rss(item(2)), method=method) == 204
    assert [article.title for article in pushed.store.articles] == ["Headline 1", "Headline 2"]
    assert pushed.store.articles[1].silent is None
    assert pushed.store.articles[1].feed.gap is None


async def test_what_is_pushed_is_revised_like_what_is_polled(pushed: Pushed) -> None:
    await pushed.subscribed()
    await pushed.hub.push(rss(item(1, title="Headline 1, corrected")))
    assert [article.revision for article in pushed.store.articles] == [0, 1]


async def test_a_wrong_or_missing_signature_is_answered_kindly_and_dropped(pushed: Pushed) -> None:
    await pushed.subscribed()
    assert await pushed.hub.push(rss(item(2)), secret="guessed") == 204
    assert await pushed.hub.push(rss(item(2)), signed=False) == 204
    assert len(pushed.store.articles) == 1
    assert pushed.sub.ping_at is None


async def test_what_cannot_be_published_is_not_confirmed(pushed: Pushed) -> None:
    from brinkwatch.errors import Unavailable

    await pushed.subscribed()
    pushed.store.fail_next = [Unavailable("The disk is full.")]
    assert await pushed.hub.push(rss(item(2))) == 503
    assert await pushed.hub.push(rss(item(2))) == 204
    assert len(pushed.store.articles) == 2


async def test_a_ping_that_carries_no_feed_asks_for_a_poll(pushed: Pushed) -> None:
    await pushed.subscribed()
    pushed.clock.forward(minutes=1)
    assert await pushed.hub.push(HTML_PAGE) == 204
    assert len(pushed.store.articles) == 1
    pushed.desk.poller._plan(FEED.id)
    await pushed.subscriber.step()
    assert pushed.desk.poller._due[FEED.id] == NOW + dt.timedelta(seconds=120)


async def test_a_denial_is_told_and_not_asked_again_at_once(pushed: Pushed) -> None:
    await pushed.poll()
    assert (await pushed.hub.ask(mode="denied", reason="no such topic here"))[0] == 200
    assert "no such topic here" in told(pushed.sub, NOW)
    pushed.clock.forward(hours=1)
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 1


async def test_a_lease_is_renewed_before_it_ends(pushed: Pushed) -> None:
    await pushed.subscribed()
    pushed.clock.forward(hours=19)
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 1
    pushed.clock.forward(minutes=30)
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 2
    assert pushed.hub.asked[0] == pushed.hub.asked[1]
    assert lease_alive(pushed.sub, pushed.clock.now)
    await pushed.hub.ask()
    assert pushed.sub.until == pushed.clock.now + dt.timedelta(days=1)


async def test_while_a_hub_pushes_polls_are_rare_and_say_why(pushed: Pushed) -> None:
    await pushed.subscribed()
    pushed.items.append(item(2))
    await pushed.hub.push(rss(item(2)))
    pushed.clock.forward(minutes=15)
    await pushed.poll()
    state = pushed.store.states[FEED.id]
    assert state.next_poll == pushed.clock.now + dt.timedelta(hours=6, seconds=1)
    assert "its hub pushes" in state.why
    assert pushed.sub.silent_since is None


async def test_items_that_were_pushed_between_two_polls_are_no_gap(pushed: Pushed) -> None:
    await pushed.subscribed()
    for number in range(2, 30):
        await pushed.hub.push(rss(item(number)))
    pushed.items = [item(number) for number in range(20, 30)]
    pushed.clock.forward(hours=6)
    await pushed.poll()
    assert pushed.store.states[FEED.id].missed == 0


async def test_a_hub_that_does_not_push_is_found_out_and_polling_comes_back(pushed: Pushed) -> None:
    await pushed.subscribed()
    pushed.clock.forward(minutes=15)
    await pushed.poll()
    pushed.items.append(item(2).replace("10:00:00", "13:00:00"))
    pushed.clock.forward(hours=6)
    await pushed.poll()
    assert "silent" in told(pushed.sub, pushed.clock.now)
    assert pushed.subscriber.push_of(FEED.id) is None
    pushed.items.append(item(3))
    await pushed.hub.push(rss(item(3)))
    assert pushed.subscriber.push_of(FEED.id) is not None


async def test_a_removed_feed_is_unsubscribed_and_its_callback_gone(pushed: Pushed) -> None:
    await pushed.subscribed()
    pushed.store.remove_feed(FEED.id)
    await pushed.subscriber.step()
    assert pushed.hub.asked[-1]["hub.mode"] == "unsubscribe"
    assert await pushed.hub.ask() == (200, "c4fe")
    assert await pushed.hub.push(rss(item(2))) == 410
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 2


async def test_a_subscription_outlives_the_process(pushed: Pushed) -> None:
    await pushed.subscribed()
    await pushed.start()
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 1
    assert await pushed.hub.push(rss(item(2))) == 204
    assert len(pushed.store.articles) == 2


async def test_a_hub_inside_is_never_asked(database: Database) -> None:
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Hub().serving())
        pushed = await Pushed(hub, database, stack, allow="").start()
        await pushed.poll()
        assert hub.asked == []
        assert pushed.sub.phase == "failed"
        assert KEY not in str(pushed.sub)
        assert pushed.store.states[FEED.id].failures == 0


async def test_the_next_hub_is_asked_where_one_refuses_and_all_again_later(pushed: Pushed) -> None:
    pushed.hubs = [pushed.hub.url, pushed.hub.url + "?second"]
    pushed.hub.status = 500
    await pushed.poll()
    assert pushed.sub.hub.endswith("?second")
    await pushed.subscriber.step()
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 2
    pushed.clock.forward(seconds=RETRY_SECONDS * 2 + 1)
    await pushed.subscriber.step()
    assert len(pushed.hub.asked) == 3


async def test_over_plain_http_no_secret_is_sent_and_no_content_believed(pushed: Pushed) -> None:
    pushed.subscriber._hubs.trusts = lambda address: False  # type: ignore[method-assign]
    await pushed.subscribed()
    assert "hub.secret" not in pushed.hub.asked[0]
    assert await pushed.hub.push(rss(item(2))) == 204
    assert len(pushed.store.articles) == 1
    assert pushed.sub.ping_at is not None


async def test_pushes_of_one_feed_are_limited(pushed: Pushed) -> None:
    await pushed.subscribed()
    answers = [await pushed.hub.push(b"<rss/>", signed=False) for _ in range(PUSHES_A_MINUTE + 1)]
    assert answers[-2:] == [204, 429]


async def test_a_body_beyond_the_limit_is_refused(pushed: Pushed) -> None:
    await pushed.subscribed()
    assert await pushed.hub.push(b" " * 10_000_001) == 413


async def test_no_secret_is_stored_or_logged(pushed: Pushed) -> None:
    with structlog.testing.capture_logs() as logs:
        await pushed.subscribed()
        await pushed.hub.push(rss(item(2)), secret="guessed")
    secret, callback = pushed.hub.asked[0]["hub.secret"], pushed.hub.asked[0]["hub.callback"]
    told_anywhere = str(logs) + encode(pushed.sub).decode()
    assert secret not in told_anywhere
    assert callback.rpartition("/")[2] not in told_anywhere


def test_half_a_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="BRINKWATCH_WEBSUB_KEY"):
        read_keys(read_settings(websub_url="https://push.example/"))
    assert read_keys(read_settings()) is None


def test_callbacks_and_secrets_differ_for_every_subscription() -> None:
    keys = Keys("https://push.example/", SecretStr(KEY))
    other = feed("https://other.example/rss")
    assert len({keys.callback(f, t) for f in (FEED.id, other.id) for t in ("a", "b")}) == 4
    assert len({keys.secret(f, t, h) for f in (FEED.id, other.id) for t in ("a", "b") for h in ("x", "y")}) == 8
    assert keys.read(keys.callback(FEED.id, "a").partition("example")[2]) is not None


async def test_other_methods_than_the_two_are_refused(pushed: Pushed) -> None:
    await pushed.subscribed()
    async with aiohttp.ClientSession() as session, session.put(pushed.hub.callback()) as refused:
        assert refused.status == 405
