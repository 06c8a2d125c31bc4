"""Whatever is killed and whenever: nothing is lost, nothing is doubled, nobody is left behind."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.runtimes.desk import EmbeddedDesk, alerts, brinkwatch, documents
from tests.runtimes.world import World, mixed

ARTICLES = 500
KILLS = 30


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def desk(world: World, tmp_path: Path) -> EmbeddedDesk:
    return EmbeddedDesk(world, tmp_path / "data")


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def killed_at(moment: float, process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Kill the process `moment` seconds after now, unless it has ended; its family as it was then."""
    try:
        process.wait(moment)
        return []
    except subprocess.TimeoutExpired:
        everyone = family(process)
        process.kill()
        process.wait()
        return everyone


@pytest.mark.timeout(600)
def test_five_hundred_articles_survive_thirty_kills_each_once_and_each_alert_once(
    desk: EmbeddedDesk, world: World
) -> None:
    url = world.publish("/feed", mixed(ARTICLES))
    desk.command("rules", "add", "War", "dyads:RUS-UKR", "--webhook", world.url("/hook"))
    chance = random.Random(20260906)
    once = [*brinkwatch(), "run", "--once", "--alert", "--feeds", url]
    for _ in range(KILLS):
        process = subprocess.Popen(once, env=desk.env, stderr=subprocess.DEVNULL)
        killed_at(chance.uniform(0.2, 6.0), process)
    desk.poll(url)
    assert len(documents(desk)) == ARTICLES
    assert len(alerts(desk)) == ARTICLES // 50
    # a receiver may see one twice if the kill fell between answer and record: the webhook's id tells it
    assert len(set(world.hook_ids())) == ARTICLES // 50
    before = documents(desk)
    desk.poll(url)
    assert documents(desk) == before
    assert len(alerts(desk)) == ARTICLES // 50


def wait_for(condition: object, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(0.05)


def answers(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(desk: EmbeddedDesk, url: str, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [*brinkwatch(), "run", "--alert", "--port", str(port), "--feeds", url], env=desk.env, stderr=subprocess.DEVNULL
    )
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz") == 200, 60, "the console to be ready")
    return process


def test_a_kill_leaves_no_worker_behind_and_the_next_start_is_not_refused(
    desk: EmbeddedDesk, world: World, port: int
) -> None:
    url = world.publish("/feed", mixed(200))
    process = start(desk, url, port)
    everyone = family(process)
    assert len(everyone) > 2
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(everyone, timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    again = start(desk, url, port)
    again.terminate()
    assert again.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_within_ten_seconds_and_nothing_is_lost(
    number: signal.Signals, desk: EmbeddedDesk, world: World, port: int
) -> None:
    url = world.publish("/feed", mixed(ARTICLES))
    process = start(desk, url, port)
    wait_for(lambda: len(documents(desk)) > 10, 60, "some articles to be stored")
    process.send_signal(number)
    assert process.wait(10) == 0
    desk.poll(url)
    assert len(documents(desk)) == ARTICLES


def test_a_second_process_on_the_same_data_is_refused_in_one_line(desk: EmbeddedDesk, world: World, port: int) -> None:
    url = world.publish("/feed", mixed(3))
    process = start(desk, url, port)
    try:
        said = desk.command("run", "--once", "--feeds", url, ok=False)
        assert f"in use by process {process.pid}" in said
        assert "Traceback" not in said
    finally:
        process.terminate()
        process.wait(10)


def test_commands_work_beside_a_running_process(desk: EmbeddedDesk, world: World, port: int) -> None:
    url = world.publish("/feed", mixed(3, attack_every=1))
    process = start(desk, url, port)
    try:
        wait_for(lambda: len(documents(desk)) == 3, 60, "the articles")
        desk.command("ingest", "-", stdin=json.dumps({"title": "A late one", "text": "Brought in by hand."}) + "\n")
        wait_for(lambda: len(documents(desk)) == 4, 20, "the ingested article")
        victim = next(iter(documents(desk, "hand")))
        desk.command("erase", "--article", victim)
        assert victim not in documents(desk)
        status = json.loads(desk.command("status", "--json"))
        assert status["ready"] is True
        assert status["articles"] == 3
    finally:
        process.terminate()
        process.wait(10)
