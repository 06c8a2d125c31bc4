"""Mends what a small parser gets wrong in news again and again, where the form of the words alone tells what is right.

Each repair looks at one sentence's tokens and is sure by shape: a headline's verb read as a plural noun, a gerund with its
object read as an adjective, a passive without its auxiliary. What needs meaning is left to the steps behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from processors.analysis.knowledge import Lemmas
from processors.analysis.syntax import NEVER_PASSIVE, Token

_GOES_ON = frozenset(
    {"deny", "admit", "begin", "start", "resume", "continue", "consider", "cease", "contemplate", "mull"}
)
"""Verbs that take a gerund: what follows them is done, and does not tell what kind of thing it is."""
_SETS_OFF = frozenset(
    {"launch", "mount", "open", "begin", "start", "resume", "halt", "renew", "expand", "plan", "prepare"}
)


_BELONGS = frozenset({"linked", "tied", "allied", "affiliated", "backed", "trained", "armed", "aligned", "controlled"})
_FORBEARS = frozenset({"refrain", "abstain", "desist", "stop", "prevent", "hold", "stay", "keep"})
"""Verbs that take *from* and a gerund."""
_STOPS = frozenset({"stop", "cease", "halt", "quit"})


def repair(tokens: Sequence[Token], lemmas: Lemmas) -> None:
    """Changes tags, dependencies and heads in place."""
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.tag == "VBG" and token.dep == "amod":
            _gerund(token)
            _forborne(token)
        elif token.lower in _STOPS and token.dep == "aux" and following is token.head and following.tag == "VBG":
            _stopping(token)
        elif token.lower == "crossing" and token.tag == "VBG" and i:
            _crossing(token, tokens[i - 1])
        elif token.lower == "back" and token.dep == "advmod" and token.head.lemma == "hold" and token.child("prep"):
            _held_back(token)
        elif (
            token.tag == "JJ" and token.dep == "acomp" and token.head.lemma in _SETS_OFF and token.lower == "offensive"
        ):
            token.tag, token.dep = "NN", "dobj"
        elif token.tag == "NNS" and token.dep == "nsubj" and token.head.i == token.i + 1:
            _headline_verb(token, lemmas)
        elif token.tag == "VBZ" and token.dep == "nsubj" and _governs(token):
            _swallowed_verb(token)
        elif token.tag == "VBZ" and token.dep in ("nsubj", "dobj", "pobj") and lemmas.is_noun(token.lower):
            token.tag, token.lemma = "NNS", lemmas.of(token.lower, "NNS")  # “mortar rounds hit …”
            for c in token.children:
                c.dep = "compound" if c.dep == "nsubj" else c.dep
        elif token.tag == "VBN" and token.lower not in NEVER_PASSIVE:
            _belonging_subject(token)
            _bare_passive(token)
        elif token.tag == "VBZ" and token.dep == "compound" and token.head.dep == "ROOT":
            _swallowed_verb(token)
        elif token.dep == "ROOT" and token.tag in ("NN", "JJ") and lemmas.is_verb(token.lower):
            _plain_verb(token, lemmas)


def _gerund(gerund: Token) -> None:
    """“Denied supplying weapons to Oman”: not weapons that supply."""
    thing, verb = gerund.head, gerund.head.head
    if (
        thing.dep != "dobj"
        or verb.lemma not in _GOES_ON
        or not verb.is_verb
        or any(c.i < gerund.i for c in thing.children)
        or gerund.i < verb.i
    ):
        return
    thing.children.remove(gerund)
    _move(thing, gerund)
    _under(gerund, verb, "xcomp")
    for c in [c for c in verb.children if c.dep in ("prep", "dative") and c.i > thing.i]:
        _move(c, gerund)


def _belonging_subject(verb: Token) -> None:
    """“Hackers linked to Oman broke into …”: read as *hackers linked*, and the deed as a mere addition."""
    doer, prep = verb.child("nsubj"), verb.child("prep", "agent")
    deed = next((c for c in verb.children if c.dep in ("advcl", "ccomp", "conj") and c.tag == "VBD"), None)
    if (
        verb.dep != "ROOT"
        or verb.lower not in _BELONGS
        or doer is None
        or doer.i != verb.i - 1
        or prep is None
        or prep.i != verb.i + 1
        or deed is None
        or deed.child("nsubj", "mark", "advmod") is not None
        or verb.child("aux", "auxpass", "dobj", "punct") not in (None, verb.children[-1])
    ):
        return
    verb.children.remove(doer)
    verb.children.remove(deed)
    deed.dep, deed.head = "ROOT", deed
    for c in [c for c in verb.children if c.i > deed.i]:
        _move(c, deed)
    _under(doer, deed, "nsubj")
    _under(verb, doer, "acl")


def _forborne(gerund: Token) -> None:
    """“Refrain from striking power plants”: not plants that strike."""
    thing, prep = gerund.head, gerund.head.head
    if (
        thing.dep != "pobj"
        or prep.lower != "from"
        or gerund.i != prep.i + 1
        or (prep.head.lemma not in _FORBEARS and prep.head.head.lemma not in _FORBEARS)
    ):
        return
    thing.children.remove(gerund)
    prep.children.remove(thing)
    _under(gerund, prep, "pcomp")
    _under(thing, gerund, "dobj")


def _stopping(stop: Token) -> None:
    """“Demanded that rebels stop shelling Goma”: *stop* is what is demanded, no auxiliary of *shelling*."""
    gerund = stop.head
    gerund.children.remove(stop)
    stop.tag, stop.lemma, stop.dep, stop.head = "VB", stop.lower, gerund.dep, gerund.head
    if gerund.dep == "ROOT":
        stop.head = stop
    else:
        gerund.head.children[gerund.head.children.index(gerund)] = stop
    for c in [c for c in gerund.children if c.i < stop.i]:
        _move(c, stop)
    _under(gerund, stop, "xcomp")


def _crossing(crossing: Token, name: Token) -> None:
    """“Reopened the Gole crossing to trucks”: a place by its name, and nobody crosses."""
    if not name.tag.startswith("NNP") or name.dep not in ("dobj", "pobj") or crossing.head is not name.head:
        return
    verb = name.head
    verb.children.remove(crossing)
    verb.children[verb.children.index(name)] = crossing
    crossing.tag, crossing.lemma, crossing.dep, crossing.head = "NN", "crossing", name.dep, verb
    for c in list(name.children):
        _move(c, crossing)
    _under(name, crossing, "compound")


def _held_back(back: Token) -> None:
    """“Held back from striking”: the particle belongs to the verb, and the verb governs what follows."""
    verb = back.head
    back.dep = "prt"
    for c in [c for c in back.children if c.dep == "prep"]:
        _move(c, verb)


def _headline_verb(noun: Token, lemmas: Lemmas) -> None:
    """“Oman fires missile over Yemen”: read as *the fires of Oman missile*, whatever that is."""
    false = noun.head
    names = [c for c in noun.children if c.dep in ("compound", "nmod", "amod", "poss") and c.i < noun.i]
    doer = names[-1] if names else None
    if (
        doer is None
        or doer.i != noun.i - 1
        or not doer.tag.startswith("NNP")
        or false.dep != "ROOT"
        or not lemmas.is_noun(false.lower)
        or lemmas.is_verb(false.lower)
        or not lemmas.is_verb(noun.lower)
    ):
        return
    noun.tag, noun.lemma = "VBZ", lemmas.of(noun.lower, "VBZ")
    false.tag, false.lemma = "NN", lemmas.of(false.lower, "NN")
    false.children.remove(noun)
    noun.dep, noun.head = "ROOT", noun
    for c in list(false.children):
        if c.i > false.i:
            _move(c, noun)
    _under(false, noun, "dobj")
    for c in names[:-1]:
        _move(c, doer)
    doer.dep = "nsubj"


def _governs(verb: Token) -> bool:
    """“Oman lifts ban on fish”: a name before it, a noun without a verb after it."""
    subject, false = verb.child("nsubj"), verb.head
    return (
        subject is not None
        and subject.tag.startswith("NNP")
        and false.dep == "ROOT"
        and false.i == verb.i + 1
        and false.tag in ("NN", "NNS")
    )


def _swallowed_verb(verb: Token) -> None:
    """“Chad reopens border with Libya”: read as *reopens border*, one noun."""
    thing, subject = verb.head, verb.child("nsubj")
    if subject is None or not thing.is_noun or thing.i < verb.i or thing.child("nsubj") not in (None, verb):
        return
    thing.children.remove(verb)
    verb.dep, verb.head = "ROOT", verb
    for c in [c for c in thing.children if c.dep in ("punct", "advmod", "npadvmod")]:
        _move(c, verb)
    _under(thing, verb, "dobj")


def _plain_verb(word: Token, lemmas: Lemmas) -> None:
    """“Rebels free worker”, “Taliban release tourist”: what has a subject and an object is a verb."""
    subject, thing = word.child("nsubj"), word.child("dobj")
    if subject is not None and thing is not None and subject.i < word.i < thing.i:
        word.tag, word.lemma = "VBP", lemmas.of(word.lower, "VBP")


def _bare_passive(verb: Token) -> None:
    """Headlines: “Base hit by missiles”, “Two soldiers killed near Goma”."""
    subject = verb.child("nsubj")
    if (
        verb.dep == "ROOT"
        and subject is not None
        and subject.i < verb.i
        and verb.child("dobj", "aux", "auxpass", "ccomp", "xcomp") is None
        and verb.child("agent") is not None
    ):
        subject.dep = "nsubjpass"


def _move(token: Token, head: Token) -> None:
    if token in token.head.children:
        token.head.children.remove(token)
    _under(token, head, token.dep)


def _under(token: Token, head: Token, dep: str) -> None:
    token.head, token.dep = head, dep
    head.children.append(token)
    head.children.sort(key=lambda t: t.i)
