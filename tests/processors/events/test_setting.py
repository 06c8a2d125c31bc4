"""What a sentence takes as known, and only places its news by."""

from __future__ import annotations

import pytest

from processors.analysis.events.setting import in_passing
from processors.analysis.syntax import Token


def phrase(*words: tuple[str, str, str, int]) -> list[Token]:
    """Tokens from (text, tag, dependency, place of the head)."""
    tokens = [Token(i, w, w.lower(), w.lower(), tag, dep, i, i + 1) for i, (w, tag, dep, _) in enumerate(words)]
    for token, (*_, head) in zip(tokens, words, strict=True):
        token.head = tokens[head]
        if token.head is not token:
            token.head.children.append(token)
    return tokens


@pytest.mark.parametrize("preposition", ["since", "amid", "despite"])
def test_a_deed_that_only_dates_another_is_told_in_passing(preposition: str) -> None:
    tokens = phrase(
        ("sold", "VBD", "ROOT", 0),
        (preposition, "IN", "prep", 0),
        ("Togo", "NNP", "poss", 3),
        ("invasion", "NN", "pobj", 1),
    )
    assert in_passing(tokens[3])


def test_somebodys_war_inside_a_noun_is_told_in_passing_and_a_new_attack_is_not() -> None:
    known = phrase(
        ("support", "NN", "ROOT", 0), ("for", "IN", "prep", 0), ("Togo", "NNP", "poss", 3), ("war", "NN", "pobj", 1)
    )
    new = phrase(
        ("died", "VBD", "ROOT", 0), ("in", "IN", "prep", 0), ("an", "DT", "det", 3), ("attack", "NN", "pobj", 1)
    )
    assert in_passing(known[3]) and not in_passing(new[3])
