"""Logging: structlog to stderr, coloured lines for people, JSON for machines. Secrets never get this far: they are SecretStr."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from brinkwatch.settings import Settings


def set_up_logging(settings: Settings) -> None:
    """Configure structlog and the standard library's logging the same way; call once, at the edge."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer] if as_json else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries speak up only when something is wrong: their news is not our operators' news.
    root.setLevel(max(level, logging.WARNING))
    if level > logging.DEBUG:
        # Each attempt of each of their connections fails aloud; we say once that we wait, for what, and when it is over.
        for client in ("kafka", "aiokafka", "elastic_transport", "elasticsearch"):
            logging.getLogger(client).setLevel(logging.CRITICAL)
