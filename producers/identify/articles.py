"""From a feed's entries to new articles and revisions. Decides only: what is known comes in, what is to publish goes out.

The rule of identity (`docs/feeds.md` tells it to users):

1. An entry with a link is the article of that link (`urls.link_key`), in whichever feed it stands. A GUID does not count
   beside a link: some feeds change all of them at every poll, some use one again.
2. Where several entries of one document share a link and differ in GUID and headline (an office whose every notice links
   to the same list), the link does not tell them apart: the article is link and GUID together, and stays so.
3. Without a link, or with a link to a front page, it is the feed and the GUID; without both, the feed, the headline and the
   day of publication.

A revision is a change of title, summary or body, white space folded; a change of times, authors or link is none. Only the
feed whose text is kept makes revisions, so that two feeds with different teasers of one article do not overwrite each
other for ever.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from brinkwatch.ids import content_id
from brinkwatch.models import Feed, FeedRef, Identity, RawArticle
from brinkwatch.models.article import Silence, TextOrigin
from brinkwatch.models.feed import Gap
from brinkwatch.redact import shown
from producers.identify.corrections import notice_of
from producers.identify.urls import clean_link, link_key
from producers.parse.model import ParsedEntry
from producers.parse.text import cut, one_line

SUMMARY_CHARS = 20_000
"""Characters of a summary beside a body; a longer one is cut, so that a message stays under the log's limit."""


class Identified(NamedTuple):
    """Articles to publish, with the identities to remember once they are; `new` and `revised` count them."""

    articles: list[RawArticle]
    identities: list[Identity]
    new: int = 0
    revised: int = 0


class _Candidate(NamedTuple):
    entry: ParsedEntry
    ids: tuple[str, ...]  # the id by rule 1 or 3, then the one by rule 2 where there is one


def candidate_ids(feed_id: str, entries: Sequence[ParsedEntry]) -> list[str]:
    """All ids that the entries may have: what must be looked up in the known and the erased before `identify`."""
    return list(dict.fromkeys(id_ for entry in entries for id_ in _ids(feed_id, entry)))


def identify(
    feed: Feed,
    entries: Sequence[ParsedEntry],
    *,
    known: Mapping[str, Identity],
    erased: Collection[str],
    now: dt.datetime,
    silent: Silence | None = None,
    language: str | None = None,
    feed_title: str = "",
    max_chars: int = 100_000,
    text_origin: TextOrigin = "feed",
    gap: Gap | None = None,
) -> Identified:
    """The articles among the entries that are new or changed. Pure: the same arguments give the same answer.

    `known` and `erased` are the answers for `candidate_ids`. `silent` is carried by all that is published here: new
    articles and revisions of a first poll are as silent as each other, while a revision of a later poll speaks even
    where the first sighting was silent, because it is news that came while we watched. `language` is what the feed
    declares, used where the entry and the registry say nothing; `gap` is what was missed just before these entries.
    """
    now = now.replace(microsecond=0)
    reference = _reference(feed, feed_title, gap)
    articles: list[RawArticle] = []
    identities: list[Identity] = []
    taken: set[str] = set()
    revised = 0
    for id_, text_hash, entry in _assign(feed.id, entries, known, erased):
        if id_ in taken:
            continue
        taken.add(id_)
        before = known.get(id_)
        if before is not None and not _is_revision(before, text_hash, feed.id):
            continue
        identity = Identity(
            id=id_,
            first_seen=before.first_seen if before else now,
            revision=before.revision + 1 if before else 0,
            text_hash=text_hash,
            feed_id=feed.id,
        )
        revised += before is not None
        identities.append(identity)
        articles.append(_article(identity, entry, reference, silent, feed.language or language, max_chars, text_origin))
    return Identified(articles, identities, len(articles) - revised, revised)


def changed_entries(
    feed_id: str, entries: Sequence[ParsedEntry], known: Mapping[str, Identity], erased: Collection[str]
) -> list[ParsedEntry]:
    """The entries of which `identify` would make a new article or a revision."""
    return [
        entry
        for id_, text_hash, entry in _assign(feed_id, entries, known, erased)
        if (before := known.get(id_)) is None or _is_revision(before, text_hash, feed_id)
    ]


def hash_of(entry: ParsedEntry) -> str:
    """The hash over title, summary and body, white space folded and composed to NFC."""
    return content_id("text", *(_folded(text) for text in (entry.title, entry.summary, entry.body)), length=16)


def _is_revision(before: Identity, text_hash: str, feed_id: str) -> bool:
    if before.text_hash == text_hash:
        return False
    return before.feed_id is None or before.feed_id == feed_id


def _assign(
    feed_id: str, entries: Sequence[ParsedEntry], known: Mapping[str, Identity], erased: Collection[str]
) -> Iterator[tuple[str, str, ParsedEntry]]:
    """Each entry that may be published, with its id and the hash of its text."""
    candidates = [_Candidate(entry, _ids(feed_id, entry)) for entry in entries]
    shared = _shared(candidates)
    for entry, ids in candidates:
        text_hash = hash_of(entry)
        if len(ids) > 1 and (ids[1] in known or (ids[0] in shared and not _same_text(known.get(ids[0]), text_hash))):
            id_ = ids[1]
        else:
            id_ = ids[0]
        # What was erased under its link stays away under link and GUID too, unless that is known for another article.
        if id_ not in erased and not (ids[0] in erased and id_ not in known):
            yield id_, text_hash, entry


def _same_text(before: Identity | None, text_hash: str) -> bool:
    """An article that stood alone under its link keeps its id when others come to share the link."""
    return before is not None and before.text_hash == text_hash


def _shared(candidates: Sequence[_Candidate]) -> set[str]:
    """The links that stand for several articles of this document: different GUIDs and different headlines."""
    seen: dict[str, list[ParsedEntry]] = {}
    for entry, ids in candidates:
        if len(ids) > 1:
            seen.setdefault(ids[0], []).append(entry)
    return {
        id_
        for id_, entries in seen.items()
        if len({entry.guid for entry in entries}) > 1 and len({_folded(entry.title) for entry in entries}) > 1
    }


def _ids(feed_id: str, entry: ParsedEntry) -> tuple[str, ...]:
    key = link_key(entry.url) if entry.url else ""
    guid = entry.guid.strip()
    if key:
        by_link = content_id("article", key)
        # a GUID that is only the link again tells nothing more
        return (by_link, content_id("article", key, guid)) if guid and link_key(guid) != key else (by_link,)
    if guid:
        return (content_id("article", "guid", feed_id, guid),)
    day = entry.published.date().isoformat() if entry.published else ""
    title = _folded(entry.title) or _folded(entry.summary or entry.body)[:500]
    return (content_id("article", "title", feed_id, title, day),)


def _article(
    identity: Identity,
    entry: ParsedEntry,
    feed: FeedRef,
    silent: Silence | None,
    language: str | None,
    max_chars: int,
    origin: TextOrigin,
) -> RawArticle:
    summary, body = entry.summary, entry.body
    if not body and len(summary) > SUMMARY_CHARS:
        summary, body = "", summary  # a feed that sends whole articles as descriptions
    body, body_cut = cut(body, max_chars)
    summary, summary_cut = cut(summary, min(SUMMARY_CHARS, max_chars))
    return RawArticle(
        id=identity.id,
        url=clean_link(entry.url) or entry.url,
        title=entry.title,
        summary=summary,
        body=body,
        text_origin=origin,
        truncated=entry.truncated or body_cut or summary_cut,
        language=_primary(entry.language or language),
        authors=entry.authors,
        published=_whole_seconds(entry.published or entry.updated),
        first_seen=identity.first_seen,
        revision=identity.revision,
        silent=silent,
        notice=notice_of(entry),
        feed=feed,
    )


def _reference(feed: Feed, feed_title: str, gap: Gap | None) -> FeedRef:
    return FeedRef(
        id=feed.id,
        url=shown(feed.url),
        title=feed.title or one_line(feed_title, 500),
        class_=feed.class_,
        country=feed.country,
        storage=feed.storage,
        gap=gap,
    )


def _primary(language: str | None) -> str | None:
    first = (language or "").strip().replace("_", "-").split("-")[0].lower()
    return first if len(first) in (2, 3) and first.isascii() and first.isalpha() else None


def _whole_seconds(time: dt.datetime | None) -> dt.datetime | None:
    return time.replace(microsecond=0) if time is not None else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
