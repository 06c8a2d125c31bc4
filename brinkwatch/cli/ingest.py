"""`brinkwatch ingest`: articles as JSON lines from a file, a pipe or an archive."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from brinkwatch.cli.options import Data
from brinkwatch.cli.output import say
from brinkwatch.errors import InputError, UsageError


def ingest(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="JSON lines in UTF-8; - reads standard input.")] = "-",
    alert: Annotated[
        bool, typer.Option("--alert", help="Let these articles raise alerts; without it they are silent.")
    ] = False,
    data: Data = None,
) -> None:
    """Bring in articles from a file, a pipe or an archive, as JSON lines.

    Fields of a line: url, title, text, published, language, source. The same lines again change nothing.

    A line that is no article is reported with its number and skipped; the exit status is then 1.

    Example: zcat archive.jsonl.gz | brinkwatch ingest -
    """
    from brinkwatch.cli.wiring import ingest_lines, settings

    try:
        stream = sys.stdin.buffer if file == "-" else open(file, "rb")  # noqa: SIM115, PTH123 closed below
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {error.strerror}.") from None
    with stream:
        result = ingest_lines(settings(data_dir=data), stream, alert=alert, complain=say)
    say(f"{result.read} lines read: {result.published} articles new or changed, {result.wrong} lines skipped.")
    if result.wrong:
        raise InputError(f"{result.wrong} of {result.read} lines are no articles.")
