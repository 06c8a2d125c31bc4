"""Finds attributions in parsed sentences: asks of every word whether it is a cue, and of whom and what it tells."""

from __future__ import annotations

from processors.analysis.attributions import nominal, quotations
from processors.analysis.attributions.contents import content_of
from processors.analysis.attributions.cues import Chars, Found, cue_span, is_hedged, is_negated, verb_cues
from processors.analysis.attributions.marks import headline, signed_quotes, transcript
from processors.analysis.attributions.quotes import Quotes
from processors.analysis.attributions.sources import Who, source_of
from processors.analysis.knowledge import wording
from processors.analysis.syntax import Sentence, Token, direct_object, is_participle_modifier, is_passive

__all__ = ["Found", "find", "headline", "signed_quotes", "transcript"]

_OWN = frozenset({"i", "you", "we", "one", "it", "that", "which", "this", "what", "who"})
_REJECTING = ("reject", "dismiss", "dispute", "contest")


def find(sentence: Sentence, quotes: Quotes) -> list[Found]:
    """The attributions of one parsed sentence, in the order of their cues."""
    found: list[Found] = []
    for token in sentence.tokens:
        hit = _cue(token, sentence, quotes)
        if hit is None or _own_mind(hit, quotes):
            continue
        same = [f for f in found if f.cue[0] < hit.cue[1] and hit.cue[0] < f.cue[1]]
        for other in same:
            found.remove(other)  # “raised questions about”: the noun says more than the verb that carries it
        found.append(hit)
    for one in found:
        one.quoted = any(
            min(q.end, one.content[1]) - max(q.start, one.content[0]) >= 0.5 * (q.end - q.start)
            for q in quotes.within(*one.content)
        ) or (quotes.around(one.content[0]) is not None and quotes.around(one.cue[0]) is None)
    return found


def _cue(token: Token, sentence: Sentence, quotes: Quotes) -> Found | None:
    if token.lower == "according":
        return nominal.according(token, sentence)
    if token.lower in ("citing", "quoting"):
        return nominal.citing(token, sentence)
    if token.is_verb:
        return _verb(token, sentence, quotes) if token.dep not in ("aux", "auxpass", "amod", "compound") else None
    if token.is_noun:
        return nominal.noun(token, sentence)
    if token.tag.startswith("J"):
        return nominal.adjective(token, sentence)
    return None


def _own_mind(hit: Found, quotes: Quotes) -> bool:
    """“I think”, “you know” inside a quotation: manner of speaking, not somebody else's statement."""
    return hit.source is not None and hit.source.lower in _OWN and quotes.around(hit.cue[0]) is not None


def _verb(verb: Token, sentence: Sentence, quotes: Quotes) -> Found | None:
    cues = verb_cues(verb)
    if not cues:
        return _quoting(verb, sentence, quotes)
    if _is_leave(verb) or _names_another(verb):
        return None
    who = source_of(verb)
    if who.token is None:
        quote = quotations.before(verb, sentence, quotes)
        if quote is not None:
            who = Who(quotations.speaker_between(verb, quote, sentence))
    allowed = frozenset(kind for cue in cues for kind in cue.content)
    content = content_of(verb, allowed, who, sentence, quotes)
    if content is None or content[1] <= content[0]:
        return _quoting(verb, sentence, quotes)
    if who.token is None and not ((is_passive(verb) or is_participle_modifier(verb)) and verb.tag.startswith("V")):
        return None
    if verb.lemma in wording().silent and is_negated(verb):
        return None  # “did not respond to a request”: nothing is said
    denies = any(cue.denies for cue in cues) and (verb.lemma not in _REJECTING or _claimish(verb))
    return _found(verb, who, _whole_cue(verb), content, denies, sentence, quotes)


def _quoting(verb: Token, sentence: Sentence, quotes: Quotes) -> Found | None:
    """“…,” he sighed: any verb with a subject can carry a quotation that a comma closes before it."""
    if verb.tag not in ("VBD", "VBZ", "VBP") or is_passive(verb):
        return None
    quote = quotations.before(verb, sentence, quotes)
    if quote is None or not quotations.is_told(sentence, quote):
        return None
    who = source_of(verb)
    if who.token is None or (who.token.end <= quote.end and who.antecedent is None):
        who = Who(quotations.speaker_between(verb, quote, sentence))
    if who.token is None:
        return None
    return _found(verb, who, cue_span(verb), quotations.widened(quote, sentence, None), False, sentence, quotes)


def _found(
    verb: Token, who: Who, cue: Chars, content: Chars, denies: bool, sentence: Sentence, quotes: Quotes
) -> Found:
    around = quotes.around(content[0])
    quotation = around is not None or any(
        q.start < content[1] and content[0] < q.end for q in quotes.within(sentence.start, sentence.end)
    )
    return Found(
        who.token,
        None,
        cue,
        content,
        denies,
        sentence,
        quotation=quotation,
        cue_lemma=verb.lemma,
        hedged=is_hedged(verb),
        antecedent=who.antecedent,
    )


def _whole_cue(verb: Token) -> Chars:
    """The cue; “was quoted as saying” in one piece."""
    start, end = cue_span(verb)
    lead = verb.head
    if verb.dep == "pcomp" and lead.dep == "prep" and lead.lower == "as" and is_passive(lead.head):
        start = cue_span(lead.head)[0]
    return start, end


def _is_leave(verb: Token) -> bool:
    """“not authorised to discuss it”, “asked not to be named”: why somebody has no name, nothing that is said."""
    if verb.tag == "VB" and verb.head.lemma in wording().leave and verb.dep in ("xcomp", "advcl", "ccomp"):
        return True
    if any(c.dep == "prep" and any(t.lower == "anonymity" for t in c.children) for c in verb.children):
        return True
    asked = verb.child("xcomp", "ccomp", "advcl")
    return asked is not None and asked.lower in wording().naming


def _names_another(verb: Token) -> bool:
    """“cited the governor as saying that …”: the statement is the governor's, and has a cue of its own."""
    if verb.lemma not in ("cite", "quote") or is_passive(verb) or direct_object(verb) is None:
        return False
    lead = next((c for c in verb.children if c.dep == "prep" and c.lower == "as"), None)
    return lead is not None and lead.child("pcomp") is not None


def _claimish(verb: Token) -> bool:
    """“rejected the claim”, “a claim that Rome rejected” denies; “rejected the plan” refuses."""
    target = direct_object(verb)
    if verb.dep == "relcl" and (target is None or target.tag in ("WDT", "WP")):
        target = verb.head
    if is_passive(verb):
        target = verb.child("nsubjpass")
    return target is not None and target.lemma in wording().claims
