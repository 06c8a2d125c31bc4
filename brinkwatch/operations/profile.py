"""What the command line can do in either profile: one interface, implemented by `embedded.profile` and `cluster.profile`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from brinkwatch.models.analysis import Struct
from brinkwatch.observe.status import SystemStatus
from producers.ports import FeedRegistry, Identities, Outbox, Subscriptions
from sinks.ports import AlertStore, ArticleStore, DeadLetters, RuleTable


class Store(ArticleStore, AlertStore, Protocol):
    """Documents and alerts."""


class IngestResult(Struct, frozen=True, kw_only=True):
    read: int = 0
    published: int = 0
    wrong: int = 0


class ReplayResult(Struct, frozen=True, kw_only=True):
    published: int = 0
    without_text: int = 0


class Profile(Protocol):
    """An installation, as the command line sees it. Nothing is opened before it is asked for."""

    def store(self) -> AbstractContextManager[Store]: ...

    def rules(self) -> AbstractContextManager[RuleTable]: ...

    def subscriptions(self) -> AbstractContextManager[Subscriptions]: ...

    def registry(self) -> AbstractContextManager[FeedRegistry]: ...

    def dead_letters(self) -> AbstractContextManager[DeadLetters]: ...

    def retry(self, letter_ids: Sequence[str] | None) -> int:
        """Put dead letters back where they came from, all where None; returns how many."""

    def ingest(self, lines: Iterable[bytes], *, alert: bool, complain: Callable[[str], None]) -> IngestResult: ...

    def outbox(self) -> AbstractContextManager[tuple[Identities, Outbox]]:
        """What is known of articles, and where more are published; they are processed when it is left without an error."""

    def replay(self, since: dt.datetime, until: dt.datetime) -> ReplayResult: ...

    def erase(
        self,
        *,
        articles: Sequence[str],
        source: str | None,
        query: str | None,
        reason: str,
        confirm: Callable[[int], bool],
    ) -> int:
        """Erase what is meant, with tombstones; returns how many stored articles went."""

    def status(self) -> SystemStatus: ...
