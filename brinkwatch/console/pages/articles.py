"""The newest articles, the search, and one article with what was understood of it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from brinkwatch.console import wording
from brinkwatch.console.filters import LEVEL_FILTERS, MAX_PAGE, MAX_QUERY_CHARS, PAGE_SIZE, Filters, read_filters
from brinkwatch.console.highlight import Hits
from brinkwatch.console.marks import marked_text
from brinkwatch.console.render import Renderer
from brinkwatch.console.services import Services
from brinkwatch.errors import QueryError
from brinkwatch.models import FEED_CLASSES, ArticleDocument
from sinks.ports import SearchResult


class ArticlePages:
    def __init__(self, services: Services, render: Renderer) -> None:
        self._services = services
        self._render = render

    async def newest(self, request: Request) -> Response:
        return await self._list(request, read_filters(request.query_params))

    async def search(self, request: Request) -> Response:
        return await self._list(request, read_filters(request.query_params))

    async def _list(self, request: Request, filters: Filters) -> Response:
        error: QueryError | None = None
        found = SearchResult(total=0, hits=())
        try:
            if len(filters.q) > MAX_QUERY_CHARS:
                raise QueryError(f"The query is longer than {MAX_QUERY_CHARS:,} characters.", MAX_QUERY_CHARS)
            found = await run_in_threadpool(self._services.articles.search, filters.request())
        except QueryError as refused:
            error = refused
        languages, feeds = await run_in_threadpool(self._registry)
        languages |= {hit.language for hit in found.hits} | {filters.language}
        return await self._render.page(
            request,
            "articles.html",
            status=200 if error is None else 400,
            q=filters.q,
            filters=filters,
            found=found,
            error=error,
            hits=Hits(filters.q if error is None else ""),
            days=_by_day(found.hits, self._render, filters.sort == "time"),
            level_filters=LEVEL_FILTERS,
            classes=FEED_CLASSES,
            languages=sorted(languages - {"", "und"}, key=wording.language),
            feed_count=feeds,
            pages=min(MAX_PAGE, -(-found.total // PAGE_SIZE)),
            pager_address=lambda page: filters.address(page=page),
        )

    def _registry(self) -> tuple[set[str], int]:
        feeds = self._services.feeds.feeds()
        return {feed.language or "" for feed in feeds}, len(feeds)

    async def article(self, request: Request) -> Response:
        document = await run_in_threadpool(self._services.articles.get, request.path_params["id"])
        if document is None:
            raise HTTPException(404)
        return await self._render.page(
            request,
            "article.html",
            document=document,
            marked=await run_in_threadpool(marked_text, document),
            entity_types=_by_type(document),
            because=frozenset(document.escalation.because or ()),
        )


def _by_day(
    hits: tuple[ArticleDocument, ...], render: Renderer, chronological: bool
) -> list[tuple[str, list[ArticleDocument]]]:
    """The hits under their days where they stand in the order of time, else under one nameless heading."""
    days: list[tuple[str, list[ArticleDocument]]] = []
    for hit in hits:
        name = wording.day(hit.timestamp, render.now) if chronological else ""
        if not days or days[-1][0] != name:
            days.append((name, []))
        days[-1][1].append(hit)
    return days


def _by_type(document: ArticleDocument) -> list[tuple[str, list[int]]]:
    """The indexes of the entities, states and places first, by type."""
    order = ("GPE", "PERSON", "ORG", "WEAPON", "NORP", "FAC", "LOC", "EVENT")
    found = {kind: [i for i, entity in enumerate(document.entities) if entity.type == kind] for kind in order}
    return [(kind, indexes) for kind, indexes in found.items() if indexes]
