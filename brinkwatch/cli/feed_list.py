"""`brinkwatch feeds list`, `show` and `coverage`: what the registry has. Which feeds are meant, the registry's rules decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from brinkwatch.cli.feed_rows import find, health, row_of, told
from brinkwatch.cli.opml import now
from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say

if TYPE_CHECKING:
    from brinkwatch.models import Feed, FeedState


def list_(
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only feeds with this tag.")] = None,
    class_: Annotated[str | None, typer.Option("--class", metavar="CLASS", help="Only feeds of this class.")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only feeds of publishers there; `none`: of no known country.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only feeds in this language; `none`: in no known one.")
    ] = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only feeds whose last poll failed.")] = False,
    blocked: Annotated[
        bool, typer.Option("--blocked", help="Only feeds whose server refuses them: status 401, 402, 403, 407, 451.")
    ] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Only paused feeds.")] = False,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only feeds that bring nothing though by their own rhythm they should.")
    ] = False,
    gaps: Annotated[bool, typer.Option("--gaps", help="Only feeds of which items were probably missed.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List the feeds with how their last poll ended. Several options narrow the list together.

    Example: brinkwatch feeds list --failing
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from producers.registry.choose import choice, chosen

    wanted = choice(
        tag=tag,
        class_=class_,
        country=country,
        language=language,
        failing=failing,
        blocked=blocked,
        paused=paused,
        silent=silent,
        gaps=gaps,
    )
    with open_registry(settings(data_dir=data)) as registry:
        feeds, states = registry.feeds(), registry.feed_states()
    rows = [(feed, state) for feed in feeds if chosen(wanted, feed, state := states.get(feed.id))]
    if as_json:
        print_json([row_of(feed, state) for feed, state in rows])
        return
    for feed, state in rows:
        articles = state.articles if state else 0
        print(f"{feed.id}  {health(feed, state):12}  {articles:6}  {feed.class_:11}  {feed.country or '---'}  "
              f"{feed.language or '--':3}  {told(feed, state)}")  # fmt: skip
    if rows:
        say(f"{len(rows)} of {len(feeds)} feeds" if len(rows) < len(feeds) else f"{len(rows)} feeds")
    elif feeds:
        say(f"None of {len(feeds)} feeds is like that.")
    else:
        say("There are no feeds. Add one: brinkwatch feeds add URL")


def show(
    feed: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of a feed.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show all that is known of a feed, and when it is polled next and why.

    Example: brinkwatch feeds show https://news.example/world.xml
    """
    from brinkwatch.cli.wiring import open_registry, open_subscriptions, settings
    from producers.fetch.access import access_kinds
    from producers.push.decide import told as push_told

    read = settings(data_dir=data)
    with open_registry(read) as registry:
        (found,) = find(registry, [feed])
        state = registry.feed_state(found.id)
    row = {**row_of(found, state), "access": access_kinds(read, found.url)}
    if read.websub_url:
        with open_subscriptions(read) as subscriptions:
            sub = subscriptions.subscription(found.id)
        row["push"] = push_told(sub, now()) if sub is not None else "no hub is known"
    if as_json:
        print_json(row)
        return
    polled = row.pop("state")
    everything = {**row, **(polled or {}), **_told(found, state, read.poll_interval)}
    for name, value in everything.items():
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
        "health": health(feed, state),
        "hints": hints_told(state.hints),
        "rhythm": rhythm_told(state.rhythm, interval),
        "overlap": f"{state.overlap:.0%} of the items were in the poll before, too"
        if state.overlap is not None
        else "",
        "missed": f"about {state.missed:,} items in all" if state.missed else "",
        "gaps": [gap_told(gap) for gap in state.gaps[-5:]],
    }


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
    lacks = {"both": "no source in it, nothing about it", "in": "no source in it", "about": "nothing about it", "": ""}
    for row in shown_rows:
        print(
            f"{row.code}  {row.feeds:5} feeds  {row.articles:7} articles  {row.name}"
            + (f": {lacks[row.lacks]}" if row.lacks else "")
        )
    lacking = [row.lacks for row in rows]
    say(
        f"Of {len(rows)} countries {lacking.count('both') + lacking.count('in')} have no source in them, "
        f"{lacking.count('both') + lacking.count('about')} no article about them in {days} days."
    )
