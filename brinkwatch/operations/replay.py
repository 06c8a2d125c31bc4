"""Stored articles back to raw ones, to be processed with today's rules; publishing them is left to the profiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from brinkwatch.models import ArticleDocument, RawArticle
from brinkwatch.models.analysis import Struct
from sinks.ports import ArticleStore, SearchRequest

_BATCH = 200


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


class Batch(Struct, frozen=True, kw_only=True):
    articles: tuple[RawArticle, ...]
    without_text: int


def replay_batches(store: ArticleStore, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
    """What was published in that time, some hundred articles at a time."""
    ids = store.ids(SearchRequest(since=since, until=until))
    for start in range(0, len(ids), _BATCH):
        documents = [store.get(article_id) for article_id in ids[start : start + _BATCH]]
        articles = [replayed(document) for document in documents if document is not None]
        again = tuple(article for article in articles if article is not None)
        yield Batch(articles=again, without_text=len(articles) - len(again))
