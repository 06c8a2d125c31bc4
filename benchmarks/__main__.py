"""Run the benchmarks: figures come in pairs from one run, because machines are noisy. Read the ratios."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import analyzer, parsing, polling, understanding
from benchmarks.end_to_end import measure
from benchmarks.installations import cluster, embedded

INSTALLATIONS = {"embedded": embedded, "cluster": cluster}
NAMES = ("analyzer", "understanding", "polling", "parsing", *INSTALLATIONS)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all of them unless given")
    parser.add_argument("--articles", type=int, default=1000, help="articles of the burst (default 1000)")
    parser.add_argument("--seconds", type=float, default=60, help="of steady load (default 60)")
    parser.add_argument("--workers", type=int, default=2, help="analysing processes (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument(
        "--sets", type=Path, metavar="DIR", help="understanding: a folder with score.py and labelled sets"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="understanding: write the table there")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark {sorted(unknown)[0]!r}; there are {', '.join(NAMES)}")
    figures: dict[str, object] = {}
    for name in options.names or NAMES:
        if name == "analyzer":
            for kind, texts in analyzer.default_texts().items():
                print(f"== {kind}")
                figures[f"{name}: {kind}"] = analyzer.measure(texts)
            continue
        if name == "understanding":
            figures[name] = [f._asdict() for f in understanding.measure(options.sets, options.write)]
            continue
        if name in ("polling", "parsing"):
            table = polling.measure() if name == "polling" else parsing.measure()
            print(table)
            figures[name] = table.splitlines()
            continue
        print(f"measuring {name} …", file=sys.stderr)
        found = measure(
            INSTALLATIONS[name], articles=options.articles, seconds=options.seconds, workers=options.workers
        )
        print(found.table())
        figures[name] = found.as_json()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
