"""The analysing step as both runtimes drive it: a raw article in, an enriched article out, in a worker process."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from brinkwatch.models import EnrichedArticle, RawArticle, StoryRef, decode, encode

if TYPE_CHECKING:
    from pathlib import Path

    from processors.analysis.analyzer import Analyzer
    from processors.analysis.layers import Overlay

_analyzer: Analyzer | None = None


def enrich(article: RawArticle, analyzer: Analyzer) -> EnrichedArticle:
    """The article with its analysis. As long as stories are not folded, a story is its first article."""
    analysis = analyzer.analyze(
        article.text, title=article.title, language=article.language, published=article.timestamp
    )
    return EnrichedArticle(article=article, analysis=analysis, story=StoryRef(id=article.id))


def load_knowledge(folder: Path | None) -> Overlay:
    """The user's own knowledge as workers are given it, read once; raises `KnowledgeFault` where a file of it is wrong."""
    if folder is None:
        from processors.analysis.layers import NOTHING

        return NOTHING
    from processors.analysis.curation.check import checked

    return checked(folder)


def load_analyzer(spacy_model: str = "", max_chars: int = 200_000, overlay: Overlay | None = None) -> None:
    """Initializer of a worker process: loads the analyzer that its tasks use."""
    global _analyzer
    from processors.analysis.analyzer import Analyzer

    _analyzer = Analyzer(spacy_model, max_chars, overlay)
    gc.collect()
    gc.freeze()  # what is loaded stays: going through it again at every collection costs a tenth of all the work


def enrich_message(data: bytes) -> bytes:
    """A task of a worker process: an encoded raw article to an encoded enriched one.

    Raises `Rejected` where the bytes are no article.
    """
    article = decode(RawArticle, data)
    if _analyzer is None:
        load_analyzer()
    assert _analyzer is not None
    return encode(enrich(article, _analyzer))
