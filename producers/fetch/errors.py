"""Why a fetch failed, in words for people and as the outcome that the schedule needs. Raising and retrying is others' work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Self

from brinkwatch.errors import FetchError, RefusedAddress
from brinkwatch.models.feed import PollOutcome
from brinkwatch.redact import shown
from producers.fetch.blockers import who_challenges, who_refuses


def storable(text: str) -> str:
    """The text without lone surrogates, which is how bytes of a header that are no UTF-8 arrive; they cannot be stored."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


_ASK = "Put your contact in BRINKWATCH_USER_AGENT and ask the publisher to let it through, or look for another feed of theirs."


class FetchFailure(FetchError):
    """A fetch that brought nothing usable. `outcome` tells how long to stay away, `unreachable` that no server answered."""

    outcome: ClassVar[PollOutcome] = "temporary"
    unreachable: ClassVar[bool] = False

    def __init__(
        self, what: str, hint: str = "", *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(storable(what), storable(hint))

    def without(self, hide: Callable[[str], str]) -> Self:
        """The same failure with its texts changed: secrets taken out that the other side repeats."""
        headers = {name: hide(value) for name, value in self.headers.items()}
        return type(self)(hide(self.what), hide(self.hint), status=self.status, headers=headers)


class NameNotFound(FetchFailure):
    """The host's name could not be resolved."""

    unreachable = True


class NoConnection(FetchFailure):
    """The host did not accept a connection, or dropped it."""

    unreachable = True


class TookTooLong(FetchFailure):
    """The fetch was not complete in time."""


class NoAnswer(TookTooLong):
    """Not a single byte of an answer came in time."""

    unreachable = True


class NotTrusted(FetchFailure):
    """The TLS handshake failed: certificate, host name or protocol."""

    outcome = "soft"


class TooLarge(FetchFailure):
    """More bytes came than a feed may have, as sent or after decompression."""

    outcome = "soft"


class TooManyRedirects(FetchFailure):
    """The address redirects in a loop, or further than is followed."""

    outcome = "soft"


class BrokenAnswer(FetchFailure):
    """What came is not HTTP, or its encoding is broken."""


class BadUrl(FetchFailure):
    """The address is none that can be fetched."""

    outcome = "hard"


class AddressRefused(FetchFailure, RefusedAddress):
    """The address leads into a private or local network."""

    outcome = "hard"


class HttpStatus(FetchFailure):
    """The server answered with a status that brings no feed."""


class HttpRefusal(HttpStatus):
    """An answer that will not change by asking again soon: 401, 403, 404 and their like."""

    outcome = "soft"


class Challenged(HttpRefusal):
    """A page that tests whether a browser asks came instead of the answer."""


class HttpGone(HttpStatus):
    """410: the feed has ended."""

    outcome = "gone"


def challenge(url: str, status: int, headers: Mapping[str, str], who: str) -> Challenged:
    """The error for a page of `who` that came instead of the answer."""
    return Challenged(
        f"The feed {shown(url)} answered {status} with a challenge page of {who} instead of a feed.",
        _ASK,
        status=status,
        headers=headers,
    )


def status_error(url: str, status: int, reason: str, headers: Mapping[str, str], page: bytes = b"") -> HttpStatus:
    """The error for an answer that is neither a success nor a redirect; `page` is the beginning of its body."""
    who = who_challenges(headers, page)
    if who is not None:
        return challenge(url, status, headers, who)
    what = f"The feed {shown(url)} answered {status}{' ' + reason if reason else ''}."
    if status == 304:
        return HttpStatus(f"{what[:-1]}, though all of it was asked for.", "It is tried again later.", status=status)
    if status == 410:
        return HttpGone(what, "It has ended and is not polled again: remove it.", status=status, headers=headers)
    if status in (429, 503) or status >= 500 or status in (408, 425):
        hint = "The server asks for patience; it is polled less often." if status == 429 else "It is tried again later."
        return HttpStatus(what, hint, status=status, headers=headers)
    return HttpRefusal(what, _refusal_hint(status, headers), status=status, headers=headers)


def _refusal_hint(status: int, headers: Mapping[str, str]) -> str:
    if status == 404:
        return "Look on the site for the feed's new address, then remove this one and add that."
    if status == 401:
        return "It asks for a login: give it with `brinkwatch feeds auth URL`, or remove the feed."
    if status in (403, 451):
        server = headers.get("server", "")[:60]
        who = f", by {name}" if (name := who_refuses(headers)) else f" (server: {server})" if server else ""
        return f"The publisher blocks this reader{who}. {_ASK}"
    return "Check the address."
