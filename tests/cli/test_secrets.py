"""What opens doors is in no output: logins of feeds, keys in webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.desk import EmbeddedDesk
from tests.runtimes.world import World, attack


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EmbeddedDesk]:
    world = World()
    yield EmbeddedDesk(world, tmp_path / "data")
    world.close()


def test_neither_a_login_in_a_feeds_address_nor_a_webhooks_path_is_printed(desk: EmbeddedDesk) -> None:
    hook = desk.world.url("/services/T0/s3cr3t-key?token=s3cr3t-token")
    address = desk.world.publish("/feed", [attack(1)]).replace("://", "://reader:s3cr3t-login@")
    said = desk.command("rules", "add", "War", "dyads:RUS-UKR", "--webhook", hook, "--json")
    said += desk.command("run", "--once", "--alert", "--feeds", address, "--feeds", desk.world.url("/gone"))
    alert_id = desk.command("alerts", "list").split()[0]
    for command in (
        ["rules", "list"], ["rules", "test", "War"], ["alerts", "list"], ["alerts", "show", alert_id], ["feeds", "list"],
        ["feeds", "check", address], ["status"], ["search", "*:*"],
    ):  # fmt: skip
        said += desk.command(*command, ok=False) + desk.command(*command, "--json", ok=False)
    assert "War" in said
    assert "/feed" in said
    assert "s3cr3t" not in said
