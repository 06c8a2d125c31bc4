"""Cues that are no verbs: *according to*, *citing*, nouns (*his claim that*) and adjectives (*is sure that*)."""

from __future__ import annotations

from processors.analysis.attributions.contents import noun_span
from processors.analysis.attributions.cues import Chars, Found, adjective_cues, cue_span, is_cue_verb, noun_cues
from processors.analysis.attributions.sources import Who, headless, source_of
from processors.analysis.knowledge import Cue, wording
from processors.analysis.syntax import Sentence, Token, direct_object, prepositional, span_of

_COPULAS = ("acomp", "attr", "oprd", "conj", "ccomp")


def according(token: Token, sentence: Sentence) -> Found | None:
    """“according to the envoy”: the source behind it, the clause around it."""
    source = prepositional(token, "to")
    if source is None:
        return None
    to = next((c for c in token.children if c.lower == "to"), token)
    cue = (token.start, max(to.end, token.end))
    return _beside(token, source, cue, span_of(source)[1], sentence)


def in_words_of(noun: Token, sentence: Sentence) -> Found | None:
    """“in his view”, “by one estimate”: the clause around it is what somebody thinks."""
    lead = noun.head
    if noun.lemma not in wording().views or lead.lower not in ("in", "by", "to") or noun.dep != "pobj":
        return None
    source = noun.child("poss") or prepositional(noun, "of") or prepositional(noun, "by")
    if source is None and lead.lower == "by" and noun.lemma in ("estimate", "account", "reckoning"):
        source = noun
    if source is None or any(c.dep in ("relcl", "acl", "ccomp") for c in noun.children):
        return None
    return _beside(lead, source, (lead.start, noun.end), span_of(noun)[1], sentence)


def _beside(token: Token, source: Token, cue: Chars, end: int, sentence: Sentence) -> Found | None:
    """The longer of what stands before and behind a phrase that tells the source, in its own clause."""
    start = token.start
    head = token.head
    whole = span_of(head) if head is not token else (sentence.start, sentence.end)
    if not head.is_verb:
        verb = next((a for a in head.ancestors() if a.is_verb), None)
        whole = span_of(verb) if verb is not None else (sentence.start, sentence.end)
    left, right = (whole[0], start), (end, whole[1])
    content = left if left[1] - left[0] >= right[1] - right[0] else right
    if content[1] - content[0] < 12:
        content = (sentence.start, start) if start - sentence.start > sentence.end - end else (end, sentence.end)
    if content[1] - content[0] < 3:
        return None
    return Found(source, None, cue, _trim(sentence, content), False, sentence, cue_lemma="according")


def citing(token: Token, sentence: Sentence) -> Found | None:
    """“…, citing an unnamed official”: what is told is laid to the one cited; what is merely named as a reason is content."""
    cited = direct_object(token) or token.child("pobj")
    if cited is None or token.dep not in ("advcl", "conj", "acl", "prep", "ROOT", "dep"):
        return None
    head = token.head
    cue = (token.start, token.end)
    if cited.lemma not in wording().informants and cited.tag not in ("NNP", "NNPS"):
        who = source_of(token)
        if who.token is None:
            return None
        content = noun_span(cited)
        return Found(who.token, None, cue, content, False, sentence, cue_lemma="cite", antecedent=who.antecedent)
    if head.is_noun:
        # “The daily, citing officials, reported …”: where the parser lost the verb, it is that of the one who cites
        subject = head
        head = next((t for t in sentence.tokens if t.is_verb and headless(t) is subject), head)
        if head is subject and subject.dep == "nsubj" and subject.head.is_verb:
            head = subject.head
    whole = span_of(head)
    before = token.start - whole[0] > whole[1] - span_of(token)[1]
    content = (whole[0], token.start) if before else (span_of(token)[1], whole[1])
    clause = head.child("ccomp")
    if clause is not None:
        content = span_of(clause)
        if content[0] < token.start < content[1]:
            content = (content[0], token.start)
        if content[0] < head.start < content[1]:
            content = (content[0], head.start)
    return Found(cited, None, cue, _trim(sentence, content), False, sentence, cue_lemma="cite")


def noun(token: Token, sentence: Sentence) -> Found | None:
    """“his claim that …”, “Oman's call for …”, “made the case that …”, “is a critic of …”."""
    cues = noun_cues(token)
    if not cues:
        return in_words_of(token, sentence)
    content = _noun_content(token, cues)
    if content is None:
        return in_words_of(token, sentence)
    span, kind = content
    who, cue = _noun_source(token, any(c.holder for c in cues))
    if who is None:
        return None
    if who.token is None and (kind != "clause" or (token.dep == "dobj" and is_cue_verb(token.head))):
        return None
    denies = any(c.denies for c in cues)
    return Found(who.token, None, cue, span, denies, sentence, cue_lemma=token.lemma, antecedent=who.antecedent)


def _noun_content(token: Token, cues: list[Cue]) -> tuple[Chars, str] | None:
    allowed = {kind for cue in cues for kind in cue.content}
    for c in token.children:
        if c.i < token.i:
            continue
        if "clause" in allowed and c.dep in ("acl", "ccomp", "relcl") and _is_that_clause(c):
            return span_of(c), "clause"
        if (
            "to" in allowed
            and c.dep in ("acl", "relcl")
            and any(a.dep == "aux" and a.lower == "to" for a in c.children)
        ):
            return span_of(c), "to"
        if c.dep == "prep" and any(c.lower in cue.prepositions for cue in cues):
            inside = c.child("pobj", "pcomp")
            if inside is not None:
                return (noun_span(inside) if inside.is_noun else span_of(inside)), "preposition"
    return None


def _is_that_clause(clause: Token) -> bool:
    return any(m.lower == "that" and m.dep == "mark" for m in clause.children)


def _noun_source(token: Token, holder: bool) -> tuple[Who | None, Chars]:
    cue = (token.start, token.end)
    verb = token.head
    if holder:
        if token.dep == "attr" and verb.lower in (
            "is",
            "was",
            "are",
            "were",
            "been",
            "be",
            "’s",
            "'s",
            "remains",
            "became",
        ):
            return source_of(verb), (verb.start, token.end)
        return None, cue
    owner = token.child("poss")
    if owner is None:
        owner = prepositional(token, "by") or prepositional(token, "from")
    if owner is None:
        owner = next(
            (
                c
                for c in token.children
                if c.dep in ("compound", "amod", "nmod")
                and (c.tag in ("NNP", "NNPS") or (c.tag == "JJ" and c.text[:1].isupper() and c.i > 0))
            ),
            None,
        )
    if token.dep in ("dobj", "attr") and verb.is_verb and verb.lemma in wording().light and owner is None:
        who = source_of(verb)
        return (who, (cue_span(verb)[0], token.end)) if who.token is not None else (None, cue)
    return Who(owner), cue


def adjective(token: Token, sentence: Sentence) -> Found | None:
    """“is sure that …”, “remains opposed to …”: the subject holds it."""
    cues = adjective_cues(token)
    if not cues or token.dep not in _COPULAS:
        return None
    verb = token.head if token.dep in ("acomp", "attr", "oprd") else None
    if token.dep == "ccomp" and token.head.lemma == "make":
        verb = token.head  # “made it clear that”
    if verb is None and token.dep == "conj":
        verb = token.head.head if token.head.dep == "acomp" else None
    if verb is None or not verb.is_verb:
        return None
    content = _adjective_content(token, cues)
    if content is None:
        return None
    who = source_of(verb)
    if who.token is None or who.token.lower in ("it", "there", "this", "that", "what"):
        return None
    start = cue_span(verb)[0] if token.dep != "conj" else token.start
    denies = any(c.denies for c in cues)
    return Found(
        who.token, None, (start, token.end), content, denies, sentence, cue_lemma=token.lower, antecedent=who.antecedent
    )


def _adjective_content(token: Token, cues: list[Cue]) -> Chars | None:
    allowed = {kind for cue in cues for kind in cue.content}
    for c in token.children:
        if c.i < token.i:
            continue
        if "clause" in allowed and (c.dep == "ccomp" or (c.dep in ("csubj", "advcl") and _is_that_clause(c))):
            return span_of(c)
        if "to" in allowed and c.dep == "xcomp":
            return span_of(c)
        if c.dep == "prep" and any(c.lower in cue.prepositions for cue in cues):
            inside = c.child("pobj", "pcomp")
            if inside is not None:
                return noun_span(inside) if inside.is_noun else span_of(inside)
    return None


def _trim(sentence: Sentence, span: Chars) -> Chars:
    start, end = span
    text, base = sentence.text, sentence.start
    while start < end and text[start - base] in " ,;—–-\u00a0":
        start += 1
    while end > start and text[end - 1 - base] in " ,;—–-\u00a0":
        end -= 1
    return start, end
