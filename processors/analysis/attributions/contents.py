"""What is said: the span of a verb's content, be it a clause, a quotation, an infinitive, an object or a phrase."""

from __future__ import annotations

import re

from processors.analysis.attributions import quotations
from processors.analysis.attributions.cues import Chars, has_particle, particles, verb_cues
from processors.analysis.attributions.edges import on_its_side, without_asides, without_date
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.attributions.sources import Who, belongs_above
from processors.analysis.syntax import (
    Sentence,
    Token,
    direct_object,
    is_participle_modifier,
    is_passive,
    own_subject,
    span_of,
)

_WORD = re.compile(r"\w")
_FINITE = ("VBD", "VBZ", "VBP", "VB")
_MARKS = frozenset(
    [
        "when",
        "while",
        "as",
        "after",
        "before",
        "since",
        "until",
        "because",
        "if",
        "unless",
        "although",
        "though",
        "whereas",
        "once",
        "where",
        "even",
    ]
)
_NAMING = ("call", "term", "dub", "label", "brand", "deem", "consider", "declare", "describe", "accuse", "blame")
_JUDGED = ("as", "for", "of", "over")


def content_of(verb: Token, allowed: frozenset[str], who: Who, sentence: Sentence, quotes: Quotes) -> Chars | None:
    """The content of a verb that is a cue; `allowed` are the kinds that the cue may have."""
    target = direct_object(verb)
    if target is not None and target.tag in ("WP", "WDT"):
        if who.token is None or target is who.token or (target.tag == "WDT" and "object" not in allowed):
            return None
        named = verb.child("oprd", "xcomp", "attr") if target.tag == "WP" and verb.lemma in _NAMING else None
        return span_of(named) if named is not None else _relative(verb, target)
    content = None
    if "clause" in allowed:
        content = _spoken(verb, who, sentence, quotes)
        if content is not None:
            return without_asides(content, verb, sentence, quotes, finite=_is_finite(verb))
    content = _unspoken(verb, allowed, who, sentence)
    return content if content is None else without_asides(content, verb, sentence, quotes, finite=False)


def _is_finite(verb: Token) -> bool:
    return any(c.dep == "ccomp" and (c.tag not in ("VBG", "VB") or c.child("aux") is not None) for c in verb.children)


def _unspoken(verb: Token, allowed: frozenset[str], who: Who, sentence: Sentence) -> Chars | None:
    """What is told by no clause: an infinitive, a phrase, a thing; else the clause that the cue comments on."""
    content = None
    if "to" in allowed:
        content = _infinitive(verb)
    if content is None and "preposition" in allowed and who.token is not None:
        content = _phrase(verb)
    if content is None and "object" in allowed and not who.untold:
        content = _object(verb, who)
    if content is None and "clause" in allowed and who.token is not None:
        content = _commented(verb, who, sentence)
        if content is None and sentence.text.rstrip().endswith(":"):
            content = (
                sentence.end,
                sentence.end + 1,
            )  # “The envoy went on:” and the words stand in the paragraph below
    return content


def noun_span(noun: Token) -> Chars:
    """A noun phrase without what a comma sets off behind it: “the plan, which failed”."""
    start, end = noun.start, noun.end
    stack = [noun]
    while stack:
        token = stack.pop()
        start, end = min(start, token.start), max(end, token.end)
        stack.extend(c for c in token.children if not _set_off(token, c))
    return start, end


def _set_off(token: Token, child: Token) -> bool:
    if child.dep not in ("relcl", "acl", "advcl") or child.i < token.i:
        return False
    left = min(t.i for t in child.subtree())
    return any(c.dep == "punct" and c.text in (",", "—", "–", "--") and c.i == left - 1 for c in token.children)


# ------------------------------------------------------------------------------------------------ clauses and quotations


def _spoken(verb: Token, who: Who, sentence: Sentence, quotes: Quotes) -> Chars | None:
    clause = _complement(verb, who, sentence)
    if clause is not None:
        clause = on_its_side(clause, (verb.start, verb.end), sentence, quotes)
    quote = quotations.before(verb, sentence, quotes)
    if quote is not None and (clause is None or clause[0] < verb.start or quotations.is_told(sentence, quote)):
        return quotations.widened(quote, sentence, clause)
    quote = quotations.after(verb, sentence, quotes)
    if quote is not None and (clause is None or clause[1] > quote.start):
        return quote.start, max(quote.end, clause[1]) if clause is not None and clause[
            0
        ] >= quote.start - 1 else quote.end
    if clause is None:
        clause = _misplaced(verb, sentence)
    if clause is None:
        clause = _as_told(verb, who, sentence)
    if clause is None:
        return None
    start, end = clause
    opened = quotes.around(start)
    if opened is not None and opened.start < start and quotes.around(verb.start) != opened:
        start = opened.start
    return start, end


def _complement(verb: Token, who: Who, sentence: Sentence) -> Chars | None:
    found = [c for c in verb.children if c.dep in ("ccomp", "parataxis") or (c.dep == "dep" and c.is_verb)]
    if not found:
        return None
    spans = [without_date(c, verb, _clause_span(c)) for c in found]
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    left, right = verb.start, verb.end
    if who.token is not None and who.token.head is verb:
        s, e = span_of(who.token)
        left, right = min(left, s), max(right, e) if who.token.i > verb.i else right
    if not start < right or not left < end:
        return start, end
    return _around(start, end, left, right, sentence)


def _around(start: int, end: int, left: int, right: int, sentence: Sentence) -> Chars:
    """A content that the parser wraps around its cue: all of it where commas set the cue off, else the side that tells."""
    base = sentence.start
    before, after = sentence.text[start - base : left - base], sentence.text[right - base : end - base]
    if not _WORD.search(before):
        return right, end
    if not _WORD.search(after):
        return start, left
    if before.rstrip().endswith((",", "—", "–", "”", '"')) and after.lstrip().startswith((",", "—", "–")):
        return start, end
    return (start, left) if len(before) >= len(after) else (right, end)


def _clause_span(clause: Token) -> Chars:
    """A clause without the further cues that only the parser puts into it: “… and warned”, “…, arguing that”."""
    start, end = clause.start, clause.end
    stack = [clause]
    cut: int | None = None
    while stack:
        token = stack.pop()
        start, end = min(start, token.start), max(end, token.end)
        for c in token.children:
            if c.i > clause.i and (belongs_above(c) or _adds(c) or _goes_on(token, c)):
                edge = min(t.start for t in c.subtree())
                cut = edge if cut is None else min(cut, edge)
            else:
                stack.append(c)
    if cut is not None and cut > start:
        end = max((t.end for t in clause.subtree() if t.end <= cut and t.dep not in ("punct", "cc")), default=end)
    return start, end


def _adds(verb: Token) -> bool:
    """“…, arguing that …”: a participle that tells more of the same speaker."""
    if verb.dep != "advcl" or verb.tag != "VBG" or own_subject(verb) is not None:
        return False
    if not any("clause" in cue.content for cue in verb_cues(verb)):
        return False
    return verb.child("ccomp") is not None


def _goes_on(token: Token, verb: Token) -> bool:
    """“…, though she noted …”, “…, and Rome warned …”: the writer goes on with another statement."""
    if not verb.is_verb or verb.tag in ("VBG", "VB") or not any("clause" in cue.content for cue in verb_cues(verb)):
        return False
    if own_subject(verb) is None or verb.child("ccomp") is None or any(m.lower == "that" for m in verb.children):
        return False
    left = min(t.i for t in verb.subtree())
    behind = any(c.dep == "punct" and c.text in (",", ";") and left - 2 <= c.i < left for c in token.children)
    if verb.dep == "advcl":
        return behind and any(
            m.dep == "mark" and m.lower in ("though", "although", "while", "as") for m in verb.children
        )
    return verb.dep == "conj" and behind


def _misplaced(verb: Token, sentence: Sentence) -> Chars | None:
    """“told the board in a meeting that it may change”: the clause that the parser hangs on the noun before it."""
    for c in verb.children:
        if c.i > verb.i and c.dep == "advcl" and c.tag in _FINITE and not _set_off(verb, c):
            leads = {m.lower for m in c.children if m.dep in ("mark", "advmod") and m.i < c.i}
            if own_subject(c) is not None and not leads & _MARKS:
                return _clause_span(c)
        if c.i < verb.i or c.dep not in ("prep", "npadvmod", "dobj", "dative", "advmod"):
            continue
        for token in c.subtree():
            if not token.is_verb or token.dep not in ("relcl", "acl", "ccomp") or not token.head.is_noun:
                continue
            subject = own_subject(token)
            if subject is None or subject.tag in ("WDT", "WP"):
                continue
            marked = any(m.dep == "mark" and m.lower == "that" for m in token.children)
            whole = token.child("dobj", "ccomp", "acomp", "attr") is not None and not any(
                t.tag in ("WDT", "WP", "WRB") for t in token.children
            )
            if marked or (whole and c.dep in ("prep", "npadvmod") and token.head.tag in ("NN", "NNS", "NNP")):
                return span_of(token)[0], max(span_of(token)[1], token.end)
    return None


def _as_told(verb: Token, who: Who, sentence: Sentence) -> Chars | None:
    """“As the envoy put it, …”, “…, as she noted, …”: the sentence around it."""
    if who.token is None:
        return None
    subject = span_of(who.token)[0]
    lead = next((t for t in sentence.tokens if t.lower == "as" and t.end < subject and subject - t.end <= 2), None)
    if lead is None or verb.start < subject:
        return None
    base = sentence.start
    if _WORD.search(sentence.text[: lead.start - base]):
        rest = sentence.text[verb.end - base :].strip(' .”"')
        return (sentence.start, sentence.end) if rest.startswith(",") else (sentence.start, lead.start)
    comma = sentence.text.find(",", verb.end - base)
    if comma < 0 or len(sentence.text) - comma < 12:
        return None
    return base + comma + 1, sentence.end


def _commented(verb: Token, who: Who, sentence: Sentence) -> Chars | None:
    """The cue as a comment on the clause around it: “The talks, the envoy said, had stalled.”"""
    head = verb.head
    if head is verb or verb.dep not in ("parataxis", "ccomp", "advcl", "intj", "dep"):
        return None
    if any(c.dep == "mark" for c in verb.children) or verb.tag in ("VBG", "VB"):
        return None
    own, whole = span_of(verb), span_of(head)
    if verb.dep != "parataxis" and not _is_aside(own, sentence):
        return None
    return _around(whole[0], whole[1], own[0], own[1], sentence)


def _is_aside(own: Chars, sentence: Sentence) -> bool:
    before = sentence.text[: own[0] - sentence.start].rstrip()
    after = sentence.text[own[1] - sentence.start :].lstrip()
    return before.endswith((",", "—", "–", "”", '"', "-")) and (not after or after[0] in ",.;—–-!?")


# ------------------------------------------------------------------------------------------------ infinitives, objects


def _infinitive(verb: Token) -> Chars | None:
    clause = next((c for c in verb.children if c.dep in ("xcomp", "ccomp", "advcl") and _is_infinitive(verb, c)), None)
    if clause is None:
        return None
    start, end = _clause_span(clause)
    return max(start, verb.end + 1) if start < verb.end else start, end


def _is_infinitive(verb: Token, clause: Token) -> bool:
    """“to leave”; one that the parser takes for a purpose only right behind the verb or its object."""
    if not any(c.dep == "aux" and c.lower == "to" for c in clause.children):
        return False
    if clause.dep != "advcl":
        return True
    left = min(t.i for t in clause.subtree())
    target = direct_object(verb)
    edges = [verb.i, max((t.i for t in target.subtree()), default=verb.i) if target is not None else verb.i]
    return clause.i > verb.i and any(left - edge in (1, 2) for edge in edges) and not _set_off(verb, clause)


def _phrase(verb: Token) -> Chars | None:
    for key, c in particles(verb):
        if c.dep == "prep" and has_particle(verb, c) and key:
            inside = c.child("pobj", "pcomp", "ccomp")
            if inside is None:
                continue
            return noun_span(inside) if inside.is_noun else span_of(inside)
    for key, c in particles(verb):
        if c.dep == "prt" and has_particle(verb, c) and key:
            target = direct_object(verb) or next((p for p in verb.children if p.dep == "prep" and p.i > c.i), None)
            return noun_span(target) if target is not None else None
    return None


def _object(verb: Token, who: Who) -> Chars | None:
    if who.token is None:
        return None
    if is_passive(verb):
        victim = verb.child("nsubjpass")
        if victim is not None and victim.tag == "WDT" and verb.dep == "relcl" and verb.head.is_noun:
            return span_of(verb.head, skip=frozenset({"relcl", "punct"}))
        return None if victim is None or victim is who.token else noun_span(victim)
    if is_participle_modifier(verb):
        return span_of(verb.head, skip=frozenset({"relcl", "acl"}))
    target = direct_object(verb)
    if target is None:
        named = verb.child("oprd", "xcomp", "attr", "ccomp")
        if named is not None and (verb.lemma in _NAMING or named.tag == "VBG" or _is_free_relative(named)):
            return span_of(named)
        judged = next((c for c in verb.children if c.dep == "prep" and c.lower == "as" and c.i > verb.i), None)
        if judged is not None and verb.dep != "relcl" and judged.children:
            return span_of(judged)
        return _relative(verb, None)
    start, end = noun_span(target)
    for c in verb.children:
        near = c.i > verb.i and (
            c.dep == "prep" and c.lower in _JUDGED and c.child("pobj", "pcomp", "amod") is not None
        )
        if near or (c.dep in ("oprd", "xcomp", "ccomp") and verb.lemma in _NAMING):
            s, e = span_of(c)
            start, end = min(start, s), max(end, e)
    return max(start, verb.end), end


def _is_free_relative(clause: Token) -> bool:
    """“denounced what it calls a raid”"""
    return any(c.tag == "WP" for c in clause.children)


def _relative(verb: Token, pronoun: Token | None) -> Chars | None:
    """“a deal that she praised”, “what he called …”: what the relative clause hangs on, or the pronoun alone."""
    if pronoun is not None and pronoun.tag == "WP" and verb.dep != "relcl":
        return pronoun.start, pronoun.end
    if verb.dep != "relcl" or not verb.head.is_noun:
        return None
    subject = own_subject(verb)
    if subject is None or subject.tag in ("WP", "WDT"):
        return None
    if pronoun is None and any(c.dep in ("ccomp", "xcomp", "prep") for c in verb.children):
        return None
    start, end = span_of(verb.head, skip=frozenset({"relcl"}))
    return start, min(end, pronoun.start) if pronoun is not None and pronoun.start > start else end
