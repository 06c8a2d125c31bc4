"""What operators look at: rules, the parts of the process and how far behind they are, probes and numbers."""

from __future__ import annotations

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from brinkwatch.console.render import Renderer
from brinkwatch.console.services import Services


class OperationPages:
    def __init__(self, services: Services, render: Renderer) -> None:
        self._services = services
        self._render = render

    async def rules(self, request: Request) -> Response:
        rules = await run_in_threadpool(self._services.rules.rules)
        return await self._render.page(
            request, "rules.html", rules=sorted(rules, key=lambda rule: rule.name.casefold())
        )

    async def status(self, request: Request) -> Response:
        return await self._render.page(request, "status.html", health=self._services.health())

    async def healthz(self, request: Request) -> Response:
        return Response(b'{"alive":true}', media_type="application/json")

    async def readyz(self, request: Request) -> Response:
        found = self._services.health()
        return Response(msgspec.json.encode(found), 200 if found.ready else 503, media_type="application/json")

    async def metrics(self, request: Request) -> Response:
        numbers = await run_in_threadpool(generate_latest)
        return Response(numbers, headers={"Content-Type": CONTENT_TYPE_LATEST})
