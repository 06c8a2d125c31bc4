"""Raised alerts, one alert with its deliveries, and the button that acknowledges it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from brinkwatch.console.filters import page_number
from brinkwatch.console.guard import from_this_console
from brinkwatch.console.render import Renderer
from brinkwatch.console.services import Services
from brinkwatch.models import Alert, Delivery

PAGE_SIZE = 50
MAX_PAGE = 40


class AlertPages:
    def __init__(self, services: Services, render: Renderer) -> None:
        self._services = services
        self._render = render

    async def index(self, request: Request) -> Response:
        page = page_number(request.query_params.get("page"), MAX_PAGE)
        # one more than is shown tells whether there is a next page
        found = await run_in_threadpool(self._services.alerts.alerts, limit=page * PAGE_SIZE + 1)
        shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        rules = await run_in_threadpool(self._services.rules.rules)
        return await self._render.page(
            request,
            "alerts.html",
            alerts=shown,
            page=page,
            more=len(found) > page * PAGE_SIZE and page < MAX_PAGE,
            rule_count=sum(rule.enabled for rule in rules),
        )

    async def alert(self, request: Request) -> Response:
        alert, deliveries = await run_in_threadpool(self._find, request.path_params["id"])
        if alert is None:
            raise HTTPException(404)
        return await self._render.page(request, "alert.html", alert=alert, deliveries=deliveries)

    def _find(self, alert_id: str) -> tuple[Alert | None, list[Delivery]]:
        alert = self._services.alerts.get_alert(alert_id)
        return alert, self._services.alerts.deliveries(alert_id) if alert is not None else []

    async def acknowledge(self, request: Request) -> Response:
        """Acknowledge once: who comes second changes nothing."""
        if not from_this_console(request):
            raise HTTPException(403)
        alert_id = request.path_params["id"]
        alert = await run_in_threadpool(self._services.alerts.get_alert, alert_id)
        if alert is None:
            raise HTTPException(404)
        if alert.acknowledged_at is None:
            await run_in_threadpool(self._services.alerts.acknowledge, alert_id, self._services.clock())
        return RedirectResponse(f"/alerts/{alert.id}", status_code=303)
