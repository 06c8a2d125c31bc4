"""First-level regions of states (provinces, states, governorates) from ISO 3166-2, for `link.py` to choose from by context.

Regions that news names often stand in data/entities/regions.toml; of the rest a name alone tells little: most are cities too.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from processors.analysis.entities.context import words
from processors.analysis.entities.load import cities, iso3_of, rows, states
from processors.analysis.entities.model import Known, Sense, slug
from processors.analysis.text import fold

EVIDENCE = "region"
"""Evidence of a sense that wants the text to show that a region is meant; its word (“province”) stands behind it."""

_LARGE = 1_000_000
_UNFIT = ("(", "/", ",", "[")


def region_names() -> Iterator[tuple[str, Sense]]:
    """Regions by name, each with what ISO 3166-2 calls its kind as evidence: `region:province`."""
    import pycountry

    listed = {(fold(name), known.state) for known, row in rows() if known.kind == "region" for name in row.all}
    for part in pycountry.subdivisions:
        state = iso3_of().get(part.country_code)
        if part.parent_code or state is None or any(mark in part.name for mark in _UNFIT):
            continue
        kind = part.type.lower()
        name = _plain(part.name)
        if kind not in words().region_nouns or len(name) < 3 or (fold(name), state) in listed:
            continue
        known = Known(f"gpe:{slug(fold(name))}-{state.lower()}", "GPE", "region", name, state)
        sure = state == "USA" and fold(name) not in named_elsewhere()
        yield name, Sense(known, "name", "cap", name, "" if sure else f"{EVIDENCE}:{kind}")


@functools.cache
def named_elsewhere() -> frozenset[str]:
    """Folded names that a state, a capital or a large city has too."""
    named = {fold(known.name) for known in states().values()}
    large = (c.known for c in cities() if c.known.kind == "capital" or c.known.population >= _LARGE)
    return frozenset(named | {fold(known.name).removesuffix(" city") for known in large})


@functools.cache
def american_states() -> dict[str, str]:
    """States of the United States by folded name: the last part of their codes. Their cities bear the names of others."""
    import pycountry

    return {
        fold(s.name): s.code.partition("-")[2]
        for s in pycountry.subdivisions
        if s.country_code == "US" and s.type == "State"
    }


def _plain(name: str) -> str:
    """A name as English texts write it: “Nīnawá” without its marks, “Al ‘Aşimah” without its article's own sign."""
    return "".join(c for c in name if c not in "‘’ʻ").strip()
