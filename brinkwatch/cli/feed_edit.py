"""`brinkwatch feeds edit`, `tag` and `duplicates`: changes to feeds that are there. What changes, the registry's rules decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from brinkwatch.cli.feed_rows import find, row_of, told
from brinkwatch.cli.opml import put_feeds
from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.redact import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from producers.ports import FeedRegistry
    from producers.registry.duplicates import Duplicates

Urls = Annotated[list[str], typer.Argument(metavar="URL|ID", help="Addresses or ids of feeds.")]


def edit(
    urls: Urls,
    title: Annotated[str | None, typer.Option(metavar="NAME", help="Its name.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="ISO 639-1: en, ru, ar.")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="ISO 3166-1 alpha-3: GBR, IRN.")] = None,
    class_: Annotated[str | None, typer.Option("--class", metavar="CLASS", help="Whose voice it is.")] = None,
    storage: Annotated[str | None, typer.Option(metavar="POLICY", help="full, excerpt or metadata.")] = None,
    full_text: Annotated[str | None, typer.Option(metavar="MODE", help="off, on or auto.")] = None,
    reset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Put back what was given: title, language, country, class, storage, full-text or tags; "
            "may be given more than once.",
        ),
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Change what is known of feeds, without fetching them. Articles that are stored stay as they are.

    Example: brinkwatch feeds edit 63ff5d062653 --class state --country IRN --reset storage
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from brinkwatch.errors import UsageError
    from producers.registry.edit import changes_of, edited

    given = {
        "title": title,
        "language": language,
        "country": country,
        "class": class_,
        "storage": storage,
        "full-text": full_text,
    }
    changes = changes_of(given, reset or ())
    if not changes:
        raise UsageError("It was not said what to change.", "Example: brinkwatch feeds edit URL --class state")
    with open_registry(settings(data_dir=data)) as registry:
        found = [edited(feed, changes) for feed in find(registry, urls)]
        registry.put_feeds(found)
    if as_json:
        print_json([row_of(feed, None) for feed in found])
        return
    for feed in found:
        say(f"changed  {told(feed)}")


def tag(
    urls: Urls,
    add: Annotated[list[str] | None, typer.Option(metavar="TAG", help="Put this tag on them.")] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="TAG", help="Take this tag off them.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Put tags on feeds or take them off. Both options may be given more than once.

    Example: brinkwatch feeds tag 63ff5d062653 --add europe --remove new
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from brinkwatch.errors import UsageError
    from producers.registry.edit import retagged

    if not add and not remove:
        raise UsageError("No tag was given.", "Example: brinkwatch feeds tag URL --add europe")
    with open_registry(settings(data_dir=data)) as registry:
        found = [retagged(feed, add or (), remove or ()) for feed in find(registry, urls)]
        registry.put_feeds(found)
    if as_json:
        print_json([row_of(feed, None) for feed in found])
        return
    for feed in found:
        say(f"{', '.join(feed.tags) or '(no tags)'}  {told(feed)}")


REASONS = {
    "address": "the same address but for how it is written",
    "redirect": "one leads to the other",
    "content": "the same bytes",
    "items": "nearly the same items",
}


def duplicates(
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Remove the extra ones and give their tags and attributes to the one kept."),
    ] = False,
    likely: Annotated[
        bool, typer.Option("--likely", help="Merge also those that only have nearly the same items.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Find feeds that are in the registry under several addresses, by what polling has learnt of them.

    The one kept is the one that is polled best; its state and all articles stay.

    Example: brinkwatch feeds duplicates --merge
    """
    from brinkwatch.cli.wiring import open_registry, settings
    from brinkwatch.errors import UsageError
    from producers.registry.duplicates import duplicates as find_duplicates

    if likely and not merge:
        raise UsageError("--likely says what to merge.", "Write: brinkwatch feeds duplicates --merge --likely")
    with open_registry(settings(data_dir=data)) as registry:
        groups = find_duplicates(registry.feeds(), registry.feed_states())
        gone = [group for group in groups if merge and group.sure]
        _merge(registry, gone)
        if likely:  # looked for anew: what is kept of a sure group may be extra in one of these
            rest = [g for g in find_duplicates(registry.feeds(), registry.feed_states()) if not g.sure]
            _merge(registry, rest)
            groups, gone = [*gone, *rest], [*gone, *rest]
    if as_json:
        print_json(
            [
                {
                    "keep": row_of(group.keep, None),
                    "extra": [row_of(feed, None) for feed in group.extra],
                    "because": group.because,
                    "sure": group.sure,
                    "merged": group in gone,
                }
                for group in groups
            ]
        )
        return
    for group in groups:
        print(f"{'keep' if group not in gone else 'kept'}     {group.keep.id}  {told(group.keep)}")
        for extra in group.extra:
            print(f"{'removed' if group in gone else 'extra':7}  {extra.id}  {shown(extra.url)}")
        print(f"         {'' if group.sure else 'likely: '}{'; '.join(REASONS[reason] for reason in group.because)}")
    left = len(groups) - len(gone)
    say(f"{len(groups)} feeds are there more than once, {len(gone)} of them were merged.")
    if left and not likely:
        say("Merge what is sure: --merge. Merge what is likely too: --merge --likely.")


def _merge(registry: FeedRegistry, groups: Sequence[Duplicates]) -> None:
    """First what is kept, then what goes: interrupted in between, the next time ends it."""
    from producers.registry.duplicates import merged

    put_feeds(registry, [merged(group) for group in groups])
    for group in groups:
        for extra in group.extra:
            registry.remove_feed(extra.id)
