"""Every cue of the data file finds the statement of its own examples."""

from __future__ import annotations

import pytest

from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer

EXAMPLES = [(cue, text) for cue in knowledge.cues() for text in cue.examples]


@pytest.mark.parametrize(("cue", "text"), EXAMPLES, ids=[f"{cue.name}: {text[:40]}" for cue, text in EXAMPLES])
def test_a_cue_finds_its_example(analyzer: Analyzer, cue: knowledge.Cue, text: str) -> None:
    found = analyzer.analyze(text, language="en").attributions
    assert found
    assert any(one.denies for one in found) == cue.denies


def test_every_cue_has_an_example() -> None:
    assert [cue.name for cue in knowledge.cues() if not cue.examples] == []
