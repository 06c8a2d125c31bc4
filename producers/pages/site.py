"""What a site allows readers like this one: its robots.txt (RFC 9309) and its reservation of text and data mining (TDMRep).

Both are fetched once a day for each site and kept in memory. What a site cannot say, because its robots.txt fails, is taken
as a no until it can.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import NamedTuple

from protego import Protego

from producers.fetch.client import TEXT_ACCEPT, Fetcher, FetchRequest
from producers.fetch.errors import Challenged, FetchFailure, HttpRefusal
from producers.pages.pace import Pacer
from producers.parse.links import absolute

KEEP_SECONDS = 24 * 3600.0  # RFC 9309, 2.4
RETRY_SECONDS = 3600.0
MOST_SITES = 5000
_MAX_ROBOTS = 512_000  # RFC 9309, 2.5: at least 500 KiB must be parsed
_MAX_PAUSE = 60.0


class Verdict(NamedTuple):
    """Whether a page may be fetched and used, why not in a word (`robots`, `reserved`), and the pause the site asks for."""

    allowed: bool
    reason: str = ""
    pause: float = 0.0


class _Site(NamedTuple):
    robots: Protego | None  # None: nobody may fetch for now
    reserved: tuple[str, ...]
    until: float


class Sites:
    """The rules of sites, fetched as they are needed. `respect_tdm` asks for TDMRep, too."""

    def __init__(
        self,
        fetcher: Fetcher,
        pacer: Pacer,
        user_agent: str,
        *,
        respect_tdm: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher, self._pacer, self._clock = fetcher, pacer, clock
        self._name = user_agent.partition("/")[0].strip() or "brinkwatch"
        self._respect_tdm = respect_tdm
        self._sites: dict[str, _Site] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def verdict(self, url: str) -> Verdict:
        """What the site of an address says to fetching it."""
        parts = urllib.parse.urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        site = await self._site(origin)
        if site.robots is None or not site.robots.can_fetch(url, self._name):
            return Verdict(False, "robots")
        if any(path_matches(location, parts.path or "/") for location in site.reserved):
            return Verdict(False, "reserved")
        return Verdict(True, pause=min(float(site.robots.crawl_delay(self._name) or 0.0), _MAX_PAUSE))

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt of the address's site names, at most a hundred."""
        parts = urllib.parse.urlsplit(url)
        site = await self._site(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        named = itertools.islice(site.robots.sitemaps, 100) if site.robots is not None else ()
        return tuple(dict.fromkeys(link for name in named if (link := absolute(name, url))))

    async def _site(self, origin: str) -> _Site:
        known = self._sites.get(origin)
        if known is not None and known.until > self._clock():
            return known
        async with self._locks.setdefault(origin, asyncio.Lock()):
            known = self._sites.get(origin)
            if known is None or known.until <= self._clock():
                if len(self._sites) >= MOST_SITES:
                    self._sites.pop(next(iter(self._sites)))
                self._sites[origin] = await self._read(origin)
        self._locks.pop(origin, None)
        return self._sites[origin]

    async def _read(self, origin: str) -> _Site:
        robots = await self._robots(origin)
        if robots is None:
            return _Site(None, (), self._clock() + RETRY_SECONDS)
        reserved = await self._reserved(origin) if self._respect_tdm else ()
        return _Site(robots, reserved, self._clock() + KEEP_SECONDS)

    async def _robots(self, origin: str) -> Protego | None:
        """The rules; those of a missing file (4xx) allow all, a site that fails (5xx, no answer) allows nothing."""
        try:
            body = await self._get(f"{origin}/robots.txt")
        except HttpRefusal as error:
            return None if isinstance(error, Challenged) else Protego.parse("")
        except FetchFailure as error:
            return Protego.parse("") if error.status is not None and 400 <= error.status < 429 else None
        if len(body) > _MAX_ROBOTS:  # a rule that is cut forbids something else
            body = body[:_MAX_ROBOTS].rpartition(b"\n")[0]
        return Protego.parse(body.decode("utf-8-sig", "replace"))

    async def _reserved(self, origin: str) -> tuple[str, ...]:
        """Paths of `/.well-known/tdmrep.json` whose mining is reserved."""
        try:
            rules = json.loads(await self._get(f"{origin}/.well-known/tdmrep.json"))
        except (FetchFailure, ValueError, RecursionError):
            return ()
        if not isinstance(rules, list):
            return ()
        return tuple(rule["location"] for rule in rules[:1000] if _reserves(rule))

    async def _get(self, url: str) -> bytes:
        host = urllib.parse.urlsplit(url).netloc
        async with self._pacer.turn(host):
            return (await self._fetcher.fetch(FetchRequest(url, accept=TEXT_ACCEPT))).body


def reserved_by_header(headers: Mapping[str, str]) -> bool:
    """TDMRep in HTTP: `tdm-reservation: 1`."""
    return headers.get("tdm-reservation", "").strip() == "1"


def _reserves(rule: object) -> bool:
    return (
        isinstance(rule, dict)
        and isinstance(rule.get("location"), str)
        and len(rule["location"]) < 500
        and rule.get("tdm-reservation") in (1, "1", True)
    )


def path_matches(location: str, path: str) -> bool:
    """Whether a path is one of TDMRep's location: `*` stands for anything, `$` for the end, as in robots.txt. Linear."""
    to_the_end, parts = location.endswith("$"), location.removesuffix("$").split("*")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if len(parts) == 1:
        return not to_the_end or at == len(path)
    last = parts[-1]
    return path.endswith(last) and len(path) - len(last) >= at if to_the_end else path.find(last, at) >= 0
