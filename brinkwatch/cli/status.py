"""`brinkwatch status`: is every part alive, how far behind, which feeds fail."""

from __future__ import annotations

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json


def status(
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show whether every part is alive, how many messages wait for it, and which feeds fail.

    Exit status 1 where something is not ready.

    Example: brinkwatch status --json
    """
    from brinkwatch.cli.wiring import settings, system_status

    found = system_status(settings(data_dir=data))
    if as_json:
        print_json(found)
    else:
        print(f"{'ready' if found.ready else 'NOT READY'}  ({found.profile})")
        for part in found.parts:
            lag = f"  {part.lag} waiting" if part.lag is not None else ""
            print(f"  {'ok ' if part.ok else 'BAD'} {part.name:14} {part.detail}{lag}")
        feeds = found.feeds
        print(f"feeds     {feeds.total} registered, {feeds.paused} paused, {len(feeds.failing)} failing")
        for failing in feeds.failing[:20]:
            print(f"  {failing.url}: {failing.error} ({failing.failures} times)")
        print(f"articles  {found.articles} stored, {found.not_read} in languages that are not read")
        print(f"dead      {found.dead_letters} dead letters")
    if not found.ready:
        raise typer.Exit(1)
