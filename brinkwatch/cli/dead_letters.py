"""`brinkwatch dead-letters`: messages that could not be processed, and bringing them back after the fix."""

from __future__ import annotations

from typing import Annotated

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.errors import UsageError

app = typer.Typer(
    no_args_is_help=True,
    help="Messages that could not be processed: look at them, and retry them after the fix.\n\nExample: brinkwatch dead-letters list",
)


@app.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many, 1 to 10000.")] = 50,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List dead letters, newest first.

    Example: brinkwatch dead-letters list --limit 10
    """
    from brinkwatch.cli.wiring import open_dead_letters, settings

    with open_dead_letters(settings(data_dir=data)) as letters:
        found = letters.letters(limit=limit)
    if as_json:
        print_json(found)
        return
    if not found:
        say("There are no dead letters.")
    for letter in found:
        print(f"{letter.id}  {letter.failed_at:%Y-%m-%d %H:%M}  {letter.step:8} {letter.topic}  {letter.reason}")


@app.command("show")
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, from `brinkwatch dead-letters list`.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show one dead letter with its message.

    Example: brinkwatch dead-letters show 3f2a9c01d4e5b6a7
    """
    from brinkwatch.cli.wiring import open_dead_letters, settings

    with open_dead_letters(settings(data_dir=data)) as letters:
        letter = letters.letter(letter_id)
    if letter is None:
        raise UsageError(f"There is no dead letter {letter_id}.", "`brinkwatch dead-letters list` lists them.")
    if as_json:
        print_json(letter)
        return
    print(f"id       {letter.id}\nstep     {letter.step}\ntopic    {letter.topic}\nkey      {letter.key}")
    print(
        f"failed   {letter.failed_at.isoformat()}, {letter.attempts} times\nreason   {letter.reason}\n\n{letter.value}"
    )


@app.command("retry")
def retry(
    letter_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Their ids, from `brinkwatch dead-letters list`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    data: Data = None,
) -> None:
    """Put messages back where they came from; what fails again is a dead letter again.

    Example: brinkwatch dead-letters retry --all
    """
    from brinkwatch.cli.wiring import retry_dead_letters, settings

    if bool(letter_ids) == everything:
        raise UsageError("Say which dead letters to retry.", "Give their ids, or --all.")
    count = retry_dead_letters(settings(data_dir=data), letter_ids)
    say(f"{count} dead letter{'' if count == 1 else 's'} put back.")
