"""What a list of articles is asked for: read from an address, turned into a query, written back into addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from brinkwatch.models import FEED_CLASSES, LEVELS
from sinks.ports import SearchRequest, Sort
from sinks.query.language import parse

PAGE_SIZE = 30
MAX_PAGE = 300
"""With `PAGE_SIZE` articles each: Elasticsearch gives the first 10,000 hits only."""

MAX_QUERY_CHARS = 2_000
PERIODS = {"day": "now-1d", "week": "now-7d", "month": "now-30d"}
LEVEL_FILTERS = ("severe", "high", "elevated", "low", "none", "unread")


@dataclass(frozen=True)
class Filters:
    """The filters of a list; empty ones do not filter. `level` means that level or a higher one, but for `none` and
    `unread`, which mean themselves."""

    q: str = ""
    level: str = ""
    language: str = ""
    klass: str = ""
    period: str = ""
    sort: Sort = "time"
    page: int = 1

    @property
    def any_set(self) -> bool:
        return bool(self.level or self.language or self.klass or self.period)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def request(self) -> SearchRequest:
        """The search that the filters mean. Raises `QueryError` where `q` alone is outside the language."""
        if self.q:
            parse(self.q)  # alone: beside the filters, places would be wrong and parentheses could pair up
        clauses = [f"({self.q})"] if self.q and self.any_set else [self.q] if self.q else []
        if self.level:
            clauses.append(_level_clause(self.level))
        if self.language:
            clauses.append(f"language:{self.language}")
        if self.klass:
            clauses.append(f"feed.class:{self.klass}")
        if self.period:
            clauses.append(f"@timestamp:>={PERIODS[self.period]}")
        return SearchRequest(query=" AND ".join(clauses), limit=PAGE_SIZE, offset=self.offset, sort=self.sort)

    def address(self, **changes: str | int) -> str:
        """The address of the list with some filters changed; without a page it is the first one."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        base = "/search" if changed.q else "/"
        query = changed.parameters()
        return f"{base}?{urlencode(query)}" if query else base

    def parameters(self) -> dict[str, str]:
        """The filters that are set, as the parameters of an address."""
        values = {"q": self.q, "level": self.level, "language": self.language, "class": self.klass}
        values |= {"period": self.period, "sort": self.sort if self.q and self.sort != "relevance" else ""}
        values["page"] = str(self.page) if self.page > 1 else ""
        return {name: value for name, value in values.items() if value}


def read_filters(parameters: Mapping[str, str]) -> Filters:
    """The filters of an address. What is no filter of ours is left out: old and mistyped addresses still show a list."""
    q = parameters.get("q", "").strip()
    language = parameters.get("language", "")
    return Filters(
        q=q,
        level=_one_of(parameters.get("level"), LEVEL_FILTERS),
        language=language if language.isascii() and language.isalpha() and len(language) <= 3 else "",
        klass=_one_of(parameters.get("class"), FEED_CLASSES),
        period=_one_of(parameters.get("period"), tuple(PERIODS)),
        sort="relevance" if q and parameters.get("sort") != "time" else "time",
        page=page_number(parameters.get("page")),
    )


def page_number(text: str | None, last: int = MAX_PAGE) -> int:
    """A page between 1 and `last`; 1 where the text is no number."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 6:
        return 1
    return max(1, min(int(text), last))


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed and value is not None else ""


def _level_clause(level: str) -> str:
    if level == "unread":
        return "(coverage:none OR coverage:names)"
    if level == "none":
        return "(escalation.level:none AND NOT coverage:names)"
    return "(" + " OR ".join(f"escalation.level:{each}" for each in LEVELS[LEVELS.index(level) :]) + ")"
