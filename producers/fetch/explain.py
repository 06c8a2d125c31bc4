"""What went wrong on the way to a feed, told for people: names, connections, TLS, proxies, answers that are no HTTP."""

from __future__ import annotations

import errno
import functools
import os
import ssl
import tomllib
from importlib import resources

import aiohttp
import msgspec

from producers.fetch import errors
from producers.fetch.guard import SETTING, ConnectionRefusedHere
from producers.fetch.inflate import BrokenEncoding
from producers.fetch.proxy import DIRECT, Proxy

_LATER = "It is tried again later."


class _Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which TLS fails, of data/tls.toml."""

    told: str
    hint: str
    codes: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


@functools.cache
def _tls() -> tuple[_Tls, ...]:
    text = resources.files("producers.fetch").joinpath("data/tls.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["failure"], tuple[_Tls, ...])


def explain(name: str, error: Exception, proxy: Proxy = DIRECT) -> errors.FetchFailure:
    """The error of ours for one of the HTTP client's, the system's or the proxy's. `name` is the feed's address as shown."""
    if isinstance(error, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError) or is_of_a_proxy(error):
        return _of_proxy(name, error, proxy)
    found = _tls_error(error)
    if found is not None:
        return _not_trusted(name, found)
    if isinstance(error, aiohttp.ClientError):
        return _of_client(name, error)
    if isinstance(error, BrokenEncoding):
        return errors.BrokenAnswer(f"The feed {name} cannot be read: {error}.", _LATER)
    return errors.BrokenAnswer(f"Fetching the feed {name} failed: {error}.", f"Check the address. {_LATER}")


def is_of_a_proxy(error: Exception) -> bool:
    """Whether it is one of the SOCKS library's, which is loaded only where a SOCKS proxy is set."""
    return type(error).__module__.partition(".")[0] in ("aiohttp_socks", "python_socks")


def refused(name: str, host: str, reason: str) -> errors.AddressRefused:
    """The error for a host that is not asked for through a proxy."""
    return errors.AddressRefused(
        f"The feed {name} is not fetched: {host} leads inside ({reason}).",
        f"If it is yours and meant, name it in {SETTING}: it is then asked directly.",
    )


def _of_proxy(name: str, error: Exception, proxy: Proxy) -> errors.FetchFailure:
    way = f"the proxy {proxy.told}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        why = _in_words(error.os_error)
        return errors.NoConnection(
            f"The feed {name} cannot be fetched: {way} accepts no connection ({why}).", _SEE_PROXY
        )
    if isinstance(error, aiohttp.ClientHttpProxyError):
        if error.status == 407:
            return proxy_login(name, proxy)
        return errors.NoConnection(
            f"The feed {name} cannot be fetched: {way} answered {error.status} {error.message}.", _SEE_PROXY
        )
    return errors.NoConnection(f"The feed {name} cannot be fetched: {way} says: {str(error)[:200]}.", _SEE_PROXY)


_SEE_PROXY = "Check the proxy, and that it may reach the feed's host. It is tried again later."


def proxy_login(name: str, proxy: Proxy) -> errors.FetchFailure:
    """The error for a proxy that asks for a login, or another one (407)."""
    return errors.NoConnection(
        f"The feed {name} cannot be fetched: the proxy {proxy.told} wants a login, or another one (407).",
        "Write it into the proxy's address: http://user:password@proxy.example:3128",
        status=407,
    )


def _tls_error(error: Exception) -> ssl.SSLError | None:
    cause: Exception = error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    elif isinstance(error, aiohttp.ClientSSLError):
        cause = error.os_error
    elif isinstance(error.__cause__, ssl.SSLError):  # as it comes through SOCKS
        cause = error.__cause__
    elif not isinstance(error, ssl.SSLError):
        return None
    return cause if isinstance(cause, ssl.SSLError) else ssl.SSLError(1, str(cause))


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "reason", None) or ""  # it is missing where the error was made by hand


def _not_trusted(name: str, error: ssl.SSLError) -> errors.NotTrusted:
    code, words = getattr(error, "verify_code", 0), f"{_reason(error)} {error}".upper()
    kind = next((k for k in _tls() if code in k.codes or any(word in words for word in k.words)), None)
    if kind is None:
        why = getattr(error, "verify_message", "") or _reason(error) or error.strerror or error
        return errors.NotTrusted(f"The feed {name} cannot be fetched over TLS: {why}.", "Its publisher must mend it.")
    return errors.NotTrusted(f"The feed {name} cannot be fetched over TLS: {kind.told}.", kind.hint)


def too_late(name: str, seconds: float, answered: bool) -> errors.TookTooLong:
    if not answered:
        return errors.NoAnswer(f"The feed {name} gave no answer within {seconds:g} s.", "It is tried again later.")
    return errors.TookTooLong(
        f"The feed {name} was not complete after {seconds:g} s.",
        "It is tried again later; a slow but good feed needs a higher BRINKWATCH_FETCH_TIMEOUT.",
    )


def too_large(name: str, status: int, limit: int, when: str, setting: str) -> errors.TooLarge:
    return errors.TooLarge(
        f"The feed {name} is larger than {limit:,} bytes {when}.",
        f"Nothing of it was kept. If it is a good feed, raise {setting}.",
        status=status,
    )


def _in_words(error: OSError) -> str:
    """What the system says; asyncio writes calls and addresses instead."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or type(error).__name__


def _first_line(error: aiohttp.ClientError) -> str:
    """What the parser says, without the bytes that it shows below."""
    return (getattr(error, "message", "") or str(error)).partition("\n")[0].rstrip(": .")[:200]


def _of_client(name: str, error: aiohttp.ClientError) -> errors.FetchFailure:
    """What went wrong on the way to the server, told as one of our own errors."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedHere):
        return _of_connection(name, error)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return errors.NameNotFound(
            f"The feed {name} cannot be fetched: its host {error.host} has no address ({error.os_error}).",
            "Check the spelling, and that this machine reaches a name server.",
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return _of_connection(name, error)
    if isinstance(error, aiohttp.InvalidURL):
        return errors.BadUrl(f"The feed {name} cannot be fetched: {error}.", "Check the address.")
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        return errors.NoConnection(f"The feed {name}: its server closed the connection.", "It is tried again later.")
    return errors.BrokenAnswer(
        f"The feed {name} gave an answer that is no HTTP: {_first_line(error)}.", "It is tried again later."
    )


def _of_connection(name: str, error: aiohttp.ClientConnectorError) -> errors.FetchFailure:
    cause = error.os_error
    if isinstance(cause, ConnectionRefusedHere) or cause.errno == errno.EACCES:
        address, port, reason = error.host, error.port, str(cause)
        if isinstance(cause, ConnectionRefusedHere):
            address, port, reason = cause.address, cause.port, f"{cause.address} is {cause.reason}"
        allow = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        return errors.AddressRefused(
            f"The feed {name} is not fetched: {error.host} leads inside ({reason}).",
            f"If it is yours and meant, allow it: {SETTING}={allow}",
        )
    if cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return errors.NoConnection(
            f"The feed {name} cannot be fetched: there is no route to {error.host}.",
            "Check this machine's way to the internet.",
        )
    if isinstance(cause, ConnectionResetError | BrokenPipeError):
        return errors.NoConnection(
            f"The feed {name} cannot be fetched: {error.host}:{error.port} broke off while the connection was made.",
            _LATER,
        )
    return errors.NoConnection(
        f"The feed {name} cannot be fetched: {error.host}:{error.port} accepts no connection ({_in_words(cause)}).",
        "Check the address; it is tried again later.",
    )
