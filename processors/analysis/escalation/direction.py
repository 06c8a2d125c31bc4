"""Whether an event's direction holds in its sentence: war words and actors speak for it, sport, business and crime against."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from brinkwatch.models import Actor
from brinkwatch.models.analysis import Direction
from processors.analysis import knowledge
from processors.analysis.escalation.sides import (
    Who,
    is_done_by_force,
    is_done_in_peace,
    is_plain_thing,
    is_quarrel,
    of_force,
)
from processors.analysis.events.coded import Coded
from processors.analysis.events.domain import WORD, Domain, domain_of, leisure_words, sport_words

_AT_LEISURE = 2  # words of war and political sides that a sentence needs in a text of other things
_OF_FORCE = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "THREATEN"})
_BY_FORCE = 3  # words that a weapon or a soldier who does the deed outweighs
_PLAINLY_ASIDE = 2  # different words of another field


class Judge:
    """Decides directions in one text; `who` tells what ids stand for, `leisure` whether the text is plainly about
    something else."""

    def __init__(self, text: str, who: Who, *, leisure: bool = False) -> None:
        self._text = domain_of(text)
        self._leisure = leisure
        self._who = who
        self._kind = who.kind
        self._state_of = who.state_of

    def direction(self, coded: Coded) -> Direction | None:
        direction = coded.direction
        if direction is None or coded.when == "never":
            return None
        text = _without_trigger(coded)
        if {coded.type, coded.rule.type} & _OF_FORCE:
            if coded.rule.type == "ASSAULT" and self._at_home(coded, text):
                return None
            coded = dataclasses.replace(
                coded,
                source=of_force(coded.source, self._who, at_home=coded.rule.type != "THREATEN"),
                # what a state restricts or seizes may well be a firm; what is struck without a striker must be more
                target=of_force(coded.target, self._who) if coded.rule.type == "ASSAULT" else coded.target,
            )
        here = domain_of(text)
        if self._quiet(text, here, coded) or self._aside(text, here, coded):
            return None
        return direction if self._holds(coded, here) else None

    def _at_home(self, coded: Coded, text: str) -> bool:
        """No party to a conflict does it, or it is done to what nobody wages war for, and nothing else speaks of war."""
        if domain_of(text).war or is_done_by_force(coded.trigger):
            return False
        if is_quarrel(coded.trigger) or (coded.target and all(is_plain_thing(a) for a in coded.target)):
            return True
        return not of_force(coded.source, self._who) and (bool(coded.source) or is_done_in_peace(coded.trigger))

    def _quiet(self, sentence: str, here: Domain, coded: Coded) -> bool:
        political = self._political(coded.source) + self._political(coded.target)
        loud = here.war + (_BY_FORCE if is_done_by_force(coded.trigger) else 0)
        if here.counts["games"] and loud == 0:
            return True
        if loud == 0 and sport_words(sentence) > _PLAINLY_ASIDE - 1 + (political > 1):
            return True
        if here.counts["accident"] > 1 and here.counts["accident"] >= here.war:
            return True
        if here.counts["sport"] >= 2 and here.counts["sport"] > loud:
            return True
        if self._text.counts["sport"] >= 4 and self._text.counts["sport"] > 2 * self._text.war:
            return True
        if here.counts["crime"] and loud == 0 and not (coded.source or political > 1):
            return True
        for name in ("business", "culture", "nature", "crime", "labour", "sport", "accident"):
            if here.counts[name] >= 1 and here.counts[name] >= loud and not political:
                return True
            if here.counts[name] >= 2 and here.counts[name] > loud and political < 2:
                return True
            if name in ("crime", "business", "nature") and loud == 0 and political < 2 and self._is_about(name):
                return True
        return False

    def _aside(self, text: str, here: Domain, coded: Coded) -> bool:
        """A sentence of other things, or any in a text of other things that does not itself speak of war."""
        political = self._political(coded.source) + self._political(coded.target)
        if self._leisure and here.war + political < _AT_LEISURE:
            return True
        words = leisure_words(text)
        return words >= _PLAINLY_ASIDE and words > 2 * (here.war + political)

    def _is_about(self, name: str) -> bool:
        """The whole text is about it, with next to nothing of war."""
        return self._text.counts[name] >= 2 and self._text.counts[name] > 2 * self._text.war

    def _holds(self, coded: Coded, here: Domain) -> bool:
        source, target = self._political(coded.source), self._political(coded.target)
        armed = self._armed(coded.source) or self._armed(coded.target)
        war = here.war > 0
        when = coded.when
        if when == "always":
            return True
        if when == "political":
            return bool(source or target or war)
        if when == "armed":
            return armed or war or (self._text.war >= 2 and bool(source or target)) or bool(source and target)
        if when == "forces":
            return self._armed(coded.source)
        if when == "interstate":
            return self._between(coded)
        if when == "conflict":
            return (
                war
                or bool(source and target)
                or ((source or target) > 0 and self._text.war > 0)
                or self._states(coded) > 0
            )
        if when == "accusation":
            return self._between(coded) and (war or self._between(coded, strict=True))
        if when == "threat":
            return (war or self._between(coded)) and bool(source or target)
        if when == "menace":
            # what is told as done needs war; what is announced or threatened only somebody to be meant
            return war or (coded.modality != "asserted" and (armed or bool(source or target)))
        if when == "war":
            return war
        if when == "wartime":
            return war or self._text.war > 0
        if when == "warlike":
            return bool(source or target) or war
        return False

    def _political(self, actors: Sequence[Actor]) -> int:
        return sum(a.id is not None and self._kind(a.id) in ("state", "organisation", "group") for a in actors)

    def _states(self, coded: Coded) -> int:
        return len({self._state(a) for a in (*coded.source, *coded.target)} - {None})

    def _state(self, actor: Actor) -> str | None:
        if actor.id is None:
            return None
        return actor.id if self._kind(actor.id) == "state" else self._state_of(actor.id)

    def _between(self, coded: Coded, *, strict: bool = False) -> bool:
        """Between two states, or a state and somebody else's group: not a state's own police and citizens."""
        sources = {
            self._state(a) or a.id
            for a in coded.source
            if (a.id is not None and self._kind(a.id) != "person") or self._state(a)
        }
        targets = {
            self._state(a) or a.id
            for a in coded.target
            if (a.id is not None and self._kind(a.id) != "person") or self._state(a)
        }
        sources.discard(None)
        targets.discard(None)
        if strict:
            return bool(sources and targets and not sources & targets)
        if not sources and not targets:
            return False
        if not targets or not sources:
            return any(self._kind(i) in ("state", "group") for i in sources | targets if i) and self._text.war > 0
        return not (sources & targets)

    def _armed(self, actors: Sequence[Actor]) -> bool:
        armed = _armed_words()
        for actor in actors:
            words = {w.lower() for w in WORD.findall(actor.text)}
            words |= {w[:-1] for w in words if w.endswith("s")} | {w[:-3] + "y" for w in words if w.endswith("ies")}
            words |= {w[:-3] + "man" for w in words if w.endswith("men")}
            if words & armed:
                return True
            if actor.id is not None and self._kind(actor.id) in ("state", "group"):
                return True
        return False


def _without_trigger(coded: Coded) -> str:
    """The sentence without the word that is to be judged: it does not speak for itself."""
    sentence = coded.sentence
    start, end = coded.trigger.start - sentence.start, coded.trigger.end - sentence.start
    return sentence.text[:start] + " " + sentence.text[end:]


@functools.cache
def _armed_words() -> frozenset[str]:
    words = {w for name in ("troops", "weapons") for w in knowledge.word_class(name) if " " not in w}
    return frozenset(
        words
        | {
            "militant",
            "rebel",
            "insurgent",
            "gunman",
            "jihadist",
            "terrorist",
            "guerrilla",
            "separatist",
            "paramilitary",
            "airstrike",
            "strike",
            "bomber",
            "sniper",
            "shelling",
            "bombardment",
            "raid",
            "attacker",
            "warplanes",
            "aircraft",
        }
    )
