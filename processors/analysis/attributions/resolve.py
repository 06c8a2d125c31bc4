"""From found attributions to finished ones: names of sources, paragraphs of the same speaker, order and overlap."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from brinkwatch.models import Attribution, Source, Span, TextSpan
from processors.analysis.attributions.cues import Found
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.events.actors import NameRef, Names
from processors.analysis.knowledge import wording
from processors.analysis.syntax import Sentence, Token, span_of

_PERSONAL = frozenset({"he", "she", "they", "it", "we", "i", "you", "who", "his", "her", "their", "its"})
_SKIP = frozenset({"relcl", "acl", "advcl", "punct", "ccomp", "parataxis", "cc"})


@dataclass
class Speaker:
    """Someone who spoke: the id, the fullest words, and where."""

    id: str | None
    name: str
    start: int
    end: int
    token: Token | None
    kind: str


class SourceNamer:
    """Names the sources of a text, one after the other: what *it* and *the mission* mean depends on who spoke before."""

    def __init__(self, text: str, names: Names) -> None:
        self._text = text
        self._names = names
        self.speakers: list[Speaker] = []

    def name(self, found: Found, *, inside: bool = False) -> Source | None:
        if found.source is None and found.source_span is not None:
            start, end = found.source_span
            named = next(iter(self._names.inside(start, end)), None)
            words = _tidy(self._text[start:end])
            self._remember(Speaker(named.id if named else None, words, start, end, None, "person"))
            return Source(id=named.id if named else None, name=words, start=start, end=end)
        if found.source is None:
            return None
        token = found.source
        start, end = found.source_span or self._words(token)
        if start < found.cue[0] < end:
            end = found.cue[
                0
            ]  # “The army said …, a claim that …”: what the parser hangs on the army stands behind the cue
            while end > start and self._text[end - 1] in " ,":
                end -= 1
        words = self._text[start:end]
        if found.antecedent is not None:
            stands_for = self.name(dataclasses.replace(found, source=found.antecedent, antecedent=None), inside=inside)
            if stands_for is not None:
                return Source(id=stands_for.id, name=stands_for.name, start=start, end=end)
        lower = token.lower if self._names.at(token) is None else ""
        if lower in ("i", "we", "you", "what", "that", "this", "there", "one"):
            return Source(id=None, name=words, start=start, end=end)
        if lower in _PERSONAL:
            speaker = self._antecedent(token)
            if speaker is not None:
                return Source(id=speaker.id, name=speaker.name, start=start, end=end)
            reference = self._names.resolve(token)
            if isinstance(reference, Token):
                first, last = self._words(reference)
                return Source(id=None, name=_tidy(self._text[first:last]), start=start, end=end)
            if reference is not None:
                return Source(id=reference.id, name=self._text[reference.start : reference.end], start=start, end=end)
            return Source(id=None, name=words, start=start, end=end)
        if self._is_bare(token):
            speaker = self._earlier(token)
            if speaker is not None:
                return Source(id=speaker.id, name=speaker.name, start=start, end=end)
        mention = self._head_mention(token)
        id_ = mention.id if mention is not None else None
        kind = mention.kind if mention is not None else ("person" if token.lemma in _PEOPLE else "organisation")
        source = Source(id=id_, name=_tidy(words), start=start, end=end)
        if found.cue_lemma != "cite" and not inside:
            self._remember(Speaker(id_, source.name, start, end, token, kind))
        return source

    def _remember(self, speaker: Speaker) -> None:
        self.speakers.append(speaker)

    def _words(self, token: Token) -> tuple[int, int]:
        start, end = span_of(token, skip=_SKIP)
        mention = self._names.at(token)
        if mention is not None:
            start, end = min(start, mention.start), max(end, mention.end)
        return start, end

    def _head_mention(self, token: Token) -> NameRef | None:
        mention = self._names.at(token)
        if mention is not None:
            return mention
        for c in token.children:
            if c.dep == "appos":
                mention = self._names.at(c)
                if mention is not None and mention.kind == "person":
                    return mention
        for c in token.children:
            if c.dep in ("poss", "amod", "compound", "nmod"):
                mention = self._names.at(c)
                if mention is not None and mention.kind in ("state", "organisation", "group"):
                    return mention
        return None

    def _is_bare(self, token: Token) -> bool:
        """“The mission”, “the ministry”: a common noun with an article and nothing that tells which."""
        if not token.is_noun or token.tag in ("NNP", "NNPS") or self._names.at(token) is not None:
            return False
        others = [c for c in token.children if c.dep not in ("det", "punct")]
        determiners = [c for c in token.children if c.dep == "det" and c.lower in ("the", "this", "that")]
        return bool(determiners) and not others

    def _antecedent(self, token: Token) -> Speaker | None:
        """Who a pronoun that speaks stands for: the last speaker of that kind, unless a nearer subject is named."""
        wanted = (
            ("person",) if token.lower in ("he", "she", "his", "her") else ("organisation", "state", "group", "other")
        )
        for speaker in reversed(self.speakers[-6:]):
            if speaker.end > token.start or token.start - speaker.end > 1500:
                continue
            if (
                token.lower in ("they", "who", "their")
                or speaker.kind in wanted
                or (speaker.kind == "person" and wanted[0] == "person")
            ):
                between = self._nearer_name(speaker, token, wanted)
                if between is not None:
                    return between
                return speaker
        return None

    def _nearer_name(self, speaker: Speaker, token: Token, kinds: tuple[str, ...]) -> Speaker | None:
        reference = self._names.resolve(token)
        if not isinstance(reference, NameRef) or reference.start <= speaker.end or reference.kind not in kinds:
            return None
        if token.lower not in ("he", "she"):
            return None
        return Speaker(
            reference.id,
            self._text[reference.start : reference.end],
            reference.start,
            reference.end,
            None,
            reference.kind,
        )

    def _earlier(self, token: Token) -> Speaker | None:
        noun = token.lemma
        alike = _ALIKE.get(noun, frozenset({noun}))
        for speaker in reversed(self.speakers[-12:]):
            if speaker.token is None or speaker.end > token.start:
                continue
            words = set(speaker.name.lower().replace("’s", " ").replace("'s", " ").split())
            if words & alike or any(w.rstrip("s") in alike for w in words):
                return speaker
        if noun in _PEOPLE:
            for speaker in reversed(self.speakers[-4:]):
                if speaker.kind == "person" and speaker.end <= token.start:
                    return speaker
        return None


_PEOPLE = frozenset(
    [
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "minister",
        "president",
        "official",
        "officer",
        "diplomat",
        "envoy",
        "ambassador",
        "general",
        "commander",
        "leader",
        "chief",
        "chairman",
        "secretary",
        "senator",
        "governor",
        "mayor",
        "premier",
        "chancellor",
        "candidate",
        "analyst",
        "expert",
        "professor",
        "doctor",
        "lawyer",
        "man",
        "woman",
        "king",
        "prince",
        "judge",
        "congressman",
        "lawmaker",
        "activist",
        "witness",
        "resident",
        "source",
        "executive",
        "director",
    ]
)
_BODIES = frozenset({"mission", "delegation", "embassy", "representation", "consulate"})
_ALIKE: dict[str, frozenset[str]] = {
    **dict.fromkeys(_BODIES, _BODIES),
    **{
        w: frozenset({"newspaper", "paper", "daily", "journal", "times", "post", "tribune", "gazette", "herald"})
        for w in ("newspaper", "paper", "daily", "journal")
    },
    "agency": frozenset({"agency", "reuters", "afp", "tass", "xinhua", "iaea"}),
    "president": frozenset({"president"}),
    "group": frozenset({"group", "organisation", "organization", "watch", "observatory", "international"}),
}


def _tidy(words: str) -> str:
    """The words of a source as a name: without what stands around them, or that it owns something."""
    return " ".join(words.split()).strip(' ,;:“”"').removesuffix("'s").removesuffix("’s")


def build(
    text: str, found: Sequence[Found], quotes: Quotes, sentences: Sequence[Sentence], names: Names
) -> tuple[list[Attribution], SourceNamer]:
    """Finished attributions in text order; paragraphs that only quote belong to the last speaker before them."""
    namer = SourceNamer(text, names)
    finished: list[Attribution] = []
    in_order = sorted(_outer(found, quotes), key=lambda f: (f.sentence.start, f.cue[0]))
    by_paragraph: dict[int, list[Found]] = {}
    for one in in_order:
        by_paragraph.setdefault(one.sentence.paragraph, []).append(one)
    lines: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        lines.setdefault(sentence.paragraph, []).append(sentence)
    order = sorted(lines)
    pending = list(_quote_paragraphs(sentences, quotes, in_order))
    for one in in_order:
        ahead: list[Span] = []
        while pending and pending[0].start < one.sentence.start:
            span = pending.pop(0)
            if not _goes_on_below(span, one, quotes, sentences):
                _continue_speech(span, finished, text)
            else:
                ahead.append(span)
        inside = one.source is not None and quotes.around(one.source.start) is not None
        source = namer.name(one, inside=inside)
        start, end = _trimmed(
            text, *_whole_quotation(one, by_paragraph.get(one.sentence.paragraph, []), quotes, lines, order)
        )
        if end <= start:
            continue
        finished.append(
            Attribution(
                source=source,
                cue=TextSpan(start=one.cue[0], end=one.cue[1], text=text[one.cue[0] : one.cue[1]]),
                content=Span(start=start, end=end),
                quoted=one.quoted,
                denies=one.denies,
            )
        )
        if one.quoted and source is not None:
            finished.extend(Attribution(source=source, cue=None, content=a, quoted=True, denies=False) for a in ahead)
    for span in pending:
        _continue_speech(span, finished, text)
    return sorted(finished, key=lambda a: (a.cue.start if a.cue else a.content.start, a.content.start)), namer


def _outer(found: Sequence[Found], quotes: Quotes) -> list[Found]:
    """Without what is said about saying inside a statement, unless it is plainly a statement of somebody else."""
    kept: list[Found] = []
    beside: dict[int, list[Found]] = {}
    for one in found:
        beside.setdefault(id(one.sentence), []).append(one)
    spoken = {id(o) for o in found if quotes.around(o.cue[0]) is not None and not o.signed}
    for one in found:
        inside = any(
            o is not one and id(o) not in spoken and o.content[0] <= one.cue[0] and one.cue[1] <= o.content[1]
            for o in beside[id(one.sentence)]
        )
        if id(one) in spoken:
            continue
        if inside and (one.cue_lemma not in wording().nested or one.source is None or one.hedged):
            continue
        kept.append(one)
    return kept


def _whole_quotation(
    one: Found, found: Sequence[Found], quotes: Quotes, lines: dict[int, list[Sentence]], order: Sequence[int]
) -> tuple[int, int]:
    """A quotation goes on past its cue and past sentences: to the last quotation of the paragraph, unless another speaks."""
    start, end = one.content
    if start >= one.sentence.end:
        # announced by a colon: the next paragraph
        after = bisect_right(order, one.sentence.paragraph)
        if after == len(order):
            return start, start
        line = lines[order[after]]
        return line[0].start, line[-1].end
    if one.signed or not one.quotation or quotes.around(one.cue[0]) is not None:
        return start, end
    touching = [q for q in quotes.within(start - 1, end) if q.start < end and start < q.end]
    before = quotes.around(start)
    if before is not None:
        touching.insert(0, before)
    if not touching or sum(min(end, q.end) - max(start, q.start) for q in touching) < 0.5 * (end - start):
        return start, end
    paragraph = lines[one.sentence.paragraph]
    floor, ceiling = paragraph[0].start, paragraph[-1].end
    for other in found:
        if (
            other is not one
            and other.sentence.paragraph == one.sentence.paragraph
            and quotes.around(other.cue[0]) is None
        ):
            if other.cue[0] > one.cue[0] and other.sentence is not one.sentence:
                ceiling = min(ceiling, other.sentence.start)
            elif other.cue[0] > one.cue[0] and other.content[0] > other.cue[0] >= end and other.quotation:
                ceiling = min(ceiling, other.cue[0])  # “…,” he said, adding: “…”
            elif other.cue[0] < one.cue[0] and other.sentence is not one.sentence:
                floor = max(floor, other.sentence.end)
    start = min(start, max(floor, touching[0].start))
    for quote in quotes.within(end, ceiling):
        end = max(end, min(quote.end, ceiling))
    return start, max(end, min(touching[-1].end, ceiling))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:–—-"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:–—-"):
        end -= 1
    return start, end


def _quote_paragraphs(sentences: Sequence[Sentence], quotes: Quotes, found: Sequence[Found]) -> list[Span]:
    """Lines that are nothing but a quotation, with no cue of their own."""
    cued = {f.sentence.paragraph for f in found if f.signed or not _inside_quote(f, quotes)}
    lines: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        lines.setdefault(sentence.paragraph, []).append(sentence)
    spans: list[Span] = []
    for number, line in lines.items():
        start, end = line[0].start, line[-1].end
        quote = quotes.around(start)
        if quote is None or quote.start != start or number in cued:
            continue
        covered = sum(min(q.end, end) - max(q.start, start) for q in quotes.within(start, end))
        if covered >= 0.95 * (end - start) and end - start >= 15:
            spans.append(Span(start=start, end=end))
    return spans


def _goes_on_below(span: Span, one: Found, quotes: Quotes, sentences: Sequence[Sentence]) -> bool:
    """“… is over. ¶ “We go on,” she said: a quotation without a closing mark is that of the paragraph below."""
    quote = quotes.around(span.start)
    if quote is None or not quote.open or not one.quoted or one.content[0] <= span.end:
        return False
    between = {s.paragraph for s in sentences if span.end <= s.start < one.sentence.start}
    return not between - {one.sentence.paragraph}


def _inside_quote(found: Found, quotes: Quotes) -> bool:
    return quotes.around(found.cue[0]) is not None


def _continue_speech(span: Span, finished: list[Attribution], text: str) -> None:
    """The same speaker goes on: a quotation of its own, without a cue."""
    for earlier in reversed(finished):
        if earlier.source is None or earlier.source.start > span.start:
            continue
        if earlier.cue is not None and not any(c.isalpha() for c in earlier.cue.text):
            return  # signed behind a dash or a colon: the next quotation has a signature of its own
        if not earlier.quoted or span.start - max(earlier.content.end, earlier.source.end) > 1200:
            return
        finished.append(Attribution(source=earlier.source, cue=None, content=span, quoted=True, denies=False))
        return
