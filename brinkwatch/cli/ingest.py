"""`brinkwatch ingest`: articles as JSON lines from a file, a pipe or an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from brinkwatch.cli.options import Data
from brinkwatch.cli.output import say
from brinkwatch.errors import InputError, UsageError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator


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

    Gzipped lines are unpacked. What was taken before an interruption is known when the same file is ingested again.

    Example: brinkwatch ingest archive.jsonl.gz
    """
    from brinkwatch.cli.wiring import ingest_lines, settings
    from brinkwatch.operations.archive import lines_of

    try:
        stream = cast("io.BufferedReader", sys.stdin.buffer if file == "-" else open(file, "rb"))  # noqa: SIM115, PTH123 closed below
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {error.strerror}.") from None
    broken: list[InputError] = []
    with stream:
        lines = lines_of(stream, "standard input" if file == "-" else file, broken.append)
        followed = _followed(lines, stream, None if file == "-" else Path(file).stat().st_size)
        result = ingest_lines(settings(data_dir=data), followed, alert=alert, complain=say)
    say(f"{result.read} lines read: {result.published} articles new or changed, {result.wrong} lines skipped.")
    if broken:
        raise broken[0]
    if result.wrong:
        raise InputError(f"{result.wrong} of {result.read} lines are no articles.")


_STEP = 500
_TOLD = 100_000


def _followed(lines: Iterator[bytes], stream: io.BufferedReader, size: int | None) -> Iterator[bytes]:
    """The lines, with a progress bar where somebody looks and a plain line now and then elsewhere."""
    if not sys.stderr.isatty():
        for number, line in enumerate(lines, 1):
            if number % _TOLD == 0:
                say(f"{number:,} lines read")
            yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.fields[lines]:,} lines"), BarColumn(), TaskProgressColumn(show_speed=size is None)]
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("Reading", total=size, lines=0)
        for number, line in enumerate(lines, 1):
            if number % _STEP == 0:
                progress.update(task, completed=number if size is None else stream.tell(), lines=number)
            yield line
        progress.update(task, completed=size)
