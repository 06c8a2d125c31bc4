"""The analyzer: one text in, one analysis out. Puts the steps in order; each step's knowledge lives in its own room.

The same text gives the same analysis in every run and process. Nothing here reads a clock, a network or a database.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from brinkwatch.models import Analysis, Attribution, Escalation, Event
from processors.analysis import knowledge, language, layers, light, text
from processors.analysis.entities import Entities, EntityFinder, NamedSpan, Survey
from processors.analysis.entities.familiar import Glance, glance
from processors.analysis.escalation.score import score_text
from processors.analysis.events.domain import is_leisure
from processors.analysis.gate import Gate, Want
from processors.analysis.parse import Job, Parsed, Parser, model_name
from processors.analysis.sentences import SentenceSpan, split
from processors.analysis.statements import Who, read_statements
from processors.analysis.text import PreparedText

log = logging.getLogger(__name__)

BATCH_CHARS = 50_000
"""Characters that are analysed together: enough for the model's batches, little enough for its memory."""

LEAD = 6
"""Sentences of a text on sport, business, culture or the weather in which names are looked for that no list has."""

NOT_READ = Escalation(score=None, level=None, direction=None, because=None)


class Request(NamedTuple):
    """One text to analyse. `language` is what its feed declares, a hint only."""

    text: str
    title: str = ""
    language: str | None = None
    published: dt.datetime | None = None


@dataclass(frozen=True)
class _Prepared:
    request: Request
    text: PreparedText
    language: str
    coverage: str


class Analyzer:
    """Understands texts. Loads the parser once; where none is installed of English texts only the names are read.

    `spacy_model` names a pipeline, empty for the standard one; `max_chars` is where a text is cut. `overlay` is the user's
    own knowledge, checked: a process works with one.
    """

    def __init__(self, spacy_model: str = "", max_chars: int = 200_000, overlay: layers.Overlay | None = None) -> None:
        if overlay is not None:
            layers.lay(overlay)
        self._max_chars = max_chars
        self._finder = EntityFinder()
        self._gate = Gate()
        name = model_name(spacy_model)
        self._parser = Parser(name, self._gate.lemmas) if name else None
        if self._parser is None:
            log.warning(
                "No spaCy pipeline for English is installed: English texts have names and no level. Install en_core_web_sm."
            )
        self.rules_version = knowledge.rules_version(self._parser.model if self._parser else "")

    def analyze(
        self, text: str, *, title: str = "", language: str | None = None, published: dt.datetime | None = None
    ) -> Analysis:
        """The analysis of one text. Offsets are in `title + "\\n\\n" + text`, or in the text alone without a title."""
        return next(self.analyze_many([Request(text, title, language, published)]))

    def analyze_many(self, requests: Iterable[Request]) -> Iterator[Analysis]:
        """The analyses of many texts, in order; texts are taken together by characters, which is faster."""
        batch: list[Request] = []
        size = 0
        for request in requests:
            batch.append(request)
            size += len(request.text) + len(request.title)
            if size >= BATCH_CHARS:
                yield from self._batch(batch)
                batch, size = [], 0
        yield from self._batch(batch)

    def _batch(self, requests: Sequence[Request]) -> Iterator[Analysis]:
        prepared = [self._prepare(request) for request in requests]
        parsed: dict[int, tuple[Survey, Parsed]] = {}
        if self._parser is not None:
            full = [one for one in prepared if one.coverage == "full"]
            surveys = [self._finder.survey(one.text, one.language) for one in full]
            jobs = [self._job(one, survey, self._parser) for one, survey in zip(full, surveys, strict=True)]
            for one, survey, result in zip(full, surveys, self._parser.parse(jobs), strict=True):
                parsed[id(one)] = survey, result
        for one in prepared:
            yield self._finish(one, *parsed.get(id(one), (None, None)))

    def _job(self, one: _Prepared, survey: Survey, parser: Parser) -> Job:
        """What the model is to do for a text: where to look for names, and what to parse."""
        text = one.text.safe
        spans = _content(one.text)
        seen = glance(text, [(s.start, s.end) for s in spans], survey.hits, parser.is_ordinary)
        leisure = is_leisure(text, survey.actors())
        wants = self._gate.wanted(text, spans, leisure=leisure)
        lead = LEAD if leisure else len(spans)
        look = [g.new and (i < lead or want > Want.NO) for i, (g, want) in enumerate(zip(seen, wants, strict=True))]
        return Job(text, spans, look, [_settled(w, g) for w, g in zip(wants, seen, strict=True)])

    def _prepare(self, request: Request) -> _Prepared:
        prepared = text.prepare(request.title, request.text, self._max_chars)
        code = language.detect(prepared.text, request.language)
        coverage: str = language.coverage_of(code)
        if coverage == "full" and self._parser is None:
            coverage = "names"  # nobody looked for events: that is not calm
        return _Prepared(request, prepared, code, coverage)

    def _finish(self, one: _Prepared, survey: Survey | None, parsed: Parsed | None) -> Analysis:
        attributions: Sequence[Attribution] = ()
        events: Sequence[Event] = ()
        background: Collection[int] = ()
        if one.coverage == "none":
            return self._analysis(one, None, (), (), NOT_READ)
        names = [NamedSpan(n.start, n.end, n.label) for n in parsed.names] if parsed is not None else []
        entities = self._finder.find(one.text, one.language, names, parsed.unseen if parsed is not None else (), survey)
        if one.coverage == "names":
            return self._analysis(one, entities, (), (), score_text((), Who(entities).kind))
        if parsed is not None:
            leisure = survey is not None and is_leisure(one.text.safe, survey.actors())
            attributions, events, background = read_statements(
                one.text, parsed.sentences, entities, one.request.published, leisure=leisure
            )
        else:
            attributions, events = light.analyze_light(one.text, one.language, entities)
        return self._analysis(one, entities, attributions, events, score_text(events, Who(entities).kind, background))

    def _analysis(
        self,
        one: _Prepared,
        entities: Entities | None,
        attributions: Sequence[Attribution],
        events: Sequence[Event],
        escalation: Escalation,
    ) -> Analysis:
        return Analysis(
            language=one.language,
            coverage=one.coverage,  # type: ignore[arg-type]
            truncated=one.text.truncated,
            entities=tuple(entities.entities) if entities is not None else (),
            attributions=tuple(attributions),
            events=tuple(events),
            escalation=escalation,
            rules_version=self.rules_version,
        )


def _settled(want: Want, glance: Glance) -> Want:
    """Where the model does not look for names, what is known already tells whether someone is named."""
    if want is not Want.IF_NAMED or glance.new:
        return want
    return Want.YES if glance.named else Want.NO


def _content(prepared: PreparedText) -> list[SentenceSpan]:
    """The sentences without the bylines, datelines and credits around them."""
    zones = text.zones(prepared.text)
    kept: list[SentenceSpan] = []
    for span in split(prepared.safe):
        start, end = span.start, span.end
        for zone in zones:
            if zone.start <= start < zone.end:
                start = zone.end
            if zone.start < end <= zone.end:
                end = zone.start
        while start < end and (prepared.safe[start].isspace() or prepared.safe[start] in "–—-:"):
            start += 1
        if end - start > 1:
            kept.append(SentenceSpan(start, end, span.paragraph))
    return kept


@functools.cache
def default_analyzer() -> Analyzer:
    """One analyzer for a process that has no settings: examples and tests."""
    return Analyzer()
