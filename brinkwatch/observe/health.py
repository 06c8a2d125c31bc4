"""Is a process able to work, and which part of it is not: what /readyz, `status` and the console show."""

from __future__ import annotations

from brinkwatch.models.analysis import Struct


class PartHealth(Struct, frozen=True, kw_only=True):
    """One part. `detail` says in words what it does or what is wrong; `lag` counts messages that wait for it."""

    name: str
    ok: bool
    detail: str = ""
    lag: int | None = None


class HealthReport(Struct, frozen=True, kw_only=True):
    """A process is ready when all its parts are."""

    ready: bool
    parts: tuple[PartHealth, ...] = ()


def report(parts: list[PartHealth]) -> HealthReport:
    return HealthReport(ready=all(part.ok for part in parts), parts=tuple(parts))
