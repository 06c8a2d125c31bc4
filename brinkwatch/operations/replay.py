"""Stored articles back to raw ones, to be processed with today's rules. Decides only."""

from __future__ import annotations

from brinkwatch.models import ArticleDocument, RawArticle


def replayed(document: ArticleDocument) -> RawArticle | None:
    """The article as a message of the next generation: it replaces its stored self and raises nothing.

    None where the feed's storage policy kept no text to process.
    """
    if document.feed.storage != "full":
        return None
    return RawArticle(
        id=document.id,
        url=document.url.full,
        title=document.title,
        summary=document.summary,
        body=document.body,
        text_origin=document.text_origin,
        truncated=document.truncated,
        language=document.language if document.language != "und" else None,
        authors=document.authors,
        published=document.published,
        first_seen=document.first_seen,
        revision=document.revision,
        generation=document.generation + 1,
        silent="replay",
        feed=document.feed,
    )
