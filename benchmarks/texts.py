"""Articles for the benchmarks: the bundled samples, each time with another number in it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from tests.runtimes.world import Item, now

SAMPLES = Path(__file__).parent.parent / "seeds" / "articles"


def sample_articles() -> list[dict[str, str]]:
    """All bundled articles, of every language and kind."""
    lines = (line for file in sorted(SAMPLES.glob("*.jsonl")) for line in file.read_text().splitlines() if line.strip())
    return [json.loads(line) for line in lines]


def items() -> Iterator[Item]:
    """Endless items of a feed; no two have the same text."""
    for number, article in enumerate(itertools.cycle(sample_articles())):
        text = article.get("text") or article.get("summary", "")
        yield Item(number, f"{article['title']} ({number})", f"{text}\n\nReport number {number}.", now())


def attacks() -> Iterator[Item]:
    """Endless items that an alert rule on `dyads:RUS-UKR` matches, each of the length of a short report."""
    for number in itertools.count():
        text = (
            f"Russia attacked Ukraine with missiles on Monday, the Ukrainian defence ministry said in report {number}. "
            "Air raid sirens were heard in three cities for two hours, and the governor asked people to stay inside. "
            "Officials said that electricity would be back in the evening, and that schools would stay closed."
        )
        yield Item(number, f"Russian missiles strike Ukrainian port, report {number}", text, now())
