"""The console of the cluster shows what the services stored, and says what is missing where one is away."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cluster.test_kills import stored
from tests.runtimes.cluster import ClusterDesk, wait_for
from tests.runtimes.desk import documents
from tests.runtimes.world import attack, quiet
from tests.services.process import free_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]


def test_the_console_shows_articles_alerts_rules_and_feeds_of_the_cluster(desk: ClusterDesk) -> None:
    desk.command("rules", "add", "War", "dyads:RUS-UKR")
    desk.command("feeds", "add", desk.world.publish("/feed", [quiet(3)]))
    lines = [
        {"url": f"https://world.example/{item.number}", "title": item.title, "text": item.text}
        for item in (attack(1), quiet(2))
    ]
    desk.command("ingest", "--alert", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    for service in ("process", "index", "alert", "console"):
        desk.start(service)
    wait_for(lambda: stored(desk) == 2, 120, "the articles")
    wait_for(lambda: desk.ready("console"), 60, "the console")
    wait_for(lambda: "report 1" in desk.get("console", "/alerts")[1], 60, "the alert")
    assert "Harbour town opens library number 2" in desk.get("console", "/")[1]
    found = desk.get("console", "/?q=dyads:RUS-UKR")[1]
    assert "report 1" in found
    assert "library number 2" not in found
    for article_id in documents(desk):
        assert desk.get("console", f"/articles/{article_id}")[0] == 200
    assert "War" in desk.get("console", "/rules")[1]
    assert "/feed" in desk.get("console", "/feeds")[1]
    desk.processes["console"].terminate()
    assert desk.processes["console"].wait(10) == 0


def test_without_its_services_the_console_says_what_is_missing(new_desk: Callable[..., ClusterDesk]) -> None:
    desk = new_desk(f"127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}", set_up=False)
    desk.start("console")
    wait_for(lambda: desk.readyz("console")[0] == 503, 60, "the console to answer")
    wait_for(lambda: "Kafka at" in desk.readyz("console")[1], 60, "it to say that Kafka does not answer")
    status, page = desk.get("console", "/")
    assert status == 503
    assert "Elasticsearch" in page
    assert "Traceback" not in desk.log("console")
