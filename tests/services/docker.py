"""Kafka and Elasticsearch in containers, where a Docker engine answers. Stopping and killing keep the container and its data."""

from __future__ import annotations

import time
from typing import Any

from tests.services.process import free_port

KAFKA_IMAGE = "apache/kafka:4.1.0"
ELASTICSEARCH_IMAGE = "docker.elastic.co/elasticsearch/elasticsearch:9.4.3"


class Container:
    """A container on a port of loopback that stays the same over restarts."""

    def __init__(self, image: str, inside: int, environment: dict[str, str], port: int | None = None) -> None:
        from testcontainers.core.container import DockerContainer

        self.port = port or free_port()
        self._container: Any = DockerContainer(image).with_bind_ports(inside, self.port)
        for name, value in environment.items():
            self._container.with_env(name, value)
        self._started = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> None:
        if self._started:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._started = True
        self.wait_ready(180)

    def wait_ready(self, timeout: float) -> None:
        import socket

        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                    return
            except OSError:
                time.sleep(0.3)
        raise RuntimeError(f"The container on port {self.port} did not answer within {timeout:g} s.")

    def stop(self) -> None:
        self._container.get_wrapped_container().stop()

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def discard(self) -> None:
        if self._started:
            self._container.stop()


def kafka_container() -> Container:
    port = free_port()
    return Container(
        KAFKA_IMAGE,
        port,
        {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        },
        port,
    )


def elasticsearch_container() -> Container:
    return Container(
        ELASTICSEARCH_IMAGE,
        9200,
        {"discovery.type": "single-node", "xpack.security.enabled": "false", "ES_JAVA_OPTS": "-Xms512m -Xmx512m"},
    )
