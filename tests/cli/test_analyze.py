"""`brinkwatch analyze` as people and scripts use it: a process, standard input, standard output, an exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "brinkwatch", "analyze"]
TEXT = "Serbian tanks attacked a post in Kosovo on Sunday, the government in Pristina said."


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, timeout=120, check=False)


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_plain_output_marks_the_evidence_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    done = run(str(file))
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    assert "[trigger: attacked]" in shown
    assert "Elevated: Serbian tanks attacked a post in Kosovo, according to the government in Pristina" in shown


def test_json_output_is_the_analysis_of_a_text_without_its_bom() -> None:
    done = run("--json", stdin=b"\xef\xbb\xbf" + TEXT.encode())
    analysis = json.loads(done.stdout)
    assert "id" not in analysis
    assert analysis["coverage"] == "full"
    event = analysis["events"][0]
    assert TEXT[event["trigger"]["start"] : event["trigger"]["end"]] == event["trigger"]["text"]
    assert {a["id"] for a in event["source"]} == {"SRB"}


def test_lines_are_answered_in_order_and_bad_ones_in_their_place() -> None:
    lines = [
        json.dumps({"id": "a", "text": TEXT}).encode(),
        b"no json",
        b'{"id": "b"}',
        b'{"id": 7, "text": "It rained.", "published": "yesterday"}',
        json.dumps(
            {
                "id": "c",
                "text": "Oslo is wet.",
                "title": "Weather",
                "language": "en",
                "published": "2026-05-04T10:00:00Z",
            }
        ).encode(),
        b"",
        b'{"id": "d", "text": "Oslo \\ud800 is wet."}',
    ]
    done = run("--jsonl", stdin=b"\n".join(lines) + b"\n")
    assert done.returncode == 1
    got = answers(done)
    assert [g["id"] for g in got] == ["a", None, "b", 7, "c", "d"]
    assert ["error" in g for g in got] == [False, True, True, True, False, False]


def test_all_lines_good_is_exit_status_0() -> None:
    assert run("--jsonl", stdin=b'{"id": "a", "text": "It rained."}\n').returncode == 0


def test_a_line_is_answered_while_the_input_stays_open() -> None:
    with subprocess.Popen([*COMMAND, "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        for key in ("first", "second"):
            process.stdin.write(json.dumps({"id": key, "text": TEXT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == key
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("arguments", [["no-such-file.txt"]])
def test_a_file_that_is_not_there_is_named(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert b"no-such-file.txt cannot be read" in done.stderr and b"Traceback" not in done.stderr


def test_bytes_that_are_no_utf_8_are_refused_with_their_place() -> None:
    done = run(stdin=b"abc \xff def")
    assert done.returncode == 1
    assert b"byte 4" in done.stderr
