"""Options that many commands share, so that they are called and explained alike."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]

Data = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="DIR", help="The data directory; default: BRINKWATCH_DATA_DIR, else the XDG data folder."
    ),
]
"""Of the embedded profile; a cluster keeps its data in Kafka and Elasticsearch."""
