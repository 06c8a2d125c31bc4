"""From an enriched article to the documents that are stored: the article's, and one for each of its events. Pure.

The storage policy of the feed is applied here, before anything is written anywhere. `full` keeps the text; `excerpt`
keeps the beginnings of body and summary, the one sentence that is the evidence, and of events those sentences that lie
in what is kept; `metadata` keeps no sentence at all. Under each of them the title and the analysis stay, with the few
words it quotes: names, triggers, framings.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable
from typing import TypeVar

from brinkwatch import explain
from brinkwatch.ids import content_id
from brinkwatch.models import ArticleDocument, EnrichedArticle, Event, EventDocument, RawArticle
from brinkwatch.models.analysis import Actor, Span
from brinkwatch.models.document import EntityFields, EventFields, UrlFields

T = TypeVar("T")

EXCERPT_CHARS = 500
"""What the policy `excerpt` keeps of a body and of a summary: about what a search engine's result shows."""


def article_document(enriched: EnrichedArticle) -> ArticleDocument:
    """The stored document of an article."""
    article, analysis = enriched.article, enriched.analysis
    text = analysed_text(article)
    summary, body = _kept(article)
    return ArticleDocument(
        timestamp=article.timestamp,
        event=EventFields(types=_unique(event.type for event in analysis.events)),
        url=_url(article.url),
        id=article.id,
        title=article.title,
        summary=summary,
        body=body,
        text_origin=article.text_origin,
        truncated=article.truncated or analysis.truncated,
        authors=article.authors,
        published=article.published,
        first_seen=article.first_seen,
        revision=article.revision,
        generation=article.generation,
        notice=article.notice,
        feed=article.feed,
        story=enriched.story,
        entity=EntityFields(
            ids=_unique(entity.id for entity in analysis.entities),
            names=_unique(entity.name for entity in analysis.entities),
        ),
        actors=_unique(i for event in analysis.events for i in _ids((*event.source, *event.target))),
        dyads=_unique(dyad for event in analysis.events for dyad in dyads(event)),
        speakers=_unique(a.source.name for a in analysis.attributions if a.source is not None),
        modalities=_unique(event.modality for event in analysis.events),
        places=_unique(name for event in analysis.events for name in _place_names(event)),
        why=explain.why(analysis),
        evidence=_evidence(article, explain.evidence(analysis, text)),
        language=analysis.language,
        coverage=analysis.coverage,
        entities=analysis.entities,
        attributions=analysis.attributions,
        events=analysis.events,
        escalation=analysis.escalation,
        rules_version=analysis.rules_version,
    )


def event_documents(enriched: EnrichedArticle) -> list[EventDocument]:
    """One document for each event; ids follow from the article, the offsets and the rule."""
    article, analysis = enriched.article, enriched.analysis
    text = analysed_text(article)
    kept_to = _kept_to(article, text)
    documents = []
    for event in analysis.events:
        attribution = analysis.attributions[event.attribution] if event.attribution is not None else None
        speaker = attribution.source.name if attribution is not None and attribution.source is not None else None
        documents.append(
            EventDocument(
                timestamp=article.timestamp,
                id=event_id(article.id, event),
                article_id=article.id,
                story=enriched.story,
                title=article.title,
                url=_url(article.url),
                feed=article.feed,
                language=analysis.language,
                type=event.type,
                mode=event.mode,
                quad=event.quad,
                intensity=event.intensity,
                source=_ids(event.source),
                target=_ids(event.target),
                dyads=dyads(event),
                modality=event.modality,
                escalation=event.escalation,
                speaker=speaker,
                trigger=event.trigger.text,
                framing=event.framing.text if event.framing else None,
                sentence=_words(text, event.sentence) if event.sentence.end <= kept_to else "",
                place=event.place.name if event.place else None,
                country=event.place.country if event.place else None,
                counts=event.counts,
                rule=event.rule,
                level=analysis.escalation.level,
            )
        )
    return list({document.id: document for document in documents}.values())


def event_id(article_id: str, event: Event) -> str:
    actors = [f"{actor.start}:{actor.id}" for actor in (*event.source, *event.target)]
    return content_id(
        "event", article_id, str(event.trigger.start), str(event.trigger.end), event.rule, event.modality, *actors
    )


def dyads(event: Event) -> tuple[str, ...]:
    """The directed pairs of an event, source first: `IRN-RUS`."""
    return _unique(f"{s}-{t}" for s in _ids(event.source) for t in _ids(event.target) if s != t)


def analysed_text(article: RawArticle) -> str:
    """The text that the analysis's offsets refer to."""
    return f"{article.title}\n\n{article.text}" if article.title else article.text


def _kept(article: RawArticle) -> tuple[str, str]:
    match article.feed.storage:
        case "full":
            return article.summary, article.body
        case "excerpt":
            return _excerpt(article.summary), _excerpt(article.body)
        case "metadata":
            return "", ""


def _evidence(article: RawArticle, sentence: str | None) -> str | None:
    match article.feed.storage:
        case "full":
            return sentence
        case "excerpt":
            return _excerpt(sentence) if sentence else sentence
        case "metadata":
            return None


def _kept_to(article: RawArticle, text: str) -> int:
    """The offset in the analysed text up to which the policy keeps it."""
    match article.feed.storage:
        case "full":
            return len(text)
        case "excerpt":
            return len(text) - len(article.text) + EXCERPT_CHARS
        case "metadata":
            return 0


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT_CHARS:
        return text
    space = text.rfind(" ", EXCERPT_CHARS - 60, EXCERPT_CHARS)
    return text[: space if space > 0 else EXCERPT_CHARS].rstrip() + " …"


def _url(url: str) -> UrlFields:
    try:
        return UrlFields(full=url, domain=urllib.parse.urlsplit(url).hostname)
    except ValueError:
        return UrlFields(full=url)


def _words(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())


def _ids(actors: Iterable[Actor]) -> tuple[str, ...]:
    return _unique(actor.id for actor in actors if actor.id is not None)


def _place_names(event: Event) -> list[str]:
    place = event.place
    return [name for name in (place.name, place.country) if name] if place else []


def _unique(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
