"""`brinkwatch feeds backfill`: the past of one feed. Finding and publishing it is the producers' work."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say


def backfill(
    feed: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of a feed of the registry.")],
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Nothing older: a date, an ISO time, or how long ago (30d).")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=100_000, help="At most so many articles.")] = 500,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Bring in articles from before a feed was added: from its archives and its site's sitemaps.

    They are searchable and raise no alerts. Pages are fetched at the host's pace and where robots.txt allows. It may be
    stopped at any time: what was brought in stays, and the same command goes on.

    Example: brinkwatch feeds backfill https://news.example/world.xml --since 2026-09-01 --limit 1000
    """
    import asyncio

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from brinkwatch.cli.feed_rows import find
    from brinkwatch.cli.opml import now
    from brinkwatch.cli.times import read_time
    from brinkwatch.cli.wiring import open_outbox, open_registry, settings
    from brinkwatch.operations.backfill import backfill as fill
    from producers.past.fill import Filled

    read = settings(data_dir=data)
    begin = read_time(since, "--since") if since else None
    with open_registry(read) as registry:
        (found,) = find(registry, [feed])
        state = registry.feed_state(found.id)
    columns = (TextColumn("Back-filling"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    done = Filled()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=limit)

        def heard(now_done: Filled) -> None:
            nonlocal done
            done = now_done
            progress.update(
                task, completed=done.filled, description=f"{done.known} known, {done.refused} not to be had"
            )

        try:
            with open_outbox(read) as (identities, outbox):
                done = asyncio.run(
                    fill(read, found, state, identities, outbox, since=begin, limit=limit, clock=now, heard=heard)
                )
        except KeyboardInterrupt:
            say(f"Stopped after {done.filled} articles, which stay. The same command goes on from there.")
            raise typer.Exit(1) from None
    if as_json:
        print_json(done)
    else:
        say(f"{done.filled} articles brought in, {done.known} were known, {done.refused} could not be had.")
