"""What every request passes first and every answer last: known hosts only, small requests, headers that bind the browser.

The console has no log-in, so a page of another site must neither read it (DNS rebinding: the `Host` check) nor write
to it (forged forms: the `Origin` check). It sets no cookie that could be stolen or sent along.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brinkwatch.settings import Settings

MAX_BODY_BYTES = 64 * 1024
MAX_TARGET_BYTES = 8 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",  # the script asks this console how many articles are new
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # not `no-referrer`: browsers then send `Origin: null` with our own forms too
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def known_hosts(settings: Settings) -> frozenset[str]:
    """The host names that the console answers to, without ports, in lower case."""
    given = [settings.console_host, *settings.console_hosts.split(","), urlsplit(settings.console_url).hostname or ""]
    names = {"localhost", "127.0.0.1", "::1"} | {_bare(name) for name in given}
    return frozenset(names - {""})


def _bare(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()


def host_name(header: str) -> str | None:
    """The name in a `Host` header without its port; None where the header is no host."""
    if not header or any(sign in header for sign in "/@?# \t\\,"):
        return None
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises where it is no port
        return _bare(parts.hostname or "") or None
    except ValueError:
        return None


def from_this_console(request: Request) -> bool:
    """Whether a browser says that the form was sent from a page of this console.

    Browsers send `Origin` with every POST; what sends neither of the two headers is refused too.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc.lower() == request.headers.get("host", "").lower()
    return request.headers.get("sec-fetch-site") == "same-origin"


class Guard:
    """The outermost layer of the console."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = known_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        refusal = self._refusal(scope)
        answer = refusal if refusal is not None else self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        name = host_name(headers.get("host", ""))
        if name is None or name not in self._hosts:
            return PlainTextResponse(
                "The console does not answer to this host name.\n"
                "If it is yours, add it to the setting BRINKWATCH_CONSOLE_HOSTS.\n",
                status_code=400,
            )
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > MAX_TARGET_BYTES:
            return PlainTextResponse("The address is too long.\n", status_code=414)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES or "transfer-encoding" in headers:
            return PlainTextResponse("The request is too large.\n", status_code=413)
        return None
