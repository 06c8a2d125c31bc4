"""The benchmarks run and give their figures; how large these are is not a test's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.end_to_end import Latency


def test_a_small_end_to_end_run_gives_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"
    main(["embedded", "--articles", "20", "--seconds", "1", "--workers", "1", "--json", str(out)])
    figures = json.loads(out.read_text())["embedded"]
    assert figures["articles"] == 20
    assert figures["articles_per_second"] > 0
    assert figures["ceiling"] > 0
    assert 0 < figures["searchable"]["p50"] <= figures["searchable"]["p99"]
    assert figures["alerted"]["count"] == figures["searchable"]["count"] >= 10
    assert "burst / analyzer alone" in capsys.readouterr().out


def test_the_held_out_sets_are_measured_and_written_as_a_table(tmp_path: Path) -> None:
    out, table = tmp_path / "figures.json", tmp_path / "figures.md"
    main(["understanding", "--write", str(table), "--json", str(out)])
    figures = {(f["texts"], f["name"]) for f in json.loads(out.read_text())["understanding"]}
    assert {name for _, name in figures} >= {"place", "when", "counts", "keywords", "PhraseMatcher", "the analysis"}
    assert all(f"| {texts} | {name} |" in table.read_text() for texts, name in figures)


def test_a_benchmark_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["embeded"])
    assert "there is no benchmark 'embeded'" in capsys.readouterr().err


def test_percentiles_are_of_what_was_measured() -> None:
    assert Latency.of([0.1 * n for n in range(101)]) == Latency(101, 5.0, 9.9)
