"""A process that writes articles into an embedded store until it is killed: `python -m tests.sinks.writing DIR FIRST`.

It prints the number of an article after it was committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.sinks.articles import enriched
from tests.sinks.conftest import embedded_store


def main(folder: str, first: str) -> None:
    with embedded_store(Path(folder)) as store:
        for number in range(int(first), 100_000):
            store.write([enriched(f"n{number:05}"), enriched("same", revision=number)])
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
