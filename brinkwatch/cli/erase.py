"""`brinkwatch erase`: remove text and everything made from it, with a tombstone that keeps it away."""

from __future__ import annotations

from typing import Annotated

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.errors import UsageError


def erase(
    article: Annotated[
        list[str] | None, typer.Option("--article", metavar="ID", help="An article's id; may be given more than once.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="FEED", help="A feed's id or address: all its articles up to now.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="QUERY", help="All articles that a search with this query finds.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the tombstone.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Erase articles and everything made from them: analyses, events, alerts, deliveries, messages on their way.

    A tombstone stays, so that polling, replay or a restored backup does not bring them back. Give one of --article, --source and --query.

    Example: brinkwatch erase --article 3f2a9c01d4e5b6a7c8d90123 --reason "court order"
    """
    from brinkwatch.cli.wiring import erase_articles, settings

    if sum((bool(article), source is not None, query is not None)) != 1:
        raise UsageError("Say what to erase.", "Give one of --article, --source and --query.")
    if query is not None and not query.strip():
        raise UsageError("An empty query finds everything.", "Write --query '*:*' if that is what you mean.")

    def confirm(count: int) -> bool:
        return yes or bool(article) or typer.confirm(f"Erase {count} articles for ever?", err=True)

    count = erase_articles(
        settings(data_dir=data), articles=article or [], source=source, query=query, reason=reason, confirm=confirm
    )
    if as_json:
        print_json({"erased": count})
    else:
        say(f"{count} article{'' if count == 1 else 's'} erased.")
