"""The `brinkwatch` command: registers every command and turns errors into one readable line and an exit status."""

from __future__ import annotations

import contextlib
import os
import resource
import sys

import typer
from typer.core import TyperGroup

from brinkwatch import __version__
from brinkwatch.cli import (
    alerts,
    analyze,
    console,
    dead_letters,
    erase,
    feeds,
    ingest,
    knowledge,
    replay,
    rules,
    run,
    search,
    services,
    status,
)
from brinkwatch.errors import BrinkwatchError


class InOrder(TyperGroup):
    """Lists commands as a newcomer needs them: typer alone puts groups behind all commands."""

    ORDER = (
        "run", "analyze", "ingest", "search", "alerts", "status", "feeds", "rules", "knowledge", "replay", "erase", "dead-letters",
        "setup", "produce", "process", "index", "alert", "console",
    )  # fmt: skip

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        named = [name for name in self.ORDER if name in self.commands]
        return named + [name for name in self.commands if name not in named]


app = typer.Typer(
    name="brinkwatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=InOrder,
    help="An early-warning desk for geopolitical news: who said what about whom, in what sense, and does it escalate.\n\n"
    "Start with `brinkwatch run`, or understand one text with `brinkwatch analyze FILE`.",
    epilog="Exit status: 0 done, 1 the job failed, 2 asked wrongly. Data goes to stdout, messages to stderr. "
    "Settings are BRINKWATCH_… variables: docs/settings.md.",
)


def _version(value: bool) -> None:
    if value:
        print(f"brinkwatch {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None: ...


MAIN_JOB, LOOK, CONFIGURE, CARE, CLUSTER = "Run", "Look", "Configure", "Repair", "Cluster: one long-lived service each"

app.command("run", rich_help_panel=MAIN_JOB)(run.run)
app.command("analyze", rich_help_panel=MAIN_JOB)(analyze.analyze)
app.command("ingest", rich_help_panel=MAIN_JOB)(ingest.ingest)
app.command("search", rich_help_panel=LOOK)(search.search)
app.add_typer(alerts.app, name="alerts", rich_help_panel=LOOK)
app.command("status", rich_help_panel=LOOK)(status.status)
app.add_typer(feeds.app, name="feeds", rich_help_panel=CONFIGURE)
app.add_typer(rules.app, name="rules", rich_help_panel=CONFIGURE)
app.add_typer(knowledge.app, name="knowledge", rich_help_panel=CONFIGURE)
app.command("setup", rich_help_panel=CLUSTER)(services.setup)
app.command("produce", rich_help_panel=CLUSTER)(services.produce)
app.command("process", rich_help_panel=CLUSTER)(services.process)
app.command("index", rich_help_panel=CLUSTER)(services.index)
app.command("alert", rich_help_panel=CLUSTER)(services.alert)
app.command("console", rich_help_panel=CLUSTER)(console.console)
app.add_typer(dead_letters.app, name="dead-letters", rich_help_panel=CARE)
app.command("replay", rich_help_panel=CARE)(replay.replay)
app.command("erase", rich_help_panel=CARE)(erase.erase)


def main() -> None:
    """Exit status 0; 1 where the job failed; 2 where it was asked wrongly."""
    _allow_open_files()
    try:
        app()  # ends the process itself, with 2 for wrong usage
    except BrinkwatchError as error:
        _complain(error.what, error.hint)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader (head, less) went away: no error, but nothing more can be flushed either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _allow_open_files(wanted: int = 65_536) -> None:
    """Thousands of feeds are thousands of connections; shells start programs with room for 1,024, and let them ask for more."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _complain(what: str, hint: str) -> None:
    print(f"brinkwatch: {what}", file=sys.stderr)
    if hint:
        print(f"  {hint}", file=sys.stderr)
