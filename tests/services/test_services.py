"""The services are real, keep what they acknowledged over a kill, and are found in the promised order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.services.find import find


def test_an_address_in_the_environment_comes_first() -> None:
    found = find(
        "X", environment={"X": "10.0.0.1:9092"}, docker=lambda: True, java=lambda: Path("/j"), maven=lambda: True
    )
    assert (found.way, found.address) == ("address", "10.0.0.1:9092")


def test_docker_comes_before_the_jars_and_the_jars_need_java_and_maven() -> None:
    def way(docker: bool, java: bool, maven: bool) -> Any:
        home = Path("/j") if java else None
        return find("X", environment={}, docker=lambda: docker, java=lambda: home, maven=lambda: maven)

    assert way(True, True, True).way == "docker"
    assert way(False, True, True).way == "jars"
    assert way(False, False, True).way is None
    assert "a JDK of at least 21" in way(False, False, True).why
    assert "Maven" in way(False, True, False).why


@pytest.mark.services
def test_kafka_keeps_what_it_acknowledged_over_a_kill(own_kafka: Any) -> None:
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

    admin = KafkaAdminClient(bootstrap_servers=own_kafka.address)
    admin.create_topics({"kept": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()
    producer = KafkaProducer(bootstrap_servers=own_kafka.address, acks="all")
    for number in range(200):
        producer.send("kept", str(number).encode())
    producer.flush(timeout=20)
    producer.close(timeout=1)
    own_kafka.kill()
    own_kafka.start()
    consumer = KafkaConsumer(bootstrap_servers=own_kafka.address, group_id=None)
    partition = TopicPartition("kept", 0)
    consumer.assign([partition])
    assert consumer.end_offsets([partition])[partition] == 200
    consumer.close()


@pytest.mark.services
def test_elasticsearch_keeps_what_it_acknowledged_over_a_kill(own_elasticsearch: Any) -> None:
    from elasticsearch import Elasticsearch

    client = Elasticsearch(own_elasticsearch.url)
    for number in range(20):
        client.index(index="kept", id=str(number), document={"number": number})
    own_elasticsearch.kill()
    own_elasticsearch.start()
    client.indices.refresh(index="kept")
    assert client.count(index="kept")["count"] == 20
    client.close()
