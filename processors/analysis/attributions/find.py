"""Finds attributions in parsed sentences: direct, indirect and mixed quotation, inversion, nesting, nominal cues."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from processors.analysis import knowledge
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.knowledge import Cue
from processors.analysis.syntax import (
    Sentence,
    Token,
    agent,
    direct_object,
    is_passive,
    own_subject,
    prepositional,
    span_of,
)


@dataclass
class Found:
    """An attribution on its way: the source is still a token (or a span), not yet a name."""

    source: Token | None
    source_span: tuple[int, int] | None
    cue: tuple[int, int]
    content: tuple[int, int]
    denies: bool
    sentence: Sentence
    quoted: bool = False
    quotation: bool = False
    cue_lemma: str = ""
    signed: bool = False
    hedged: bool = False
    """The saying itself is only possible, wanted or not done: “to say”, “could say”, “did not say”."""


@functools.cache
def _verbs() -> dict[str, list[Cue]]:
    found: dict[str, list[Cue]] = {}
    for cue in knowledge.cues():
        for verb in cue.verbs:
            found.setdefault(verb, []).append(cue)
    return found


@functools.cache
def _nouns() -> dict[str, Cue]:
    return {noun: cue for cue in reversed(knowledge.cues()) for noun in cue.nouns}


def find(sentence: Sentence, quotes: Quotes) -> list[Found]:
    """The attributions of one parsed sentence, in the order of their cues."""
    found: list[Found] = []
    for token in sentence.tokens:
        if token.lower == "according":
            hit = _according(token, sentence)
        elif token.is_verb and token.dep not in ("aux", "auxpass", "amod", "compound"):
            hit = _verb_cue(token, sentence, quotes)
        elif token.is_noun and token.lemma in _nouns():
            hit = _nominal(token, sentence)
        else:
            continue
        if hit is not None and not _own_mind(hit, quotes):
            found.append(hit)
    for one in found:
        one.quoted = any(
            min(q.end, one.content[1]) - max(q.start, one.content[0]) >= 0.5 * (q.end - q.start)
            for q in quotes.within(*one.content)
        ) or (quotes.around(one.content[0]) is not None and quotes.around(one.cue[0]) is None)
    return found


def _own_mind(hit: Found, quotes: Quotes) -> bool:
    """“I think”, “you know” inside a quotation: manner of speaking, not somebody else's statement."""
    return (
        hit.source is not None
        and hit.source.lower in ("i", "you", "we", "one", "it", "that", "which", "this", "what", "who")
        and quotes.around(hit.cue[0]) is not None
    )


def _verb_cue(verb: Token, sentence: Sentence, quotes: Quotes) -> Found | None:
    if verb.lower == "citing":
        return None  # told by `citing`: what is cited is the source
    keys = [f"{verb.lemma}_{c.lower}" for c in verb.children if c.dep in ("prep", "prt", "advmod") or c.i == verb.i + 1]
    cues = [cue for key in (*keys, verb.lemma) for cue in _verbs().get(key, ())]
    if not cues:
        return None
    allowed = {c for cue in cues for c in cue.content}
    denies = any(cue.denies for cue in cues)
    source, passive_source = _source(verb)
    content = None
    if "clause" in allowed:
        content = _clause_content(verb, sentence, quotes, source)
    if content is None and "to" in allowed:
        content = _infinitive(verb)
    if content is None and "object" in allowed and not passive_source:
        target = direct_object(verb)
        if target is not None and target.tag not in ("WP", "WDT") and source is not None:
            content = span_of(target)
            complement = (
                verb.child("oprd", "xcomp", "prep")
                if verb.lemma in ("call", "accuse", "blame", "describe", "label")
                else None
            )
            if complement is not None:
                content = (content[0], max(content[1], span_of(complement)[1]))
    if content is None and verb.lemma in ("call", "term", "dub", "label") and source is not None:
        # “what she called a rant”
        named = verb.child("oprd", "xcomp", "attr", "ccomp")
        content = span_of(named) if named is not None else None
    if content is None and "object" in allowed and is_passive(verb) and source is not None:
        victim = verb.child("nsubjpass")
        content = span_of(victim) if victim is not None else None
    if content is None and "preposition" in allowed and source is not None:
        for c in verb.children:
            if c.dep == "prep" and f"{verb.lemma}_{c.lower}" in keys:
                content = span_of(c)
                content = (c.end + 1, content[1]) if content[1] > c.end + 1 else None
                break
    if content is None and source is not None and sentence.text.rstrip().endswith(":") and "clause" in allowed:
        # “The envoy continued:” and the words stand in the paragraph below
        content = (sentence.end, sentence.end + 1)
    if content is None or content[1] <= content[0]:
        return None
    if source is None and not (verb.tag in ("VBD", "VBZ", "VBP", "VBN") and is_passive(verb)):
        return None
    if denies and verb.lemma in ("reject", "dismiss", "dispute", "contest") and not _claimish(verb):
        denies = False
    quotation = any(q.start < content[1] and content[0] < q.end for q in quotes.within(sentence.start, sentence.end))
    hedged = verb.tag in ("VB", "VBG") or any(c.dep == "neg" or c.tag == "MD" for c in verb.children)
    return Found(
        source,
        None,
        _cue_span(verb),
        content,
        denies,
        sentence,
        quotation=quotation,
        cue_lemma=verb.lemma,
        hedged=hedged,
    )


def _claimish(verb: Token) -> bool:
    target = direct_object(verb)
    return target is not None and target.lemma in (
        "claim",
        "accusation",
        "allegation",
        "report",
        "charge",
        "suggestion",
        "rumor",
        "rumour",
        "assertion",
        "statement",
    )


def _cue_span(verb: Token) -> tuple[int, int]:
    start, end = verb.start, verb.end
    for c in verb.children:
        if c.dep in ("aux", "auxpass", "neg") and c.i < verb.i:
            start = min(start, c.start)
        elif c.dep in ("prt", "prep") and c.i == verb.i + 1 and f"{verb.lemma}_{c.lower}" in _verbs():
            end = c.end
    return start, end


def _source(verb: Token) -> tuple[Token | None, bool]:
    """The one who says it, and whether a passive has none (“was reported”)."""
    if is_passive(verb):
        doer = agent(verb)
        if doer is not None:
            return doer, False
        if verb.lemma == "quote":
            return verb.child("nsubjpass"), False
        if verb.lemma == "tell":
            return None, True
        return None, True
    subject = own_subject(verb)
    if subject is None:
        subject = _inherited(verb)
    if subject is not None and (subject.dep == "expl" or subject.dep == "csubj"):
        return None, False
    if subject is not None and subject.tag in ("WDT", "WP"):
        for ancestor in verb.ancestors():
            if ancestor.dep == "relcl":
                return ancestor.head, False
        if verb.dep == "relcl":
            return verb.head, False
        return None, False
    return subject, False


def _inherited(verb: Token) -> Token | None:
    """“Oman protested, saying …”, “went on to say”, “refused to say”: the subject of the verb above."""
    head = verb.head
    if verb.dep == "acl" and verb.tag == "VBG" and head.is_noun:
        return head
    if verb.dep == "relcl":
        return None
    for _ in range(4):
        if verb.dep == "pcomp" and head.dep == "prep":
            verb, head = head, head.head
            if not head.is_verb:
                return None
        if verb.dep in ("advcl", "xcomp", "conj", "pcomp", "prep", "dep", "parataxis") and head.is_verb:
            if verb.dep == "xcomp":
                controlled = direct_object(head)
                if controlled is not None:
                    return controlled
            subject = own_subject(head)
            if subject is not None:
                return subject if subject.dep != "nsubjpass" or verb.dep in ("advcl", "xcomp", "conj") else None
            verb, head = head, head.head
            continue
        return None
    return None


def _clause_content(verb: Token, sentence: Sentence, quotes: Quotes, source: Token | None) -> tuple[int, int] | None:
    complements = [c for c in verb.children if c.dep in ("ccomp", "parataxis") or (c.dep == "dep" and c.is_verb)]
    if complements:
        start = min(span_of(c)[0] for c in complements)
        end = max(span_of(c)[1] for c in complements)
        start, end = _beside_cue(verb, source, start, end, sentence)
        quote = next((q for q in quotes.within(sentence.start, sentence.end) if q.start < end and start < q.end), None)
        if quote is not None and quote.start < start and quotes.around(verb.start) != quote:
            start = quote.start
        return start, end
    if verb.dep in ("ccomp", "parataxis", "advcl", "dep", "conj", "ROOT") and verb.lemma not in (
        "want",
        "plan",
        "seek",
    ):
        quoted = _quoted_beside(verb, sentence, quotes)
        if quoted is not None:
            return quoted
    if (
        verb.dep in ("parataxis", "ccomp", "advcl", "intj", "dep")
        and verb.head is not verb
        and source is not None
        and not any(c.dep == "mark" for c in verb.children)
    ):
        # the cue is a comment on the clause around it: “The talks, the envoy said, had stalled.”
        own = span_of(verb)
        whole = span_of(verb.head)
        if verb.dep == "parataxis" or _set_off(verb, sentence):
            if own[0] - whole[0] >= whole[1] - own[1]:
                return whole[0], own[0]
            return own[1], whole[1]
    subject = own_subject(verb)
    if (
        subject is not None
        and verb.tag in ("VBD", "VBZ", "VBP")
        and verb.lemma in ("say", "add", "tell", "write", "reply", "ask")
    ):
        quote = next(
            (q for q in quotes.within(sentence.start, sentence.end) if quotes.around(verb.start) is None), None
        )
        if quote is not None:
            return quote.start, quote.end
    return None


def _set_off(verb: Token, sentence: Sentence) -> bool:
    start, end = span_of(verb)
    text = sentence.text
    before = text[: start - sentence.start].rstrip()
    after = text[end - sentence.start :].lstrip()
    return before.endswith((",", "—", "–", "”", '"', "-")) and (not after or after[0] in ",.;—–-!?")


def _beside_cue(verb: Token, source: Token | None, start: int, end: int, sentence: Sentence) -> tuple[int, int]:
    """The content without the cue and its source, where the parse wraps them: the longer side."""
    left, right = verb.start, verb.end
    if source is not None and source.head is verb:
        s, e = span_of(source)
        left, right = min(left, s), max(right, e)
    if start < left < end:
        return (start, left) if left - start >= end - right else (right, end)
    if start < right < end:
        return right, end
    return start, end


def _quoted_beside(verb: Token, sentence: Sentence, quotes: Quotes) -> tuple[int, int] | None:
    if quotes.around(verb.start) is not None:
        return None
    best: tuple[int, int] | None = None
    for quote in quotes.within(sentence.start, sentence.end):
        size = quote.end - quote.start
        if size >= 25 and (best is None or size > best[1] - best[0]):
            best = (quote.start, min(quote.end, sentence.end))
    return best


def _infinitive(verb: Token) -> tuple[int, int] | None:
    clause = verb.child("xcomp", "ccomp")
    if clause is None or not any(c.dep == "aux" and c.lower == "to" for c in clause.children):
        return None
    start, end = span_of(clause)
    return max(start, verb.end + 1) if start < verb.end else start, end


def _according(token: Token, sentence: Sentence) -> Found | None:
    source = prepositional(token, "to")
    if source is None:
        return None
    start, end = token.start, span_of(source)[1]
    head = token.head
    whole = span_of(head) if head is not token else (sentence.start, sentence.end)
    if head.is_noun:
        for ancestor in head.ancestors():
            if ancestor.is_verb:
                whole = span_of(ancestor)
                break
    left, right = (whole[0], start), (end, whole[1])
    content = left if left[1] - left[0] >= right[1] - right[0] else right
    if content[1] - content[0] < 3:
        return None
    to = next((c for c in token.children if c.lower == "to"), token)
    return Found(source, None, (token.start, to.end), _trim(sentence, content), False, sentence, cue_lemma="according")


def citing(sentence: Sentence) -> list[Found]:
    """“…, citing an unnamed official”: what the paper reports is laid to its own source as well."""
    found: list[Found] = []
    for token in sentence.tokens:
        if token.lower != "citing" or token.dep not in ("advcl", "conj", "acl", "prep", "ROOT", "dep"):
            continue
        source = direct_object(token) or token.child("pobj")
        if source is None:
            continue
        head = token.head
        whole = span_of(head)
        content = (
            (whole[0], token.start)
            if token.start - whole[0] > whole[1] - span_of(token)[1]
            else (span_of(token)[1], whole[1])
        )
        clause = head.child("ccomp")
        if clause is not None:
            content = span_of(clause)
            if content[0] < token.start < content[1]:
                content = (content[0], token.start)
            if content[0] < head.start < content[1]:
                content = (content[0], head.start)
        found.append(
            Found(source, None, (token.start, token.end), _trim(sentence, content), False, sentence, cue_lemma="cite")
        )
    return found


def _nominal(noun: Token, sentence: Sentence) -> Found | None:
    clause = next(
        (
            c
            for c in noun.children
            if c.dep in ("acl", "ccomp", "relcl")
            and any(m.lower == "that" and m.dep in ("mark", "dobj", "nsubj") for m in c.children)
            and c.dep != "relcl"
        ),
        None,
    )
    source = noun.child("poss") or prepositional(noun, "by") or prepositional(noun, "from")
    if clause is None or (source is None and noun.head.is_verb and noun.head.lemma in _verbs() and noun.dep == "dobj"):
        return None
    content = span_of(clause)
    return Found(source, None, (noun.start, noun.end), content, noun.lemma == "denial", sentence, cue_lemma=noun.lemma)


def _trim(sentence: Sentence, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    text, base = sentence.text, sentence.start
    while start < end and text[start - base] in " ,;—–-\u00a0":
        start += 1
    while end > start and text[end - 1 - base] in " ,;—–-\u00a0":
        end -= 1
    return start, end


_COLON = re.compile(r"^(?P<source>[^:“”\"\n]{2,48}?)(?P<cue>\s?:)\s+(?P<content>\S.{14,})$")


def headline(sentence: Sentence) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None:
    """“Envoy: truce holds” → spans of source, cue and content, where the line looks like that."""
    found = _COLON.match(sentence.text)
    if found is None or len(found.group("source").split()) > 6:
        return None
    base = sentence.start
    colon = base + found.end("source")
    return (
        (base + found.start("source"), base + found.end("source")),
        (colon, base + found.end("cue")),
        (base + found.start("content"), base + found.end("content")),
    )


_DASH = re.compile(r"[”\"]\s*(?P<cue>[―—–]|--)\s*(?P<source>[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,4})")
_TRANSCRIPT = re.compile(
    r"^[\"“]?(?P<source>[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3})(?P<cue>:)\s+(?P<content>\S.*)$", re.DOTALL
)


def signed_quotes(
    sentence: Sentence, quotes: Quotes, text: str
) -> list[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
    """“…” ― Name: a quotation with its speaker behind a dash. Spans of source, cue and content."""
    found = []
    for match in _DASH.finditer(text, max(0, sentence.start - 2), min(len(text), sentence.end)):
        quote = quotes.around(match.start())
        if quote is not None and match.start() == quote.end - 1:
            found.append((match.span("source"), match.span("cue"), (quote.start, quote.end)))
    return found


def transcript(sentence: Sentence) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None:
    """“MINISTER: The talks go on.”, a line of a transcript."""
    match = _TRANSCRIPT.match(sentence.text)
    if match is None:
        return None
    base = sentence.start
    source, cue, content = (match.span(name) for name in ("source", "cue", "content"))
    return (source[0] + base, source[1] + base), (cue[0] + base, cue[1] + base), (content[0] + base, content[1] + base)
