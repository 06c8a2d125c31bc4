"""`brinkwatch search`: search what has been stored, in the query language."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from brinkwatch.cli.options import Data
from brinkwatch.cli.output import print_json, say
from brinkwatch.cli.times import read_time


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In the query language; '' or '*:*' finds everything.")],
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, max=1000, help="At most so many, 0 to 1000.")
    ] = 20,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="T",
            help="Published since: 2026-09-06 (UTC), 2026-09-06T12:30Z, or how long ago: 30m, 24h, 7d.",
        ),
    ] = None,
    sort: Annotated[
        Literal["relevance", "time"], typer.Option("--sort", help="Best first, or newest first.")
    ] = "relevance",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON on stdout: total and the stored documents.")
    ] = False,
    data: Data = None,
) -> None:
    """Search the stored articles.

    Words side by side must all occur; "phrases", AND OR NOT, (…), field:value, field:\\[a TO b], prefix*.

    Fields to begin with: title, body, entity.names, speakers, actors, dyads (IRN-RUS, source first), event.types, modalities, escalation.level, places, language, feed.class. docs/query-language.md tells all of it.

    Example: brinkwatch search 'dyads:IRN-* AND escalation.level:>=elevated' --since 7d --sort time
    """
    from brinkwatch.cli.wiring import open_store, settings
    from sinks.ports import SearchRequest

    request = SearchRequest(query=query, limit=limit, since=read_time(since, "--since") if since else None, sort=sort)
    with open_store(settings(data_dir=data)) as store:
        result = store.search(request)
    if as_json:
        print_json(result)
        return
    for hit in result.hits:
        level = "names" if hit.coverage == "names" else hit.escalation.level or "not read"
        print(f"{hit.timestamp:%Y-%m-%d %H:%M}  {level:8}  {hit.feed.title or hit.feed.url}: {hit.title}")
        print(f"    {hit.why}" + (f" “{hit.evidence}”" if hit.evidence else ""))
        print(f"    {hit.id}  {hit.url.full}")
    say(
        f"{result.total} found" + (f", the first {len(result.hits)} shown." if result.total > len(result.hits) else ".")
    )
