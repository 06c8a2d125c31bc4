"""`brinkwatch run`: the embedded runtime with its feeds, its console and its end at a signal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from brinkwatch.console import Services, make_console
from brinkwatch.embedded.lock import DataDirLock
from brinkwatch.embedded.runtime import EmbeddedRuntime
from brinkwatch.errors import BrinkwatchError, UsageError
from brinkwatch.models import Feed, Rule, rule_id
from brinkwatch.observe.logs import set_up_logging
from brinkwatch.observe.serve import serve_app
from brinkwatch.operations.feeds import read_feeds
from brinkwatch.settings import Settings
from producers.poll.one import PollReport
from producers.poll.poller import utc_now
from producers.registry.feeds import feed_key, merge_feeds

log = structlog.get_logger()

STARTER_FEEDS = "feeds.opml"

STARTER_RULE = Rule(
    id=rule_id("Escalation"),
    name="Escalation",
    query="escalation.level:>=high AND escalation.direction:escalation",
)
"""What a desk that starts with the starter feeds is alerted to until somebody says otherwise."""


@dataclass(frozen=True)
class RunOptions:
    """`feeds` are OPML files and addresses; empty means the registry's feeds."""

    feeds: tuple[str, ...] = ()
    once: bool = False
    alert: bool = False
    demo: bool = False


def run_embedded(settings: Settings, options: RunOptions) -> None:
    """Run until a signal, or until everything is done where `once`. Raises what a person can act on."""
    set_up_logging(settings)
    with DataDirLock(settings.data_dir):
        asyncio.run(_run(settings, options))


async def _run(settings: Settings, options: RunOptions) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if options.demo:
            settings, options = await stack.enter_async_context(_demo(settings, options))
        port = settings.console_port
        runtime = EmbeddedRuntime(settings, utc_now, alert=options.alert, console_url=f"http://127.0.0.1:{port}")
        stack.callback(runtime.close)
        given = read_feeds(options.feeds, utc_now())
        if options.demo:
            forget_earlier_demos(runtime, given)
            add_starter_rule(runtime)
        selected = adopt_feeds(runtime, given, settings)
        if selected is not None:
            runtime.select(selected)
        if options.once:
            _conclude(runtime, await runtime.run_once(stop, progress=_progress))
            return
        if not runtime.registry.feeds():
            raise UsageError("There are no feeds to poll.", "Add some with --feeds or `brinkwatch feeds add`.")
        await stack.enter_async_context(_console(runtime, settings))
        await runtime.run(stop)
        _conclude(runtime, None)


def adopt_feeds(runtime: EmbeddedRuntime, given: Sequence[Feed], settings: Settings) -> frozenset[str] | None:
    """Register the given feeds, or the starter feeds where there are none at all; the ids to poll, None for all."""
    existing = runtime.registry.feeds()
    if given:
        runtime.registry.put_feeds(merge_feeds(existing, given).feeds)
        wanted = {feed_key(feed.url) for feed in given}
        return frozenset(feed.id for feed in runtime.registry.feeds() if feed_key(feed.url) in wanted)
    if not existing:
        starters = read_feeds([str(seeds_dir(settings) / STARTER_FEEDS)], utc_now())
        runtime.registry.put_feeds(starters)
        add_starter_rule(runtime)
        log.info("starting with the starter feeds", feeds=len(starters))
    return None


def forget_earlier_demos(runtime: EmbeddedRuntime, given: Sequence[Feed]) -> None:
    """The demo's feed server has another port at each start; feeds of earlier ones answer nobody any more."""
    present = {feed.id for feed in given}
    for feed in runtime.registry.feeds():
        if feed.id not in present and feed.url.startswith("http://127.0.0.1:"):
            runtime.registry.remove_feed(feed.id)


def add_starter_rule(runtime: EmbeddedRuntime) -> None:
    """An alert rule for a desk that has none."""
    if not runtime.store.rules():
        runtime.store.put_rule(STARTER_RULE)
        log.info("starting with an alert rule", rule=STARTER_RULE.name, query=STARTER_RULE.query)


def seeds_dir(settings: Settings) -> Path:
    """The folder with starter feeds and samples. Raises `UsageError` where it is not there."""
    folder = settings.seeds_dir or Path(__file__).resolve().parents[2] / "seeds"
    if not (folder / STARTER_FEEDS).is_file():
        raise UsageError(f"The starter feeds are not in {folder}.", "Set BRINKWATCH_SEEDS_DIR, or give --feeds.")
    return folder


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} feeds polled", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done % 25 == 0:
        print(f"{done} of {total} feeds polled", file=sys.stderr)


def _conclude(runtime: EmbeddedRuntime, reports: list[PollReport] | None) -> None:
    """Say how it went. Raises where the job failed: a step broke, or not one feed could be read."""
    if runtime.failures:
        name, error = next(iter(runtime.failures.items()))
        raise BrinkwatchError(f"The step {name} failed: {error}.", "This is a defect; the log has the details.")
    if reports is None:
        return
    failed = [report for report in reports if report.error is not None]
    for report in failed:
        print(f"{report.error}", file=sys.stderr)
    new = sum(report.new for report in reports)
    print(f"{len(reports)} feeds polled, {new} new articles, {len(failed)} feeds failed", file=sys.stderr)
    if reports and len(failed) == len(reports):
        raise BrinkwatchError("No feed could be read.", "`brinkwatch feeds check URL` explains what is wrong with one.")


@contextlib.asynccontextmanager
async def _console(runtime: EmbeddedRuntime, settings: Settings) -> AsyncIterator[None]:
    services = Services(
        articles=runtime.store,
        alerts=runtime.store,
        rules=runtime.store,
        feeds=runtime.registry,
        health=runtime.health,
        settings=settings,
        clock=utc_now,
    )
    async with serve_app(make_console(services), settings):
        yield


@contextlib.asynccontextmanager
async def _demo(settings: Settings, options: RunOptions) -> AsyncIterator[tuple[Settings, RunOptions]]:
    """The bundled feed server beside the runtime, polled every few seconds, its first polls allowed to alert."""
    from brinkwatch.demo import DemoServer

    async with DemoServer(seeds_dir(settings)) as server:
        opml = settings.data_dir / "demo.opml"
        opml.parent.mkdir(parents=True, exist_ok=True)
        opml.write_text(server.opml(), encoding="utf-8")
        allowed = ",".join(part for part in (settings.allow_private, f"127.0.0.1:{server.port}") if part)
        demo_settings = settings.model_copy(
            update={"allow_private": allowed, "poll_interval": 5.0, "poll_interval_min": 3.0}
        )
        log.info("demo feeds", url=f"http://127.0.0.1:{server.port}/feeds.opml")
        yield demo_settings, RunOptions(feeds=(str(opml), *options.feeds), once=options.once, alert=True, demo=True)
