"""Kafka and Elasticsearch run from their jars: one process each, small, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

from tests.services.cache import elasticsearch_home, kafka_jars
from tests.services.process import ServerProcess, free_port

_NOBODY = 65534


class KafkaProcess(ServerProcess):
    """One broker and controller in one process (KRaft)."""

    name = "kafka"

    def __init__(self, java_home: Path) -> None:
        super().__init__()
        self._java = str(java_home / "bin" / "java")
        self._classpath = str(kafka_jars() / "*")
        self._controller = free_port()

    def prepare(self) -> None:
        (self.folder / "server.properties").write_text(
            "process.roles=broker,controller\n"
            "node.id=1\n"
            f"controller.quorum.voters=1@127.0.0.1:{self._controller}\n"
            f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller}\n"
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.port}\n"
            "controller.listener.names=CONTROLLER\n"
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
            f"log.dirs={self.folder / 'data'}\n"
            "offsets.topic.replication.factor=1\n"
            "offsets.topic.num.partitions=4\n"
            "transaction.state.log.replication.factor=1\n"
            "transaction.state.log.min.isr=1\n"
            "group.initial.rebalance.delay.ms=0\n"
            "auto.create.topics.enable=false\n"
        )
        subprocess.run(
            [self._java, "-cp", self._classpath, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk",
             "-c", "server.properties"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip

    def command(self) -> list[str]:
        return [
            self._java, "-Xmx512m", "-Xms256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", self._classpath,
            "kafka.Kafka", "server.properties",
        ]  # fmt: skip

    def answers(self) -> bool:
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        try:
            KafkaAdminClient(bootstrap_servers=self.address, request_timeout_ms=3000, bootstrap_timeout_ms=3000).close()
        except (KafkaError, OSError):
            return False
        return True


class ElasticsearchProcess(ServerProcess):
    """One node without security. It refuses to run as root, so root runs it as nobody."""

    name = "elasticsearch"
    patience = 180.0

    def __init__(self, java_home: Path) -> None:
        super().__init__()
        self._java_home = java_home
        self._home = elasticsearch_home()
        self._transport = free_port()

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def home(self) -> Path:
        return self._home  # it looks for its modules there

    def prepare(self) -> None:
        config = self.folder / "config"
        shutil.copytree(self._home / "config", config)
        (config / "elasticsearch.yml").write_text(
            "discovery.type: single-node\n"
            "http.host: 127.0.0.1\n"
            "transport.host: 127.0.0.1\n"
            f"http.port: {self.port}\n"
            f"transport.port: {self._transport}\n"
            f"path.data: {self.folder / 'data'}\n"
            f"path.logs: {self.folder / 'logs'}\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n"
            "xpack.security.enabled: false\n"
        )
        options = config / "jvm.options"
        kept = [line for line in options.read_text().splitlines() if "gc" not in line.lower() or "-XX:+Use" in line]
        options.write_text("\n".join([*kept, "-Xms512m", "-Xmx512m", "-XX:-AlwaysPreTouch"]) + "\n")
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir()
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "JAVA": str(self._java_home / "bin" / "java"),
            "ES_JAVA_HOME": str(self._java_home),
            "JAVA_TYPE": "ES_JAVA_HOME",
            "ES_HOME": str(self._home),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_DISTRIBUTION_TYPE": "tar",
            "HOME": str(self.folder),
        }

    def command(self) -> list[str]:
        launcher = [
            str(self._java_home / "bin" / "java"), "-cp", f"{self._home}/lib/tools/server-launcher/*:{self._home}/lib/*",
            "org.elasticsearch.server.launcher.ServerLauncher", "-p", str(self.folder / "pid"),
        ]  # fmt: skip
        if os.geteuid() != 0:
            return launcher
        identity = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig", "KILL"]
        return ["setpriv", *identity, *launcher]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=3
            ) as r:
                return json.load(r)["status"] in ("yellow", "green")
        except (OSError, ValueError, KeyError):
            return False
