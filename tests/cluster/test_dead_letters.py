"""What cannot be processed is put aside with its reason, holds nobody up, and comes back after the fix."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brinkwatch.topics import ARTICLES_ENRICHED, ARTICLES_RAW
from producers.kafka_log import KafkaLog
from tests.cluster.test_kills import stored
from tests.runtimes.cluster import ClusterDesk, wait_for
from tests.runtimes.desk import documents

pytestmark = pytest.mark.services


def letters(desk: ClusterDesk) -> dict[str, dict[str, Any]]:
    return {letter["key"]: letter for letter in json.loads(desk.command("dead-letters", "list", "--json"))}


def line(number: int, text: str) -> str:
    return json.dumps({"url": f"https://world.example/{number}", "title": f"Number {number}", "text": text}) + "\n"


@pytest.mark.timeout(300)
def test_poison_is_put_aside_with_its_reason_and_the_others_go_on(desk: ClusterDesk) -> None:
    log = KafkaLog(desk.settings)
    for topic in (ARTICLES_RAW, ARTICLES_ENRICHED):
        log.send(topic, [(f"{topic} bytes", b"\xff no article"), (f"{topic} newer", b'{"schema_version": 99}')])
    log.close()
    desk.command("ingest", "-", stdin="".join(line(n, "Some words.") for n in range(20)))
    for service in ("process", "index", "alert"):
        desk.start(service)
    wait_for(lambda: stored(desk) == 20, 120, "the others")
    # index and alert fail alike on one message: it is one letter
    wait_for(lambda: len(letters(desk)) == 4, 60, "the letters")
    found = letters(desk)
    steps = {letter["key"]: letter["step"] for letter in found.values()}
    assert steps[f"{ARTICLES_RAW} bytes"] == steps[f"{ARTICLES_RAW} newer"] == "analyze"
    assert steps[f"{ARTICLES_ENRICHED} bytes"] in ("index", "alert")
    assert "is no readable" in found[f"{ARTICLES_RAW} bytes"]["reason"]
    assert desk.status()["dead_letters"] == 4


@pytest.mark.timeout(300)
def test_after_the_fix_a_retry_brings_the_article_back(desk: ClusterDesk) -> None:
    desk.start("process", BRINKWATCH_ANALYZE_TIMEOUT="0.01")
    desk.start("index")
    desk.command("ingest", "-", stdin=line(1, "Some words follow. " * 2000))
    found = wait_for(lambda: letters(desk), 90, "the letter")
    (letter,) = found.values()
    assert "took longer than 0.01 s" in letter["reason"]
    assert letter["step"] == "analyze"
    desk.processes["process"].terminate()
    desk.processes["process"].wait(10)
    desk.start("process")
    desk.command("dead-letters", "retry", letter["id"])
    wait_for(lambda: stored(desk) == 1, 90, "the article")
    assert [document["title"] for document in documents(desk).values()] == ["Number 1"]
    assert letters(desk) == {}
