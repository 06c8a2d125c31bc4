"""`brinkwatch run`: the main job, embedded, in one process."""

from __future__ import annotations

from typing import Annotated

import typer

from brinkwatch.cli.options import Data


def run(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL...", help="More feeds, as if after --feeds.")] = None,
    feeds: Annotated[
        list[str] | None,
        typer.Option(
            "--feeds",
            metavar="F.opml|URL",
            help="Poll these feeds only, and add them to the registry; may be given more than once.",
        ),
    ] = None,
    data: Data = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", min=0, max=65535, help="Port of the console; default: 8080."),
    ] = None,
    once: Annotated[
        bool,
        typer.Option("--once", help="Poll every feed once, process everything, and exit: for cron, and to try it out."),
    ] = False,
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Let articles of a feed's first poll raise alerts; without it they are silent."),
    ] = False,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Poll a bundled feed server with sample articles: something to see without the internet."
        ),
    ] = False,
) -> None:
    """Poll feeds, understand the articles, make them searchable, raise alerts, serve the console.

    Without --feeds the registry's feeds are polled; an empty registry is filled with the starter feeds.

    Example: brinkwatch run --feeds https://news.example/world.xml --data ./data
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.embedded.run import RunOptions, run_embedded

    run_embedded(
        settings(data_dir=data, console_port=port),
        RunOptions(feeds=tuple((feeds or []) + (urls or [])), once=once, alert=alert, demo=demo),
    )
