"""The search as JSON, the same as `brinkwatch search --json`, and how many articles are new since a page was made."""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from brinkwatch.console.filters import MAX_QUERY_CHARS, page_number, read_filters
from brinkwatch.console.services import Services
from brinkwatch.errors import QueryError
from sinks.ports import SearchRequest
from sinks.query.language import parse
from sinks.query.values import times

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
MAX_OFFSET = 10_000 - MAX_LIMIT


class Api:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def search(self, request: Request) -> Response:
        """Parameters: `q`, `limit` (up to 200), `offset`, `since` (as in a query: `2026-09-06`, `now-24h`), `sort`."""
        given = request.query_params
        query, since = given.get("q", ""), given.get("since", "").strip()
        if len(query) + len(since) > MAX_QUERY_CHARS:
            return _refused(QueryError(f"The query is longer than {MAX_QUERY_CHARS:,} characters.", MAX_QUERY_CHARS))
        try:
            parse(query)
            asked = f"@timestamp:>={_time(since)}" if since else ""
            wanted = SearchRequest(
                query=f"({query}) AND {asked}" if query.strip() and asked else query or asked,
                limit=page_number(given.get("limit") or str(DEFAULT_LIMIT), MAX_LIMIT),
                offset=page_number(given.get("offset"), MAX_OFFSET) if given.get("offset", "0") != "0" else 0,
                sort="time" if given.get("sort") == "time" else "relevance",
            )
            found = await run_in_threadpool(self._services.articles.search, wanted)
        except QueryError as error:
            return _refused(error)
        return Response(msgspec.json.encode(found), media_type="application/json")

    async def newest(self, request: Request) -> Response:
        """How many articles there are for the same filters as a list's, and how many more than the `seen` ones."""
        seen = request.query_params.get("seen", "")
        if not (seen.isascii() and seen.isdigit() and len(seen) <= 15):
            return JSONResponse({"error": {"message": "`seen` is the number of articles known.", "hint": ""}}, 400)
        try:
            wanted = msgspec.structs.replace(read_filters(request.query_params).request(), limit=1, offset=0)
            found = await run_in_threadpool(self._services.articles.search, wanted)
        except QueryError as error:
            return _refused(error)
        return JSONResponse({"total": found.total, "new": max(0, found.total - int(seen))})


def _time(text: str) -> str:
    try:
        times(text)
    except ValueError as error:
        raise QueryError(f"`since` cannot be read: {error}.") from None
    return f'"{text}"'  # a time may be written with a space


def _refused(error: QueryError) -> Response:
    return JSONResponse(
        {"error": {"message": error.what, "position": error.position, "hint": error.hint}}, status_code=400
    )
