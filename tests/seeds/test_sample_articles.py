"""The sample articles: the folder keeps its documented format, and everything the demo promises is in it."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import get_args

import pycountry
import pytest

from brinkwatch.demo.samples import PLACEHOLDERS, Expectation, Kind, Sample, Seeds, load_seeds, seeds_dir
from brinkwatch.errors import InputError, SettingsError


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(seeds_dir())


def of_kind(seeds: Seeds, kind: str) -> list[Sample]:
    return [sample for sample in seeds.samples if kind in sample.labels.kinds]


def test_there_are_enough_articles_in_enough_languages(seeds: Seeds) -> None:
    languages = Counter(sample.language for sample in seeds.samples)
    assert len(seeds.samples) >= 90
    assert all(languages[code] >= 5 for code in ("en", "es", "fr", "de", "ru", "ar")), languages
    assert all(languages[code] >= 2 for code in ("uk", "pt", "tr", "zh", "ja")), languages


def test_every_expectation_and_every_kind_is_there(seeds: Seeds) -> None:
    assert {sample.labels.expect for sample in seeds.samples} == set(get_args(Expectation))
    assert {kind for sample in seeds.samples for kind in sample.labels.kinds} == set(get_args(Kind))


def test_every_language_that_is_understood_escalates_and_stays_quiet(seeds: Seeds) -> None:
    for language in {sample.language for sample in seeds.samples} - {"eu"}:
        expected = {sample.labels.expect for sample in seeds.samples if sample.language == language}
        assert {"escalation", "de-escalation", "quiet"} <= expected, language


def test_one_language_is_understood_by_nobody(seeds: Seeds) -> None:
    unread = [sample for sample in seeds.samples if sample.labels.expect == "unread"]
    assert {sample.language for sample in unread} == {"eu"}


def test_quiet_articles_hold_treacherous_words(seeds: Seeds) -> None:
    quiet = " ".join(
        f"{sample.title} {sample.text}".lower()
        for sample in seeds.samples
        if sample.labels.expect == "quiet" and sample.language == "en"
    )
    for word in (
        "strike",
        "bombard",
        "battle",
        "price war",
        "nuclear family",
        "missile",
        "attack",
        "siege",
        "threaten",
    ):
        assert word in quiet, word


def test_wire_copies_differ_in_headline_and_opening_only(seeds: Seeds) -> None:
    stories: dict[str, list[Sample]] = {}
    for sample in seeds.samples:
        if sample.story:
            stories.setdefault(sample.story, []).append(sample)
    edited = [copies for copies in stories.values() if len({copy.title for copy in copies}) >= 3]
    same = [copies for copies in stories.values() if max(Counter(copy.text for copy in copies).values()) >= 3]
    assert edited and same
    for copies in stories.values():
        assert len({copy.feed for copy in copies}) == len(copies) >= 3
        assert len({copy.text.split("\n\n", 1)[1] for copy in copies}) == 1


def test_corrections_come_in_the_same_feed_and_say_so(seeds: Seeds) -> None:
    corrections = of_kind(seeds, "correction")
    assert len(corrections) >= 2
    for sample in corrections:
        assert sample.corrects is not None
        assert sample.title.startswith("Correction: ")
    assert corrections == [sample for sample in seeds.samples if sample.corrects]


def test_the_first_minute_has_escalation_in_several_feeds(seeds: Seeds) -> None:
    leads = [sample for sample in seeds.samples if sample.lead]
    assert {sample.labels.expect for sample in leads} == {"escalation"}
    assert len({sample.feed for sample in leads}) >= 5


def test_most_english_articles_have_the_length_of_a_news_item(seeds: Seeds) -> None:
    lengths = [len(sample.text.split()) for sample in seeds.samples if sample.language == "en"]
    assert min(lengths) >= 50
    assert sum(80 <= length <= 350 for length in lengths) >= 0.9 * len(lengths)


def test_texts_are_clean(seeds: Seeds) -> None:
    for sample in seeds.samples:
        for words in (sample.title, sample.summary, sample.text, sample.author):
            left = words
            for placeholder in PLACEHOLDERS:
                left = left.replace(placeholder, "")
            assert not re.search(r"[{}<>\x00-\x09\x0b-\x1f]|\n\n\n", left), sample.id
        assert len(sample.text.split("\n\n")) >= 2, sample.id


def test_feeds_are_well_described_and_files_are_named_after_them(seeds: Seeds) -> None:
    files = {path.stem for path in (seeds_dir() / "articles").glob("*.jsonl")}
    assert files == {feed.id for feed in seeds.feeds}
    assert {feed.format for feed in seeds.feeds} == {"rss", "atom", "rdf", "json"}
    for feed in seeds.feeds:
        assert pycountry.countries.get(alpha_3=feed.country) is not None
        assert pycountry.languages.get(alpha_2=feed.language) is not None
        assert feed.language in seeds.variations
    for path in (seeds_dir() / "articles").glob("*.jsonl"):
        assert {json.loads(line)["feed"] for line in path.read_text("utf-8").splitlines()} == {path.stem}


def test_the_format_is_documented(seeds: Seeds) -> None:
    readme = (seeds_dir() / "README.md").read_text("utf-8")
    for name in (*Sample.__struct_fields__, *get_args(Expectation), *get_args(Kind), *PLACEHOLDERS):
        assert f"`{name}`" in readme, name


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds_dir(), tmp_path / "seeds"))


def test_a_wrong_line_is_refused_with_its_file_and_number(copied: Path) -> None:
    path = copied / "articles" / "touchline.jsonl"
    path.write_text(path.read_text("utf-8") + '{"id": "x", "headline": "?"}\n', "utf-8")
    with pytest.raises(InputError, match=r"touchline\.jsonl, line 6, is no sample article"):
        load_seeds(copied)


def test_an_article_of_an_unknown_feed_is_refused(copied: Path) -> None:
    path = copied / "articles" / "touchline.jsonl"
    path.write_text(path.read_text("utf-8").replace('"feed": "touchline"', '"feed": "sideline"'), "utf-8")
    with pytest.raises(InputError, match="names no feed of its language"):
        load_seeds(copied)


def test_a_seeds_folder_that_does_not_exist_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BRINKWATCH_SEEDS_DIR"):
        seeds_dir(tmp_path / "nowhere")
    assert seeds_dir(tmp_path) == tmp_path
    with pytest.raises(InputError, match=r"feeds\.json cannot be read"):
        load_seeds(tmp_path)
