"""The house's rules on imports hold, and asking for help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = (
    "spacy",
    "faust",
    "aiokafka",
    "kafka",
    "elasticsearch",
    "tantivy",
    "aiohttp",
    "starlette",
    "uvicorn",
    "numpy",
    "feedparser",
)

LOOK = """
import sys
from brinkwatch.cli.main import main
sys.argv = ["brinkwatch", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_imports_point_one_way_and_each_client_is_known_to_its_module_alone() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["analyze", "--help"], ["process", "--help"], ["feeds", "--help"], ["--version"]],
)
def test_asking_for_help_loads_neither_a_model_nor_a_client(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, *arguments], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.splitlines()[-1].split())
    assert not loaded.intersection(HEAVY)
