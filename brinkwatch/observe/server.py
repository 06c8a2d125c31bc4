"""`/healthz`, `/readyz` and `/metrics` of a service that has no web page of its own, served from a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from brinkwatch.errors import UsageError
from brinkwatch.observe.health import HealthReport


class HealthServer:
    """Serves until `close`. `health` is asked at every /readyz and must answer at once."""

    def __init__(self, host: str, port: int, health: Callable[[], HealthReport]) -> None:
        def answer(path: str) -> tuple[int, str, bytes]:
            if path == "/healthz":
                return 200, "application/json", b'{"alive":true}'
            if path == "/readyz":
                found = health()
                return (200 if found.ready else 503), "application/json", msgspec.json.encode(found)
            if path == "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest()
            return 404, "text/plain; charset=utf-8", b"There are /healthz, /readyz and /metrics here.\n"

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                status, content_type, body = answer(self.path.partition("?")[0])
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Content-Type-Options", "nosniff")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Probes come every few seconds: they are no news."""

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise UsageError(
                f"The health endpoints cannot listen on {host}:{port}: {error.strerror}.",
                "Set BRINKWATCH_HEALTH_PORT to a free port.",
            ) from None
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
