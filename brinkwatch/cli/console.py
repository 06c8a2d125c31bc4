"""`brinkwatch console`: the console of the cluster profile (embedded, `run` serves it)."""

from __future__ import annotations

from typing import Annotated

import typer


def console(
    port: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=65535, help="Port to listen on; default: 8080."),
    ] = None,
) -> None:
    """Serve the console of the cluster. (Embedded, `brinkwatch run` serves it.)

    Example: brinkwatch console --port 8080
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.console import run_console

    run_console(settings(profile="cluster", console_port=port))
