"""An event under an operator becomes the operator's: who urges a withdrawal REQUESTs it, who vows an attack
THREATENs it, who refuses aid REJECTs, who ends fighting RETREATs (PLOVER's own conventions for future and verbal acts).
"""

from __future__ import annotations

from processors.analysis import knowledge
from processors.analysis.events import arguments
from processors.analysis.events.actors import Names, is_time
from processors.analysis.events.coded import Coded
from processors.analysis.events.parties import all_actors, halves, is_party, without
from processors.analysis.events.plover import quad_of
from processors.analysis.syntax import Token, conjuncts, direct_object, prepositional


def turn(coded: Coded, names: Names) -> None:
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
            _wrapped(coded, part, (reading.ended_by or token) if part == "end" else token, names)
        if wrapper == "end" and reading.ought and coded.modality == "requested":
            _demanded(coded, names)  # “Rome said that Tripoli needs to stop shelling Oran”
    elif coded.modality == "intended" and (coded.trigger.is_verb or reading.future):
        _future(coded, names)
    elif reading.ought and coded.modality == "requested" and coded.type != "REQUEST":
        _demanded(coded, names)
    elif (
        reading.future
        and coded.modality == "negated"
        and coded.type in ("RETREAT", "CONCEDE", "AID", "COOPERATE", "CONSULT", "AGREE", "SUPPORT")
    ):
        coded.type, coded.mode, coded.name = "REJECT", "yield", f"reject:{coded.rule.name}"
    if coded.rule.name == "request.demand" and coded.modality == "asserted":
        _asked(coded, names)
    if coded.type == "REJECT":
        _until(coded, names)
    if coded.type == "AGREE" and len(coded.source) > 1 and not coded.target:
        coded.source, coded.target = halves(coded.source, names)


def _asked(coded: Coded, names: Names) -> None:
    """“Called on Oman to stop filling the lake”: whatever it is, that it end or be given back is a step down."""
    coded.modality = "requested"
    clause = _asked_for(coded.trigger)
    if clause is None:
        return
    if not coded.target:
        subjects = clause.children_of("nsubj")
        coded.target = without(all_actors(subjects, names, loose=False), coded.source, names)
    held_back = any(c.dep == "neg" for c in clause.children)
    if clause.lemma in knowledge.word_class("yielding") or held_back:
        coded.direction, coded.when = "de-escalation", "interstate"


def _asked_for(trigger: Token) -> Token | None:
    """The clause that says what is asked for, wherever the parser hangs it."""
    above = [trigger] if trigger.is_verb else [trigger, trigger.head]
    below = [g for c in trigger.children if c.dep == "prep" for g in c.children]
    for clause in (*(c for t in above for c in t.children), *below, *(c for g in below for c in g.children)):
        if (
            clause.is_verb
            and clause.i > trigger.i
            and clause.dep in ("xcomp", "ccomp", "advcl", "acl", "relcl", "pcomp")
        ):
            return clause
    return None


def _until(coded: Coded, names: Names) -> None:
    """“Will not lift the ban until Quito pays”: it is Quito that they refuse."""
    if any(a.id for a in coded.target):
        return
    tokens = [t for t in arguments.condition_parties(coded.trigger) if is_party(t, names)]
    parties = without(all_actors(tokens, names, loose=False), coded.source, names)
    coded.target = parties or coded.target


def _demanded(coded: Coded, names: Names) -> None:
    """“Rome said that Tripoli must release them”: a REQUEST by the one who says so."""
    for above in coded.reading.seen:
        if above.is_verb and arguments.subjects(above) and any(c.dep == "ccomp" for c in above.children):
            askers = all_actors(arguments.subjects(above), names, loose=False)
            if askers:
                coded.target = coded.source or coded.target
                coded.source = askers
                coded.type, coded.mode, coded.name = "REQUEST", "change", f"request:{coded.rule.name}"
            return


_ORDERING = frozenset({"order", "instruct", "command", "oblige", "compel"})


def _ordered(coded: Coded, order: Token, names: Names) -> None:
    """“Ordered the paper to close”: coerced by who gives the order, whoever has to carry it out."""
    given_by = all_actors(arguments.subjects(order), names, loose=False)
    carried_out_by = without(coded.source, given_by, names)
    coded.source = given_by
    if carried_out_by and not any(a.id for a in coded.target):
        coded.target = carried_out_by


def _future(coded: Coded, names: Names) -> None:
    """PLOVER: conflict to come is a threat, cooperation to come an agreement."""
    if coded.reading.purpose and not coded.reading.future:
        return  # “sent a ship to fight piracy”: what for, and no threat
    order = next((t for t in coded.reading.seen if t.lemma in _ORDERING and t.is_verb), None)
    if order is not None and coded.type in ("COERCE", "SANCTION"):
        _ordered(coded, order, names)
    elif coded.type in ("ASSAULT", "SANCTION", "COERCE", "MOBILIZE", "PROTEST"):
        if coded.type != "MOBILIZE" or coded.reading.light is None:
            coded.type, coded.mode = "THREATEN", _threat_mode(coded)
    elif coded.type in ("AID", "COOPERATE", "SUPPORT") or (
        coded.type in ("CONSULT", "RETREAT", "CONCEDE") and coded.reading.future
    ):
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
            if coded.modality == "negated" and coded.direction == "escalation" and token.lemma in ("vow", "swear"):
                coded.type, coded.mode, coded.name = "AGREE", None, f"agree:{coded.rule.name}"  # “vowed not to attack”
                coded.modality, coded.direction = "intended", "de-escalation"
    elif effect == "agree":
        if coded.type == "SUPPORT" and coded.trigger.is_noun:
            # to pledge support is to voice it, to agree a treaty is to have it
            coded.modality = "asserted" if coded.modality == "intended" else coded.modality
            _subject_of(coded, token, names)
        elif quad_of(coded.type) <= 2:
            coded.type, coded.mode = "AGREE", None
            coded.name = f"agree:{coded.rule.name}"
            _subject_of(coded, token, names)
            if coded.rule.type == "CONSULT" and coded.direction is None:
                coded.direction, coded.when = "de-escalation", "interstate"  # “ready for talks with Rome”
        elif coded.modality == "negated" and coded.direction == "escalation":
            # “pledged not to attack”
            coded.type, coded.mode, coded.modality, coded.direction = "AGREE", None, "intended", "de-escalation"
            coded.name = f"agree:{coded.rule.name}"
    elif effect == "refuse":
        _refused(coded, token, names)
    elif effect == "refuse-request":
        _request_refused(coded, token, names)
    elif effect == "allow" and coded.type == "AID" and coded.direction is None:
        coded.type, coded.mode = "RETREAT", "access"


def _refused(coded: Coded, token: Token, names: Names) -> None:
    """Who refuses is the source; who asked, offered or should have got it is the target."""
    refusers = all_actors(
        arguments.subjects(token) if token.is_verb else arguments.noun_governor_subjects(token), names, loose=False
    )
    if quad_of(coded.type) <= 2 or coded.type == "REQUEST" or (coded.type == "THREATEN" and coded.trigger.is_noun):
        coded.direction = None if coded.type == "THREATEN" else coded.direction
        coded.mode = "yield" if coded.type in ("RETREAT", "CONCEDE", "AGREE") else "assist"
        coded.type, coded.name = "REJECT", f"reject:{coded.rule.name}"
        if coded.direction == "de-escalation":
            coded.direction, coded.modality, coded.when = "escalation", "asserted", "conflict"
        elif coded.rule.type == "CONSULT":
            coded.direction, coded.modality, coded.when = (
                "escalation",
                "asserted",
                "accusation",
            )  # “refused to negotiate”
    offered = direct_object(token) if token.is_verb else None
    owner = all_actors(arguments.owners(offered), names, loose=False) if offered is not None else []
    owner = without(owner, refusers, names)
    if refusers and owner:
        coded.source, coded.target = refusers, owner  # “rejected Rome's suggestion that …”
        return
    if refusers and not {(a.start, a.end) for a in refusers} & {(a.start, a.end) for a in coded.source}:
        coded.target = without(coded.source, refusers, names) or without(coded.target, refusers, names)
        coded.source = refusers


def _request_refused(coded: Coded, token: Token, names: Names) -> None:
    """“Rejected a plea by the bishop to …”: a REJECT of the one who pleaded."""
    asking = coded.reading.asked_by
    refusers = all_actors(
        arguments.subjects(token) if token.is_verb else arguments.noun_governor_subjects(token), names, loose=False
    )
    askers = all_actors(arguments.owners(asking), names, loose=False) if asking is not None and asking.is_noun else []
    coded.target = without(askers, refusers, names) or without([*coded.source, *coded.target], refusers, names)
    coded.source = refusers
    coded.type, coded.mode, coded.name = "REJECT", "yield", f"reject:{coded.rule.name}"
    coded.modality = "asserted"
    if coded.direction == "de-escalation":
        coded.direction, coded.when = "escalation", "conflict"
    else:
        coded.direction = None


def _subject_of(coded: Coded, token: Token, names: Names) -> None:
    if coded.source:
        return
    tokens = (
        arguments.subjects(token)
        if token.is_verb
        else arguments.owners(token) or arguments.noun_governor_subjects(token)
    )
    coded.source = all_actors(tokens, names, loose=False)


def _ended(coded: Coded, token: Token, names: Names) -> None:
    """What is ended is turned round: the end of conflict is a retreat, the end of cooperation a sanction."""
    doers = all_actors(
        arguments.subjects(token) if token.is_verb else arguments.noun_governor_subjects(token), names, loose=False
    )
    victims = coded.target or [a for a in coded.source if a.id not in {d.id for d in doers}]
    if not victims:
        for path in ("to", "with", "against", "on", "for", "of", "in"):
            behind = [t for t in arguments.find(token, (path,), None) if t is not coded.trigger]
            victims = victims or all_actors(behind, names, loose=False)
    if doers:
        coded.source, coded.target = doers, without(victims, doers, names)
    kind = coded.type
    if {coded.trigger.lemma, coded.trigger.lower} & knowledge.word_class("combat") and coded.direction:
        coded.when = "always"  # “hostilities have come to an end”: whoever fought
    if quad_of(kind) == 4:
        coded.type, coded.mode = ("CONCEDE", None) if kind in ("SANCTION", "COERCE") else ("RETREAT", "ceasefire")
    elif kind == "THREATEN":
        coded.type, coded.mode = "CONCEDE", None  # “withdrew its threat to …”
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
        if coded.trigger in asked or any(coded.trigger in t.subtree() for t in asked):
            asked = []
        for preposition in ("on", "upon", "to", "from", "with", "of"):
            if not asked:
                found = prepositional(token, preposition)
                if found is None and preposition == "from" and coded.trigger is asked_token:
                    found = prepositional(coded.trigger, preposition)  # “demanded an apology from the premier”
                    found = found if found is not None and is_party(found, names) else None
                asked = conjuncts(found) if found is not None and found.tag != "VBG" else []
    else:
        askers = arguments.owners(token) or arguments.noun_governor_subjects(token)
        found = prepositional(token, "on") or prepositional(token, "to")
        asked = conjuncts(found) if found is not None else []
    if coded.trigger in asked or any(coded.trigger in t.subtree() for t in asked):
        asked = []
    source = all_actors(askers, names, loose=False) or all_actors(
        [t for t in askers if t.is_noun and not is_time(t)], names, loose=True
    )
    target = all_actors(asked, names, loose=bool(asked) and token.is_verb and asked[0].dep in ("dobj", "obj"))
    if not target and coded.rule.mode == "withdraw" and coded.theme is not None and coded.trigger.is_noun:
        target = all_actors([coded.theme], names, loose=False)  # “demanded the withdrawal of Malian soldiers”
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
