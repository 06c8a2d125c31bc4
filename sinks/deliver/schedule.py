"""What becomes of a delivery after an attempt. Decides only.

The back-off is the one that the Standard Webhooks specification recommends (immediately, 5 s, 5 min, 30 min, 2 h, 5 h,
10 h, 14 h, 20 h, 24 h), with jitter, within the days that the operator sets.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from brinkwatch.models import Delivery
from brinkwatch.models.analysis import Struct

BACK_OFF = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after the first, second … failed attempt; the last one repeats."""

GONE = 410
"""The receiver says that it wants no more."""


class Attempt(Struct, frozen=True, kw_only=True):
    """How an attempt went: the HTTP status, or why there is none. `retry_after` in seconds where the receiver asked."""

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None


def after_attempt(
    delivery: Delivery, attempt: Attempt, *, now: dt.datetime, jitter: float, max_days: float
) -> Delivery:
    """The delivery's next state. `jitter` in 0…1 spreads attempts by up to 10 %; `max_days` limits the back-off's sum.

    Any answer but 2xx is tried again, client errors too: receivers are misconfigured for a while, as the
    specification says. The days are counted along the back-off and not by the clock: time in which we stood still
    ourselves, or before a delivery was put back by hand, is not held against the receiver.
    """
    attempts = delivery.attempts + 1
    if attempt.status is not None and 200 <= attempt.status < 300:
        return msgspec.structs.replace(
            delivery, state="delivered", attempts=attempts, next_attempt=None, last_status=attempt.status,
            last_error=None, delivered_at=now,
        )  # fmt: skip
    if attempt.status == GONE:
        return _failed(delivery, attempts, attempt, "The receiver answered 410: it wants no more of these.")
    if sum(_wait(n) for n in range(1, attempts + 1)) > max_days * 86_400:
        return _failed(delivery, attempts, attempt, f"Given up after {attempts} attempts: {_in_words(attempt)}")
    wait = max(_wait(attempts) * (1 + 0.1 * jitter), attempt.retry_after or 0)
    return msgspec.structs.replace(
        delivery,
        attempts=attempts,
        next_attempt=(now + dt.timedelta(seconds=wait)).replace(microsecond=0),
        last_status=attempt.status,
        last_error=_in_words(attempt),
    )


def _wait(attempts: int) -> int:
    """Seconds after so many failed attempts."""
    return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def without_alert(delivery: Delivery) -> Delivery:
    """A delivery of an alert that is no longer there."""
    return msgspec.structs.replace(delivery, state="failed", next_attempt=None, last_error="Its alert was erased.")


def _failed(delivery: Delivery, attempts: int, attempt: Attempt, reason: str) -> Delivery:
    return msgspec.structs.replace(
        delivery, state="failed", attempts=attempts, next_attempt=None, last_status=attempt.status, last_error=reason
    )


def _in_words(attempt: Attempt) -> str:
    return attempt.error or f"The receiver answered {attempt.status}."
