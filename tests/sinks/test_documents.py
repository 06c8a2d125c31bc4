"""Documents: the flat fields that are searched, ids from content, and what each storage policy keeps."""

from __future__ import annotations

import msgspec

from brinkwatch.models import Attribution, Span
from sinks.documents import EXCERPT_CHARS, article_document, event_documents
from tests.sinks.articles import BODY, TITLE, analysis, enriched, event, unread

TEXT = f"{TITLE}\n\n{BODY}"
LONG = " ".join(f"Sentence number {n} says that a ship sailed." for n in range(100))


def test_actors_and_dyads_come_from_events_source_first() -> None:
    back = event(TEXT, "OST=Ostmark", "VAL=Valdria", "threatens")
    both = enriched(analysed=analysis(TEXT, events=(*analysis(TEXT).events, back)))
    document = article_document(both)
    assert document.actors == ("VAL", "OST")
    assert document.dyads == ("VAL-OST", "OST-VAL")


def test_an_actor_without_an_id_or_beside_itself_makes_no_dyad() -> None:
    told = analysis(TEXT).events[0]
    nameless = msgspec.structs.replace(told, target=(msgspec.structs.replace(told.target[0], id=None),))
    itself = msgspec.structs.replace(told, target=told.source)
    document = article_document(enriched(analysed=analysis(TEXT, events=(nameless, itself))))
    assert (document.actors, document.dyads) == (("VAL",), ())


def test_the_flat_fields_say_each_thing_once() -> None:
    found = analysis(TEXT)
    doubled = analysis(TEXT, events=found.events * 2, attributions=found.attributions * 2)
    document = article_document(enriched(analysed=doubled))
    assert document.event.types == ("THREATEN",)
    assert document.modalities == ("asserted",)
    assert document.speakers == ("Ilva Brandt",)
    assert document.places == ("Narrow Strait", "VAL")
    assert (document.entity.ids, document.entity.names) == (("VAL", "OST"), ("Valdria", "Ostmark"))


def test_an_attribution_without_a_source_has_no_speaker() -> None:
    nobody = Attribution(source=None, cue=None, content=Span(start=0, end=4))
    document = article_document(enriched(analysed=analysis(TEXT, attributions=(nobody,))))
    assert document.speakers == ()


def test_a_text_that_was_not_read_has_no_level_and_says_so() -> None:
    document = article_document(unread("a1"))
    assert (document.escalation.level, document.evidence) == (None, None)
    assert "not read" in document.why.lower()


def test_the_domain_is_the_hosts_name_and_none_where_there_is_no_telling() -> None:
    assert article_document(enriched(url="https://News.Example:8443/a")).url.domain == "news.example"
    assert article_document(enriched(url="https://[broken/a")).url.domain is None


def test_what_was_cut_on_the_way_or_in_the_analysis_is_told() -> None:
    assert article_document(enriched(truncated=True)).truncated
    assert article_document(enriched(analysed=analysis(TEXT, truncated=True))).truncated
    assert not article_document(enriched()).truncated


def test_event_ids_follow_from_article_words_and_rule() -> None:
    (one,) = event_documents(enriched("a1"))
    (again,) = event_documents(enriched("a1", revision=3, generation=2))
    (other,) = event_documents(enriched("a2"))
    assert one.id == again.id != other.id


def test_the_same_event_found_twice_is_one_document() -> None:
    told = analysis(TEXT).events[0]
    assert len(event_documents(enriched(analysed=analysis(TEXT, events=(told, told))))) == 1


def test_an_event_document_stands_for_itself() -> None:
    (document,) = event_documents(enriched("a1"))
    assert (document.article_id, document.story.id, document.title, document.level) == ("a1", "a1", TITLE, "high")
    assert (document.source, document.target, document.dyads) == (("VAL",), ("OST",), ("VAL-OST",))
    assert (document.speaker, document.trigger, document.sentence) == ("Ilva Brandt", "threatens", TITLE)
    assert (document.place, document.country, document.counts) == ("Narrow Strait", "VAL", {"forces": 1200})


# what a feed's policy keeps


def test_full_keeps_the_text() -> None:
    document = article_document(enriched(body=LONG))
    assert (document.body, document.summary) == (LONG, "A threat at sea.")


def test_an_excerpt_ends_at_a_word_and_is_short() -> None:
    document = article_document(enriched(storage="excerpt", body=LONG, summary=LONG))
    for kept in (document.body, document.summary):
        assert len(kept) <= EXCERPT_CHARS + 2
        assert kept.endswith(" …")
        assert LONG.startswith(kept.removesuffix(" …") + " ")
    assert article_document(enriched(storage="excerpt")).body == BODY


def test_an_excerpt_of_a_text_without_spaces_is_short_too() -> None:
    assert len(article_document(enriched(storage="excerpt", body="海" * 3000)).body) <= EXCERPT_CHARS + 2


def test_an_excerpt_keeps_only_the_event_sentences_that_lie_in_it() -> None:
    end = len(TITLE) + 2 + EXCERPT_CHARS
    inside, across = Span(start=end - 40, end=end), Span(start=end - 40, end=end + 1)
    told = analysis(TEXT).events[0]
    events = tuple(
        msgspec.structs.replace(told, rule=f"r{n}", sentence=span) for n, span in enumerate((inside, across))
    )
    article = enriched(storage="excerpt", body=LONG, analysed=analysis(TEXT, events=events))
    kept, left_out = event_documents(article)
    assert kept.sentence
    assert left_out.sentence == ""


def test_metadata_keeps_no_sentence_and_all_of_the_analysis() -> None:
    article = enriched(storage="metadata")
    document, (told,) = article_document(article), event_documents(article)
    assert (document.body, document.summary, document.evidence, told.sentence) == ("", "", None, "")
    assert document.title == TITLE
    assert (document.entities, document.attributions) == (article.analysis.entities, article.analysis.attributions)
    assert document.events == article.analysis.events
