"""The command as a newcomer meets it: help with examples, errors in one line, exit statuses as promised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from brinkwatch.cli.main import app
from tests.runtimes.desk import brinkwatch

PROMISED = {
    "run", "analyze", "ingest", "erase", "search", "feeds", "rules", "alerts", "setup", "produce", "process", "index",
    "alert", "console", "dead-letters", "replay", "status", "knowledge",
}  # fmt: skip

SUBCOMMANDS = {
    "feeds": {"add", "list", "check", "remove", "pause", "import", "export"},
    "rules": {"add", "list", "test", "remove", "enable", "disable"},
    "alerts": {"list", "show", "ack", "resend"},
    "dead-letters": {"list", "show", "retry"},
    "knowledge": {"check", "stats", "test"},
}


def every_command(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, (*path, name))
        else:
            yield (*path, name), command


def call(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*brinkwatch(), *arguments], capture_output=True, text=True, check=False, env=env or None)


def test_every_promised_command_is_there() -> None:
    root: Any = typer.main.get_command(app)
    assert set(root.commands) >= PROMISED
    for name, wanted in SUBCOMMANDS.items():
        assert set(root.commands[name].commands) >= wanted


@pytest.mark.parametrize(
    ("path", "command"), list(every_command()), ids=lambda x: " ".join(x) if isinstance(x, tuple) else ""
)
def test_a_command_says_what_it_does_and_shows_an_example(path: tuple[str, ...], command: Any) -> None:
    assert command.help
    assert f"brinkwatch {' '.join(path)}" in command.help.partition("Example")[2]
    for parameter in command.params:
        assert getattr(parameter, "help", None), parameter.name


def test_a_group_of_commands_shows_an_example() -> None:
    root: Any = typer.main.get_command(app)
    for name in SUBCOMMANDS:
        assert f"Example: brinkwatch {name} " in root.commands[name].help


def test_a_newcomer_meets_the_main_job_first_and_the_cluster_last(tmp_path: Path) -> None:
    done = call("--help", PATH="/usr/bin:/bin", COLUMNS="120", HOME=str(tmp_path))
    panels = [line.strip("╭╮─ ") for line in done.stdout.splitlines() if line.startswith("╭")]
    assert panels == ["Options", "Run", "Look", "Configure", "Repair", "Cluster: one long-lived service each"]
    root: Any = typer.main.get_command(app)
    assert root.list_commands(None) == list(dict.fromkeys(root.ORDER)) and set(root.ORDER) == set(root.commands)


@pytest.mark.parametrize(
    ("path", "command"), list(every_command()), ids=lambda x: " ".join(x) if isinstance(x, tuple) else ""
)
def test_a_command_that_prints_data_prints_json_too(path: tuple[str, ...], command: Any) -> None:
    if path[-1] in ("list", "show", "check", "search", "status", "analyze", "test", "stats"):
        assert "--json" in {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nonsense"], 2, "No such command"),
        (["search"], 2, "QUERY"),
        (["search", "--limit", "x", "a"], 2, "--limit"),
        (["search", "nofield:x"], 2, "nofield"),
        (["run", "--once", "--feeds", "no-such-file"], 2, "no-such-file"),
        (["run", "--once", "--feeds", "file:///etc/passwd"], 2, "file:///etc/passwd"),
        (["erase"], 2, "--article"),
        (["replay", "--from", "yesterday-ish"], 2, "yesterday-ish"),
        (["alerts", "show", "nothing"], 2, "nothing"),
        (["dead-letters", "retry"], 2, "--all"),
        (["ingest", "no-such-file"], 2, "no-such-file"),
        (["status"], 1, ""),
    ],
)
def test_a_mistake_is_told_in_a_line_without_a_traceback(
    arguments: list[str], status: int, said: str, tmp_path: Path
) -> None:
    done = call(*arguments, BRINKWATCH_DATA_DIR=str(tmp_path), PATH="/usr/bin:/bin", COLUMNS="200")
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_refused_at_the_start(tmp_path: Path) -> None:
    done = call("status", BRINKWATCH_POLL_INTERVAL="soon", BRINKWATCH_DATA_DIR=str(tmp_path), PATH="/usr/bin:/bin")
    assert done.returncode == 2
    assert "BRINKWATCH_POLL_INTERVAL" in done.stderr
    assert "'soon'" in done.stderr


def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("search", "x", BRINKWATCH_DATA_DIR=str(tmp_path / "file" / "data"), PATH="/usr/bin:/bin")
    assert done.returncode == 2
    assert str(tmp_path / "file" / "data") in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{brinkwatch()[0]} feeds list --json | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False,
        env={"BRINKWATCH_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr


def test_a_shell_that_allows_few_open_files_is_asked_for_more() -> None:
    code = (
        "import resource; most = resource.getrlimit(resource.RLIMIT_NOFILE)[1];"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, most));"
        "from brinkwatch.cli import main; main._allow_open_files(512);"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "512"
