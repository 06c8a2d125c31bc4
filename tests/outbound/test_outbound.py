"""Webhooks are called over the guard: never inside, never following a redirect, never raising."""

from __future__ import annotations

import asyncio

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from brinkwatch.outbound import guarded_post
from brinkwatch.settings import Settings
from sinks.deliver.schedule import Attempt


async def call(url: str, settings: Settings) -> Attempt:
    async with guarded_post(settings) as post:
        return await post(url, {"webhook-id": "1"}, b"{}")


@pytest.fixture
def open_settings(httpserver: HTTPServer) -> Settings:
    return Settings(
        allow_private=f"{httpserver.host}:{httpserver.port},127.0.0.1:{httpserver.port}", delivery_timeout=1
    )


async def test_a_webhook_that_points_at_our_own_network_is_not_called(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    for address in (
        httpserver.url_for("/hook"),
        f"http://2130706433:{httpserver.port}/hook",
        "http://169.254.169.254/x",
    ):
        attempt = await call(address, Settings())
        assert attempt.status is None
        assert attempt.error
    assert httpserver.log == []


async def test_a_redirect_is_an_answer_and_is_not_followed(httpserver: HTTPServer, open_settings: Settings) -> None:
    httpserver.expect_request("/hook").respond_with_data("", 307, headers={"Location": httpserver.url_for("/other")})
    httpserver.expect_request("/other").respond_with_data("")
    attempt = await call(httpserver.url_for("/hook"), open_settings)
    assert attempt.status == 307
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


async def test_what_the_receiver_asks_for_is_kept(httpserver: HTTPServer, open_settings: Settings) -> None:
    httpserver.expect_request("/hook").respond_with_data("", 503, headers={"Retry-After": "120"})
    attempt = await call(httpserver.url_for("/hook"), open_settings)
    assert (attempt.status, attempt.retry_after) == (503, 120)


async def test_a_receiver_that_does_not_answer_is_given_up_in_time(
    httpserver: HTTPServer, open_settings: Settings
) -> None:
    import threading

    enough = threading.Event()

    def hang(_: Request) -> Response:
        enough.wait(30)
        return Response("")

    httpserver.expect_request("/hook").respond_with_handler(hang)
    attempt = await asyncio.wait_for(call(httpserver.url_for("/hook"), open_settings), 20)
    enough.set()
    assert "no answer within 1 s" in (attempt.error or "")


@pytest.mark.parametrize(
    "url", ["http://[::1/s3cr3t", "ftp://hooks.example/s3cr3t", "http://hooks.example:99999/s3cr3t"]
)
async def test_an_address_that_is_none_is_told_without_repeating_it(url: str) -> None:
    attempt = await call(url, Settings())
    assert attempt.status is None
    assert attempt.error
    assert "s3cr3t" not in attempt.error
