"""No spelling of an inside address gets a socket, and only what the operator named is excepted."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinkwatch.errors import RefusedAddress, SettingsError
from brinkwatch.settings import Settings, read_settings
from producers.fetch.client import Client, FetchRequest
from producers.fetch.errors import FetchFailure
from producers.fetch.guard import ConnectionRefusedHere, Policy, guarded_session, read_policy, why_not_public
from tests.producers.conftest import FeedServer

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1", "169.254.170.2", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1",
    "198.19.255.255", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::2", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1",
    "ff02::1", "ff05::2", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "::127.0.0.1", "::7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2001:0:53aa:64c:0:fbff:80ff:fffe",
    "2001::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.63.255.255", "100.128.0.1",
           "2606:4700::1111", "2a00:1450:4001::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"]  # fmt: skip

# Hosts as an address may spell them: every one must fail, whether the name service, the client or the guard sees to it.
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "0x7f000001", "0X7F.0.0.1", "0x7f.1", "2130706433", "017700000001", "0177.0.0.1",
    "0177.0x0.1", "127.0.0.1.", "127.000.000.001", "00000177.0.0.1", "0", "0.0.0.0", "0x0", "localhost", "LOCALHOST",
    "localhost.", "foo.localhost", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "127%2e0%2e0%2e1", "%6c%6f%63%61%6c%68%6f%73%74", "user@127.0.0.1",
    "1.1.1.1@127.0.0.1", "127.0.0.1:80@localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0000::1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[fe80::1%25lo]",
    "[fd00:ec2::254]", "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518",
    "[::ffff:169.254.169.254]", "10.0.0.1", "0xa.1", "012.1", "192.168.1.1", "192.168.257", "172.16.1", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "[ff02::1]", "[fe80::1]", "[fc00::1]", "3232235777",
    "4294967295", "[::ffff:0:127.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_refused_with_its_reason(address: str) -> None:
    assert Policy().why_refused(address, 80)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert Policy().why_refused(address, 80) is None


@given(st.ip_addresses(v=4))
def test_no_ipv4_that_is_not_global_passes_in_any_ipv6_dress(ip: ipaddress.IPv4Address) -> None:
    if ip.is_global and not ip.is_multicast:
        return
    number = int(ip)
    for dressed in (
        ip,
        ipaddress.IPv6Address(0xFFFF_0000_0000 | number),
        ipaddress.IPv6Address((0x64_FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),
    ):
        assert why_not_public(dressed), dressed


def by_the_system(host: str, port: int, family: int, kind: int) -> list[tuple[Any, ...]]:
    """The system's own reading of numeric spellings, without asking any name server."""
    if host.rstrip(".").lower().split(".")[-1] == "localhost":
        host = "127.0.0.1"
    with contextlib.suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))  # 0x7f.1, 0177.1 and the like
    return socket.getaddrinfo(host, port, family, kind, 0, socket.AI_NUMERICHOST)


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_spelling_of_an_inside_host_is_connected_to(
    host: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, where: connected.append(where))
    async with Client(read_settings(allow_private=""), look_up=by_the_system) as client:
        with pytest.raises(FetchFailure):
            await client.fetch(FetchRequest(f"{scheme}://{host}/feed"))
    assert not connected


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_redirect_to_an_inside_host_is_followed(
    host: str, server: FeedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.gives("/feed", status=302, headers={"Location": f"http://{host}/inside"})
    connected: list[int] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, where: Any) -> None:
        connected.append(where[1])
        return connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", noted)
    async with Client(settings, look_up=by_the_system) as client:
        with pytest.raises(FetchFailure):
            await client.fetch(FetchRequest(url))
    assert set(connected) == {server.server.port}


async def test_what_is_excepted_by_its_name_is_not_by_another_name(server: FeedServer, settings: Settings) -> None:
    """A name of somebody else's that leads to the same place is refused, however often the named one was fetched."""
    server.gives("/feed", b"<rss/>")
    port = server.server.port

    def look_up(host: str, port: int, family: int, kind: int) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    named = settings.model_copy(update={"allow_private": f"feeds.mine.example:{port}"})
    async with Client(named, look_up=look_up) as client:
        for _ in range(2):
            await client.fetch(FetchRequest(f"http://feeds.mine.example:{port}/feed"))
            with pytest.raises(RefusedAddress, match="evil"):
                await client.fetch(FetchRequest(f"http://evil.example:{port}/feed"))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "/etc/passwd", "ftp://ftp.example/feed", "gopher://127.0.0.1/", "data:text/xml,<rss/>",
     "javascript:alert(1)", "http://", "http:///feed", "", "unix:///run/docker.sock", "http+unix://x/", "dict://x/"],
)  # fmt: skip
async def test_other_schemes_are_refused_with_what_to_do(url: str) -> None:
    async with Client(read_settings(allow_private="")) as client:
        with pytest.raises(FetchFailure) as caught:
            await client.fetch(FetchRequest(url))
    assert caught.value.outcome == "hard"
    assert caught.value.hint


async def test_a_name_that_resolves_inside_only_when_connecting_is_refused() -> None:
    """DNS rebinding: the first answer is public, the next is not. The guard sees the address that is connected to."""
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    seen: list[str] = []

    def rebinding(host: str, port: int, family: int, kind: int) -> list[tuple[Any, ...]]:
        seen.append(next(answers))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (seen[-1], port))]

    rebinding("evil.example", 80, 0, 0)  # whatever was looked up before counts for nothing
    async with Client(read_settings(allow_private=""), look_up=rebinding) as client:
        with pytest.raises(RefusedAddress, match=r"evil\.example leads inside"):
            await client.fetch(FetchRequest("http://evil.example/feed"))
    assert seen == ["93.184.215.14", "127.0.0.1"]


async def test_all_addresses_of_a_name_are_checked() -> None:
    def both(host: str, port: int, family: int, kind: int) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port)),
        ]

    async with Client(read_settings(allow_private=""), look_up=both) as client:
        with pytest.raises(RefusedAddress):
            await client.fetch(FetchRequest("http://both.example/feed"))


async def test_the_session_for_webhooks_is_guarded_too() -> None:
    async with guarded_session(Policy(), user_agent="test") as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.post("http://127.0.0.1:9/hook", json={})
    assert isinstance(caught.value.os_error, ConnectionRefusedHere)


@pytest.mark.parametrize(
    ("setting", "address", "port", "allowed"),
    [
        ("127.0.0.1:8099", "127.0.0.1", 8099, True),
        ("127.0.0.1:8099", "127.0.0.1", 8098, False),
        ("127.0.0.1:8099", "127.0.0.2", 8099, False),
        ("127.0.0.1:8099", "::ffff:127.0.0.1", 8099, True),
        ("127.0.0.1", "127.0.0.1", 1, True),
        ("10.1.0.0/16", "10.1.255.1", 443, True),
        ("10.1.0.0/16", "10.2.0.1", 443, False),
        ("10.1.0.0/16:443", "10.1.0.1", 443, True),
        ("10.1.0.0/16:443", "10.1.0.1", 80, False),
        ("[::1]:80", "::1", 80, True),
        ("[::1]:80", "::1", 81, False),
        ("::1", "::1", 81, True),
        ("fd00::/8", "fd00::7", 80, True),
        ("[fd00::/8]:80", "fd00::7", 80, True),
        ("127.0.0.1:8099, 10.1.0.0/16", "10.1.0.1", 80, True),
        ("", "127.0.0.1", 80, False),
    ],
)
def test_exceptions_hold_for_what_they_name_and_nothing_else(
    setting: str, address: str, port: int, allowed: bool
) -> None:
    assert (read_policy(setting).why_refused(address, port) is None) is allowed


def test_a_name_may_be_an_exception() -> None:
    policy = read_policy("localhost:8099,feeds.internal")
    assert policy.allows_name("LocalHost", 8099)
    assert not policy.allows_name("localhost", 80)
    assert policy.allows_name("feeds.internal.", 1)
    assert not policy.allows_name("evil.feeds.internal", 1)


@pytest.mark.parametrize(
    "setting",
    ["127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http", "10.1.0.1/16", "10.1.0.0/33", "300.1.1.1", "http://localhost",
     "[::1", "[::1]:x", "0x7f000001", "-bad-:80", "a/b", "127.1:80", "*"],
)  # fmt: skip
def test_a_wrong_exception_is_refused_with_its_name_and_what_would_do(setting: str) -> None:
    with pytest.raises(SettingsError, match="BRINKWATCH_ALLOW_PRIVATE") as caught:
        read_policy(setting)
    assert "127.0.0.1:8099" in caught.value.hint
