"""In what sense an event is said: what the syntax above its trigger makes of it (scope, not distance).

Walks from the trigger to the root of its clause, folding auxiliaries, negations and operators from the inside out.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from brinkwatch.models.analysis import Modality
from processors.analysis import knowledge
from processors.analysis.events.index import lemmas
from processors.analysis.syntax import Token, auxiliaries, is_passive

_CONDITIONAL = frozenset({"if", "unless", "should", "provided", "lest", "whether"})
_NEGATIONS = frozenset({"not", "n't", "never", "neither", "nor", "no", "hardly", "scarcely", "nobody", "none", "n’t"})
_HISTORICAL_PREPOSITIONS = frozenset({"since"})
_CIRCUMSTANCES = frozenset({"after", "following", "because", "amid", "despite", "before", "over", "during"})
_EVALUATING = frozenset({"consider", "regard", "deem", "see", "view", "find", "call", "term"})
_FUTURE = frozenset({"will", "shall", "'ll", "’ll", "wo", "sha"})
_MAYBE = frozenset({"would", "could", "may", "might", "can", "'d", "ca"})
_OUGHT = frozenset({"must", "should", "ought"})


@dataclass
class Reading:
    """The folded sense. `wrapper` is the operator that turns the event into another (request, refuse, end, …)."""

    modality: Modality = "asserted"
    wrapper: str | None = None
    wrapper_token: Token | None = None
    accused_by: Token | None = None
    denied_by: Token | None = None
    light: Token | None = None
    evaluated: bool = False
    future: bool = False
    ought: bool = False
    seen: list[Token] = field(default_factory=list)


@functools.cache
def _operators() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    verbs: dict[str, str] = {}
    nouns: dict[str, str] = {}
    adjectives: dict[str, str] = {}
    for operator in knowledge.operators():
        for verb in operator.verbs:
            verbs.setdefault(verb, operator.effect)
        for noun in operator.nouns:
            nouns.setdefault(lemmas().of(noun, "NN"), operator.effect)
        for adjective in operator.adjectives:
            adjectives.setdefault(adjective, operator.effect)
    return verbs, nouns, adjectives


def verb_effect(token: Token) -> str | None:
    verbs = _operators()[0]
    for c in token.children:
        if c.dep in ("prt", "prep", "advmod") or c.i == token.i + 1:
            effect = verbs.get(f"{token.lemma}_{c.lower}")
            if effect:
                return effect
    return verbs.get(token.lemma)


def noun_effect(token: Token) -> str | None:
    return _operators()[1].get(token.lemma)


def adjective_effect(token: Token) -> str | None:
    return _operators()[2].get(token.lower)


def read(trigger: Token) -> Reading:
    """The sense of the event that `trigger` names."""
    reading = Reading()
    if trigger.is_noun and any(a.lemma in ("consider", "regard", "deem") for a in trigger.ancestors()):
        reading.evaluated = True
    if trigger.is_verb:
        _local(trigger, reading)
    else:
        _noun_local(trigger, reading)
    current = trigger
    for _ in range(14):
        head = current.head
        if head is current or not _step(current, head, reading):
            break
        current = head
    return reading


# ---------------------------------------------------------------------------------------------- one step upwards


def _step(current: Token, head: Token, reading: Reading) -> bool:
    """Fold what `head` does to what is below it; False where the scope ends."""
    reading.seen.append(head)
    dep = current.dep
    if dep == "relcl":
        return False
    if dep == "advcl":
        return _adverbial(current, head, reading)
    if dep == "acl":
        if current.tag == "VBN" or (current.tag == "VBG" and not head.is_noun):
            return False
        if any(c.lower == "to" and c.dep == "aux" for c in current.children) or current.tag == "VB":
            _noun_operator(head, reading)
            return True
        if any(c.dep == "mark" and c.lower == "that" for c in current.children):
            _noun_operator(head, reading)
            return True
        return False
    if dep == "conj":
        return _conjunct(current, head, reading)
    if dep in ("ccomp", "xcomp", "csubj", "oprd"):
        return _complement(current, head, reading)
    if head.dep == "prep" or head.tag == "IN" or dep in ("pobj", "pcomp"):
        return _preposition(current, head, reading)
    if dep in ("dobj", "obj", "nsubj", "nsubjpass", "attr", "dative"):
        return _argument(current, head, reading)
    if dep in ("prep", "agent"):
        return _attached(current, head, reading)
    if dep in ("compound", "amod", "nmod", "poss", "appos"):
        if head.is_noun:
            _noun_operator(head, reading)
            return dep != "appos"
        return False
    if dep == "parataxis":
        return False
    return head.is_verb


def _local(verb: Token, reading: Reading, *, outer: bool = False) -> None:
    """Auxiliaries and negation of one verb, and the condition that its clause stands under."""
    future = maybe = ought = False
    negated = any(
        c.dep == "neg" or c.lower in _NEGATIONS
        for c in verb.children
        if c.dep in ("neg", "advmod", "preconj", "det", "cc")
    )
    perfect = any(a.lemma == "have" for a in auxiliaries(verb))
    for aux in auxiliaries(verb):
        if aux.lower in _FUTURE and aux.tag == "MD":
            future = True
        elif aux.tag == "MD" and aux.lower in _MAYBE:
            maybe = True
        elif aux.tag == "MD" and aux.lower in _OUGHT:
            ought = True
    subject = verb.child("nsubj", "nsubjpass")
    if subject is not None and (
        subject.lower in ("nobody", "none", "neither")
        or any(c.dep == "det" and c.lower in ("no", "neither") for c in subject.children)
    ):
        negated = True
    conditional = _under_condition(verb)
    inverted = perfect and _inverted(verb)
    if verb.lemma == "go" and any(c.dep == "xcomp" for c in verb.children) and verb.tag == "VBG":
        future = True
    if maybe or conditional or inverted:
        _set(reading, "hypothetical")
        if maybe and negated:
            _negate(reading)
        return
    if negated:
        _negate(reading)
    reading.future = reading.future or future
    if future and reading.modality == "asserted":
        _set(reading, "intended")
    if ought and not negated and reading.modality == "asserted":
        _set(reading, "requested")
        reading.ought = True


def _inverted(verb: Token) -> bool:
    """“Had the rocket struck the base, …”"""
    subject = verb.child("nsubj", "nsubjpass")
    return subject is not None and any(
        a.lower in ("had", "were", "should") and a.i < subject.i and a.text[:1].isupper() for a in auxiliaries(verb)
    )


def _under_condition(verb: Token) -> bool:
    if any(c.dep == "mark" and c.lower in _CONDITIONAL for c in verb.children):
        return True
    if any(c.lower in ("if", "unless") and c.dep in ("mark", "advmod") for c in verb.children):
        return True
    for c in verb.children:
        if c.dep == "advcl" and (
            any(m.dep in ("mark", "advmod") and m.lower in ("if", "unless", "should") for m in c.children)
            or _inverted(c)
        ):
            return True
    return False


def _noun_local(noun: Token, reading: Reading) -> None:
    for c in noun.children:
        if c.dep in ("det", "neg") and c.lower in ("no", "neither"):
            _negate(reading)
        elif c.dep in ("amod", "compound", "nmod"):
            effect = adjective_effect(c)
            if effect == "intended":
                _set(reading, "intended")
            elif effect == "hypothetical":
                _set(reading, "hypothetical")
            elif effect == "historical":
                _set(reading, "historical")
            elif c.lower in (
                "failed",
                "foiled",
                "thwarted",
                "averted",
                "aborted",
                "unsuccessful",
                "cancelled",
                "canceled",
                "false",
                "fictional",
            ):
                _set(reading, "negated")
            elif c.lower in ("threatened", "vowed"):
                _set(reading, "intended")
        elif c.dep == "det" and c.lower == "any":
            _set(reading, "hypothetical")


def _adverbial(current: Token, head: Token, reading: Reading) -> bool:
    marks = {c.lower for c in current.children if c.dep in ("mark", "advmod", "prep")}
    if marks & _CONDITIONAL:
        _set(reading, "hypothetical")
        return False
    if any(c.dep == "aux" and c.lower == "to" for c in current.children):
        if reading.modality == "asserted":
            _set(reading, "intended")
        return verb_effect(head) in ("request", "threat", "refuse")
    if "without" in marks:
        _negate(reading)
        return False
    if "before" in marks and current.tag == "VBG":
        return False
    return False


def _conjunct(current: Token, head: Token, reading: Reading) -> bool:
    if current.is_verb and head.is_verb:
        if any(c.dep in ("nsubj", "nsubjpass", "expl") for c in current.children):
            # a clause of its own shares only what stands above both
            return head.dep in ("ccomp", "xcomp", "advcl", "pcomp")
        own = auxiliaries(current)
        if not own:
            saved = reading.modality
            shared_negation = any(c.dep == "neg" for c in head.children) and not any(
                c.dep == "cc" and c.lower == "but" for c in head.children
            )
            if any(a.tag == "MD" for a in auxiliaries(head)):
                _local(head, reading)
            elif (
                shared_negation
                and saved == "asserted"
                and any(c.dep == "cc" and c.lower == "or" for c in head.children)
            ):
                _negate(reading)
    return True


def _complement(current: Token, head: Token, reading: Reading) -> bool:
    if head.tag.startswith("JJ"):
        _adjective_operator(head, reading)
        return True
    if head.is_noun:
        _noun_operator(head, reading)
        return True
    effect = verb_effect(head)
    finite = (
        current.dep == "ccomp"
        and any(c.dep in ("nsubj", "nsubjpass") for c in current.children)
        and not any(c.dep == "aux" and c.lower == "to" for c in current.children)
    )
    if effect is None:
        if finite or current.dep == "ccomp":
            return False  # said, reported, showed: what is above them says nothing about the content
        _local(head, reading)
        return True
    if finite and effect in (
        "intended",
        "agree",
        "transparent",
        "threat",
        "end",
        "refuse",
        "accuse",
        "negate",
        "allow",
        "historical",
    ):
        # “warned that X would”: the content's own verb tells; “agreed that”, “announced that” too
        if effect == "refuse":
            _negate(reading)
        return effect in ("transparent",)
    if (
        effect == "request"
        and head.lemma in ("tell", "require", "advise", "insist")
        and finite
        and not _subjunctive(current)
    ):
        return False
    _apply(effect, head, reading)
    return True


def _subjunctive(verb: Token) -> bool:
    return verb.tag == "VB" or any(a.lower in ("should", "must") for a in auxiliaries(verb))


def _preposition(current: Token, prep: Token, reading: Reading) -> bool:
    if prep.lower in ("without", "barring"):
        _negate(reading)
    elif prep.lower in _HISTORICAL_PREPOSITIONS:
        _set_always(reading, "historical")
        return False
    elif prep.head.is_verb and prep.lower in _CIRCUMSTANCES:
        return False
    return True


def _attached(prep: Token, head: Token, reading: Reading) -> bool:
    if head.is_verb:
        effect = verb_effect(head)
        if effect in (
            "request",
            "refuse",
            "negate",
            "deny",
            "end",
            "threat",
            "agree",
            "intended",
            "hypothetical",
            "accuse",
            "historical",
        ):
            fits = {
                "request": ("for", "on", "to", "against"),
                "refuse": ("to", "from"),
                "negate": ("from", "of", "in", "to"),
                "end": ("to", "from", "on"),
                "threat": ("of", "with"),
                "agree": ("to", "on"),
                "intended": ("for", "to", "on", "at"),
                "hypothetical": ("of", "about", "for"),
                "accuse": ("of", "for", "over"),
                "historical": ("of",),
                "deny": (),
            }[effect]
            if prep.lower in fits:
                _apply(effect, head, reading)
                return True
        if prep.lower in ("of", "for", "to", "from", "in", "with", "by", "against", "on"):
            return effect == "transparent" or prep.lower in ("in", "with", "to")
        return False
    if head.is_noun:
        if prep.lower in ("of", "for", "to", "about", "on", "in", "against", "over", "from", "at"):
            before = reading.modality
            _noun_operator(head, reading)
            return reading.modality != before or reading.wrapper is not None or prep.lower in ("of", "for", "to")
        return False
    if head.tag.startswith("JJ"):
        _adjective_operator(head, reading)
        return True
    return False


def _argument(current: Token, head: Token, reading: Reading) -> bool:
    if not head.is_verb:
        if head.is_noun:
            _noun_operator(head, reading)
            return True
        if head.tag.startswith("JJ"):
            return False
        return False
    effect = verb_effect(head)
    subject = current.dep in ("nsubj",)
    passive_subject = current.dep == "nsubjpass"
    if subject:
        if head.dep in ("ccomp", "xcomp") and head.head.lemma in _EVALUATING:
            reading.evaluated = True
        if effect == "end" or head.lemma in ("collapse", "fail", "end", "stop", "cease", "halt"):
            _local(head, reading)
            return False
        _local(head, reading)
        return False
    if effect is not None and not (
        effect == "intended"
        and head.lemma in ("see", "go", "look", "move", "mean", "set", "seek")
        and head.lemma != "seek"
    ):
        if effect == "transparent" and reading.light is None and not passive_subject:
            reading.light = head
        _apply(effect, head, reading)
        if passive_subject:
            # “talks are expected to resume”
            return True
        return True
    if head.lemma in _EVALUATING:
        reading.evaluated = True
    _local(head, reading)
    return not finite_clause(head)


def finite_clause(verb: Token) -> bool:
    return any(c.dep in ("nsubj", "nsubjpass") for c in verb.children) and verb.dep in (
        "ROOT",
        "ccomp",
        "advcl",
        "relcl",
        "parataxis",
    )


# ---------------------------------------------------------------------------------------------- folding


def _negate(reading: Reading) -> None:
    if reading.modality == "negated" or reading.modality == "denied":
        reading.modality = "asserted"
    elif reading.modality != "historical":
        reading.modality = "negated"


def _set(reading: Reading, modality: Modality) -> None:
    """A sense found further out replaces a weaker one further in."""
    rank = {"asserted": 0, "intended": 1, "hypothetical": 2, "requested": 3, "negated": 4, "denied": 5, "historical": 6}
    if rank[modality] > rank[reading.modality]:
        reading.modality = modality


def _verb_negated(verb: Token) -> bool:
    return any(c.dep == "neg" for c in verb.children)


def _apply(effect: str, token: Token, reading: Reading) -> None:
    negated = token.is_verb and _verb_negated(token)
    maybe = token.is_verb and any(a.tag == "MD" and a.lower in _MAYBE for a in auxiliaries(token))
    if effect == "transparent":
        if token.is_verb:
            _local(token, reading)
        return
    if effect in ("intended", "threat", "agree"):
        if negated:
            _set(reading, "negated")
        elif maybe and reading.modality in ("asserted", "intended"):
            _set(reading, "hypothetical")
        elif reading.modality == "asserted":
            reading.modality = "intended"
        if not negated and effect in ("threat", "agree"):
            _wrap(reading, effect, token)
        elif negated and effect == "agree":
            _wrap(reading, "refuse", token)
    elif effect == "request":
        if negated:
            return
        if reading.modality == "negated":
            _wrap(reading, "request-not", token)
        else:
            _wrap(reading, "request", token)
        _set_always(reading, "requested")
    elif effect == "refuse":
        if negated:
            _set(reading, "hypothetical")
        else:
            _negate(reading)
            _wrap(reading, "refuse", token)
    elif effect == "negate":
        if negated:
            # “would not hesitate to”, “did not fail to”
            if token.is_verb:
                if maybe:
                    _set(reading, "hypothetical")
                elif any(a.lower in _FUTURE for a in auxiliaries(token)):
                    _set(reading, "intended")
            return
        if maybe or (token.is_verb and any(a.tag == "MD" for a in auxiliaries(token))):
            _set(reading, "hypothetical")
        _negate(reading)
    elif effect == "deny":
        if negated:
            return
        reading.denied_by = token
        reading.modality = "denied"
    elif effect == "hypothetical":
        if not (negated and token.lemma in ("doubt",)):
            _set(reading, "hypothetical")
    elif effect == "historical":
        _set_always(reading, "historical")
    elif effect == "end":
        if token.is_verb:
            _local(token, reading)
        _wrap(reading, "end", token)
    elif effect == "accuse":
        reading.accused_by = token
    elif effect == "allow":
        _wrap(reading, "allow", token)
        if token.is_verb:
            _local(token, reading)


def _set_always(reading: Reading, modality: Modality) -> None:
    if reading.modality not in ("historical", "denied"):
        reading.modality = modality


def _wrap(reading: Reading, effect: str, token: Token) -> None:
    if (
        reading.wrapper is None
        or effect in ("request", "request-not")
        or (reading.wrapper in ("agree", "threat") and effect == "refuse")
    ):
        reading.wrapper = f"{effect}+end" if reading.wrapper == "end" and effect != "end" else effect
        reading.wrapper_token = token


def _noun_operator(noun: Token, reading: Reading) -> None:
    no = any(c.dep in ("det", "neg") and c.lower in ("no", "neither", "zero") for c in noun.children)
    if noun.lemma in ("evidence", "proof", "sign", "indication", "trace", "record", "reason", "basis"):
        negated_verb = noun.head.is_verb and _verb_negated(noun.head) and noun.dep in ("dobj", "attr", "nsubj")
        if no or negated_verb:
            _negate(reading)
        return
    effect = noun_effect(noun)
    if effect is None:
        return
    if no and effect in ("intended", "threat", "agree", "hypothetical"):
        _set(reading, "negated")
        return
    if effect == "transparent" or (effect == "accuse"):
        return
    _apply(effect, noun, reading)


def _adjective_operator(adjective: Token, reading: Reading) -> None:
    effect = adjective_effect(adjective)
    if effect is None:
        return
    verb = adjective.head if adjective.head.is_verb else adjective
    if _verb_negated(verb) or _verb_negated(adjective):
        _set(reading, "negated")
        return
    _apply(effect, adjective, reading)


def passive_of(verb: Token) -> bool:
    return is_passive(verb)
