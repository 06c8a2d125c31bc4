"""`brinkwatch alerts`: what was raised, and whether it reached people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, public, say
from brinkwatch.cli.times import read_time
from brinkwatch.errors import UsageError
from brinkwatch.models.alert import Alert, Delivery
from brinkwatch.models.analysis import Struct
from brinkwatch.redact import channel

app = typer.Typer(
    no_args_is_help=True, help="Raised alerts and their deliveries.\n\nExample: brinkwatch alerts list --since 24h"
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="An alert's id, from `brinkwatch alerts list`.")]


class AlertWithDeliveries(Struct, frozen=True, kw_only=True):
    alert: Alert
    deliveries: list[Delivery]


@app.command("list")
def list_alerts(
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many, 1 to 10000.")] = 50,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="T",
            help="Raised since: 2026-09-06 (UTC), 2026-09-06T12:30Z, or how long ago: 30m, 24h, 7d.",
        ),
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List alerts, newest first.

    Example: brinkwatch alerts list --since 24h
    """
    from brinkwatch.cli.wiring import open_store, settings

    with open_store(settings(data_dir=data)) as store:
        found = store.alerts(limit=limit, since=read_time(since, "--since") if since else None)
    if as_json:
        print_json([public(alert) for alert in found])
        return
    if not found:
        say("No alerts.")
    for alert in found:
        marks = (" late" if alert.late else "") + (" seen" if alert.acknowledged_at else "")
        print(
            f"{alert.id}  {alert.raised_at:%Y-%m-%d %H:%M}  {alert.level or 'not read':8} {alert.rule_name}:{marks} {alert.title}"
        )
        print(f"    {alert.why}" + (f" “{alert.sentence}”" if alert.sentence else ""))


@app.command("show")
def show(alert_id: IdArgument, as_json: Json = False, data: Data = None) -> None:
    """Show an alert and its deliveries.

    Example: brinkwatch alerts show 3f2a9c01d4e5b6a7c8d90123
    """
    from brinkwatch.cli.wiring import open_store, settings

    with open_store(settings(data_dir=data)) as store:
        alert = store.get_alert(alert_id)
        deliveries = store.deliveries(alert_id)
    if alert is None:
        raise _unknown(alert_id)
    if as_json:
        print_json(AlertWithDeliveries(alert=public(alert), deliveries=[public(delivery) for delivery in deliveries]))
        return
    print(f"{alert.title}\n{alert.url}\n\n{alert.why}")
    if alert.sentence:
        print(f"“{alert.sentence}”")
    print(
        f"\nrule      {alert.rule_name}: {alert.query}\nraised    {alert.raised_at.isoformat()}{' (late)' if alert.late else ''}"
    )
    for delivery in deliveries:
        detail = delivery.last_error or (f"at {delivery.delivered_at.isoformat()}" if delivery.delivered_at else "")
        print(f"delivery  {channel(delivery.channel)}: {delivery.state} after {delivery.attempts} attempts {detail}")


@app.command("ack")
def ack(alert_id: IdArgument, data: Data = None) -> None:
    """Mark an alert as seen by a person; it stays in the list.

    Example: brinkwatch alerts ack 3f2a9c01d4e5b6a7c8d90123
    """
    from brinkwatch.cli.wiring import open_store, settings

    with open_store(settings(data_dir=data)) as store:
        if not store.acknowledge(alert_id, dt.datetime.now(dt.UTC).replace(microsecond=0)):
            raise _unknown(alert_id)
    say("Acknowledged.")


@app.command("resend")
def resend(alert_id: IdArgument, data: Data = None) -> None:
    """Deliver an alert once more to every channel of its rule; a running service does so within seconds.

    Example: brinkwatch alerts resend 3f2a9c01d4e5b6a7c8d90123
    """
    from brinkwatch.cli.wiring import open_store, settings
    from sinks.deliver.deliverer import plan

    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with open_store(settings(data_dir=data)) as store:
        alert = store.get_alert(alert_id)
        if alert is None:
            raise _unknown(alert_id)
        deliveries = {delivery.id: delivery for delivery in [*plan(alert), *store.deliveries(alert_id)]}
        for delivery in deliveries.values():
            again = msgspec.structs.replace(
                delivery, state="pending", attempts=0, next_attempt=now, last_error=None, delivered_at=None
            )
            store.put_delivery(again)
    say(f"{len(deliveries)} deliveries are due again." if deliveries else "The alert's rule has no webhook.")


def _unknown(alert_id: str) -> UsageError:
    return UsageError(f"There is no alert {alert_id}.", "`brinkwatch alerts list` lists them.")
