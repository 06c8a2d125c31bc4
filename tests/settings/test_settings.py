"""Settings are read once, refused with their name, and documented one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from brinkwatch.errors import SettingsError
from brinkwatch.settings import read_settings
from brinkwatch.settings_table import settings_table


def test_the_documented_table_is_what_the_code_reads() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_table(), "run `make docs`"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "brinkwatch.toml").write_text("poll_interval = 600\nanalyze_workers = 3\n")
    monkeypatch.setenv("BRINKWATCH_CONFIG", str(tmp_path / "brinkwatch.toml"))
    monkeypatch.setenv("BRINKWATCH_ANALYZE_WORKERS", "5")
    settings = read_settings()
    assert (settings.poll_interval, settings.analyze_workers) == (600, 5)


def test_a_wrong_value_is_refused_with_its_name_its_value_and_what_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRINKWATCH_PROFILE", "clustre")
    with pytest.raises(SettingsError, match=r"BRINKWATCH_PROFILE.*'clustre'.*'embedded' or 'cluster'"):
        read_settings()


def test_a_settings_file_that_is_missing_or_no_toml_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRINKWATCH_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="does not exist"):
        read_settings()
    (tmp_path / "none.toml").write_text("= nonsense")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings()


def test_a_secret_is_not_shown_when_the_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRINKWATCH_ELASTICSEARCH_PASSWORD", "open sesame")
    settings = read_settings()
    assert "sesame" not in repr(settings) + str(settings.model_dump())
    assert settings.elasticsearch_password.get_secret_value() == "open sesame"
