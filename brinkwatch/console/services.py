"""What the console needs from a runtime: the ports of sinks and producers, health, settings and a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from brinkwatch.observe.health import HealthReport
from brinkwatch.settings import Settings
from producers.ports import FeedRegistry
from sinks.ports import AlertStore, ArticleStore, RuleTable


@dataclass(frozen=True)
class Services:
    """Calls of the first four block and are made in threads; `health` must answer at once; `clock` gives UTC."""

    articles: ArticleStore
    alerts: AlertStore
    rules: RuleTable
    feeds: FeedRegistry
    health: Callable[[], HealthReport]
    settings: Settings
    clock: Callable[[], dt.datetime]
