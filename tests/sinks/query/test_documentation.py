"""The page on the query language tells what is so."""

from __future__ import annotations

import re
from pathlib import Path

from brinkwatch.errors import QueryError
from sinks.query.fields import FIELDS
from sinks.query.language import parse

PAGE = (Path(__file__).parents[3] / "docs" / "query-language.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def test_every_example_is_understood() -> None:
    examples = [example.replace("\\|", "|") for example in EXAMPLE.findall(PAGE)]
    assert len(examples) > 20
    for example in examples:
        try:
            parse(example)
        except QueryError as error:
            raise AssertionError(example) from error


def test_every_field_is_in_the_table_and_no_other() -> None:
    table = PAGE.partition("| field | holds |")[2].partition("\n\n")[0]
    told = {name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert told == set(FIELDS)
