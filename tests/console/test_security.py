"""What protects the console: hosts, forms, sizes, escaping, headers, secrets."""

from __future__ import annotations

import re

import httpx
import pytest

from brinkwatch.console.guard import host_name
from brinkwatch.console.wording import web_link
from brinkwatch.redact import channel
from brinkwatch.redact import shown as without_credentials
from brinkwatch.settings import read_settings
from tests.console.conftest import ADDRESS, ask
from tests.console.memory import Memory

PAGES = (
    "/",
    "/search?q=iran",
    "/search?q=(",
    f"/articles/{7:024x}",
    "/alerts",
    "/alerts/a1",
    "/feeds",
    "/rules",
    "/status",
)


@pytest.mark.parametrize("address", [*PAGES, "/nowhere", "/api/search?q=*:*", "/static/console.css", "/metrics"])
async def test_every_answer_binds_the_browser(client: httpx.AsyncClient, address: str) -> None:
    headers = (await client.get(address)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in headers


async def test_an_unexpected_error_is_a_page_without_a_traceback_and_with_the_headers(memory: Memory) -> None:
    memory.search = lambda request: 1 / 0  # type: ignore[assignment,method-assign,return-value]
    async with ask(memory) as client:
        answer = await client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text and "did not expect" in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("address", PAGES)
async def test_nothing_that_a_feed_sends_becomes_markup(client: httpx.AsyncClient, address: str) -> None:
    page = (await client.get(address)).text
    assert not re.search(r"<(script>|img|iframe|b>|svg onload|a href=x)", page)
    assert not re.search(r"""href=["']?\s*javascript:""", page, re.IGNORECASE)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page), "inline styles and handlers are against the policy"


async def test_characters_that_turn_the_direction_of_writing_are_left_out(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/articles/{7:024x}")).text
    assert "\u202e" not in page and "\x00" not in page and "exe.kcatta" in page


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:1", "desk.example", "10.0.0.9:80"]
)
async def test_known_hosts_are_answered(memory: Memory, host: str) -> None:
    settings = read_settings(console_hosts="desk.example, other.example", console_host="10.0.0.9")
    async with ask(memory, settings) as client:
        assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "a b", "127.0.0.1:x", "[::1"]
)
async def test_other_hosts_are_refused(client: httpx.AsyncClient, host: str) -> None:
    for address in ("/", "/api/search?q=", "/static/console.css"):
        answer = await client.get(address, headers={"Host": host})
        assert answer.status_code == 400 and "BRINKWATCH_CONSOLE_HOSTS" in answer.text


def test_a_host_is_read_without_its_port_and_case() -> None:
    assert host_name("Desk.Example.:8080") == "desk.example"
    assert host_name("[::1]:80") == "::1"
    assert host_name("a/b") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_form_of_another_site_acknowledges_nothing(
    client: httpx.AsyncClient, memory: Memory, headers: dict[str, str]
) -> None:
    answer = await client.post("/alerts/a1/acknowledge", headers=headers)
    assert answer.status_code == 403
    assert memory.raised["a1"].acknowledged_at is None


async def test_reading_never_acknowledges(client: httpx.AsyncClient, memory: Memory) -> None:
    assert (await client.get("/alerts/a1/acknowledge")).status_code == 405
    assert memory.raised["a1"].acknowledged_at is None


async def test_large_requests_are_refused_unread(client: httpx.AsyncClient) -> None:
    own = {"Origin": ADDRESS}
    assert (await client.post("/alerts/a1/acknowledge", headers=own, content=b"x" * 70_000)).status_code == 413
    assert (await client.get("/?page=" + "9" * 9000)).status_code == 414


async def test_addresses_that_may_hold_secrets_are_shown_without_them(client: httpx.AsyncClient) -> None:
    for address in PAGES:
        page = (await client.get(address)).text
        for secret in ("secret-token", "opensesame", "hunter2"):
            assert secret not in page
    assert "https://hooks.example/…" in (await client.get("/rules")).text


async def test_static_files_stay_in_their_folder(client: httpx.AsyncClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"):
        assert (await client.get(path)).status_code == 404


def test_only_web_addresses_are_linked_to() -> None:
    assert web_link("https://a.example/x") == "https://a.example/x"
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "http://",
        "https://[",
        "",
    ):
        assert web_link(url) is None


def test_credentials_are_cut_out_of_addresses() -> None:
    assert without_credentials("https://u:p@a.example/x") == "https://a.example/x"
    assert channel("https://u:p@a.example/x?key=1") == "https://a.example/…"
    assert channel("slack:abc") == "slack"
