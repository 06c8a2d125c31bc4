"""Codes the events of a sentence: triggers, arguments and sense put together, and turned by what governs them.

An event under an operator becomes the operator's event: who urges a withdrawal REQUESTs it, who vows an attack
THREATENs it, who refuses aid REJECTs, who ends fighting RETREATs (PLOVER's own conventions for future and verbal acts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from brinkwatch.models import Actor
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis.events import arguments, modality
from processors.analysis.events.actors import Names, actors_of, is_actor_noun, named_below
from processors.analysis.events.domain import domain_of
from processors.analysis.events.index import rule_index
from processors.analysis.events.modality import Reading
from processors.analysis.events.plover import quad_of
from processors.analysis.knowledge import Rule
from processors.analysis.syntax import Sentence, Token, conjuncts, direct_object, is_passive, prepositional, span_of


@dataclass
class Coded:
    """An event on its way: still with its tokens, and with the direction that the words alone give it."""

    rule: Rule
    name: str
    type: EventType
    mode: str | None
    trigger: Token
    sentence: Sentence
    source: list[Actor]
    target: list[Actor]
    modality: Modality
    direction: Direction | None
    when: str
    theme: Token | None = None
    reading: Reading = field(default_factory=Reading)
    anaphor: bool = False


def code(sentence: Sentence, names: Names) -> list[Coded]:
    """The events of one parsed sentence, in the order of their triggers."""
    found: list[Coded] = []
    consumed: set[int] = set()
    for token in sentence.tokens:
        if token.is_verb and token.dep not in ("aux", "auxpass", "amod", "compound"):
            match = rule_index().verb_rule(token, names)
            if match is not None:
                rule, theme = match
                if theme is not None and rule.object:
                    consumed.update(t.i for t in _theme_chain(theme))
                found.append(_from_verb(rule, token, theme, sentence, names))
            ought = _ought(token, sentence, names)
            if ought is not None:
                found.append(ought)
        elif (
            token.tag == "JJ"
            and token.lower in rule_index().adjectives
            and token.child("xcomp", "prep", "ccomp") is not None
        ):
            found.append(_from_adjective(rule_index().adjectives[token.lower][0], token, sentence, names))
    domain = domain_of(sentence.text)
    titled = _is_titled(sentence)
    for token in sentence.tokens:
        if token.i in consumed or not _may_trigger(token, titled):
            continue
        rule_ = rule_index().noun_rule(token, domain, names)
        if rule_ is not None:
            found.append(_from_noun(rule_, token, sentence, names))
    result: list[Coded] = []
    bare: dict[int, Coded] = {c.trigger.i: c for c in found if _verbal(c)}
    dropped: set[int] = set()
    for coded in found:
        wrapper = coded.reading.wrapper_token
        _turn(coded, names)
        plain = bare.get(wrapper.i) if wrapper is not None and wrapper is not coded.trigger else None
        if plain is not None and plain.type == coded.type:
            # the verb of asking, refusing, agreeing is told by the event that it turned, with whom it is directed at
            coded.source = coded.source or plain.source
            if not any(a.id for a in coded.target) and any(a.id for a in plain.target):
                coded.target = plain.target
                coded.source = [a for a in coded.source if all(a.id != t.id for t in plain.target)] or plain.source
            dropped.add(id(plain))
        result.append(coded)
    result = [c for c in result if id(c) not in dropped and _worth_keeping(c)]
    return sorted(_merged(result), key=lambda c: c.trigger.start)


def _verbal(coded: Coded) -> bool:
    """A bare REQUEST, THREATEN, AGREE or REJECT: told better by the event that its verb turns into one."""
    return coded.type in ("REQUEST", "THREATEN", "AGREE", "REJECT")


def _may_trigger(token: Token, titled: bool) -> bool:
    if not token.is_noun and not (token.tag == "VBG" and token.dep in ("nsubj", "dobj", "pobj", "ROOT")):
        return False
    if token.dep in ("compound", "nmod") and token.head.is_noun:
        return False
    # “March”, “the Good Friday Agreement”: names are no deeds, but in headlines everything looks like a name
    return titled or not (token.tag in ("NNP", "NNPS") and token.text[:1].isupper() and token.i > 0)


def _is_titled(sentence: Sentence) -> bool:
    """A headline in Title Case or CAPITALS."""
    words = [t for t in sentence.tokens if t.text[:1].isalpha() and len(t.text) > 3]
    return len(words) > 2 and sum(t.text[:1].isupper() for t in words) >= 0.8 * len(words)


def _theme_chain(theme: Token) -> list[Token]:
    chain = [theme]
    for c in theme.children:
        if c.dep == "prep" and c.lower == "of":
            chain.extend(g for g in c.children if g.dep == "pobj")
        elif c.dep == "conj":
            chain.append(c)
    return chain


# ---------------------------------------------------------------------------------------------- verbs


def _from_verb(rule: Rule, verb: Token, theme: Token | None, sentence: Sentence, names: Names) -> Coded:
    source_tokens: list[Token] = []
    for path in rule.source:
        if path == "subject":
            source_tokens.extend(arguments.subjects(verb))
        elif path == "from" and not source_tokens:
            found = prepositional(verb, "from")
            source_tokens.extend(conjuncts(found) if found is not None else [])
    source = _actors(source_tokens, names, loose=False)
    target = _target(rule, verb, theme, source, names)
    if not source and theme is not None and rule.type in ("AID", "RETREAT"):
        source = _named_modifier(theme, names, {a.id for a in target if a.id})
    if not source and rule.type in ("COERCE", "SANCTION") and is_passive(verb):
        # “was arrested in Iran”: by whoever rules there
        source = [a for a in _actors(arguments.find(verb, ("in",), None), names, loose=False) if a.id is not None][:1]
        target = _without(target, source)
    source, target = _paired(rule, source, target, names)
    if not target and quad_of(rule.type) >= 3:
        target = _without(_actors(arguments.condition_subjects(verb), names, loose=False), source)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        verb,
        sentence,
        source,
        _without(target, source),
        "asserted",
        rule.escalation,
        rule.when,
        theme,
        modality.read(verb),
    )


def _from_adjective(rule: Rule, adjective: Token, sentence: Sentence, names: Names) -> Coded:
    """“Norway is willing to send engineers to Malta.”"""
    verb = adjective.head if adjective.head.is_verb else adjective
    source = _actors(arguments.subjects(verb), names, loose=False)
    target = named_below(adjective, names, source, clauses=True)
    source, target = _paired(rule, source, target, names)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        adjective,
        sentence,
        source,
        target,
        "asserted",
        rule.escalation,
        rule.when,
        None,
        modality.read(verb),
    )


def _ought(verb: Token, sentence: Sentence, names: Names) -> Coded | None:
    """“Rome said that Tripoli must act”: a demand, whatever is demanded."""
    must = next((c for c in verb.children if c.dep == "aux" and c.lower in ("must", "should")), None)
    if must is None or verb.dep not in ("ccomp", "parataxis", "ROOT"):
        return None
    rule = next(r for r in rule_index().verbs["demand"] if r.type == "REQUEST")
    speaker = verb.head if verb.dep == "ccomp" else verb.child("ccomp", "parataxis")
    source = (
        _actors(arguments.subjects(speaker), names, loose=False) if speaker is not None and speaker is not verb else []
    )
    target = _actors(arguments.subjects(verb), names, loose=False) or _actors(
        arguments.object_tokens(verb), names, loose=False
    )
    if not source or not target:
        return None
    return Coded(
        rule,
        "request.must",
        rule.type,
        "change",
        must,
        sentence,
        source,
        _without(target, source),
        "requested",
        None,
        "never",
    )


def _target(rule: Rule, verb: Token, theme: Token | None, source: Sequence[Actor], names: Names) -> list[Actor]:
    """Whom it is done to: the first argument that is an actor, else a name below it, else the thing itself."""
    things: list[Actor] = []
    together = _pairs(rule) and len(source) > 1 and bool(_halves(list(source), names)[1])
    for path in rule.target:
        if together and path in ("in", "on", "at", "for", "of"):
            continue  # they do it with each other, there
        tokens = arguments.find(verb, (path,), theme)
        if not tokens and path == "dobj" and theme is not None:
            tokens = conjuncts(theme)
        actors = _without(_actors(tokens, names, loose=False), source)
        if actors:
            return actors
        if not things and tokens:
            things = _without(_actors(tokens, names, loose=True), source)
            for token in tokens:
                named = named_below(token, names, [*source, *things], clauses=False)
                if named:
                    return _widened(things, named, names)
    if together:
        return []
    named = named_below(verb, names, [*source, *things], clauses=quad_of(rule.type) != 4)
    if named and (not things or rule.type in _PEOPLE_ONLY):
        return named
    return [] if rule.type in _PEOPLE_ONLY else [*things, *named]


_PEOPLE_ONLY = ("AGREE", "CONSULT", "COOPERATE", "REQUEST", "AID", "MOBILIZE", "SANCTION")
"""What is agreed, sent, asked or moved is no target."""


def _widened(things: list[Actor], named: list[Actor], names: Names) -> list[Actor]:
    """One actor of the thing's words up to the name in it: “movement of aid workers in Darfur” is Sudan's."""
    if not things or not named:
        return named
    start, end = min(things[0].start, named[0].start), max(things[0].end, named[0].end)
    return [Actor(id=named[0].id, start=start, end=end, text=names.text[start:end]), *things[1:], *named[1:]]


def _pairs(rule: Rule) -> bool:
    return rule.reciprocal or rule.type in ("AGREE", "COOPERATE", "CONSULT", "SUPPORT")


def _paired(rule: Rule, source: list[Actor], target: list[Actor], names: Names) -> tuple[list[Actor], list[Actor]]:
    """Of two that do it together, one is the source and the other the target."""
    if (
        len(source) > 1
        and not target
        and (rule.reciprocal or rule.type in ("AGREE", "COOPERATE", "CONSULT", "SUPPORT"))
    ):
        return _halves(source, names)
    return source, target


def _named_modifier(noun: Token, names: Names, taken: set[str | None]) -> list[Actor]:
    """The nationality of what is moved, where nobody else is said to move it: “Iranian missiles”."""
    actors = [a for t in _theme_chain(noun) for a in actors_of(t, names, loose=False)]
    return [a for a in actors if a.id is not None and a.id not in taken][:1]


def _halves(source: list[Actor], names: Names) -> tuple[list[Actor], list[Actor]]:
    """“A and B clashed”: the first party against the rest; “Russian President Putin” is one party."""
    ordered = sorted(source, key=lambda a: (a.start, a.end))
    first = [ordered[0]]
    for i, actor in enumerate(ordered[1:], start=1):
        last = ordered[i - 1]
        between = (
            names.text[last.end : actor.start] if actor.start >= last.end else names.text[last.start : actor.start]
        )
        if " and " in f" {between} " or "," in between:
            return first, [a for a in ordered[i:] if a.id is None or all(a.id != f.id for f in first)]
        first.append(actor)
    return first, []


def _without(target: list[Actor], source: Sequence[Actor]) -> list[Actor]:
    """Nobody does it to himself: “closed its airspace to …” is aimed at the others."""
    spans = {(a.start, a.end) for a in source}
    ids = {a.id for a in source} - {None}
    return [a for a in target if (a.start, a.end) not in spans and a.id not in ids]


def _actors(tokens: Sequence[Token], names: Names, *, loose: bool) -> list[Actor]:
    found: list[Actor] = []
    seen: set[tuple[str | None, int]] = set()
    for token in tokens:
        for actor in actors_of(token, names, loose=loose):
            key = (actor.id, actor.start if actor.id is None else -1)
            if key not in seen:
                seen.add(key)
                found.append(actor)
    return found


# ---------------------------------------------------------------------------------------------- nouns


def _from_noun(rule: Rule, noun: Token, sentence: Sentence, names: Names) -> Coded:
    reading = modality.read(noun)
    source = _noun_source(rule, noun, names)
    theme = prepositional(noun, "of")
    if theme is None and rule.possessor == "target":
        theme = noun.child("poss")
    transfers = rule.type in ("AID", "RETREAT", "MOBILIZE", "COOPERATE") and theme is not None
    paths = tuple(p for p in rule.target if p not in ("dobj", "dative"))
    tokens = arguments.find(noun, paths, theme if transfers else None)
    if not tokens and theme is not None and "of" in paths:
        tokens = conjuncts(theme)
    things = _actors(tokens, names, loose=True)
    target = _actors(tokens, names, loose=False) or [
        a
        for t in tokens
        for a in _widened(_actors([t], names, loose=True), named_below(t, names, source, clauses=False), names)[:1]
        if a.id
    ]
    if not target and noun.dep in ("dobj", "pobj", "nsubjpass") and (noun.head.is_verb or noun.head.head.is_verb):
        light = noun.head if noun.head.is_verb else noun.head.head
        below = [t for path in paths if path != "of" for t in arguments.find(light, (path,), noun)]
        dative = light.child("dative")
        if dative is not None:
            below.insert(0, dative.child("pobj") or dative)
        target = [
            a
            for a in _actors(below, names, loose=False)
            if not any(a.start < s.end and s.start < a.end for s in source)
        ]
    if rule.reciprocal:
        between = prepositional(noun, "between")
        if between is not None and len(conjuncts(between)) > 1:
            target = []
            source = _actors(conjuncts(between), names, loose=True)
    if not source and transfers and theme is not None:
        source = _named_modifier(theme, names, {a.id for a in target if a.id})
    source, target = _paired(rule, source, target, names)
    if not target:
        target = named_below(noun, names, source, clauses=False) or things
    if not target and noun.head.is_verb and noun.dep in ("dobj", "nsubjpass"):
        target = named_below(noun.head, names, source, clauses=False)
    return Coded(
        rule,
        rule.name,
        rule.type,
        rule.mode,
        noun,
        sentence,
        source,
        _without(target, source),
        "asserted",
        rule.escalation,
        rule.when,
        theme,
        reading,
    )


def _noun_source(rule: Rule, noun: Token, names: Names) -> list[Actor]:
    doer = prepositional(noun, "by")
    if doer is not None:
        return _actors(conjuncts(doer), names, loose=False)
    found: list[Actor] = []
    for c in noun.children:
        if c.dep == "poss" and rule.possessor == "target":
            continue
        if c.dep in ("poss", "amod", "compound", "nmod"):
            mention = names.at(c)
            if c.dep == "poss" or (
                mention is not None and mention.kind in ("state", "organisation", "group", "person")
            ):
                found.extend(actors_of(c, names, loose=False))
            elif c.dep == "amod" and any(names.at(g) for g in c.children):
                found.extend(a for g in c.children for a in actors_of(g, names, loose=False))
    if found:
        return found
    if "from" in rule.source:
        thing = prepositional(noun, "of")
        giver = prepositional(noun, "from")
        while giver is None and thing is not None:
            giver = prepositional(thing, "from")
            thing = prepositional(thing, "of")
        if giver is not None:
            return _actors(conjuncts(giver), names, loose=False)
    governing = _actors(arguments.noun_governor_subjects(noun), names, loose=False)
    if governing:
        return governing
    acting = next((c for c in noun.children if c.dep == "compound" and is_actor_noun(c)), None)
    if acting is None:
        return []
    return [Actor(id=None, start=acting.start, end=acting.end, text=names.text[acting.start : acting.end])]


# ---------------------------------------------------------------------------------------------- turning


def _turn(coded: Coded, names: Names) -> None:
    """The event as its operators make it."""
    reading = coded.reading
    coded.modality = coded.rule.modality or reading.modality
    if reading.evaluated and not coded.source and coded.modality == "asserted":
        coded.modality = "hypothetical"
    wrapper, token = reading.wrapper, reading.wrapper_token
    if coded.name == "request.must":
        coded.modality = "requested"
    elif wrapper is not None and token is not None:
        for part in reversed(wrapper.split("+")):
            _wrapped(coded, part, token, names)
    elif coded.modality == "intended" and (coded.trigger.is_verb or reading.future):
        _future(coded)
    elif reading.ought and coded.modality == "requested" and coded.type != "REQUEST":
        _demanded(coded, names)
    elif (
        reading.future
        and coded.modality == "negated"
        and coded.type in ("RETREAT", "CONCEDE", "AID", "COOPERATE", "CONSULT", "AGREE", "SUPPORT")
    ):
        coded.type, coded.mode, coded.name = "REJECT", "yield", f"reject:{coded.rule.name}"


def _demanded(coded: Coded, names: Names) -> None:
    """“Rome said that Tripoli must release them”: a REQUEST by the one who says so."""
    for above in coded.reading.seen:
        if above.is_verb and arguments.subjects(above) and any(c.dep == "ccomp" for c in above.children):
            askers = _actors(arguments.subjects(above), names, loose=False)
            if askers:
                coded.target = coded.source or coded.target
                coded.source = askers
                coded.type, coded.mode, coded.name = "REQUEST", "change", f"request:{coded.rule.name}"
            return


def _future(coded: Coded) -> None:
    """PLOVER: conflict to come is a threat, cooperation to come an agreement, a retreat to come a concession."""
    quad = quad_of(coded.type)
    if coded.type in ("ASSAULT", "SANCTION", "COERCE", "MOBILIZE", "PROTEST"):
        if coded.type != "MOBILIZE" or coded.reading.light is None:
            coded.type, coded.mode = "THREATEN", _threat_mode(coded)
    elif coded.type in ("AID", "COOPERATE", "SUPPORT") and quad in (1, 2):
        coded.type, coded.mode = "AGREE", None


def _threat_mode(coded: Coded) -> str:
    return {
        "ASSAULT": "violence",
        "MOBILIZE": "violence",
        "SANCTION": "relations",
        "COERCE": "restrict",
        "PROTEST": "restrict",
    }[coded.type]


def _wrapped(coded: Coded, effect: str, token: Token, names: Names) -> None:
    if effect == "end":
        _ended(coded, token, names)
    elif effect in ("request", "request-not"):
        _requested(coded, token, names, effect == "request-not")
    elif effect == "threat":
        if coded.type in ("ASSAULT", "SANCTION", "COERCE", "MOBILIZE", "PROTEST", "REJECT", "RETREAT", "AID"):
            coded.type, coded.mode = "THREATEN", "violence" if coded.type in ("ASSAULT", "MOBILIZE") else "relations"
            coded.name = f"threaten:{coded.rule.name}"
            _subject_of(coded, token, names)
    elif effect == "agree":
        if quad_of(coded.type) <= 2:
            coded.type, coded.mode = "AGREE", None
            coded.name = f"agree:{coded.rule.name}"
            _subject_of(coded, token, names)
    elif effect == "refuse":
        _refused(coded, token, names)
    elif effect == "allow" and coded.type == "AID" and coded.direction is None:
        coded.type, coded.mode = "RETREAT", "access"


def _refused(coded: Coded, token: Token, names: Names) -> None:
    """Who refuses is the source; who asked, offered or should have got it is the target."""
    refusers = _actors(
        arguments.subjects(token) if token.is_verb else arguments.noun_governor_subjects(token), names, loose=False
    )
    if quad_of(coded.type) <= 2 or coded.type == "REQUEST":
        coded.mode = "yield" if coded.type in ("RETREAT", "CONCEDE", "AGREE") else "assist"
        coded.type, coded.name = "REJECT", f"reject:{coded.rule.name}"
        if coded.direction == "de-escalation":
            coded.direction, coded.modality, coded.when = "escalation", "asserted", "conflict"
    if refusers and not {(a.start, a.end) for a in refusers} & {(a.start, a.end) for a in coded.source}:
        coded.target = _without(coded.source, refusers) or _without(coded.target, refusers)
        coded.source = refusers


def _subject_of(coded: Coded, token: Token, names: Names) -> None:
    if coded.source:
        return
    tokens = (
        arguments.subjects(token)
        if token.is_verb
        else arguments._owner(token) or arguments.noun_governor_subjects(token)
    )
    coded.source = _actors(tokens, names, loose=False)


def _ended(coded: Coded, token: Token, names: Names) -> None:
    """What is ended is turned round: the end of conflict is a retreat, the end of cooperation a sanction."""
    doers = _actors(
        arguments.subjects(token) if token.is_verb else arguments.noun_governor_subjects(token), names, loose=False
    )
    victims = coded.target or [a for a in coded.source if a.id not in {d.id for d in doers}]
    if not victims:
        victims = _actors(
            arguments.find(token, ("to", "with", "against", "on", "for", "of", "in"), None), names, loose=False
        )
    if doers:
        coded.source, coded.target = doers, _without(victims, doers)
    kind = coded.type
    if quad_of(kind) == 4:
        coded.type, coded.mode = ("CONCEDE", None) if kind in ("SANCTION", "COERCE") else ("RETREAT", "ceasefire")
    elif kind in ("AID", "COOPERATE", "SUPPORT"):
        coded.type, coded.mode = "SANCTION", "discontinue"
    elif kind in ("CONSULT", "AGREE"):
        coded.type, coded.mode = "REJECT", "meet" if kind == "CONSULT" else "change"
    elif kind in ("RETREAT", "CONCEDE"):
        coded.type, coded.mode = "REJECT", "yield"
    coded.name = f"end:{coded.rule.name}"
    if coded.direction is not None:
        coded.direction = "de-escalation" if coded.direction == "escalation" else "escalation"
        if coded.direction == "escalation" and coded.when == "always":
            coded.when = "conflict"


def _requested(coded: Coded, token: Token, names: Names, not_to: bool) -> None:
    """Who asks is the source of a REQUEST, who is asked its target."""
    if token.is_verb:
        askers = arguments.subjects(token)
        asked_token = direct_object(token)
        asked = conjuncts(asked_token) if asked_token is not None else []
        for preposition in ("on", "upon", "to", "from", "with", "of"):
            if not asked:
                found = prepositional(token, preposition)
                asked = conjuncts(found) if found is not None and found.tag != "VBG" else []
    else:
        askers = arguments._owner(token) or arguments.noun_governor_subjects(token)
        found = prepositional(token, "on") or prepositional(token, "to")
        asked = conjuncts(found) if found is not None else []
    if coded.trigger in asked or any(coded.trigger in t.subtree() for t in asked):
        asked = []
    source = _actors(askers, names, loose=False)
    target = _actors(asked, names, loose=False)
    done_by = [a for a in coded.source if all((a.start, a.end) != (s.start, s.end) for s in source)]
    coded.target = target or done_by or coded.target
    coded.source = source
    coded.mode = {
        "AID": "assist",
        "CONSULT": "meet",
        "COOPERATE": "assist",
        "RETREAT": "yield",
        "CONCEDE": "yield",
    }.get(coded.type, "change")
    coded.type = "REQUEST"
    coded.name = f"request:{coded.rule.name}"
    if not_to and coded.direction is not None:
        coded.direction = "de-escalation" if coded.direction == "escalation" else "escalation"


def _worth_keeping(coded: Coded) -> bool:
    if coded.when == "warlike":
        reading = coded.reading
        told = reading.light is not None or any(
            (modality.noun_effect(t) if t.is_noun else modality.verb_effect(t))
            in ("hypothetical", "threat", "intended")
            for t in reading.seen[:2]
        )
        wanted = coded.trigger.dep in ("dobj", "pobj", "attr", "nsubj", "xcomp", "ccomp", "ROOT", "advcl", "conj")
        if coded.trigger.is_noun and not (told and wanted):
            return False
    if coded.direction is not None or coded.source:
        return True
    return any(a.id is not None for a in coded.target) or coded.type in ("ASSAULT", "COERCE", "RETREAT", "SANCTION")


def _merged(found: list[Coded]) -> list[Coded]:
    """One event where two rules read the same deed out of one trigger chain (“launched an attack”, “call for a truce”)."""
    kept: list[Coded] = []
    for coded in sorted(found, key=lambda c: (-_fullness(c), c.trigger.start)):
        twin = next(
            (
                k
                for k in kept
                if k.type == coded.type
                and {a.id or a.text for a in k.source} == {a.id or a.text for a in coded.source}
                and {a.id or a.text for a in k.target} == {a.id or a.text for a in coded.target}
                and k.modality == coded.modality
            ),
            None,
        )
        if twin is None:
            kept.append(coded)
        elif twin.direction is None and coded.direction is not None:
            twin.direction, twin.when = coded.direction, coded.when
    return kept


def _fullness(coded: Coded) -> int:
    return 2 * bool(coded.source) + 2 * bool(coded.target) + (coded.direction is not None)


def span(token: Token) -> tuple[int, int]:
    return span_of(token)
