"""The guard of the network's inside: every address is checked when its socket is made, so neither a redirect nor a name
that resolves anew gets past it. Feeds, pages and webhooks share it; what is fetched is left to its users.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import ipaddress
import re
import socket
import threading
import tomllib
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from brinkwatch.errors import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LookUp = Callable[[str, int, int, int], Sequence[tuple[Any, ...]]]

SETTING = "BRINKWATCH_ALLOW_PRIVATE"

# IANA's special-purpose registries (RFC 6890 and its successors), and what clouds add to them. `is_global` of the
# standard library covers most, but not the same in every Python version, and it cannot say why.
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(network), reason)
    for network, reason in (
        ("127.0.0.0/8", "the loopback of this machine"),
        ("::1/128", "the loopback of this machine"),
        ("0.0.0.0/8", "this host on this network"),
        ("::/128", "the unspecified address"),
        ("10.0.0.0/8", "a private network"),
        ("172.16.0.0/12", "a private network"),
        ("192.168.0.0/16", "a private network"),
        ("fc00::/7", "a private network"),
        ("fec0::/10", "a private network"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
        ("fe80::/10", "a link-local address"),
        ("100.64.0.0/10", "a carrier's shared network"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("2001:db8::/32", "reserved for documentation"),
        ("3fff::/20", "reserved for documentation"),
        ("198.18.0.0/15", "reserved for benchmarks"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("224.0.0.0/4", "multicast"),
        ("ff00::/8", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("100::/64", "reserved"),
        ("64:ff9b:1::/48", "a local translation prefix"),
        ("2001::/23", "reserved for protocols (Teredo among them)"),
        ("5f00::/16", "reserved for segment routing"),
    )
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")

_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)


class _Exception(NamedTuple):
    """One entry of the setting: a network or a name, on one port or on all."""

    network: Network | None
    name: str | None
    port: int | None


class Policy:
    """Which addresses may be connected to: all public ones, and the exceptions that the operator named."""

    def __init__(self, exceptions: Sequence[_Exception] = ()) -> None:
        self._exceptions = tuple(exceptions)

    def why_refused(self, address: str, port: int) -> str | None:
        """Why the address is not to be connected to, in words; None where it may be."""
        ip = read_address(address)
        if ip is None:
            return "no internet address"
        reason = why_not_public(ip)
        if reason is None or self._excepted(ip, port):
            return None
        return reason

    def allows_name(self, host: str, port: int) -> bool:
        """Is the host's name itself among the exceptions?"""
        name = host.rstrip(".").lower()
        return any(e.name == name and e.port in (None, port) for e in self._exceptions)

    def is_own(self, host: str) -> bool:
        """Is the host, name or address, named among the exceptions, on whatever port?"""
        ip = read_address(host.strip("[]"))
        name = host.rstrip(".").lower()
        return any(
            e.name == name or (e.network is not None and ip is not None and ip in e.network) for e in self._exceptions
        )

    def why_name_refused(self, host: str, port: int) -> str | None:
        """Why a host is not asked for where somebody else resolves its name: what is told by the name, as it is written.

        A numeric host counts as the address that the system would read in it: `0x7f.1`, `2130706433`.
        """
        name = host.strip("[]").rstrip(".").lower()
        if self.allows_name(name, port):
            return None
        ip = read_address(name) or _by_the_system(name)
        if ip is not None:
            return self.why_refused(str(ip), port)
        if not _NAME.fullmatch(name) or re.fullmatch(r"\d+|0x[0-9a-f]*", name.rpartition(".")[2]):
            return "no host's name"
        if "." not in name or any(name == inside or name.endswith(f".{inside}") for inside in _inside_names()):
            return "a name of the inside"
        return None

    def _excepted(self, ip: Address, port: int) -> bool:
        plain = _embedded(ip) if ip in _MAPPED else ip
        return any(
            e.network is not None and plain is not None and plain in e.network and e.port in (None, port)
            for e in self._exceptions
        )


def read_policy(setting: str) -> Policy:
    """The policy of `allow_private`: addresses, networks or names, each with or without a port, comma-separated.

    `127.0.0.1:8099, 10.1.0.0/16, [::1]:80, fd00::/8, localhost:8099`. Raises `SettingsError` for anything else.
    """
    return Policy([_read_exception(entry) for entry in re.split(r"[,\s]+", setting) if entry])


def _read_exception(entry: str) -> _Exception:
    host, port = entry, None
    if match := re.fullmatch(r"\[([^\]]*)\](?::(\d{1,5}))?", entry):
        host, port = match[1], match[2]
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise _wrong(entry, "its port is not between 1 and 65535")
    number = int(port) if port else None
    try:
        return _Exception(ipaddress.ip_network(host), None, number)
    except ValueError as error:
        if re.fullmatch(r"[\d.:/]*|.*[:/].*", host):
            raise _wrong(entry, str(error)) from None
    if not _NAME.fullmatch(host) or re.fullmatch(r"0x[0-9a-f]+", host, re.IGNORECASE):
        raise _wrong(entry, "it is neither an address nor a network nor a host's name")
    return _Exception(None, host.rstrip(".").lower(), number)


def _wrong(entry: str, why: str) -> SettingsError:
    return SettingsError(
        f"The setting {SETTING} has the entry {entry!r}: {why}.",
        "Write addresses, networks or names, with a port or without: 127.0.0.1:8099,10.1.0.0/16,[::1]:80,localhost:8099",
    )


def read_address(text: str) -> Address | None:
    """The address that a socket would connect to, without its zone; None where it is no numeric address."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _by_the_system(host: str) -> Address | None:
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None


@functools.cache
def _inside_names() -> tuple[str, ...]:
    text = resources.files("producers.fetch").joinpath("data/inside.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["names"])


def why_not_public(ip: Address) -> str | None:
    """Why the address is not part of the public internet, None where it is. IPv4 inside IPv6 counts as what it carries."""
    inner = _embedded(ip)
    if inner is not None:
        reason = why_not_public(inner)
        return f"{reason} ({inner} inside IPv6)" if reason else None
    for network, reason in _REFUSED:
        if ip.version == network.version and ip in network:
            return reason
    return None if ip.is_global and not ip.is_multicast else "reserved"


def _embedded(ip: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, translated, compatible, NAT64 or 6to4."""
    if not isinstance(ip, ipaddress.IPv6Address) or int(ip) <= 1:
        return None
    if any(ip in network for network in (_MAPPED, _TRANSLATED, _COMPATIBLE, _NAT64)):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((int(ip) >> 80) & 0xFFFF_FFFF)
    return None


class ConnectionRefusedHere(OSError):
    """The guard's own refusal, raised where the socket would be made; the client turns it into `AddressRefused`."""

    def __init__(self, address: str, port: int, reason: str) -> None:
        self.address, self.port, self.reason = address, port, reason
        super().__init__(errno.EACCES, f"{address} is {reason}")


KEEP_ALIVE_SECONDS = 4.0
"""How long a connection waits for another request to its host: the feeds of one host follow one another closely, and of
20,000 hosts that are asked in a row none is asked again before its interval has passed."""


def guarded_connector(
    policy: Policy, *, look_up: LookUp = socket.getaddrinfo, limit: int = 100
) -> aiohttp.TCPConnector:
    """A connector that makes sockets only to addresses that the policy allows. `look_up` is `socket.getaddrinfo`'s like."""
    named: set[tuple[str, int]] = set()

    def make_socket(info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, where = info
        address, port = str(where[0]), int(where[1])
        reason = policy.why_refused(address, port)
        if reason is not None and (address, port) not in named:
            raise ConnectionRefusedHere(address, port, reason)
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(
        resolver=_Resolver(policy, look_up, named),
        socket_factory=make_socket,
        limit=limit,
        ttl_dns_cache=60,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )


def guarded_session(
    policy: Policy,
    *,
    user_agent: str,
    look_up: LookUp = socket.getaddrinfo,
    connector: aiohttp.BaseConnector | None = None,
) -> aiohttp.ClientSession:
    """A session for feeds, pages and webhooks: guarded, keeping no cookies, deaf to proxies from the environment.

    It does not decompress: bodies come as they were sent, so that their size can be limited. `connector` is one that leads to
    a proxy and nowhere else.
    """
    return aiohttp.ClientSession(
        connector=connector or guarded_connector(policy, look_up=look_up, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent},
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )


class _Resolver(AbstractResolver):
    """Looks names up in daemon threads: a hanging name server then holds back neither other look-ups nor the exit."""

    def __init__(self, policy: Policy, look_up: LookUp, named: set[tuple[str, int]]) -> None:
        self._policy = policy
        self._look_up = look_up
        self._named = named

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await _in_daemon_thread(functools.partial(self._look_up, host, port, family, socket.SOCK_STREAM))
        results, excepted = [], self._policy.allows_name(host, port)
        refused: ConnectionRefusedHere | None = None
        for kind, _, protocol, _, where in found:
            address = str(where[0])
            if kind == socket.AF_INET6 and len(where) > 3 and where[3] and "%" not in address:
                address = f"{address}%{where[3]}"
            if excepted:
                self._named.add((address, port))
            elif reason := self._policy.why_refused(address, port):
                # here, too, as what is excepted by its name is not excepted by every name that leads there
                refused = ConnectionRefusedHere(address, port, reason)
                continue
            results.append(
                ResolveResult(
                    hostname=host, host=address, port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
                )
            )
        if not results:
            raise refused or OSError(f"{host} has no address")
        return results

    async def close(self) -> None:
        return None


async def _in_daemon_thread(call: Callable[[], Any]) -> Any:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)

    def run() -> None:
        result, failure = None, None
        try:
            result = call()
        except OSError as error:
            failure = error
        except (UnicodeError, ValueError) as error:
            failure = OSError(f"no host name: {error}")
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, daemon=True, name="name-lookup").start()
    return await done
