"""What a revision changed: the headline before, and the sentences that came and went. Pure."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from brinkwatch.models import ArticleDocument
from brinkwatch.models.document import Change

KEPT = 10
"""Changes of one article that are kept, the last ones: live blogs change all day."""
_SENTENCES = 5
_CHARS = 400
_BREAK = re.compile(r"(?<=[.!?…])[\"”»’)]*\s+|\n+")


def with_changes(after: ArticleDocument, before: ArticleDocument | None) -> ArticleDocument:
    """The document with what its revisions changed, `before` being what was stored of the article until now."""
    if before is None or after.revision < before.revision:
        return after
    if after.revision == before.revision:  # the same text, understood anew or delivered twice
        return msgspec.structs.replace(after, changes=before.changes) if before.changes else after
    change = difference(before, after)
    seen = change.title_before is not None or change.sentences_removed or change.sentences_added
    changes = (*before.changes, change) if seen else before.changes  # what a policy does not keep cannot be compared
    return msgspec.structs.replace(after, changes=changes[-KEPT:])


def difference(before: ArticleDocument, after: ArticleDocument) -> Change:
    """What changed between two revisions, as far as both texts are kept; long sentences are cut, many are counted."""
    old, new = _sentences(before), _sentences(after)
    gone, come = old - new, new - old
    return Change(
        revision=after.revision,
        title_before=before.title if before.title != after.title else None,
        removed=_shown(before, gone),
        added=_shown(after, come),
        sentences_removed=gone.total(),
        sentences_added=come.total(),
    )


def _sentences(document: ArticleDocument) -> Counter[str]:
    return Counter(_split(document))


def _split(document: ArticleDocument) -> list[str]:
    text = document.body or document.summary
    return [folded for part in _BREAK.split(text) if (folded := " ".join(part.split()))]


def _shown(document: ArticleDocument, wanted: Counter[str]) -> tuple[str, ...]:
    """The first of the wanted sentences, as they stand."""
    found = [sentence for sentence in dict.fromkeys(_split(document)) if sentence in wanted]
    return tuple(sentence[:_CHARS] for sentence in found[:_SENTENCES])
