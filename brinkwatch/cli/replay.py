"""`brinkwatch replay`: process stored articles again with today's rules."""

from __future__ import annotations

from typing import Annotated

import typer

from brinkwatch.cli.options import Data
from brinkwatch.cli.output import say
from brinkwatch.cli.times import read_time


def replay(
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="T",
            help="Published at or after: 2026-09-06 (UTC), 2026-09-06T12:30Z, or how long ago: 30m, 24h, 7d.",
        ),
    ],
    to: Annotated[
        str,
        typer.Option("--to", metavar="T", show_default=False, help="Published before, written alike; default: now."),
    ] = "0h",
    data: Data = None,
) -> None:
    """Process stored articles again with today's rules, in place, raising no alerts.

    Articles of feeds whose storage policy keeps no full text stay as they are.

    Example: brinkwatch replay --from 2026-09-01 --to 2026-09-08
    """
    from brinkwatch.cli.wiring import replay_articles, settings

    result = replay_articles(settings(data_dir=data), read_time(from_, "--from"), read_time(to, "--to"))
    say(f"{result.published} articles are processed again.")
    if result.without_text:
        say(f"{result.without_text} could not be: the storage policy of their feeds keeps no full text.")
