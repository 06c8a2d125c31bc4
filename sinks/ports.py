"""What sinks promise to the runtimes, the console and the command line; one implementation per profile.

Calls block; asynchronous callers run them in a thread. Every write is idempotent: ids come from content, versions
decide who wins. A store that cannot be reached raises `Unavailable`; nothing was lost and the call may be repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, Protocol

from brinkwatch.models import Alert, ArticleDocument, DeadLetter, Delivery, EnrichedArticle, Rule
from brinkwatch.models.analysis import Struct

Sort = Literal["relevance", "time"]


class WriteOutcome(Struct, frozen=True, kw_only=True):
    """What became of one article: `stale` means a newer version was there already, `rejected` that it can never be stored."""

    id: str
    result: Literal["created", "updated", "stale", "erased", "rejected"]
    reason: str | None = None


class SearchRequest(Struct, frozen=True, kw_only=True):
    """A search: `query` in the query language, `since` on the publication time, `offset` and `limit` for pages."""

    query: str = ""
    limit: int = 20
    offset: int = 0
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    sort: Sort = "relevance"


class SearchResult(Struct, frozen=True, kw_only=True):
    total: int
    hits: tuple[ArticleDocument, ...]


class ArticleStore(Protocol):
    """Stored documents and their search."""

    def setup(self) -> list[str]:
        """Create what is missing; returns a line for each thing that was changed. Safe to run again."""

    def write(self, articles: Sequence[EnrichedArticle]) -> list[WriteOutcome]:
        """Store articles and their events, durably on return; one outcome for each, in order."""

    def get(self, article_id: str) -> ArticleDocument | None: ...

    def search(self, request: SearchRequest) -> SearchResult:
        """Raises `QueryError` where the query is outside the language."""

    def ids(self, request: SearchRequest) -> list[str]:
        """The ids of all articles that match, `limit` and `offset` ignored: for erase and replay."""

    def erase(self, article_ids: Sequence[str]) -> int:
        """Remove articles and everything made from them (events, alerts, deliveries); returns how many articles went."""

    def close(self) -> None: ...


class AlertStore(Protocol):
    """Raised alerts and their deliveries."""

    def put_alert(self, alert: Alert) -> bool:
        """Store the alert unless one of this id exists: True where it is new. An alert is raised once."""

    def get_alert(self, alert_id: str) -> Alert | None: ...

    def alerts(self, *, limit: int = 50, since: dt.datetime | None = None) -> list[Alert]:
        """Newest first, by the time they were raised."""

    def acknowledge(self, alert_id: str, at: dt.datetime) -> bool:
        """False where there is no such alert."""

    def put_delivery(self, delivery: Delivery) -> None:
        """Add or replace by id; a delivered one is never set back unless it is put as pending by `resend`."""

    def deliveries(self, alert_id: str) -> list[Delivery]: ...

    def due_deliveries(self, now: dt.datetime, limit: int = 100) -> list[Delivery]:
        """Pending deliveries whose next attempt is due, oldest first."""


class RuleTable(Protocol):
    """The alert rules."""

    def rules(self) -> list[Rule]: ...

    def put_rule(self, rule: Rule) -> None: ...

    def remove_rule(self, rule_id: str) -> bool: ...


class DeadLetters(Protocol):
    """Messages that could not be processed."""

    def put(self, letter: DeadLetter) -> None:
        """Add; the same message failing again counts an attempt of the letter that is there."""

    def letters(self, *, limit: int = 100) -> list[DeadLetter]:
        """Newest first, those retried left out."""

    def letter(self, letter_id: str) -> DeadLetter | None: ...
