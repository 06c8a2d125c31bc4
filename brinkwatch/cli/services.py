"""The cluster's commands: `setup` once, then one long-lived service each."""

from __future__ import annotations

from typing import Annotated

import typer

from brinkwatch.cli.output import say


def setup() -> None:
    """Create what the cluster needs: Kafka topics and Elasticsearch templates.

    Safe to run again; says what it changed.

    Example: BRINKWATCH_KAFKA_BOOTSTRAP=kafka:9092 brinkwatch setup
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.setup import set_up

    changed = 0
    for line in set_up(settings(profile="cluster")):
        changed += 1
        print(line)
    say("Everything is there." if not changed else f"{changed} things changed.")


def produce(
    feeds: Annotated[
        list[str] | None,
        typer.Option("--feeds", metavar="F.opml|URL", help="Register these feeds first; may be given more than once."),
    ] = None,
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Let articles of a feed's first poll raise alerts; without it they are silent."),
    ] = False,
) -> None:
    """Poll the registered feeds into Kafka. Start several: they share the feeds.

    Example: brinkwatch produce
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.produce import run_produce

    run_produce(settings(profile="cluster"), feeds or [], alert=alert)


def process() -> None:
    """Understand articles: the Faust worker. Start several: they share the partitions.

    Example: BRINKWATCH_ANALYZE_WORKERS=4 brinkwatch process
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.process import run_process

    run_process(settings(profile="cluster"))


def index() -> None:
    """Store understood articles in Elasticsearch. Start several: they share the partitions.

    Example: brinkwatch index
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.index import run_index

    run_index(settings(profile="cluster"))


def alert() -> None:
    """Match understood articles with the alert rules, and deliver the alerts.

    Example: brinkwatch alert
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.cluster.alert import run_alert

    run_alert(settings(profile="cluster"))
