"""`brinkwatch run`: the main job, embedded, in one process."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL...", help="More feeds, after --feeds.")] = None,
    feeds: Annotated[
        list[str] | None,
        typer.Option(
            "--feeds", metavar="F.opml|URL", help="Poll these feeds instead of the registry's; they are added to it."
        ),
    ] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="DIR", help="Where everything is kept.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port of the console; 8080 unless set.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Poll every feed once, process everything, exit.")] = False,
    alert: Annotated[bool, typer.Option("--alert", help="Let articles of a feed's first poll raise alerts.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Use the bundled feed server with sample articles.")] = False,
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
