"""The console as one ASGI application: routes, and what is shown when something goes wrong."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from brinkwatch.console.guard import SECURITY_HEADERS, Guard
from brinkwatch.console.pages.alerts import AlertPages
from brinkwatch.console.pages.api import Api
from brinkwatch.console.pages.articles import ArticlePages
from brinkwatch.console.pages.feeds import FeedPages
from brinkwatch.console.pages.operation import OperationPages
from brinkwatch.console.render import Renderer
from brinkwatch.console.services import Services
from brinkwatch.errors import BrinkwatchError, QueryError, Unavailable

_log = structlog.get_logger()

RETRY_AFTER_SECONDS = 15


def make_console(services: Services) -> Starlette:
    """The console over these services; serve it with any ASGI server. It keeps no state of its own."""
    render = Renderer(services)
    articles, alerts = ArticlePages(services, render), AlertPages(services, render)
    feeds, operation, api = FeedPages(services, render), OperationPages(services, render), Api(services)
    static = Path(str(resources.files("brinkwatch.console").joinpath("static")))
    errors = _Errors(render)
    return Starlette(
        routes=[
            Route("/", articles.newest),
            Route("/search", articles.search),
            Route("/articles/{id}", articles.article),
            Route("/alerts", alerts.index),
            Route("/alerts/{id}", alerts.alert),
            Route("/alerts/{id}/acknowledge", alerts.acknowledge, methods=["POST"]),
            Route("/feeds", feeds.index),
            Route("/rules", operation.rules),
            Route("/status", operation.status),
            Route("/api/search", api.search),
            Route("/api/newest", api.newest),
            Route("/healthz", operation.healthz),
            Route("/readyz", operation.readyz),
            Route("/metrics", operation.metrics),
            Mount("/static", StaticFiles(directory=static)),
        ],
        middleware=[Middleware(Guard, settings=services.settings)],
        exception_handlers={
            HTTPException: errors.refused,
            BrinkwatchError: errors.ours,
            Exception: errors.unexpected,
        },
    )


_REFUSALS = {
    403: ("Refused", "The form was not sent from a page of this console."),
    404: ("Not found", "There is nothing here: it may have been erased, or the address is mistyped."),
    405: ("Not possible", "This address is not meant for that."),
}


class _Errors:
    """Errors as pages for people, as JSON for programs."""

    def __init__(self, render: Renderer) -> None:
        self._render = render

    async def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        title, what = _REFUSALS.get(error.status_code, ("Not possible", error.detail))
        return await self._answer(request, error.status_code, title, what, "", dict(error.headers or {}))

    async def ours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, BrinkwatchError)
        if isinstance(error, Unavailable):
            hint = f"{error.hint} Nothing is lost: what arrives meanwhile waits, and is caught up with.".strip()
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return await self._answer(request, 503, "Not reachable right now", error.what, hint, headers)
        if isinstance(error, QueryError):
            return await self._answer(request, 400, "The query is refused", error.what, error.hint, {})
        _log.warning("the console could not answer", path=request.url.path, error=str(error))
        return await self._answer(request, 500, "That failed", error.what, error.hint, {})

    async def unexpected(self, request: Request, error: Exception) -> Response:
        # Starlette raises it again after this answer, so the server logs it whole; people get no traceback.
        what = "The console met an error that it did not expect."
        return await self._answer(request, 500, "That failed", what, "The process's log says more.", {})

    async def _answer(
        self, request: Request, status: int, title: str, what: str, hint: str, headers: dict[str, str]
    ) -> Response:
        answer: Response
        if request.url.path.startswith("/api/"):
            answer = JSONResponse({"error": {"message": what, "hint": hint}}, status_code=status)
        else:
            answer = await self._render.page(request, "error.html", status=status, title=title, what=what, hint=hint)
        # unexpected errors are answered outside the guard: the headers must not be missing there
        answer.headers.update(SECURITY_HEADERS | headers)
        return answer
