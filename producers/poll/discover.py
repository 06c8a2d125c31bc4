"""From an address that somebody typed to the feed meant: the address itself, or the feed that its page names."""

from __future__ import annotations

import socket
from typing import NamedTuple

from brinkwatch.errors import BrinkwatchError
from brinkwatch.redact import shown
from brinkwatch.settings import Settings
from producers.fetch.errors import FetchFailure
from producers.fetch.guard import LookUp
from producers.parse.model import ParsedFeed
from producers.poll.check import look_at
from producers.registry.feeds import canonical_feed_url


class Discovered(NamedTuple):
    """The feed's address, what it says of itself (None where it could not be asked now), and notes for the person.

    `final_url` is where redirects led.
    """

    url: str
    parsed: ParsedFeed | None
    notes: tuple[str, ...] = ()
    final_url: str | None = None


async def discover(url: str, settings: Settings, *, look_up: LookUp = socket.getaddrinfo) -> Discovered:
    """The feed at the address. Raises what stands against adding it: no feed, refused, gone; a server that is down now
    does not, as it may be up when the feed is polled.
    """
    address = canonical_feed_url(url)
    looked = await look_at(address, settings, look_up=look_up)
    if looked.failure is None:
        return Discovered(address, looked.parsed, final_url=looked.check.final_url)
    if isinstance(looked.failure, FetchFailure) and looked.failure.outcome == "temporary":
        return Discovered(address, None, (f"{looked.failure} It was added unchecked.",))
    if not looked.links:
        raise looked.failure
    named = canonical_feed_url(looked.links[0])
    notes = [f"{shown(address)} is a page; it names the feed {shown(named)}."]
    notes += [f"It names another feed: {shown(link)}" for link in looked.links[1:5]]
    try:
        again = await look_at(named, settings, look_up=look_up)
    except BrinkwatchError as error:
        return Discovered(named, None, (*notes, str(error)))
    if again.failure is not None and not (
        isinstance(again.failure, FetchFailure) and again.failure.outcome == "temporary"
    ):
        raise again.failure
    return Discovered(named, again.parsed, tuple(notes), again.check.final_url)
