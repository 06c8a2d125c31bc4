"""How well texts are understood: every labelled set in one run, as the table of docs/figures.md.

    python -m benchmarks understanding --sets DIR [--write docs/figures.md]

`DIR` holds `score.py` and the sets that it scores; without it only the sets of benchmarks/data are measured.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import circumstances, classifiers
from processors.analysis.analyzer import default_analyzer

_COMMAND = f"{sys.executable} -m brinkwatch analyze --jsonl"
_LINE = re.compile(
    r"^(?P<name>\w+) (?:precision (?P<p>[\d.]+) recall (?P<r>[\d.]+) f1 (?P<f1>[\d.]+)|(?P<value>[\d.]+))"
)
_SETS = (
    ("language", "language_dev.jsonl", "sentences of our own, tuned on"),
    ("plover", "plover_dev.tsv", "coded sentences, PLOVER"),
    ("attribution", "attribution_dev", "news articles, PolNeAR"),
    ("entities", "entities_dev", "defence documents, re3d"),
)  # fmt: skip
_SHOWN = {
    "language": ("escalation", "de_escalation", "quiet", "modality", "source", "target", "speaker", "entity"),
    "plover": ("coded", "both_actors", "binary_macro_f1", "quad_macro_f1", "root_macro_f1"),
    "attribution": ("cue", "source_given_cue", "content_given_cue"),
    "entities": ("entity",),
}


class Figure(NamedTuple):
    """One row: which set, which figure, what it is."""

    texts: str
    name: str
    value: str


def measure(sets: Path | None = None, write: Path | None = None) -> list[Figure]:
    """Measures all sets, prints the table, and writes it where asked to."""
    figures = [figure for row in _SETS if sets is not None for figure in _scored(sets, *row)]
    figures += list(_held_out(sets))
    table = _table(figures)
    print(table)
    if write is not None:
        write.write_text(table, encoding="utf-8")
    return figures


def _scored(sets: Path, what: str, data: str, texts: str) -> Iterator[Figure]:
    """What the scorer prints for one set."""
    path = sets / data
    yield from _run(sets / "score.py", what, path, texts)


def _run(scorer: Path, what: str, data: Path, texts: str) -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, str(scorer), what, str(data), "--cmd", _COMMAND], capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        found = _LINE.match(line)
        if found is None or found["name"] not in _SHOWN[what]:
            continue
        value = (
            f"P {float(found['p']):.2f} · R {float(found['r']):.2f} · f1 {float(found['f1']):.2f}"
            if found["p"]
            else f"{float(found['value']):.2f}"
        )
        yield Figure(texts, found["name"].replace("_", " "), value)


def _held_out(sets: Path | None) -> Iterator[Figure]:
    """The sets that nobody tunes on."""
    if sets is not None:
        data = Path(__file__).parent / "data" / "sentences.jsonl"
        yield from _run(sets / "score.py", "language", data, "sentences of our own, held out")
    for name, found in circumstances.measure().items():
        yield Figure("places, times, numbers, held out", name, f"P {found['precision']:.2f} · R {found['recall']:.2f}")
    for name, values in classifiers.measure().items():
        shown = " · ".join(f"{key.replace('_', ' ')} {value:.2f}" for key, value in values.items())
        yield Figure("whole articles, held out", name, shown)


def _table(figures: list[Figure]) -> str:
    rows = "\n".join(f"| {f.texts} | {f.name} | {f.value} |" for f in figures)
    return (
        "# Figures of understanding\n\n"
        "Written by `python -m benchmarks understanding --sets DIR --write docs/figures.md`; what the sets are is told in\n"
        f"[benchmarks/data](../benchmarks/data/README.md). Rules {default_analyzer().rules_version}, {dt.date.today()}.\n\n"
        f"| texts | figure | value |\n|---|---|---|\n{rows}\n"
    )
