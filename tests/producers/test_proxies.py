"""Feeds come through HTTP and SOCKS proxies, the inside stays refused as far as it can be told, and no login is shown."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from brinkwatch.errors import SettingsError
from brinkwatch.outbound import guarded_post
from brinkwatch.settings import Settings, read_settings
from producers.fetch import errors
from producers.fetch.client import Client, FetchRequest, FetchResult
from producers.fetch.guard import Policy, read_policy
from producers.fetch.proxy import read_proxy
from tests.producers.conftest import FeedServer
from tests.producers.feeds import item, rss
from tests.producers.proxies import HttpProxy, SmallProxy, SocksProxy
from tests.producers.test_guard import INSIDE, SPELLINGS

BODY = rss(item(1))
KINDS = {"http": HttpProxy, "socks5": SocksProxy}


def nowhere(*_: object) -> list[tuple[object, ...]]:
    raise socket.gaierror(-2, "this machine knows no names")


async def fetch(settings: Settings, url: str) -> FetchResult:
    async with Client(settings, look_up=nowhere) as client:
        return await client.fetch(FetchRequest(url))


async def failure(settings: Settings, url: str) -> errors.FetchFailure:
    with pytest.raises(errors.FetchFailure) as caught:
        await fetch(settings, url)
    return caught.value


def through(scheme: str, proxy: SmallProxy, login: str = "") -> Settings:
    at = f"{login}@" if login else ""
    return read_settings(proxy=SecretStr(f"{scheme}://{at}127.0.0.1:{proxy.port}"), allow_private="", fetch_timeout=5)


@pytest.mark.parametrize("scheme", KINDS)
async def test_a_feed_comes_through_a_proxy_that_resolves_its_name(scheme: str, server: FeedServer) -> None:
    server.gives("/feed", BODY, headers={"ETag": '"1"'})
    async with KINDS[scheme](server.server.port).serving() as proxy:
        result = await fetch(through(scheme, proxy), "http://paper.example/feed")
    assert (result.body, result.final_url) == (BODY, "http://paper.example/feed")
    assert "paper.example" in proxy.asked[0]
    assert server.requests[0].headers["Host"] == "paper.example"


@pytest.mark.parametrize("scheme", KINDS)
async def test_a_proxys_login_is_sent_to_it_alone_and_never_shown(scheme: str, server: FeedServer) -> None:
    server.gives("/feed", BODY)
    async with KINDS[scheme](server.server.port, "ina:s3cret").serving() as proxy:
        await fetch(through(scheme, proxy, "ina:s3cret"), "http://paper.example/feed")
        assert "Proxy-Authorization" not in server.requests[0].headers
        for login in ("", "ina:wr0ng"):
            error = await failure(through(scheme, proxy, login), "http://paper.example/feed")
            assert isinstance(error, errors.NoConnection)
            assert f"the proxy {scheme}://127.0.0.1:{proxy.port}" in error.what
            for told in (str(error), repr(error.__cause__), repr(error.headers)):
                assert "s3cret" not in told and "wr0ng" not in told
    assert "s3cret" not in repr(through(scheme, proxy, "ina:s3cret"))
    assert "s3cret" not in repr(read_proxy("http://ina:s3cret@proxy.example:3128"))


@pytest.mark.parametrize("scheme", KINDS)
@pytest.mark.parametrize("url", ["http://paper.example/feed", "https://paper.example/feed"])
async def test_a_proxy_that_cannot_reach_a_feed_or_is_not_there_is_told(
    scheme: str, url: str, server: FeedServer
) -> None:
    async with KINDS[scheme](server.server.port, status=502).serving() as proxy:
        settings = through(scheme, proxy)
        error = await failure(settings, url)
        assert error.outcome == "temporary"
        assert "502" in f"{error.what} {error.status}" or "unreachable" in error.what
    error = await failure(settings, url)
    assert isinstance(error, errors.NoConnection) and "proxy" in error.what


@pytest.mark.parametrize("host", [*SPELLINGS, *(f"[{a}]" if ":" in a else a for a in INSIDE), "printer", "nas.local", "metadata.google.internal", "db.corp"])  # fmt: skip
async def test_the_inside_is_not_asked_for_through_a_proxy(host: str, server: FeedServer) -> None:
    async with HttpProxy(server.server.port).serving() as proxy:
        error = await failure(through("http", proxy), f"http://{host}/feed")
    assert error.outcome == "hard"
    assert not proxy.asked and not server.requests


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest/", "http://0x7f.1/", "http://localhost/", "http://[::ffff:10.0.0.1]/"])  # fmt: skip
async def test_a_redirect_to_the_inside_is_not_followed_through_a_proxy(location: str, server: FeedServer) -> None:
    server.gives("/feed", status=302, headers={"Location": location})
    async with HttpProxy(server.server.port).serving() as proxy:
        error = await failure(through("http", proxy), "http://paper.example/feed")
    assert isinstance(error, errors.AddressRefused)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("name", ["news.example", "a.b-c.example.", "xn--mnchen-3ya.example", "1.1.1.1", "localhost.example", "[2606:4700::1111]"])  # fmt: skip
def test_what_may_be_outside_is_left_to_the_proxy(name: str) -> None:
    assert Policy().why_name_refused(name, 80) is None


async def test_ones_own_hosts_are_asked_directly(server: FeedServer) -> None:
    url = server.gives("/feed", BODY)
    async with HttpProxy(server.server.port).serving() as proxy:
        settings = through("http", proxy).model_copy(update={"allow_private": f"127.0.0.1:{server.server.port}"})
        assert (await fetch(settings, url)).body == BODY
    assert not proxy.asked
    assert read_policy("db.corp").why_name_refused("db.corp", 80) is None


async def test_a_feed_may_have_a_proxy_of_its_own_or_none(server: FeedServer, tmp_path: Path) -> None:
    server.gives("/feed", BODY)
    async with HttpProxy(server.server.port).serving() as usual, SocksProxy(server.server.port).serving() as own:
        access = tmp_path / "access.toml"
        access.write_text(
            f'["http://far.example/"]\nproxy = "socks5://127.0.0.1:{own.port}"\n["http://near.example/"]\nproxy = "direct"\n'
        )
        settings = through("http", usual).model_copy(update={"feed_access": access})
        await fetch(settings, "http://paper.example/feed")
        await fetch(settings, "http://far.example/feed")
        error = await failure(settings, "http://near.example/feed")
    assert (usual.asked, own.asked) == (["GET http://paper.example/feed"], ["far.example:80"])
    assert isinstance(error, errors.NameNotFound)


@pytest.mark.parametrize("written", ["proxy.example:3128", "ftp://ina:s3cret@proxy.example", "http://", "http://ina:s3cret@/", "http://p.example/path", "socks6://ina:s3cret@p.example"])  # fmt: skip
def test_a_wrong_proxy_is_refused_with_what_would_do_and_without_its_login(written: str) -> None:
    with pytest.raises(SettingsError, match="BRINKWATCH_PROXY") as caught:
        read_proxy(written)
    assert "s3cret" not in str(caught.value) and "http://proxy.example:3128" in caught.value.hint


async def test_webhooks_go_through_the_proxy_too_and_not_inside(server: FeedServer) -> None:
    server.gives("/hook")
    async with HttpProxy(server.server.port).serving() as proxy, guarded_post(through("http", proxy)) as post:
        assert (await post("http://hooks.example/hook", {}, b"{}")).status == 200
        assert "inside" in ((await post("http://db.corp/hook", {}, b"{}")).error or "")
    assert proxy.asked == ["POST http://hooks.example/hook"]
