"""One analyzer for all tests of the processors: loading it costs a second, using it costs milliseconds."""

from __future__ import annotations

import pytest

from processors.analysis.analyzer import Analyzer


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer()
