"""`brinkwatch feeds`: the feed registry. Fetching and reading feeds is the producers' work, keeping them the runtime's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from brinkwatch.cli import backfill, feed_access, opml
from brinkwatch.cli.opml import now
from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.redact import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brinkwatch.models import Feed, FeedState
    from producers.ports import FeedRegistry

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
    from producers.poll.discover import Discovered, discover
    from producers.registry.feeds import canonical_feed_url, make_feed, merge_feeds

    read = settings(data_dir=data)
    # options that are wrong are told before anything is fetched
    for url in urls:
        make_feed(url, language=language, country=country, class_=class_, storage=storage, full_text=full_text)
    feeds: list[Feed] = []
    if any(shown(url) != url for url in urls):
        say(
            "A login in an address stands in the registry and cannot be changed; `brinkwatch feeds auth URL` does better."
        )
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
    with open_registry(read) as registry:
        merged = merge_feeds(registry.feeds(), feeds, override=True)
        registry.put_feeds(merged.feeds)
    if as_json:
        print_json([_row(feed, None) for feed in merged.feeds])
        return
    for feed in merged.added:
        say(f"added    {_shown(feed)}")
    for feed in merged.changed:
        say(f"changed  {_shown(feed)}")
    if merged.unchanged:
        say(f"{merged.unchanged} were there already.")


@app.command("list")
def list_(
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only feeds with this tag.")] = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only feeds whose last poll failed.")] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Only paused feeds.")] = False,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only feeds that bring nothing though by their own rhythm they should.")
    ] = False,
    gaps: Annotated[bool, typer.Option("--gaps", help="Only feeds of which items were probably missed.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List the feeds with how their last poll ended.

    Example: brinkwatch feeds list --failing
    """
    from brinkwatch.cli.wiring import open_registry, settings

    with open_registry(settings(data_dir=data)) as registry:
        feeds, states = registry.feeds(), registry.feed_states()
    rows = [
        (feed, states.get(feed.id))
        for feed in feeds
        if (tag is None or tag in feed.tags)
        and (not paused or feed.paused)
        and (not failing or _fails(states, feed))
        and (not silent or _health(feed, states.get(feed.id)) == "silent")
        and (not gaps or ((state := states.get(feed.id)) is not None and state.gaps))
    ]
    if as_json:
        print_json([_row(feed, state) for feed, state in rows])
        return
    for feed, state in rows:
        articles = state.articles if state else 0
        print(f"{feed.id}  {_health(feed, state):12}  {articles:6}  {feed.class_:11}  {feed.country or '---'}  "
              f"{feed.language or '--':3}  {_shown(feed, state)}")  # fmt: skip
    say(f"{len(rows)} of {len(feeds)} feeds. Add one: brinkwatch feeds add URL" if not rows else f"{len(rows)} feeds")


@app.command("show")
def show(
    feed: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of a feed.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show all that is known of a feed, and when it is polled next and why.

    Example: brinkwatch feeds show https://news.example/world.xml
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from producers.fetch.access import access_kinds

    read = settings(data_dir=data)
    with open_registry(read) as registry:
        (found,) = find(registry, [feed])
        state = registry.feed_state(found.id)
    row = {**_row(found, state), "access": access_kinds(read, found.url)}
    if as_json:
        print_json(row)
        return
    polled = row.pop("state")
    told = {**row, **(polled or {}), **_told(found, state, read.poll_interval)}
    for name, value in told.items():
        if name not in ("schema_version", "feed_id") and value not in (None, "", [], (), {}):
            print(f"{name:14} {', '.join(value) if isinstance(value, list | tuple) else value}")
    if polled is None:
        print("It has not been polled yet.")


def _told(feed: Feed, state: FeedState | None, interval: float) -> dict[str, Any]:
    """What polling has learnt of a feed, in words."""
    if state is None:
        return {}
    from producers.schedule.words import gap_told, hints_told, rhythm_told

    return {
        "health": _health(feed, state),
        "hints": hints_told(state.hints),
        "rhythm": rhythm_told(state.rhythm, interval),
        "overlap": f"{state.overlap:.0%} of the items were in the poll before, too"
        if state.overlap is not None
        else "",
        "missed": f"about {state.missed:,} items in all" if state.missed else "",
        "gaps": [gap_told(gap) for gap in state.gaps[-5:]],
    }


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


@app.command("coverage")
def coverage_(
    days: Annotated[int, typer.Option(metavar="N", min=1, max=3650, help="Look at the articles of so many days.")] = 30,
    everything: Annotated[
        bool, typer.Option("--all", help="All countries, not only those that lack something.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Name the countries that no feed is published in, or that no stored article is about.

    Example: brinkwatch feeds coverage --days 7
    """
    import datetime as dt

    from brinkwatch.cli.wiring import open_registry, open_store, settings
    from producers.registry.coverage import coverage
    from sinks.ports import SearchRequest

    read = settings(data_dir=data)
    since = now() - dt.timedelta(days=days)
    with open_registry(read) as registry, open_store(read) as store:
        rows = coverage(
            registry.feeds(),
            lambda code: store.search(SearchRequest(query=f'entity.ids:"{code}"', since=since, limit=1)).total,
        )
    shown_rows = [row for row in rows if everything or row.lacks]
    if as_json:
        print_json([{**row._asdict(), "lacks": row.lacks or None} for row in shown_rows])
        return
    told = {"both": "no source in it, nothing about it", "in": "no source in it", "about": "nothing about it", "": ""}
    for row in shown_rows:
        print(
            f"{row.code}  {row.feeds:5} feeds  {row.articles:7} articles  {row.name}"
            + (f": {told[row.lacks]}" if row.lacks else "")
        )
    lacking = [row.lacks for row in rows]
    say(
        f"Of {len(rows)} countries {lacking.count('both') + lacking.count('in')} have no source in them, "
        f"{lacking.count('both') + lacking.count('about')} no article about them in {days} days."
    )


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
app.command("auth")(feed_access.auth)
app.command("import")(opml.import_)
app.command("export")(opml.export)


def find(registry: FeedRegistry, wanted: Sequence[str]) -> list[Feed]:
    """The feeds of those addresses or ids. Raises `InputError` for the first that is not in the registry."""
    from brinkwatch.errors import InputError
    from producers.registry.feeds import find_feed

    feeds, found = registry.feeds(), []
    for name in wanted:
        feed = find_feed(feeds, name)
        if feed is None:
            raise InputError(f"There is no feed {name} in the registry.", "See `brinkwatch feeds list`.")
        found.append(feed)
    return found


def _report(done: str, feeds: Sequence[Feed], as_json: bool) -> None:
    if as_json:
        print_json([_row(feed, None) for feed in feeds])
        return
    for feed in feeds:
        say(f"{done}  {_shown(feed)}")


def _row(feed: Feed, state: FeedState | None) -> dict[str, Any]:
    """The feed as it is shown: its own fields, and `state` with what polling has learnt. No passwords."""
    import msgspec

    row: dict[str, Any] = msgspec.to_builtins(feed)
    row["url"] = shown(feed.url)
    row["state"] = None
    if state is not None:
        row["state"] = msgspec.to_builtins(state)
        row["state"]["url"] = shown(state.url) if state.url else None
        row["state"].pop("window")  # hashes that mean nothing to people
    return row


def _fails(states: Any, feed: Feed) -> bool:
    state = states.get(feed.id)
    return state is not None and state.last_error is not None


def _health(feed: Feed, state: FeedState | None) -> str:
    if feed.paused:
        return "paused"
    if state is None or state.last_outcome is None:
        return "new"
    if state.last_error is None:
        from producers.schedule.window import is_silent

        return "silent" if is_silent(state.rhythm) else "ok"
    return "ended" if state.last_outcome == "gone" else f"failing ({state.failures})"


def _shown(feed: Feed, state: FeedState | None = None) -> str:
    """The address and the name: the registry's, else what the feed called itself when it was polled."""

    return f"{shown(feed.url)}  {feed.title or (state.title if state else '')}".rstrip()


def _language(declared: str | None) -> str | None:
    """What the feed declares, where it is a language at all: the operator did not say it, so it is no error."""
    from brinkwatch.errors import UsageError
    from producers.registry.feeds import read_language

    try:
        return read_language(declared)
    except UsageError:
        return None
