"""The body and the headers of a webhook, signed as Standard Webhooks says. Sending is left to the deliverer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from standardwebhooks.webhooks import Webhook

from brinkwatch.errors import SettingsError
from brinkwatch.models import Alert


def body(alerts: Sequence[Alert], console_url: str, now: dt.datetime) -> bytes:
    """One alert, or a digest of late ones, as JSON: `{"type", "timestamp", "data"}` with `text` for chat receivers."""
    if len(alerts) == 1 and not alerts[0].late:
        data = _data(alerts[0], console_url)
        payload = {"type": "alert.raised", "timestamp": now, "text": _text(alerts[0]), "data": data}
    else:
        text = "\n".join([f"{len(alerts)} late alerts:", *(_text(alert) for alert in alerts)])
        data = {"late": True, "alerts": [_data(alert, console_url) for alert in alerts]}
        payload = {"type": "alert.digest", "timestamp": now, "text": text, "data": data}
    return msgspec.json.encode(payload)


def headers(delivery_id: str, content: bytes, secret: str, now: dt.datetime) -> dict[str, str]:
    """`webhook-id` is the delivery's id and stays the same at every attempt: a receiver can tell a repetition."""
    found = {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if secret:
        found["webhook-signature"] = _signer(secret).sign(delivery_id, now, content.decode("utf-8"))
    return found


def _signer(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except Exception:  # of several unrelated classes, another one with each version
        raise SettingsError(
            "The setting BRINKWATCH_WEBHOOK_SECRET is no key.", "It is base64, usually with whsec_ before it."
        ) from None


def _data(alert: Alert, console_url: str) -> dict[str, object]:
    shown = msgspec.to_builtins(alert)
    shown.pop("webhooks")  # where else an alert goes is nobody else's business
    shown["console"] = f"{console_url.rstrip('/')}/alerts/{alert.id}" if console_url else None
    return dict(shown)


def _text(alert: Alert) -> str:
    level = (alert.level or "not read").upper()
    quote = f" “{alert.sentence}”" if alert.sentence else ""
    return f"[{level}] {alert.title}: {alert.why}{quote} {alert.url}".strip()
