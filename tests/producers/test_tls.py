"""What is wrong with a server's TLS is told in words that its readers understand, and nothing is read from it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
import threading
import warnings
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from brinkwatch.settings import Settings
from producers.fetch import errors
from producers.fetch.client import Client, FetchRequest
from producers.fetch.proxy import Proxy
from tests.producers.proxies import HttpProxy, SocksProxy

CA = trustme.CA()
NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


def serving_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def signed_by_itself(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "paper.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("paper.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "own.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def too_old() -> ssl.SSLContext:
    context = serving_with(CA.issue_cert("paper.example"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def without_a_cipher() -> ssl.SSLContext:
    context = serving_with(CA.issue_cert("paper.example"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA")
    return context


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """This system trusts one authority: ours."""
    context = ssl.create_default_context()
    CA.configure_trust(context)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", context)


@contextlib.asynccontextmanager
async def server(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Serves in a thread: asyncio's own TLS hangs up on a failed handshake without saying why, as servers do not."""
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listening, context), daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    with contextlib.suppress(OSError):  # wakes it
        listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    await asyncio.to_thread(thread.join, 10)


def _serve(listening: socket.socket, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            accepted = listening.accept()[0]
        except OSError:
            return
        with accepted, contextlib.suppress(OSError):
            accepted.settimeout(5)
            if context is not None:
                accepted = context.wrap_socket(accepted, server_side=True)
            if accepted.recv(65536):
                accepted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>")
        accepted.close()


async def fetch(settings: Settings, port: int, host: str = "paper.example") -> bytes:
    import socket

    def look_up(host: str, port: int, family: int, kind: int) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    allowed = settings.model_copy(update={"allow_private": "127.0.0.1"})
    async with Client(allowed, look_up=look_up) as client:
        return (await client.fetch(FetchRequest(f"https://{host}:{port}/feed"))).body


async def test_a_good_certificate_is_trusted(settings: Settings) -> None:
    async with server(serving_with(CA.issue_cert("paper.example"))) as port:
        assert await fetch(settings, port) == b"<rss/>"


@pytest.mark.parametrize(
    ("kind", "words", "hint"),
    [
        ("expired", "has expired", "renew"),
        ("not yet valid", "not valid yet", "clock"),
        ("of another host", "for another host", "www"),
        ("signed by itself", "signed by itself", "SSL_CERT_FILE"),
        ("of nobody known", "authority that is not known", "SSL_CERT_FILE"),
        ("too old", "too old", "up to date"),
        ("without a safe cipher", "no safe cipher|too old", "up to date"),
        ("none at all", "does not speak TLS", "http instead"),
    ],
)
async def test_what_is_wrong_with_tls_is_told_plainly(
    kind: str, words: str, hint: str, settings: Settings, tmp_path: Path
) -> None:
    contexts: dict[str, Callable[[], ssl.SSLContext | None]] = {
        "expired": lambda: serving_with(CA.issue_cert("paper.example", not_before=NOW - 9 * DAY, not_after=NOW - DAY)),
        "not yet valid": lambda: serving_with(
            CA.issue_cert("paper.example", not_before=NOW + DAY, not_after=NOW + 9 * DAY)
        ),
        "of another host": lambda: serving_with(CA.issue_cert("other.example")),
        "signed by itself": lambda: signed_by_itself(tmp_path),
        "of nobody known": lambda: serving_with(trustme.CA().issue_cert("paper.example")),
        "too old": too_old,
        "without a safe cipher": without_a_cipher,
        "none at all": lambda: None,
    }
    async with server(contexts[kind]()) as port:
        with pytest.raises(errors.NotTrusted) as caught:
            await fetch(settings, port)
    assert caught.value.outcome == "soft"
    assert any(word in caught.value.what for word in words.split("|")), caught.value.what
    assert f"https://paper.example:{port}/feed" in caught.value.what
    assert hint in caught.value.hint
    assert "_ssl.c" not in str(caught.value)


@pytest.mark.parametrize("proxy", [HttpProxy, SocksProxy])
async def test_a_proxy_changes_nothing_about_trust(proxy: type[HttpProxy], settings: Settings) -> None:
    """TLS goes to the feed's server through the proxy, which sees a name and nothing else."""
    scheme = "http" if proxy is HttpProxy else "socks5"
    for cert, good in ((CA.issue_cert("paper.example"), True), (CA.issue_cert("other.example"), False)):
        async with server(serving_with(cert)) as port, proxy(port).serving() as way:
            url = Proxy(scheme, "127.0.0.1", way.port).told
            through = settings.model_copy(update={"proxy": type(settings.proxy)(url), "allow_private": ""})
            async with Client(through) as client:
                if good:
                    assert (await client.fetch(FetchRequest("https://paper.example/feed"))).body == b"<rss/>"
                else:
                    with pytest.raises(errors.NotTrusted, match="for another host"):
                        await client.fetch(FetchRequest("https://paper.example/feed"))
            assert way.asked[0] in ("CONNECT paper.example:443", "paper.example:443")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_may_speak_tls_itself(scheme: str, settings: Settings) -> None:
    context = serving_with(CA.issue_cert("paper.example")) if scheme == "https" else None
    proxy_context = serving_with(CA.issue_cert("127.0.0.1"))
    async with server(context) as port, HttpProxy(port, "ina:s3cret").serving(proxy_context) as way:
        url = f"https://ina:s3cret@127.0.0.1:{way.port}"
        through = settings.model_copy(update={"proxy": type(settings.proxy)(url), "allow_private": ""})
        async with Client(through) as client:
            assert (await client.fetch(FetchRequest(f"{scheme}://paper.example/feed"))).body == b"<rss/>"
    assert len(way.asked) == 1
