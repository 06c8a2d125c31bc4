"""`brinkwatch rules`: alert rules, which are saved queries."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, public, say
from brinkwatch.cli.times import read_duration
from brinkwatch.errors import UsageError
from brinkwatch.models import Alert, Rule, rule_id

app = typer.Typer(
    no_args_is_help=True,
    help="Alert rules: saved queries. What a query finds in search, it alerts on.\n\nExample: brinkwatch rules list",
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A rule's name or id.")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What alerts are headed with; one rule has it.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In the query language, as for `brinkwatch search`.")],
    webhook: Annotated[
        list[str] | None,
        typer.Option(
            "--webhook",
            metavar="URL",
            help="Deliver alerts there; may be given more than once. Without one they are shown only.",
        ),
    ] = None,
    max_age: Annotated[
        str,
        typer.Option("--max-age", metavar="AGE", help="Articles published longer ago raise nothing: 30m, 24h, 7d, 2w."),
    ] = "24h",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Add a rule, or replace the one of this name.

    Example: brinkwatch rules add "Iran and Russia" 'dyads:IRN-RUS AND escalation.level:>=elevated' --webhook https://hooks.example/desk
    """
    from brinkwatch.cli.wiring import open_rules, settings
    from sinks.query.language import parse

    if not name.strip():
        raise UsageError("A rule needs a name.")
    parse(query)
    for url in webhook or []:
        if not url.startswith(("https://", "http://")):
            raise UsageError(f"The webhook {url!r} is no address.", "It begins with https://.")
    rule = Rule(
        id=rule_id(name),
        name=name.strip(),
        query=query,
        max_age=int(read_duration(max_age, "--max-age").total_seconds()),
        webhooks=tuple(dict.fromkeys(webhook or [])),
        created_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
    )
    with open_rules(settings(data_dir=data)) as rules:
        rules.put_rule(rule)
    if as_json:
        print_json(public(rule))
    else:
        say(f"Rule {rule.name!r} ({rule.id}) is on.")


@app.command("list")
def list_rules(as_json: Json = False, data: Data = None) -> None:
    """List the rules.

    Example: brinkwatch rules list
    """
    from brinkwatch.cli.wiring import open_rules, settings

    with open_rules(settings(data_dir=data)) as rules:
        found = rules.rules()
    if as_json:
        print_json([public(rule) for rule in found])
        return
    if not found:
        say("There are no rules: add one with `brinkwatch rules add NAME QUERY`.")
    for rule in found:
        print(f"{rule.id}  {'on ' if rule.enabled else 'off'}  {rule.name}: {rule.query}")


@app.command("test")
def test(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A rule's name or id.")] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="QUERY", help="Try a query that is no rule yet.")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="Look at the newest N articles, 1 to 1000.")
    ] = 20,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Run a rule over what is stored and show what it would have raised, one line a story.

    Example: brinkwatch rules test --query 'escalation.level:severe'
    """
    from brinkwatch.cli.wiring import open_rules, open_store, settings
    from sinks.alerts.decide import make_alert
    from sinks.ports import SearchRequest

    if (name is None) == (query is None):
        raise UsageError("Say what to test.", "Give a rule's name, or --query.")
    of = settings(data_dir=data)
    if query is not None:
        rule = Rule(id=rule_id("test"), name="test", query=query)
    else:
        with open_rules(of) as rules:
            rule = _find(rules.rules(), name or "")
    with open_store(of) as store:
        result = store.search(SearchRequest(query=rule.query, limit=limit, sort="time"))
    alerts: dict[str, Alert] = {}
    for document in result.hits:
        alert = make_alert(rule, document, document.timestamp, float("inf"))
        alerts.setdefault(alert.id, alert)
    if as_json:
        print_json([public(alert) for alert in alerts.values()])
        return
    for alert in alerts.values():
        print(f"{alert.timestamp:%Y-%m-%d %H:%M}  {alert.level or 'not read':8}  {alert.title}\n    {alert.why}")
    say("1 stored article meets it." if result.total == 1 else f"{result.total} stored articles meet it.")


@app.command("remove")
def remove(name: NameArgument, data: Data = None) -> None:
    """Remove a rule; its alerts stay.

    Example: brinkwatch rules remove "Iran and Russia"
    """
    from brinkwatch.cli.wiring import open_rules, settings

    with open_rules(settings(data_dir=data)) as rules:
        rule = _find(rules.rules(), name)
        rules.remove_rule(rule.id)
    say(f"Rule {rule.name!r} is gone.")


@app.command("enable")
def enable(name: NameArgument, data: Data = None) -> None:
    """Turn a rule on. What was published while it was off and is older than its max age raises nothing.

    Example: brinkwatch rules enable "Iran and Russia"
    """
    _switch(name, True, data)


@app.command("disable")
def disable(name: NameArgument, data: Data = None) -> None:
    """Turn a rule off.

    Example: brinkwatch rules disable "Iran and Russia"
    """
    _switch(name, False, data)


def _switch(name: str, enabled: bool, data: str | None) -> None:
    from brinkwatch.cli.wiring import open_rules, settings

    with open_rules(settings(data_dir=data)) as rules:
        rule = msgspec.structs.replace(_find(rules.rules(), name), enabled=enabled)
        rules.put_rule(rule)
    say(f"Rule {rule.name!r} is {'on' if enabled else 'off'}.")


def _find(rules: list[Rule], name: str) -> Rule:
    for rule in rules:
        if rule.id in (name, rule_id(name)):
            return rule
    raise UsageError(f"There is no rule {name!r}.", "`brinkwatch rules list` lists them.")
