"""`brinkwatch knowledge`, and a folder of one's own that every command reads with."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.desk import brinkwatch

HOUSE = Path(__file__).parents[2]
DOCUMENT = (HOUSE / "docs" / "understanding.md").read_text("utf-8")
NAME = """[[group]]
type = "ORG"
kind = "armed_group"
source = "A register"
licence = "CC0-1.0"
rows = [{ name = "Ruzizi Front", state = "COD", all = ["Ruzizi Front"] }]
"""
RULE = """[[rule]]
name = "coerce.jam"
type = "COERCE"
mode = "cyber"
verbs = ["jam"]
object = ["signal"]
target = ["dobj", "of"]
escalation = "escalation"
when = "political"
examples = [{ text = "Belarus jammed Lithuanian radio signals.", source = "BLR", target = "LTU" }]
counter = ["The crowd jammed the phone lines."]
"""


def call(*arguments: str, stdin: str = "", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("BRINKWATCH_")}
    return subprocess.run(
        [*brinkwatch(), *arguments],
        env=clean | env, input=stdin, capture_output=True, text=True, check=False, cwd=cwd, timeout=240,
    )  # fmt: skip


def folder(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def analyses(texts: list[str], mine: Path | None = None) -> list[dict[str, Any]]:
    lines = "".join(json.dumps({"id": str(i), "text": text, "language": "en"}) + "\n" for i, text in enumerate(texts))
    more = {"BRINKWATCH_KNOWLEDGE_DIR": str(mine)} if mine is not None else {}
    done = call("analyze", "--jsonl", stdin=lines, **more)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# ------------------------------------------------------------------------------------------------ the commands


def test_our_own_files_are_well() -> None:
    done = call("knowledge", "check", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert "all is well" in done.stderr


def test_a_mistake_is_one_line_with_file_and_line_and_the_way_out(tmp_path: Path) -> None:
    folder(tmp_path, mine__events__rules__a=RULE.replace("COERCE", "COERSE"))
    done = call("knowledge", "check", "mine", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "mine/events/rules/a.toml:3: `COERSE` is no value of `type` that is known. Did you mean `COERCE`?"
    ]
    assert "1 file: 1 mistake." in done.stderr
    told = json.loads(call("knowledge", "check", "mine", "--json", cwd=tmp_path).stdout)
    assert [(p["file"], p["line"]) for p in told] == [("mine/events/rules/a.toml", 3)]


def test_without_a_folder_the_one_of_the_setting_is_checked_too(tmp_path: Path) -> None:
    folder(tmp_path, entities__a=NAME.replace("COD", "COX"))
    done = call("knowledge", "check", BRINKWATCH_KNOWLEDGE_DIR=str(tmp_path))
    assert done.returncode == 1 and f"{tmp_path}/entities/a.toml:6: " in done.stdout


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = call("knowledge", "check", "nowhere", cwd=tmp_path)
    assert done.returncode == 2 and "nowhere" in done.stderr


def test_stats_count_rules_names_and_sources_with_yours_among_them(tmp_path: Path) -> None:
    folder(tmp_path, entities__a=NAME, events__rules__a=RULE)
    ours = json.loads(call("knowledge", "stats", "--json").stdout)
    both = json.loads(call("knowledge", "stats", "--json", "--dir", str(tmp_path)).stdout)

    def count(stats: dict[str, Any]) -> dict[str, Any]:
        return next(r for r in stats["rules"] if r["kind"] == "event rule")

    assert count(ours)["yours"] == 0 and count(both)["yours"] == 1
    for field in ("rules", "examples", "counter_examples"):
        assert count(both)[field] == count(ours)[field] + 1
    things = {n["type"]: n["things"] for n in both["names"]}
    assert things["ORG"] == {n["type"]: n["things"] for n in ours["names"]}["ORG"] + 1
    assert all(source["licence"] for source in both["sources"])
    assert {s["name"]: s["licence"] for s in both["sources"]}["A register"] == "CC0-1.0"
    shown = call("knowledge", "stats", "--dir", str(tmp_path))
    assert "GeoNames" in shown.stdout and "event rule" in shown.stdout and str(tmp_path) in shown.stderr


def test_the_examples_of_a_rule_are_run_and_what_fails_is_told(tmp_path: Path) -> None:
    folder(tmp_path, events__rules__a=RULE.replace('source = "BLR"', 'source = "POL"'))
    done = call("knowledge", "test", "coerce.jam", "--dir", str(tmp_path))
    assert done.returncode == 1
    assert "coerce.jam: example “Belarus jammed Lithuanian radio signals.”" in done.stdout
    assert "Wanted COERCE, source POL, target LTU; found COERCE by coerce.jam" in done.stdout
    assert "2 sentences of 1 rule: 1 failed" in done.stderr
    told = json.loads(call("knowledge", "test", "coerce.*", "--dir", str(tmp_path), "--json").stdout)
    assert [one["rule"] for one in told if one["failure"]] == ["coerce.jam"]
    assert len({one["rule"] for one in told}) > 1


def test_a_rule_that_is_not_there_is_wrong_usage_and_the_nearest_is_named() -> None:
    done = call("knowledge", "test", "assault.drome")
    assert done.returncode == 2 and "assault.drone" in done.stderr


# ------------------------------------------------------------------------------------------------ the folder


def test_names_and_rules_of_ones_own_are_read_with(tmp_path: Path) -> None:
    people = '[[group]]\ntype = "PERSON"\nkind = "person"\nrows = [{ name = "Sergei Lavrov", en = ["Lawrow"] }]\n'
    off = '[[rule]]\nname = "assault.drone"\nenabled = false\n'
    gone = '[[group]]\ntype = "WEAPON"\nkind = "weapon"\nrows = [{ name = "Iskander", enabled = false }]\n'
    framing = '[[framing]]\nname = "my.words"\ndirection = "escalation"\npattern = "lit the fuse"\nexamples = ["It lit the fuse."]\ncounter = ["He lit a pipe."]\n'
    folder(
        tmp_path, entities__a=NAME + people + gone, events__rules__a=RULE + off, escalation__framing=framing
    )  # fmt: skip
    texts = [
        "The Ruzizi Front jammed the signals of Rwanda, Lawrow said.",
        "A Turkish drone strike on a convoy near Erbil wounded three.",
        "Russia fired Iskander missiles at Kharkiv.",
        "The deployment of Serbian tanks near Kosovo lit the fuse.",
    ]
    ours, mine = analyses(texts), analyses(texts, tmp_path)

    def named(analysis: dict[str, Any]) -> set[str]:
        return {entity["id"] for entity in analysis["entities"]}

    def coded(analysis: dict[str, Any]) -> set[str]:
        return {event["rule"] for event in analysis["events"]}

    assert {"org:ruzizi-front", "per:sergei-lavrov"} <= named(mine[0])
    assert not {"per:sergei-lavrov"} & named(ours[0])
    assert "coerce.jam" in coded(mine[0]) and "coerce.jam" not in coded(ours[0])
    assert "assault.drone" in coded(ours[1]) and "assault.drone" not in coded(mine[1])
    assert "weapon:iskander" in named(ours[2]) and "weapon:iskander" not in named(mine[2])
    assert [e["framing"]["text"] for e in mine[3]["events"] if e["framing"]] == ["lit the fuse"]


def test_another_language_is_read_by_patterns_of_ones_own(tmp_path: Path) -> None:
    names = "said denied according negation hypothetical intended requested historical by of conjunction at quiet"
    words = "\n".join(f'{name} = "zzz"' for name in names.split(" "))
    rule = (
        '[[rule]]\nname = "pt.bombard"\ntype = "ASSAULT"\nescalation = "escalation"\ntrigger = "bombarde(?:ou|aram)"\n'
        'examples = [{ text = "O Irão bombardeou o Iraque, segundo fontes do governo.", source = "IRN" }]\n'
        'counter = ["A equipa venceu o jogo em Lisboa, segundo fontes do governo."]\n'
    )
    folder(tmp_path, light__pt=f"[words]\n{words}\n{rule}", languages__profiles='[coverage]\nlight = ["pt"]\n')
    done = call("knowledge", "test", "pt.*", "--dir", str(tmp_path))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    text = "O Irão bombardeou o Iraque, segundo fontes do governo."
    done = call("analyze", "--json", stdin=text, BRINKWATCH_KNOWLEDGE_DIR=str(tmp_path))
    analysis = json.loads(done.stdout)
    assert (analysis["language"], analysis["coverage"]) == ("pt", "light")
    assert [e["rule"] for e in analysis["events"]] == ["pt.bombard"]


def test_the_version_of_the_rules_is_another_with_a_folder_and_the_same_with_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    mine = folder(tmp_path / "mine", entities__a=NAME)
    other = folder(tmp_path / "other", entities__a=NAME.replace("Ruzizi", "Rutshuru"))
    versions = [analyses(["x"], one)[0]["rules_version"] for one in (None, tmp_path / "empty", mine, mine, other)]
    assert versions[0] == versions[1] and versions[2] == versions[3]
    assert len(set(versions)) == 3


def test_worker_processes_read_with_the_folder(tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", entities__a=NAME)
    env = {
        "BRINKWATCH_DATA_DIR": str(tmp_path / "data"), "BRINKWATCH_KNOWLEDGE_DIR": str(mine), "BRINKWATCH_ANALYZE_WORKERS": "1",
    }  # fmt: skip
    article = {"url": "https://desk.example/1", "title": "Note", "text": "The Ruzizi Front attacked a post in Rwanda."}
    done = call("ingest", stdin=json.dumps(article) + "\n", **env)
    assert done.returncode == 0, done.stderr
    found = json.loads(call("search", "entity.ids:org\\:ruzizi-front", "--json", **env).stdout)
    assert found["total"] == 1


@pytest.mark.parametrize("command", [["analyze"], ["run", "--once"], ["ingest"], ["process"]], ids=lambda c: c[0])
def test_a_broken_file_stops_the_start_with_its_line(command: list[str], tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", events__rules__a=RULE.replace("verbs", "verb"))
    done = call(
        *command, stdin="x", BRINKWATCH_KNOWLEDGE_DIR=str(mine), BRINKWATCH_DATA_DIR=str(tmp_path / "data"),
        BRINKWATCH_KAFKA_BOOTSTRAP="127.0.0.1:1",
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert f"{mine}/events/rules/a.toml:5: `verb` is no field that is known. Did you mean `verbs`?" in done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------------------ the document


def documented_calls() -> Iterator[tuple[str, list[str]]]:
    """The calls of the document's worked example with what they are said to print."""
    block = re.search(r"^```console\n(\$ brinkwatch knowledge check my-knowledge\n.*?)^```$", DOCUMENT, re.M | re.S)
    assert block is not None
    for part in re.split(r"^\$ ", block[1], flags=re.M)[1:]:
        line, *printed = part.rstrip("\n").split("\n")
        yield line, printed


def test_the_worked_example_of_the_document_does_what_it_says(tmp_path: Path) -> None:
    files = re.findall(r"^```toml\n# (my-knowledge/\S+)\n(.*?)^```$", DOCUMENT, re.M | re.S)
    assert len(files) == 2
    for name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    script = "".join(
        f"echo '>>> {i}'; {line.replace('brinkwatch ', brinkwatch()[0] + ' ')} 2>&1\n"
        for i, (line, _) in enumerate(documented_calls())
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith("BRINKWATCH_")}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=clean, capture_output=True, text=True, check=True)
    answers = re.split(r"^>>> \d+\n", done.stdout, flags=re.M)[1:]
    for (line, promised), answer in zip(documented_calls(), answers, strict=True):
        expected = [one for one in promised if one != "…"]
        assert answer.splitlines()[: len(expected)] == expected, line


def test_the_document_names_every_source_and_licence() -> None:
    stats = json.loads(call("knowledge", "stats", "--json").stdout)
    for source in stats["sources"]:
        assert source["name"] in DOCUMENT
        assert source["licence"].split(";")[0] in DOCUMENT
