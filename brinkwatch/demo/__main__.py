"""`python -m brinkwatch.demo`: the demo feed server on its own."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import signal
import sys

from brinkwatch.demo.samples import load_seeds, seeds_dir
from brinkwatch.demo.server import EVERY, HEAD_START, DemoServer, serve
from brinkwatch.errors import BrinkwatchError
from brinkwatch.settings import read_settings


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(given))
    except BrinkwatchError as error:
        print(f"{error.what} {error.hint}".strip(), file=sys.stderr)
        return error.exit_status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m brinkwatch.demo",
        description="Serve sample articles as feeds over HTTP, with a new item every few seconds.",
        epilog="Example: python -m brinkwatch.demo --port 8090 --every 10",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8090, help="port; 0 takes a free one (default %(default)s)")
    parser.add_argument(
        "--every", type=_seconds, default=EVERY, help=f"seconds between new items (default {EVERY.seconds})"
    )
    parser.add_argument(
        "--head-start", type=int, default=HEAD_START, help="items that are there at the start (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another number, another order (default %(default)s)")
    return parser


def _seconds(text: str) -> dt.timedelta:
    value = float(text)
    if not 0.05 <= value <= 86400:
        raise argparse.ArgumentTypeError("give seconds between 0.05 and 86400")
    return dt.timedelta(seconds=value)


async def _serve(given: argparse.Namespace) -> None:
    seeds = load_seeds(seeds_dir(read_settings().seeds_dir))
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(
        seeds,
        given.host,
        given.port,
        every=given.every,
        head_start=given.head_start,
        seed=given.seed,
        stop=stop,
        started=_say,
    )


def _say(demo: DemoServer) -> None:
    print(f"{len(demo.feeds)} demo feeds: {demo.opml_url} (Ctrl-C ends it)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
