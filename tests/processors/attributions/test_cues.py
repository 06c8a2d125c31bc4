"""Every cue of the data file finds the statement of its own examples."""

from __future__ import annotations

import pytest

from processors.analysis import knowledge
from processors.analysis.analyzer import Analyzer
from processors.analysis.curation.examples import Case, cases, failure


@pytest.mark.parametrize("case", cases("cue"), ids=str)
def test_a_cue_finds_its_example(analyzer: Analyzer, case: Case) -> None:
    assert failure(case, analyzer) is None


def test_every_cue_has_an_example() -> None:
    assert [cue.name for cue in knowledge.cues() if not cue.examples] == []
