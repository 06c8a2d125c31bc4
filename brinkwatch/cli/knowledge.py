"""`brinkwatch knowledge`: what the analyzer knows by names and rules, ours and your own: check it, count it, run its examples."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from brinkwatch.cli.options import Json
from brinkwatch.cli.output import print_json, say
from brinkwatch.errors import UsageError

if TYPE_CHECKING:
    from brinkwatch.settings import Settings
    from processors.analysis.curation.check import Problem
    from processors.analysis.curation.examples import Case, Outcome
    from processors.analysis.curation.stats import Statistics

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    help="What texts are understood with: names, cues, event rules. BRINKWATCH_KNOWLEDGE_DIR lays a folder of your own over "
    "ours; docs/understanding.md tells how.\n\nExample: brinkwatch knowledge check my-knowledge",
)

Folder = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="Your own folder; default: BRINKWATCH_KNOWLEDGE_DIR, else none."),
]


@app.command("check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="A folder of your own; without it ours, and the one of BRINKWATCH_KNOWLEDGE_DIR."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find every mistake in files of names and rules: one line each, with file and line. Exit status 1 where there is one.

    Example: brinkwatch knowledge check my-knowledge
    """
    from brinkwatch.settings import read_settings
    from processors.analysis.curation.check import our_files, problems
    from processors.analysis.layers import DATA, read_overlay

    found: list[Problem] = []
    files = 0
    if folder is None or folder.resolve() == DATA:
        ours = our_files()
        found += problems(ours, ours=True)
        files += len(ours.files)
        folder = read_settings().knowledge_dir if folder is None else None
    if folder is not None:
        yours = read_overlay(folder)
        found += problems(yours)
        files += len(yours.files)
        if not yours.files:
            say(f"{folder} holds no .toml file: nothing of yours to check.")
    if as_json:
        print_json(found)
    else:
        for problem in found:
            print(_near(str(problem)))
    say(f"{_many(files, 'file')}: {_many(len(found), 'mistake') if found else 'all is well'}.")
    if found:
        raise typer.Exit(1)


@app.command("stats")
def stats(folder: Folder = None, as_json: Json = False) -> None:
    """Count the rules and their examples, the names by kind and language, and tell the sources with their licences.

    Example: brinkwatch knowledge stats
    """
    _lay(folder)
    from processors.analysis.curation.stats import statistics

    counted = statistics()
    if as_json:
        print_json(counted)
    else:
        _show(counted)


@app.command("test")
def test(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="[RULE]", help="The rules of this name; `*` stands for anything: 'assault.*'. Default: all."
        ),
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Run the examples and counter-examples of the rules, ours and yours, and tell which fail and how. Exit status 1 where one does.

    Example: brinkwatch knowledge test 'assault.*' --dir my-knowledge
    """
    settings = _lay(folder)
    from processors.analysis.analyzer import Analyzer
    from processors.analysis.curation.examples import cases, outcomes

    analyzer = Analyzer(settings.spacy_model, settings.max_text_chars)
    everything = cases()
    chosen = [case for case in everything if rule is None or fnmatch.fnmatchcase(case.rule.name, rule)]
    if not chosen:
        raise UsageError(f"There is no rule {rule!r}.", _nearest(rule or "", everything))
    done = list(_watched(outcomes(chosen, analyzer), len(chosen)))
    failed = [one for one in done if one.failure is not None]
    if as_json:
        print_json(done)
    else:
        for one in failed:
            print(f"{one.rule}: {one.wanted} “{one.text}”\n    {one.failure}")
    for name, others in _idle(done).items():
        say(f"{name} codes none of its examples itself: {', '.join(sorted(others))} does.")
    rules = len({(one.kind, one.language, one.rule) for one in done})
    say(f"{_many(len(done), 'sentence')} of {_many(rules, 'rule')}: {len(failed) or 'none'} failed.")
    if failed:
        raise typer.Exit(1)


# ------------------------------------------------------------------------------------------------ help


def _lay(folder: Path | None) -> Settings:
    """Lays the user's folder over our files for this process, checked; the settings."""
    from brinkwatch.settings import read_settings
    from processors.analysis import layers
    from processors.steps import load_knowledge

    settings = read_settings()
    layers.lay(load_knowledge(folder or settings.knowledge_dir))
    return settings


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _near(line: str) -> str:
    """A path below the working directory as one would type it."""
    return line.removeprefix(f"{Path.cwd()}/")


def _nearest(name: str, everything: list[Case]) -> str:
    import difflib

    near = difflib.get_close_matches(name, {case.rule.name for case in everything}, 1)
    return (
        f"Did you mean {near[0]}?" if near else "`brinkwatch knowledge stats` counts them; 'assault.*' names several."
    )


def _idle(done: list[Outcome]) -> dict[str, set[str]]:
    """Rules whose examples are all coded by other rules: these are more specific, or come first."""
    coded: dict[str, set[str]] = {}
    for one in done:
        if one.coded_by is not None:
            coded.setdefault(one.rule, set()).add(one.coded_by)
    return {name: others for name, others in coded.items() if name not in others}


def _watched(items: Iterable[T], total: int) -> Iterable[T]:
    """With a progress bar where somebody looks."""
    if not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description="Reading examples", total=total, console=Console(stderr=True), transient=True)


def _show(counted: Statistics) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)

    def table(*heads: str) -> Table:
        made = Table(box=None, pad_edge=False, header_style="bold")
        for i, head in enumerate(heads):
            made.add_column(head, justify="left" if i < len(heads) - numbers else "right", no_wrap=True)
        return made

    numbers = 4
    rules = table("rules", "language", "rules", "yours", "examples", "counter-examples")
    for one in counted.rules:
        row = (one.rules, one.yours, one.examples, one.counter_examples)
        rules.add_row(one.kind, one.language, *(f"{n:,}" for n in row))
    console.print(rules)
    console.print()
    numbers = 2
    names = table("names of", "things", "names")
    for kind in counted.names:
        names.add_row(kind.type, f"{kind.things:,}", f"{sum(kind.names.values()):,}")
    console.print(names)
    console.print()
    numbers = 1
    languages = table("names in", "names")
    for language in sorted(
        {language for kind in counted.names for language in kind.names}, key=lambda c: (c == "all", c)
    ):
        total = sum(kind.names.get(language, 0) for kind in counted.names)
        languages.add_row("any language" if language == "all" else language, f"{total:,}")
    console.print(languages)
    console.print()
    for source in counted.sources:
        version = f" {source.version}" if source.version else ""
        brought = f", {source.names:,} names" if source.names is not None else ""
        console.print(
            f"{source.name}{version}: {source.brings}{brought}. Licence: {source.licence}. {source.url}".rstrip()
        )
    say(f"With {counted.folder} laid over ours." if counted.folder else "Ours alone: no folder of yours is named.")
