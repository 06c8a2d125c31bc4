"""A small world for a whole installation: a server that gives feeds and takes webhooks, and articles written for it."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Item:
    """One item of a feed of the world."""

    number: int
    title: str
    text: str
    published: dt.datetime

    def with_title(self, title: str) -> Item:
        return replace(self, title=title)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def quiet(number: int, published: dt.datetime | None = None) -> Item:
    return Item(
        number,
        f"Harbour town opens library number {number}",
        f"The new reading room number {number} was opened on Tuesday. Children brought cakes and the mayor read a poem.",
        published or now() - dt.timedelta(minutes=number % 50),
    )


def attack(number: int, published: dt.datetime | None = None) -> Item:
    return Item(
        number,
        f"Russian missiles strike Ukrainian port, report {number}",
        f"Russia attacked Ukraine with missiles on Monday, killing {number + 2} people, the Ukrainian defence ministry said.",
        published or now() - dt.timedelta(minutes=number % 50),
    )


def basque(number: int) -> Item:
    return Item(
        number,
        f"Udal liburutegi berria zabaldu dute herrian {number}",
        "Liburutegi berria zabaldu dute gaur goizean herriko plazan, eta haurrek abesti bat kantatu dute udaletxearen "
        "aurrean. Alkateak esan du liburutegia egunero egongo dela zabalik, eta irakurleek liburuak etxera eraman ahal "
        "izango dituztela bi astez.",
        now(),
    )


def mixed(count: int, attack_every: int = 50) -> list[Item]:
    """Quiet articles with an attack every so often."""
    return [attack(n) if n % attack_every == 0 else quiet(n) for n in range(count)]


class World:
    """Serves `feeds` (path → items) as RSS, counts what was asked for, and keeps the webhooks it was sent."""

    def __init__(self) -> None:
        self.feeds: dict[str, list[Item]] = {}
        self.polls: list[str] = []
        self.hooks: list[tuple[str, dict[str, Any]]] = []
        self.served_at: dict[tuple[str, int], float] = {}
        """When an item (path, number) was first given to somebody, by `time.monotonic`."""
        self.hooked_at: dict[str, float] = {}
        """When the alert of an article (its address) first came in."""
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                items = world.feeds.get(self.path)
                world.polls.append(self.path)
                body = b"" if items is None else rss(self.path, items)
                now = time.monotonic()
                for item in items or ():
                    world.served_at.setdefault((self.path, item.number), now)
                self._answer(404 if items is None else 200, body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = json.loads(body)
                world.hooks.append((self.headers["webhook-id"], told))
                if "url" in told.get("data", {}):
                    world.hooked_at.setdefault(told["data"]["url"], time.monotonic())
                self._answer(200, b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def publish(self, path: str, items: Sequence[Item]) -> str:
        """Make this the feed's content; returns its address."""
        self.feeds[path] = list(items)
        return self.url(path)

    def hook_ids(self) -> list[str]:
        return [hook_id for hook_id, _ in self.hooks]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def link_of(path: str, number: int) -> str:
    """The address of an item of a feed."""
    return f"https://world.example{path}/{number}"


def rss(path: str, items: Sequence[Item]) -> bytes:
    """The feed as RSS 2.0; items of one number have one address, whatever their text."""

    def parts() -> Iterator[str]:
        yield "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        yield f"<title>World {escape(path)}</title><link>https://world.example/</link><description>d</description>"
        for item in items:
            link = link_of(path, item.number)
            yield f"<item><title>{escape(item.title)}</title><link>{link}</link><guid>{link}</guid>"
            yield f"<pubDate>{format_datetime(item.published)}</pubDate>"
            yield f"<description>{escape(item.text)}</description></item>"
        yield "</channel></rss>"

    return "".join(parts()).encode()
