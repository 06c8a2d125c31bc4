"""A small hub over HTTP: it takes subscriptions, verifies them when a test says so, and pushes."""

from __future__ import annotations

import hashlib
import hmac
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web


class Hub:
    """What it was asked is in `asked`; `status` is what it answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        self.url = ""
        self.local = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Hub]:
        app = web.Application()
        app.router.add_post("/hub", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.asked.append({key: str(value) for key, value in (await request.post()).items()})
        return web.Response(status=self.status, text="no room" if self.status >= 400 else "")

    def callback(self, number: int = -1) -> str:
        """The callback of a request, at the port where the listener of the test is."""
        return self.local + urllib.parse.urlsplit(self.asked[number]["hub.callback"]).path

    async def ask(self, number: int = -1, **changed: str) -> tuple[int, str]:
        """Verify the intent of a request."""
        asked = self.asked[number]
        query = {"hub.mode": asked["hub.mode"], "hub.topic": asked["hub.topic"], "hub.challenge": "c4fe"}
        if asked["hub.mode"] == "subscribe":
            query["hub.lease_seconds"] = "86400"
        query |= {f"hub.{name}": value for name, value in changed.items()}
        async with aiohttp.ClientSession() as session, session.get(self.callback(number), params=query) as answer:
            return answer.status, await answer.text()

    async def push(self, body: bytes, *, method: str = "sha256", secret: str | None = None, signed: bool = True) -> int:
        asked = next(a for a in reversed(self.asked) if a["hub.mode"] == "subscribe")
        key = (asked.get("hub.secret", "") if secret is None else secret).encode()
        headers = {"Content-Type": "application/rss+xml"}
        if signed:
            headers["X-Hub-Signature"] = f"{method}={hmac.new(key, body, getattr(hashlib, method)).hexdigest()}"
        url = self.callback(self.asked.index(asked))
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status
