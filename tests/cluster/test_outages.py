"""Elasticsearch and Kafka go away and come back: services wait, tell it, and catch up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.test_kills import stored
from tests.runtimes.cluster import SERVICES, ClusterDesk, wait_for
from tests.runtimes.desk import alerts
from tests.runtimes.world import World, mixed
from tests.services.process import free_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]


def not_ready(desk: ClusterDesk, service: str, word: str) -> bool:
    code, text = desk.readyz(service)
    return code == 503 and word in text


def bad_parts(desk: ClusterDesk) -> dict[str, str]:
    found = desk.status()
    assert found["ready"] is False
    return {part["name"]: part["detail"] for part in found["parts"] if not part["ok"]}


def test_articles_that_flow_while_a_service_is_away_are_all_there_in_the_end(
    new_desk: Callable[..., ClusterDesk], own_kafka: Any, own_elasticsearch: Any, world: World
) -> None:
    desk = new_desk(own_kafka.address, own_elasticsearch.url)
    desk.command("rules", "add", "War", "dyads:RUS-UKR", "--webhook", world.url("/hook"))
    url = world.publish("/feed", mixed(40, attack_every=10))
    desk.poll(url)
    assert stored(desk) == 40
    assert desk.status()["ready"] is True

    own_elasticsearch.stop()
    world.publish("/feed", mixed(120, attack_every=10))
    for service in ("index", "alert"):
        wait_for(lambda s=service: not_ready(desk, s, "Elasticsearch"), 60, f"{service} to say so")  # type: ignore[misc]
    assert "Elasticsearch" in bad_parts(desk)["elasticsearch"]
    assert desk.ready("produce")
    own_elasticsearch.start()
    wait_for(lambda: stored(desk) == 120, 120, "what was published meanwhile")
    for service in SERVICES:
        wait_for(lambda s=service: desk.ready(s), 60, f"{service} to be ready again")  # type: ignore[misc]

    own_kafka.stop()
    world.publish("/feed", mixed(200, attack_every=10))
    for service in SERVICES:
        wait_for(lambda s=service: not_ready(desk, s, "Kafka"), 90, f"{service} to say so")  # type: ignore[misc]
    assert "Kafka" in bad_parts(desk)["produce"]
    own_kafka.start()
    wait_for(lambda: stored(desk) == 200, 180, "what was published meanwhile")
    for service in SERVICES:
        wait_for(lambda s=service: desk.ready(s), 60, f"{service} to be ready again")  # type: ignore[misc]

    desk.settle()
    assert len(alerts(desk)) == 20
    wait_for(lambda: len(set(world.hook_ids())) == 20, 60, "each alert to be delivered")
    assert desk.status()["ready"] is True


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_starts_before_kafka_waits_says_so_and_ends_at_once_when_told(
    service: str, new_desk: Callable[..., ClusterDesk]
) -> None:
    desk = new_desk(f"127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}", set_up=False)
    desk.start(service)
    wait_for(lambda: not_ready(desk, service, "does not answer"), 60, "it to say that Kafka does not answer")
    desk.processes[service].terminate()
    assert desk.processes[service].wait(10) == 0
    waiting = [json.loads(line) for line in desk.log(service).splitlines()]
    assert [line["event"] for line in waiting] == ["started", "waiting", "stopped"]


def test_a_service_that_starts_before_setup_names_the_command_and_begins_after_it(
    new_desk: Callable[..., ClusterDesk], kafka: Any, elasticsearch_service: Any
) -> None:
    desk = new_desk(kafka.address, elasticsearch_service.url, set_up=False)
    desk.start("index")
    wait_for(lambda: not_ready(desk, "index", "brinkwatch setup"), 60, "it to name the command")
    said = desk.command("setup")
    assert "created topic" in said
    wait_for(lambda: desk.ready("index"), 60, "the service to begin")
    assert "created" not in desk.command("setup")
