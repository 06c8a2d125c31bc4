"""Writes docs/settings.md: the documented table of all settings, made from the fields themselves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from brinkwatch.settings import PREFIX, Settings

_HEAD = """# Settings

Every setting is an environment variable; `BRINKWATCH_CONFIG` may name a TOML file with the same names in lower case and
without the prefix (`poll_interval = 600`). The environment wins over the file. A wrong value is refused at the start,
with its name and what would do. Secrets are never shown.

<!-- written by `make docs` from brinkwatch/settings.py: edit there -->

| variable | default | what it does |
|---|---|---|
"""


def settings_table() -> str:
    """The whole page as Markdown."""
    rows = []
    for name, field in Settings.model_fields.items():
        default: Any = field.default
        if default is PydanticUndefined or default is None or isinstance(default, SecretStr) or default == "":
            shown = ""
        else:
            shown = f"`{default}`"
        description = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {description} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(settings_table(), encoding="utf-8")
