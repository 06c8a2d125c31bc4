"""`brinkwatch feeds`: the feed registry. Fetching and reading feeds is the producers' work, keeping them the runtime's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from brinkwatch.cli import backfill, feed_access, feed_edit, feed_list, opml
from brinkwatch.cli.feed_edit import REASONS
from brinkwatch.cli.feed_rows import find, row_of, told
from brinkwatch.cli.opml import now
from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.redact import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brinkwatch.models import Feed

app = typer.Typer(no_args_is_help=True, help="The feeds that are polled.\n\nExample: brinkwatch feeds list --failing")

Urls = Annotated[list[str], typer.Argument(metavar="URL|ID", help="Addresses or ids of feeds.")]


@app.command("add")
def add(
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Feeds, or pages that name their feed.")],
    title: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name; default: what the feed calls itself.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="What it is written in, ISO 639-1: en, ru, ar.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="Where the publisher sits, ISO 3166-1 alpha-3: GBR, IRN.")
    ] = None,
    class_: Annotated[
        str | None,
        typer.Option(
            "--class",
            metavar="CLASS",
            help="Whose voice it is: wire, state, official, independent, partisan, think-tank or unknown.",
        ),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A tag; may be given more than once.")] = None,
    storage: Annotated[
        str | None, typer.Option(metavar="POLICY", help="What is kept of its texts: full, excerpt or metadata.")
    ] = None,
    full_text: Annotated[
        str | None,
        typer.Option(
            metavar="MODE",
            help="Fetch its article pages: off, on, or auto where it gives teasers; default: the setting.",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Fetch it first, to see that it is a feed.")] = True,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Add feeds. Of a feed that is there already, what is given is changed.

    Example: brinkwatch feeds add https://news.example/world.xml --class wire --country GBR --tag europe
    """
    import asyncio

    from brinkwatch.cli.wiring import open_registry, settings
    from brinkwatch.models import FeedState
    from producers.poll.discover import Discovered, discover
    from producers.registry.duplicates import twins
    from producers.registry.feeds import canonical_feed_url, make_feed, merge_feeds
    from producers.schedule.window import marks

    read = settings(data_dir=data)
    # options that are wrong are told before anything is fetched
    for url in urls:
        make_feed(url, language=language, country=country, class_=class_, storage=storage, full_text=full_text)
    feeds: list[Feed] = []
    if any(shown(url) != url for url in urls):
        say(
            "A login in an address stands in the registry and cannot be changed; `brinkwatch feeds auth URL` does better."
        )
    seen: dict[str, FeedState] = {}
    for url in urls:
        found = asyncio.run(discover(url, read)) if check else Discovered(canonical_feed_url(url), None)
        for note in found.notes:
            say(note)
        feeds.append(
            make_feed(
                found.url,
                title=title or (found.parsed.title if found.parsed else ""),
                site_url=found.parsed.site_url if found.parsed else "",
                language=language or _language(found.parsed.language if found.parsed else None),
                country=country,
                class_=class_,
                class_source="operator" if class_ else "",
                tags=tag or (),
                storage=storage,
                full_text=full_text,
                now=now(),
            )
        )
        feed_id = feeds[-1].id
        window = marks(found.parsed.entries) if found.parsed else ()
        seen[feed_id] = FeedState(feed_id=feed_id, url=found.final_url, window=window)
    with open_registry(read) as registry:
        before, states = registry.feeds(), registry.feed_states()
        merged = merge_feeds(before, feeds, override=True)
        registry.put_feeds(merged.feeds)
    for feed in merged.added:
        for twin, because in twins(feed, seen.get(feed.id), before, states):
            say(
                f"{told(feed)} is probably {told(twin)}, which is in the registry ({REASONS[because]}). "
                f"If it is: brinkwatch feeds remove {feed.id}"
            )
    if as_json:
        print_json([row_of(feed, None) for feed in merged.feeds])
        return
    for feed in merged.added:
        say(f"added    {told(feed)}")
    for feed in merged.changed:
        say(f"changed  {told(feed)}")
    if merged.unchanged:
        say(f"{merged.unchanged} were there already.")


@app.command("check")
def check_(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address to fetch once.")],
    as_json: Json = False,
) -> None:
    """Fetch an address once and explain what was found. Nothing is stored. Exit status 1 where it is no usable feed.

    Example: brinkwatch feeds check https://news.example/world.xml --json
    """
    import asyncio

    from brinkwatch.cli.wiring import settings
    from producers.poll.check import check_feed

    found = asyncio.run(check_feed(url, settings()))
    if as_json:
        print_json(found)
    elif found.error is None:
        print(f"{found.title or '(no title)'}: {found.format}, {len(found.entries)} entries, status {found.status}")
        if found.final_url != found.url:
            print(f"It redirects to {found.final_url}")
        for problem in found.problems:
            print(f"! {problem}")
        for entry in found.entries[:10]:
            print(f"  {entry.published or 'no date':20}  {entry.title[:90]}")
        if len(found.entries) > 10:
            print(f"  … and {len(found.entries) - 10} more")
    else:
        say(found.error)
    if found.error is not None:
        raise typer.Exit(1)


@app.command("remove")
def remove(urls: Urls, as_json: Json = False, data: Data = None) -> None:
    """Forget feeds. Their articles stay; `brinkwatch erase --source` removes those.

    Example: brinkwatch feeds remove https://news.example/world.xml
    """
    from brinkwatch.cli.wiring import open_registry, settings

    with open_registry(settings(data_dir=data)) as registry:
        found = find(registry, urls)
        for feed in found:
            registry.remove_feed(feed.id)
    _report("removed", found, as_json)


@app.command("pause")
def pause(urls: Urls, as_json: Json = False, data: Data = None) -> None:
    """Stop polling feeds without forgetting them.

    Example: brinkwatch feeds pause 63ff5d062653
    """
    import msgspec

    from brinkwatch.cli.wiring import open_registry, settings

    with open_registry(settings(data_dir=data)) as registry:
        found = [msgspec.structs.replace(feed, paused=True) for feed in find(registry, urls)]
        registry.put_feeds(found)
    _report("paused", found, as_json)


@app.command("resume")
def resume(urls: Urls, as_json: Json = False, data: Data = None) -> None:
    """Poll paused feeds again, and feeds that had ended (410): these start anew, with a silent first poll.

    Example: brinkwatch feeds resume 63ff5d062653
    """
    import msgspec

    from brinkwatch.cli.wiring import open_registry, settings

    found = []
    with open_registry(settings(data_dir=data)) as registry:
        for feed in find(registry, urls):
            state = registry.feed_state(feed.id)
            resumed = msgspec.structs.replace(feed, paused=False)
            if state is not None and state.last_outcome == "gone":
                registry.remove_feed(feed.id)
                resumed = msgspec.structs.replace(resumed, added_at=now())
            registry.put_feeds([resumed])
            found.append(resumed)
    _report("resumed", found, as_json)


app.command("backfill")(backfill.backfill)
app.command("edit")(feed_edit.edit)
app.command("tag")(feed_edit.tag)
app.command("duplicates")(feed_edit.duplicates)
app.command("list")(feed_list.list_)
app.command("show")(feed_list.show)
app.command("coverage")(feed_list.coverage_)
app.command("auth")(feed_access.auth)
app.command("import")(opml.import_)
app.command("export")(opml.export)


def _report(done: str, feeds: Sequence[Feed], as_json: bool) -> None:
    if as_json:
        print_json([row_of(feed, None) for feed in feeds])
        return
    for feed in feeds:
        say(f"{done}  {told(feed)}")


def _language(declared: str | None) -> str | None:
    """What the feed declares, where it is a language at all: the operator did not say it, so it is no error."""
    from brinkwatch.errors import UsageError
    from producers.registry.feeds import read_language

    try:
        return read_language(declared)
    except UsageError:
        return None
