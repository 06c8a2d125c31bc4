"""From the settings to what a command works on. The only place where the command line tells the profiles apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from brinkwatch.observe.status import SystemStatus
from brinkwatch.operations.profile import IngestResult, Profile, ReplayResult, Store
from brinkwatch.settings import Settings, read_settings
from producers.ports import FeedRegistry, Identities, Outbox, Subscriptions
from sinks.ports import DeadLetters, RuleTable


def settings(**given: Any) -> Settings:
    """The settings, with what the command line gave before environment and file."""
    return read_settings(**given)


def profile(of: Settings) -> Profile:
    """The installation that the settings name."""
    if of.profile == "cluster":
        from brinkwatch.cluster.profile import ClusterProfile

        return ClusterProfile(of)
    from brinkwatch.embedded.profile import EmbeddedProfile

    return EmbeddedProfile(of)


def open_store(of: Settings) -> AbstractContextManager[Store]:
    return profile(of).store()


def open_rules(of: Settings) -> AbstractContextManager[RuleTable]:
    return profile(of).rules()


def open_registry(of: Settings) -> AbstractContextManager[FeedRegistry]:
    return profile(of).registry()


def open_subscriptions(of: Settings) -> AbstractContextManager[Subscriptions]:
    return profile(of).subscriptions()


def open_dead_letters(of: Settings) -> AbstractContextManager[DeadLetters]:
    return profile(of).dead_letters()


def retry_dead_letters(of: Settings, letter_ids: Sequence[str] | None) -> int:
    return profile(of).retry(letter_ids)


def ingest_lines(of: Settings, lines: Iterable[bytes], *, alert: bool, complain: Callable[[str], None]) -> IngestResult:
    return profile(of).ingest(lines, alert=alert, complain=complain)


def open_outbox(of: Settings) -> AbstractContextManager[tuple[Identities, Outbox]]:
    return profile(of).outbox()


def replay_articles(of: Settings, since: dt.datetime, until: dt.datetime) -> ReplayResult:
    return profile(of).replay(since, until)


def erase_articles(
    of: Settings,
    *,
    articles: Sequence[str],
    source: str | None,
    query: str | None,
    reason: str,
    confirm: Callable[[int], bool],
) -> int:
    return profile(of).erase(articles=articles, source=source, query=query, reason=reason, confirm=confirm)


def system_status(of: Settings) -> SystemStatus:
    return profile(of).status()
