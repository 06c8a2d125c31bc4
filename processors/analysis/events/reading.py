"""The sense of an event as it is folded from the inside out: auxiliaries, negation, and what each operator makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from brinkwatch.models.analysis import Modality
from processors.analysis.events.operators import adjective_effect, noun_effect, verb_effect
from processors.analysis.syntax import Token, auxiliaries

CONDITIONAL = frozenset({"if", "unless", "should", "provided", "lest", "whether"})
_NEGATIONS = frozenset({"not", "n't", "never", "neither", "nor", "no", "hardly", "scarcely", "nobody", "none", "n’t"})


_FUTURE = frozenset({"will", "shall", "'ll", "’ll", "wo", "sha"})
_MAYBE = frozenset({"would", "could", "may", "might", "can", "'d", "ca"})
_OUGHT = frozenset({"must", "should", "ought"})
_ANNOUNCING = frozenset(
    {"say", "announce", "declare", "add", "confirm", "tell", "state", "insist", "signal", "indicate"}
)


@dataclass
class Reading:
    """The folded sense. `wrapper` is the operator that turns the event into another (request, refuse, end, …)."""

    modality: Modality = "asserted"
    wrapper: str | None = None
    wrapper_token: Token | None = None
    accused_by: Token | None = None
    denied_by: Token | None = None
    asked_by: Token | None = None
    ended_by: Token | None = None
    light: Token | None = None
    evaluated: bool = False
    future: bool = False
    purpose: bool = False
    background: bool = False
    ought: bool = False
    seen: list[Token] = field(default_factory=list)


def read_clause(verb: Token, reading: Reading, *, outer: bool = False) -> None:
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
    conditional = _under_condition(verb) and not _uttered(verb)
    if maybe and not conditional and _announced(verb):
        maybe, future = False, True
    inverted = perfect and _inverted(verb)
    if verb.lemma == "go" and any(c.dep == "xcomp" for c in verb.children) and verb.tag == "VBG":
        future = True
    if (
        verb.tag == "VB"
        and verb.dep == "ROOT"
        and subject is not None
        and any(a.lower == "to" for a in auxiliaries(verb))
    ):
        future = True  # headlines: “Germany to send tanks”
    if verb.tag == "VB" and verb.dep in ("ROOT", "parataxis", "appos") and subject is None and not auxiliaries(verb):
        set_sense(reading, "requested")  # “withdraw or lose the pipeline”
    if maybe or conditional or inverted:
        set_sense(reading, "hypothetical")
        if maybe and negated:
            negate(reading)
        return
    if negated:
        negate(reading)
    reading.future = reading.future or future
    if future and reading.modality == "asserted":
        set_sense(reading, "intended")
    if ought and not negated and reading.modality == "asserted":
        set_sense(reading, "requested")
        reading.ought = True


def _announced(verb: Token) -> bool:
    """“Quito said it would send troops”: what somebody said of himself in the past is a *will*, told afterwards."""
    if not any(a.lower in ("would", "'d") for a in auxiliaries(verb)) or verb.dep not in ("ccomp", "conj"):
        return False
    clause = verb.head if verb.dep == "conj" else verb
    speech, subject = clause.head, verb.child("nsubj", "nsubjpass") or clause.child("nsubj", "nsubjpass")
    past = speech.tag == "VBD" or any(a.lower in ("had", "has", "have") for a in auxiliaries(speech))
    return (
        speech.lemma in _ANNOUNCING
        and past
        and subject is not None
        and subject.lower in ("it", "he", "she", "they", "we", "i")
    )


def _uttered(verb: Token) -> bool:
    """“Threatened to leave if Rome pays”: the condition is part of what is threatened, asked or promised."""
    return (
        verb_effect(verb) in ("threat", "request", "agree", "refuse")
        and not any(a.tag == "MD" for a in auxiliaries(verb))
        and verb.tag in ("VBD", "VBZ", "VBP", "VBN")
        and not any(c.dep == "mark" for c in verb.children)
    )


def _inverted(verb: Token) -> bool:
    """“Had the rocket struck the base, …”"""
    subject = verb.child("nsubj", "nsubjpass")
    return subject is not None and any(
        a.lower in ("had", "were", "should") and a.i < subject.i and a.text[:1].isupper() for a in auxiliaries(verb)
    )


def _under_condition(verb: Token) -> bool:
    if any(c.dep == "mark" and c.lower in CONDITIONAL for c in verb.children):
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


def read_noun(noun: Token, reading: Reading) -> None:
    for c in noun.children:
        if c.dep in ("det", "neg") and c.lower in ("no", "neither"):
            negate(reading)
        elif c.dep in ("amod", "compound", "nmod"):
            effect = adjective_effect(c)
            if c.dep == "compound" and c.is_noun and noun_effect(c) == "end":
                apply("end", c, reading)  # headlines: “Rebels halt attacks”
            if effect == "intended":
                set_sense(reading, "intended")
            elif effect == "hypothetical":
                set_sense(reading, "hypothetical")
            elif effect == "historical":
                set_sense(reading, "historical")
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
                set_sense(reading, "negated")
            elif c.lower in ("threatened", "vowed"):
                set_sense(reading, "intended")
        elif c.dep == "det" and c.lower == "any":
            set_sense(reading, "hypothetical")


def negate(reading: Reading) -> None:
    if reading.modality == "negated" or reading.modality == "denied":
        reading.modality = "asserted"
    elif reading.modality != "historical":
        reading.modality = "negated"


def set_sense(reading: Reading, modality: Modality) -> None:
    """A sense found further out replaces a weaker one further in."""
    rank = {"asserted": 0, "intended": 1, "hypothetical": 2, "requested": 3, "negated": 4, "denied": 5, "historical": 6}
    if rank[modality] > rank[reading.modality]:
        reading.modality = modality


def verb_negated(verb: Token) -> bool:
    """“Did not deny”, “neither confirmed nor denied”, “neither side wants”."""
    subject = verb.child("nsubj")
    return (
        any(c.dep == "neg" for c in verb.children)
        or (verb.dep == "conj" and any(c.lower == "nor" for c in verb.head.children))
        or (subject is not None and any(c.dep == "det" and c.lower in ("no", "neither") for c in subject.children))
    )


def apply(effect: str, token: Token, reading: Reading) -> None:
    negated = token.is_verb and verb_negated(token)
    maybe = token.is_verb and any(a.tag == "MD" and a.lower in _MAYBE for a in auxiliaries(token))
    if effect == "transparent":
        if token.is_verb:
            read_clause(token, reading)
        return
    if effect in ("intended", "threat", "agree"):
        if negated:
            set_sense(reading, "negated")
        elif maybe and reading.modality in ("asserted", "intended"):
            set_sense(reading, "hypothetical")
        elif reading.modality == "asserted":
            reading.modality = "intended"
        if not negated and effect in ("threat", "agree"):
            wrap(reading, effect, token)
        elif negated and effect == "agree":
            wrap(reading, "refuse", token)
    elif effect == "request":
        if negated:
            return
        if reading.modality == "negated":
            wrap(reading, "request-not", token)
        else:
            wrap(reading, "request", token)
        set_always(reading, "requested")
    elif effect == "refuse":
        if negated:
            set_sense(reading, "hypothetical")
        else:
            negate(reading)
            wrap(reading, "refuse", token)
    elif effect == "negate":
        if negated:
            # “would not hesitate to”, “did not fail to”
            if token.is_verb:
                if maybe:
                    set_sense(reading, "hypothetical")
                elif any(a.lower in _FUTURE for a in auxiliaries(token)):
                    set_sense(reading, "intended")
            return
        if maybe or (token.is_verb and any(a.tag == "MD" for a in auxiliaries(token))):
            set_sense(reading, "hypothetical")
        negate(reading)
    elif effect == "deny":
        if negated:
            return
        reading.denied_by = token
        reading.modality = "denied"
    elif effect == "hypothetical":
        if not (negated and token.lemma in ("doubt",)):
            set_sense(reading, "hypothetical")
    elif effect == "historical":
        set_always(reading, "historical")
    elif effect == "end":
        if token.is_verb:
            read_clause(token, reading)
        wrap(reading, "end", token)
    elif effect == "accuse":
        reading.accused_by = token
    elif effect == "allow":
        wrap(reading, "allow", token)
        if token.is_verb:
            read_clause(token, reading)


def set_always(reading: Reading, modality: Modality) -> None:
    if reading.modality not in ("historical", "denied"):
        reading.modality = modality


def wrap(reading: Reading, effect: str, token: Token) -> None:
    if effect == "refuse" and reading.wrapper in ("request", "request-not"):
        # “refused a request from Rome to …”: the refusal is the deed, to the one who asked
        reading.asked_by, reading.wrapper, reading.wrapper_token = reading.wrapper_token, "refuse-request", token
        return
    if effect == "refuse" and reading.wrapper == "end":
        # “refused to halt the strikes”: what is refused is the end of them
        reading.wrapper, reading.wrapper_token, reading.ended_by = "refuse+end", token, reading.wrapper_token
        return
    if effect == "end" and reading.wrapper == "threat":
        # “withdrew its threat to …”: what ends is the threat
        reading.wrapper, reading.ended_by, reading.modality = "end+threat", token, "asserted"
        return
    if (
        reading.wrapper is None
        or effect in ("request", "request-not")
        or (reading.wrapper in ("agree", "threat") and effect == "refuse")
    ):
        if reading.wrapper == "end" and effect != "end":
            reading.ended_by = reading.wrapper_token  # who ends it is asked, and does not ask
            effect = f"{effect}+end"
        reading.wrapper, reading.wrapper_token = effect, token


def under_noun(noun: Token, reading: Reading) -> None:
    no = any(c.dep in ("det", "neg") and c.lower in ("no", "neither", "zero") for c in noun.children)
    if noun.lemma in ("evidence", "proof", "sign", "indication", "trace", "record", "reason", "basis"):
        negated_verb = noun.head.is_verb and verb_negated(noun.head) and noun.dep in ("dobj", "attr", "nsubj")
        if no or negated_verb:
            negate(reading)
        return
    effect = noun_effect(noun)
    if effect is None:
        return
    if no and effect in ("intended", "threat", "agree", "hypothetical"):
        set_sense(reading, "negated")
        return
    if no and effect == "end":
        return  # “no let-up in the shelling”
    if effect == "transparent" or (effect == "accuse"):
        return
    apply(effect, noun, reading)


def under_adjective(adjective: Token, reading: Reading) -> None:
    effect = adjective_effect(adjective)
    if effect is None:
        return
    verb = adjective.head if adjective.head.is_verb else adjective
    if verb_negated(verb) or verb_negated(adjective):
        set_sense(reading, "negated")
        return
    apply(effect, adjective, reading)
