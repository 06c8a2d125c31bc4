"""How far the words of a phrase may stand from it: Lucene's count of moves, spelt out as arrangements."""

from __future__ import annotations

import itertools


def arrangements(count: int, slop: int) -> list[tuple[int, ...]]:
    """The relative positions that so many words of a phrase may have within `slop`, the lowest 0, none taken twice.

    Word i may stand at i + d(i) where the displacements d span at most `slop`: (slop+1)^count - slop^count of them.
    """
    found: set[tuple[int, ...]] = set()
    for moves in itertools.product(range(slop + 1), repeat=count):
        if min(moves) != 0:
            continue
        places = [place + move for place, move in enumerate(moves)]
        if len(set(places)) == count:
            lowest = min(places)
            found.add(tuple(place - lowest for place in places))
    return sorted(found, key=lambda places: (max(places), places))
