"""Ways out through proxies: HTTP, HTTPS and SOCKS, for all that is fetched or for single feeds.

A proxy resolves names itself, so the guard of sockets sees only the proxy. What can be told from an address as it is written is
refused all the same; where names lead is the proxy's to refuse.
"""

from __future__ import annotations

import socket
from typing import Any, NamedTuple

import aiohttp
import yarl

from brinkwatch.errors import SettingsError
from producers.fetch.guard import LookUp, Policy, guarded_session, read_policy

SETTING = "BRINKWATCH_PROXY"
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080, "socks4": 1080, "socks4a": 1080}


class Proxy(NamedTuple):
    """A proxy. `user` and `password` are empty where it asks for no login; no scheme: the direct way."""

    scheme: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Proxy({self.told})"

    @property
    def told(self) -> str:
        """The proxy as it may be shown."""
        return f"{self.scheme}://{self._netloc}" if self.scheme else "direct"

    @property
    def url(self) -> yarl.URL:
        return yarl.URL.build(
            scheme=self.scheme, host=self.host, port=self.port, user=self.user or None, password=self.password or None
        )

    @property
    def _netloc(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


DIRECT = Proxy()


def read_proxy(written: str, where: str = f"The setting {SETTING}") -> Proxy:
    """The proxy of an address such as `http://user:password@proxy.example:3128` or `socks5://127.0.0.1:1080`; empty: none.

    Raises `SettingsError` that names where it stands, and nothing of what may be a login.
    """
    if not written.strip():
        return DIRECT
    try:
        url = yarl.URL(written.strip())
        scheme, host, port = url.scheme.lower(), url.raw_host, url.explicit_port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in _PORTS or not host or url.path not in ("", "/") or url.query_string:
        raise SettingsError(
            f"{where} is no address of a proxy.",
            f"Write http://proxy.example:3128, with https, socks5 or socks4 instead: {', '.join(_PORTS)} are known.",
        )
    return Proxy(scheme, host, port or _PORTS[scheme], url.user or "", url.password or "")


class Ways:
    """Sessions by the way they take: the guarded one for the direct way, one for each proxy. Hosts of one's own need none."""

    def __init__(self, policy: Policy, *, user_agent: str, look_up: LookUp = socket.getaddrinfo) -> None:
        self._policy, self._user_agent, self._look_up = policy, user_agent, look_up
        self._sessions: dict[Proxy, aiohttp.ClientSession] = {}

    def way(self, proxy: Proxy, url: yarl.URL) -> tuple[aiohttp.ClientSession, dict[str, Any]]:
        """The session for an address, and what its requests are to be made with."""
        if not proxy.scheme or self._policy.is_own(url.raw_host or ""):
            proxy = DIRECT
        session = self._sessions.get(proxy)
        if session is None:
            session = self._sessions[proxy] = self._open(proxy)
        return session, {"proxy": proxy.url} if proxy.scheme.startswith("http") else {}

    def why_refused(self, proxy: Proxy, url: yarl.URL) -> str | None:
        """Why an address is not asked for through a proxy, in words: what no look-up is needed to know."""
        host = url.raw_host or ""
        if not proxy.scheme or self._policy.is_own(host):
            return None  # the direct way is guarded where sockets are made
        return self._policy.why_name_refused(host, url.port or 0)

    def _open(self, proxy: Proxy) -> aiohttp.ClientSession:
        if not proxy.scheme:
            return guarded_session(self._policy, user_agent=self._user_agent, look_up=self._look_up)
        if proxy.scheme.startswith("http"):
            host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
            # the operator named the proxy, so it may be inside; nothing else is connected to by this session
            own = read_policy(f"{host}:{proxy.port}")
            return guarded_session(own, user_agent=self._user_agent, look_up=self._look_up)
        from aiohttp_socks import ProxyConnector, ProxyType

        connector = ProxyConnector(
            proxy.host,
            proxy.port,
            ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5,
            proxy.user or None,
            proxy.password or None,
            rdns=True,
            limit=0,
        )
        return guarded_session(self._policy, user_agent=self._user_agent, connector=connector)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
