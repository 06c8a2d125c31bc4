"""`brinkwatch feeds import` and `export`: the registry as OPML. The format is the producers' business."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brinkwatch.models import Feed
    from producers.ports import FeedRegistry


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="An OPML file, or - for stdin.")],
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag for all of them; may be given more than once.")
    ] = None,
    override: Annotated[
        bool, typer.Option("--override", help="Let the file win over what is known of a feed that is there already.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Import feeds from OPML. Folders become tags; feeds that are there already are completed, not doubled.

    Example: brinkwatch feeds import subscriptions.opml --tag imported
    """
    import msgspec

    from brinkwatch.cli.wiring import open_registry, settings
    from producers.registry.feeds import merge_feeds
    from producers.registry.opml import read_opml

    read = read_opml(_bytes_of(file), "stdin" if str(file) == "-" else str(file), now=now())
    for problem in read.problems:
        say(f"! {problem}")
    feeds = (
        [msgspec.structs.replace(feed, tags=(*feed.tags, *(tag or ()))) for feed in read.feeds] if tag else read.feeds
    )
    with open_registry(settings(data_dir=data)) as registry:
        merged = merge_feeds(registry.feeds(), feeds, override=override)
        put_feeds(registry, merged.feeds)
    if as_json:
        print_json(
            {
                "added": len(merged.added),
                "changed": len(merged.changed),
                "unchanged": merged.unchanged,
                "problems": read.problems,
            }
        )
    else:
        say(f"{len(merged.added)} feeds added, {len(merged.changed)} changed, {merged.unchanged} were there already.")


def export(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to write; default: stdout.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only feeds with this tag.")] = None,
    data: Data = None,
) -> None:
    """Export the feeds as OPML, which `import` reads back as it was. Addresses with passwords are exported with them.

    Example: brinkwatch feeds export feeds.opml
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from brinkwatch.errors import InputError
    from producers.registry.opml import write_opml

    with open_registry(settings(data_dir=data)) as registry:
        feeds = [feed for feed in registry.feeds() if tag is None or tag in feed.tags]
    written = write_opml(feeds, now=now())
    if file is None or str(file) == "-":
        sys.stdout.write(written.decode())
        return
    try:
        file.write_bytes(written)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.", "Name a file in an existing folder.") from None
    say(f"{len(feeds)} feeds written to {file}")


def put_feeds(registry: FeedRegistry, feeds: Sequence[Feed]) -> None:
    """Store in parts, with a progress bar where somebody looks; a part that was stored stays when this is interrupted."""
    size = 500
    parts = [feeds[start : start + size] for start in range(0, len(feeds), size)]
    if len(parts) < 2 or not sys.stderr.isatty():
        for part in parts:
            registry.put_feeds(part)
        return
    from rich.console import Console
    from rich.progress import track

    for part in track(parts, description="Importing feeds", console=Console(stderr=True)):
        registry.put_feeds(part)


def now() -> Any:
    """The present second."""
    import datetime as dt

    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _bytes_of(file: Path) -> bytes:
    from brinkwatch.errors import InputError

    try:
        data = sys.stdin.buffer.read(_MAX_BYTES + 1) if str(file) == "-" else _beginning(file)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.", "Name an OPML file, or - for stdin.") from None
    if len(data) > _MAX_BYTES:
        raise InputError(
            f"{file} is larger than {_MAX_BYTES // 1_000_000} MB, which no list of feeds is.",
            "Import it in parts, if it is one.",
        )
    return data


_MAX_BYTES = 100_000_000
"""Some 400,000 feeds."""


def _beginning(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_MAX_BYTES + 1)
