"""The compose file is valid, and every command, variable, path and port in it exists. No container engine is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from brinkwatch.cli.main import app
from brinkwatch.cluster.service import DEFAULT_PORTS
from brinkwatch.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
OURS = ("setup", "produce", "process", "index", "alert", "console")
THEIRS = ("kafka", "elasticsearch", "kibana")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def commands() -> dict[str, Any]:
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_the_file_meets_the_published_compose_schema() -> None:
    uv = Path(sys.executable).parent / "uv"
    # isolated: check-jsonschema needs a newer click than Faust can bear
    tool = [str(uv), "tool", "run", "--quiet", "--from", "check-jsonschema==0.39.0", "check-jsonschema"]
    done = subprocess.run(
        [*tool, "--builtin-schema", "vendor.compose-spec", str(COMPOSE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_service_for_every_part(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, *THEIRS}


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_of_the_program_with_options_that_it_has(
    name: str, compose: dict[str, Any], commands: dict[str, Any]
) -> None:
    command, *arguments = compose["services"][name]["command"]
    assert command == name
    known = {option for parameter in commands[command].params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("-")} <= known


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_a_service_is_given_is_a_setting(name: str, compose: dict[str, Any]) -> None:
    given = compose["services"][name]["environment"]
    settings = {PREFIX + field.upper() for field in Settings.model_fields}
    assert set(given) <= settings
    plain = {key.removeprefix(PREFIX).lower(): value for key, value in given.items() if "${" not in str(value)}
    Settings(**plain)


def test_every_variable_that_the_file_takes_from_outside_is_a_setting() -> None:
    taken = set(re.findall(r"\$\{(BRINKWATCH_\w+)", COMPOSE.read_text(encoding="utf-8"))) - {"BRINKWATCH_IMAGE_TAG"}
    assert taken <= {PREFIX + field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("name", [*OURS, *THEIRS])
def test_a_service_is_limited_restarted_and_watched(name: str, compose: dict[str, Any]) -> None:
    service = compose["services"][name]
    assert service["mem_limit"]
    assert service["restart"] == ("on-failure" if name == "setup" else "unless-stopped")
    assert name == "setup" or service["healthcheck"]["test"]
    assert service["logging"]["options"]["max-size"]


def test_what_is_kept_lies_on_volumes_that_are_declared(compose: dict[str, Any]) -> None:
    used = {
        volume.partition(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])


def test_ports_are_open_on_loopback_only(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_health_checks_ask_at_the_port_that_the_service_listens_on(compose: dict[str, Any]) -> None:
    ports = {**DEFAULT_PORTS, "console": Settings.model_fields["console_port"].default}
    for name, port in ports.items():
        assert compose["services"][name]["healthcheck"]["test"] == [
            "CMD", "python", "-m", "brinkwatch.observe.probe", str(port),
        ]  # fmt: skip


def test_images_are_pinned_to_the_versions_that_the_tests_run_on(compose: dict[str, Any]) -> None:
    assert compose["services"]["kafka"]["image"] == "apache/kafka:4.1.0"
    elastic = {compose["services"][name]["image"].rpartition(":")[2] for name in ("elasticsearch", "kibana")}
    assert elastic == {"9.4.3"}, "Kibana and Elasticsearch are released together"


def test_the_image_copies_what_exists_and_runs_as_nobody(compose: dict[str, Any]) -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for source in (source for sources in copies for source in sources):
        assert (ROOT / source).exists()
        assert f"!{source}" in ignore
    assert "USER 10001" in lines
    assert 'ENTRYPOINT ["brinkwatch"]' in lines
    python = re.search(r"FROM python:(3\.\d+)", "\n".join(lines))
    assert python and python[1] in ("3.11", "3.12", "3.13")


def test_the_paths_that_commands_name_are_in_the_image(compose: dict[str, Any]) -> None:
    for name in OURS:
        for argument in compose["services"][name]["command"]:
            if argument.startswith("/app/"):
                assert (ROOT / argument.removeprefix("/app/")).is_file()


def test_services_start_after_what_they_need(compose: dict[str, Any]) -> None:
    for name in ("produce", "process", "index", "alert", "console"):
        needs = compose["services"][name]["depends_on"]
        assert needs["setup"]["condition"] == "service_completed_successfully"
        assert needs["kafka"]["condition"] == needs["elasticsearch"]["condition"] == "service_healthy"
