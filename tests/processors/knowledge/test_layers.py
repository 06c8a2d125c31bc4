"""A user's folder laid over ours: what is added, what is replaced, what is switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from brinkwatch.errors import BrinkwatchError, SettingsError
from processors.analysis import layers
from processors.analysis.layers import NOTHING, Overlay


def over(**files: str) -> Overlay:
    return Overlay("mine", {name.replace("__", "/") + ".toml": text.encode() for name, text in files.items()})


def rules(overlay: Overlay) -> dict[str, layers.Table]:
    return {rule["name"]: rule for rule in layers.gathered("events/rules", "rule", overlay)}


def test_a_rule_of_a_new_name_is_added_from_whatever_file() -> None:
    mine = over(events__rules__mine='[[rule]]\nname = "a.b"\ntype = "AID"')
    assert set(rules(mine)) == {*rules(NOTHING), "a.b"}


def test_a_rule_of_our_name_replaces_ours_whole_and_in_its_place() -> None:
    mine = over(events__rules__mine='[[rule]]\nname = "assault.drone"\ntype = "AID"')
    assert rules(mine)["assault.drone"] == {"name": "assault.drone", "type": "AID"}
    assert list(rules(mine)) == list(rules(NOTHING))


def test_a_rule_that_is_switched_off_is_gone() -> None:
    mine = over(events__rules__mine='[[rule]]\nname = "assault.drone"\nenabled = false')
    assert set(rules(NOTHING)) - set(rules(mine)) == {"assault.drone"}


def test_words_are_added_to_lists_and_values_replace_values() -> None:
    mine = over(
        events__classes='troops = ["zouave"]\nown = ["x"]', escalation__score="framing = 0.5\n[levels]\nlow = 0.1"
    )
    classes = layers.table("events/classes.toml", mine)
    assert classes["troops"] == [*layers.table("events/classes.toml", NOTHING)["troops"], "zouave"]
    assert classes["own"] == ["x"]
    score = layers.table("escalation/score.toml", mine)
    ours = layers.table("escalation/score.toml", NOTHING)
    assert score == {**ours, "framing": 0.5, "levels": {**ours["levels"], "low": 0.1}}


def test_our_files_are_as_they_are_without_a_folder() -> None:
    assert layers.table("escalation/framing.toml", NOTHING) == layers.ours("escalation/framing.toml")


def test_a_folder_is_read_with_everything_in_it_but_what_is_hidden(tmp_path: Path) -> None:
    for name in ("events/rules/a.toml", ".git/b.toml", "entities/.c.toml", "notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    assert layers.read_overlay(tmp_path) == Overlay(str(tmp_path), {"events/rules/a.toml": b"x = 1\n"})
    assert layers.read_overlay(None) == NOTHING


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        layers.read_overlay(tmp_path / "nowhere")


def test_a_process_cannot_change_its_knowledge_after_it_was_read() -> None:
    assert layers.overlay() == NOTHING
    layers.lay(NOTHING)
    with pytest.raises(BrinkwatchError, match="already"):
        layers.lay(over(events__classes='troops = ["zouave"]'))
