"""How fast feeds are parsed: ours in the process and through a killable worker, beside bare feedparser on the same bytes.

python -m benchmarks parsing
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from html import escape

import feedparser

from brinkwatch.workers import WorkerPool
from producers.parse.feed import parse_feed

_TEXT = (
    "<p>The coast guard towed <b>two</b> patrol boats into the harbour on Thursday, a day after they collided with a "
    'trawler. <a href="https://news.example/map?utm_source=rss">Map</a></p><p>Talks were suspended in May &amp; go on.</p>'
)


def feeds() -> list[bytes]:
    """Feeds as they are out there: RSS with teasers, RSS with whole articles, Atom; 20 to 100 entries."""
    return [_rss(30, _TEXT), _rss(100, _TEXT), _rss(20, _TEXT * 12), _atom(25, _TEXT * 6), _atom(60, _TEXT)]


def measure(seconds: float = 6.0) -> str:
    """The table, in feeds a second and as ratios to bare feedparser."""
    bodies = feeds()
    pool = WorkerPool(1, timeout=30, memory_mb=450)
    try:
        rates = {
            "feedparser as it comes": _rate(bodies, lambda b: feedparser.parse(io.BytesIO(b)), seconds),
            "ours, in the process": _rate(bodies, lambda b: parse_feed(b, url="https://news.example/rss"), seconds),
            "ours, in a killable worker": asyncio.run(_pooled(bodies, pool, seconds)),
        }
    finally:
        pool.close()
    base = next(iter(rates.values()))
    size = sum(map(len, bodies)) / len(bodies) / 1000
    lines = [f"{'feeds of ' + format(size, '.0f') + ' KB':30} {'feeds a second':>16} {'ratio':>8}"]
    return "\n".join([*lines, *(f"{name:30} {rate:16.1f} {rate / base:8.2f}" for name, rate in rates.items())])


def _rate(bodies: list[bytes], work: Callable[[bytes], object], seconds: float) -> float:
    for body in bodies:
        work(body)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for body in bodies:
            work(body)
        count += len(bodies)
    return count / (time.perf_counter() - began)


async def _pooled(bodies: list[bytes], pool: WorkerPool, seconds: float) -> float:
    for body in bodies:
        await pool.run(parse_feed, body, url="https://news.example/rss")
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for body in bodies:
            await pool.run(parse_feed, body, url="https://news.example/rss")
        count += len(bodies)
    return count / (time.perf_counter() - began)


def _rss(entries: int, text: str) -> bytes:
    items = "".join(
        f"<item><title>Headline {n} &amp; more</title><link>https://news.example/{n}?utm_source=rss</link><guid>{n}</guid>"
        f"<description>{escape(text)}</description><pubDate>Mon, 07 Sep 2026 10:{n % 60:02}:00 GMT</pubDate></item>"
        for n in range(entries)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def _atom(entries: int, text: str) -> bytes:
    items = "".join(
        f"<entry><title>Headline {n}</title><id>urn:{n}</id><link href='https://news.example/{n}'/><updated>2026-09-07T10:{n % 60:02}:00Z"
        f"</updated><content type='html'>{escape(text)}</content></entry>"
        for n in range(entries)
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>{items}</feed>".encode()


if __name__ == "__main__":
    print(measure())
