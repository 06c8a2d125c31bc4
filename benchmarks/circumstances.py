"""How often places, times and numbers of events are right: precision and recall on labelled sentences that nobody tunes on.

    python -m benchmarks circumstances

The labels and their rules are told in benchmarks/data/README.md. The event of a line is the one with its trigger, else the
first of its sentence. A value that is given and not labelled, or labelled otherwise, is wrong; one that is labelled and not
given is missed.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
from pathlib import Path
from typing import Any

from brinkwatch.models import Event
from processors.analysis.analyzer import default_analyzer

DATA = Path(__file__).parent / "data" / "circumstances.jsonl"


class Tally:
    """Right, wrong and missed values, per figure."""

    def __init__(self) -> None:
        self.right: collections.Counter[str] = collections.Counter()
        self.wrong: collections.Counter[str] = collections.Counter()
        self.missed: collections.Counter[str] = collections.Counter()

    def add(self, figure: str, given: object, wanted: object, *, equal: bool) -> None:
        if given is not None and equal:
            self.right[figure] += 1
            return
        self.wrong[figure] += given is not None
        self.missed[figure] += wanted is not None

    def figures(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "precision": self.right[name] / max(1, self.right[name] + self.wrong[name]),
                "recall": self.right[name] / max(1, self.right[name] + self.missed[name]),
            }
            for name in ("place", "when", "counts")
        }


def measure(data: Path = DATA, show: int = 0) -> dict[str, dict[str, float]]:
    """Precision and recall of place, when and counts; prints them, and with `show` some of the lines that went wrong."""
    analyzer = default_analyzer()
    tally, found = Tally(), 0
    lines = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line in lines:
        published = dt.datetime.fromisoformat(line["published"].replace("Z", "+00:00"))
        events = analyzer.analyze(line["text"], language="en", published=published).events
        event = _event(events, line)
        found += event is not None
        wrong = sum(tally.wrong.values()) + sum(tally.missed.values())
        _compare(tally, event, line)
        if show and sum(tally.wrong.values()) + sum(tally.missed.values()) > wrong:
            show -= 1
            print(line["text"], "| wanted", line["event"], line["place"], line["when"], line["counts"], "| got", event)
    print(f"{len(lines)} texts, the event found in {found}")
    for name, figure in tally.figures().items():
        print(f"{name:8} precision {figure['precision']:.3f}  recall {figure['recall']:.3f}")
    return tally.figures()


def _event(events: tuple[Event, ...], line: dict[str, Any]) -> Event | None:
    start = line["text"].index(line["event"])
    end = start + len(line["event"])
    exact = [e for e in events if e.trigger.start < end and start < e.trigger.end]
    beside = [e for e in events if e.sentence.start <= start < e.sentence.end]
    return next(iter([*exact, *beside]), None)


def _compare(tally: Tally, event: Event | None, line: dict[str, Any]) -> None:
    place, wanted = event.place if event is not None else None, line["place"]
    id_ = (wanted or {}).get("id")
    same = (
        place is not None
        and wanted is not None
        and place.country == wanted["country"]
        and (f"geonames:{place.id}" if place.id else None) == id_
    )
    tally.add("place", place, wanted, equal=same)
    when = event.when if event is not None else None
    days = {"from": when.from_.isoformat(), "to": when.to.isoformat()} if when is not None else None
    tally.add("when", days, line["when"], equal=days == line["when"])
    counts = event.counts if event is not None else {}
    for key in sorted({*counts, *line["counts"]}):
        given = counts.get(key)
        tally.add("counts", given, line["counts"].get(key), equal=given == line["counts"].get(key))
