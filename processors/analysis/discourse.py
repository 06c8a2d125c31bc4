"""What pronouns and bare noun phrases stand for: the last speaker, the last fitting name, the subject of the main clause.

A heuristic by recency and role within a few sentences; where nothing fits, nothing is guessed.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Sequence

from processors.analysis import knowledge
from processors.analysis.events.actors import NameRef, Names
from processors.analysis.syntax import Sentence, Token

_PERSON = frozenset({"he", "she", "him", "her", "his", "himself", "herself", "hers"})
_THING = frozenset({"it", "its", "itself"})
_PLURAL = frozenset({"they", "them", "their", "themselves", "theirs"})
_REACH = 4  # sentences back


class Discourse:
    """The names of a text in order, and who spoke last, for resolving what refers back."""

    def __init__(self, sentences: Sequence[Sentence], mentions: Sequence[NameRef]) -> None:
        self._sentences = sentences
        self._starts = [s.start for s in sentences]
        self._mentions = sorted(m for m in mentions if m.kind in ("state", "person", "organisation", "group"))
        self._names = Names(self._mentions, "")

    def resolve(self, token: Token) -> NameRef | Token | None:
        """The name that a pronoun or a definite noun phrase refers back to, or None."""
        lower = token.lower
        if lower in _PERSON:
            return self._recent(token, ("person",), subjects_first=True)
        if lower in _THING:
            return self._recent(token, ("state", "organisation", "group"), subjects_first=True)
        if lower in _PLURAL:
            return self._recent(token, ("group", "organisation", "state"), subjects_first=True)
        if token.is_noun:
            return self._bare(token)
        return None

    def _recent(self, token: Token, kinds: tuple[str, ...], *, subjects_first: bool) -> NameRef | Token | None:
        names = self._names
        index = bisect_right(self._starts, token.start) - 1
        if index < 0:
            return None
        here = self._sentences[index]
        # the subject of a clause above, in the same sentence
        for ancestor in token.ancestors():
            for c in ancestor.children:
                if c.dep in ("nsubj", "nsubjpass") and c.end <= token.start and token not in c.subtree():
                    if self._same_clause(token, ancestor):
                        continue
                    found = self._named(c, names, kinds)
                    if found is not None:
                        return found
                    if (
                        c.is_noun
                        and (c.lemma in known_nouns() or (c.tag == "NNS" and token.lower in _PLURAL))
                        and ("person" in kinds or token.lower in _PLURAL | _THING)
                    ):
                        return c
        pools: list[NameRef] = []
        for sentence in [here, *reversed(self._sentences[max(0, index - _REACH) : index])]:
            inside = [m for m in names.inside(sentence.start, sentence.end) if m.end <= token.start and m.kind in kinds]
            if not inside:
                continue
            subjects = [
                m
                for t in sentence.tokens
                if t.dep in ("nsubj", "nsubjpass") and t.end <= token.start
                for m in inside
                if self._head_named(t, m)
            ]
            pools.extend(subjects or inside[-1:])
            if pools:
                return pools[0] if subjects else pools[-1]
        return None

    @staticmethod
    def _same_clause(token: Token, verb: Token) -> bool:
        """A subject binds only reflexives and possessives in its own clause."""
        if token.tag == "PRP$" or token.lower.endswith(("self", "selves")):
            return False
        current = token
        while current.head is not current and current.head is not verb:
            current = current.head
            if current.is_verb:
                return False
        return True

    @staticmethod
    def _named(token: Token, names: Names, kinds: tuple[str, ...]) -> NameRef | None:
        mention = names.at(token)
        if mention is not None and mention.kind in kinds:
            return mention
        for c in token.children:
            if c.dep in ("amod", "compound", "poss", "nmod"):
                mention = names.at(c)
                if mention is not None and mention.kind in kinds and "person" not in kinds:
                    return mention
        return None

    @staticmethod
    def _head_named(token: Token, mention: NameRef) -> bool:
        return (mention.start < token.end and token.start < mention.end) or any(
            c.dep in ("amod", "compound", "poss", "nmod") and mention.start < c.end and c.start < mention.end
            for c in token.children
        )

    def _bare(self, token: Token) -> NameRef | None:
        """“The ministry”, “the group”: the last name whose words hold that noun, or a group for “the group”."""
        noun = token.lemma
        start_floor = self._floor(token)
        if any(c.dep in ("amod", "compound", "nmod", "poss", "prep", "relcl", "acl") for c in token.children):
            return None
        if token.tag == "NN" and noun in _group_words():
            for mention in reversed(self._names.inside(start_floor, token.start)):
                if (
                    start_floor <= mention.start
                    and mention.end <= token.start
                    and mention.kind in ("group", "organisation")
                ):
                    return mention
        return None

    def _floor(self, token: Token) -> int:
        index = max(0, bisect_right(self._starts, token.start) - 1)
        return self._sentences[max(0, index - _REACH)].start if self._sentences else 0


@functools.cache
def _group_words() -> frozenset[str]:
    return frozenset(
        {
            "group",
            "organization",
            "organisation",
            "militia",
            "movement",
            "alliance",
            "bloc",
            "agency",
            "ministry",
            "council",
            "party",
            "faction",
        }
    )


def known_nouns() -> frozenset[str]:
    return knowledge.word_class("actors")
