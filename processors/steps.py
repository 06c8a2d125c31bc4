"""The analysing step: a raw article in, an enriched one out. The same in both runtimes, run inside worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brinkwatch.models import EnrichedArticle, RawArticle, StoryRef, decode, encode

if TYPE_CHECKING:
    from processors.analysis.analyzer import Analyzer

_analyzer: Analyzer | None = None


def enrich(article: RawArticle, analyzer: Analyzer) -> EnrichedArticle:
    """The article with its analysis. As long as stories are not folded, each article is its own story."""
    analysis = analyzer.analyze(
        article.text, title=article.title, language=article.language, published=article.published
    )
    return EnrichedArticle(article=article, analysis=analysis, story=StoryRef(id=article.id))


def load_analyzer(spacy_model: str, max_chars: int) -> None:
    """What a worker process does first: models and knowledge are loaded once, not with the first article."""
    global _analyzer
    from processors.analysis.analyzer import Analyzer

    _analyzer = Analyzer(spacy_model=spacy_model, max_chars=max_chars)


def enrich_message(data: bytes) -> bytes:
    """The message of an enriched article from that of a raw one. Raises `Rejected` where the bytes are no article."""
    assert _analyzer is not None, "load_analyzer runs first in every worker"
    return encode(enrich(decode(RawArticle, data), _analyzer))
