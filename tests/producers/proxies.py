"""Two small real proxies: HTTP (absolute addresses and CONNECT) and SOCKS5. Both resolve every name to one local port."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator


class SmallProxy:
    """Notes what it was asked for and with which login; leads everything to `target` on loopback."""

    def __init__(self, target: int | None, login: str = "", status: int = 200) -> None:
        self.target, self.login, self.status = target, login, status
        self.asked: list[str] = []
        self.port = 0

    @contextlib.asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[SmallProxy]:
        server = await asyncio.start_server(self._guarded, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _guarded(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self.serve(reader, writer)
        writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def lead_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b"") -> None:
        there, to = await asyncio.open_connection("127.0.0.1", self.target)
        to.write(first)
        await asyncio.gather(_pump(reader, to), _pump(there, writer))


class HttpProxy(SmallProxy):
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, where, _ = head.split(" ", 2)
        self.asked.append(f"{method} {where}")
        wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        if self.login and f"Proxy-Authorization: {wanted}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif self.status != 200:
            writer.write(f"HTTP/1.1 {self.status} No\r\nContent-Length: 0\r\n\r\n".encode())
        elif method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await self.lead_on(reader, writer)
        else:
            path = "/" + where.split("/", 3)[3]
            kept = [line for line in head.split("\r\n")[1:] if not line.lower().startswith(("proxy-", "connection:"))]
            await self.lead_on(
                reader,
                writer,
                f"{method} {path} HTTP/1.1\r\nConnection: close\r\n".encode() + "\r\n".join(kept).encode("latin-1"),
            )


class SocksProxy(SmallProxy):
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods = await reader.readexactly((await reader.readexactly(2))[1])
        if self.login:
            if 2 not in methods:
                writer.write(b"\x05\xff")
                return
            writer.write(b"\x05\x02")
            user = await reader.readexactly((await reader.readexactly(2))[1])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            good = user + b":" + password == self.login.encode()
            writer.write(b"\x01\x00" if good else b"\x01\x01")
            if not good:
                return
        else:
            writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host.decode() if kind == 3 else host.hex()}:{port}")
        answer = 0 if self.status == 200 else 4  # host unreachable
        writer.write(bytes([5, answer, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not answer:
            await self.lead_on(reader, writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(ConnectionError):
        writer.write_eof() if writer.can_write_eof() else writer.close()
