"""Reads the sample articles, the demo feeds and the variations from the seeds folder. When they are issued is `timetable.py`'s.

The format is documented in `seeds/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

import brinkwatch
from brinkwatch.errors import InputError, SettingsError
from brinkwatch.models.feed import FeedClass

Expectation = Literal["escalation", "de-escalation", "mixed", "quiet", "unread"]
FeedFormat = Literal["rss", "atom", "rdf", "json"]
Kind = Literal[
    "accusation", "analysis", "arms", "attack", "business", "ceasefire", "conditional-threat", "correction", "crime",
    "culture", "denial", "health", "historical", "labour", "mobilisation", "not-read", "politics", "request", "sanction",
    "sanction-relief", "science", "sport", "talks", "threat", "weather", "wire-copy", "withdrawal",
]  # fmt: skip

PLACEHOLDERS = ("{date}", "{weekday}", "{yesterday}", "{tomorrow}")

T = TypeVar("T")
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Line = Annotated[str, msgspec.Meta(min_length=1, pattern=r"^\S.*\S$")]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files written by people: an unknown field is a slip of the pen and is refused."""


class Labels(_Strict, frozen=True, kw_only=True):
    """What a careful reader finds: the direction of the whole text, and the kinds of statement in it."""

    expect: Expectation
    kinds: tuple[Kind, ...]


class Sample(_Strict, frozen=True, kw_only=True):
    """One sample article. `text` has paragraphs separated by an empty line, and may hold `PLACEHOLDERS`.

    `lead` marks what the first minute shows. `story` is the id of the sample whose wire copies this and others are,
    `corrects` that of the sample which this one replaces.
    """

    id: Slug
    feed: Slug
    title: Line
    summary: Line
    text: Annotated[str, msgspec.Meta(min_length=40)]
    language: str
    author: Line
    labels: Labels
    lead: bool = False
    story: Slug | None = None
    corrects: Slug | None = None


class DemoFeed(_Strict, frozen=True, kw_only=True):
    """A feed of the demo server. `delivers` tells whether its items carry the whole text or the summary only."""

    id: Slug
    title: Line
    language: str
    country: str
    class_: FeedClass = msgspec.field(name="class")
    format: FeedFormat
    delivers: Literal["text", "summary"] = "text"

    @property
    def path(self) -> str:
        return f"/feeds/{self.id}.{'json' if self.format == 'json' else 'xml'}"


class Variation(_Strict, frozen=True, kw_only=True):
    """How a later round says the same again: headlines around `{title}`, last paragraphs with the issue's `{time}`."""

    titles: tuple[str, ...]
    closings: tuple[str, ...]


class Seeds(_Strict, frozen=True, kw_only=True):
    """Everything the demo server serves."""

    feeds: tuple[DemoFeed, ...]
    samples: tuple[Sample, ...]
    variations: Mapping[str, Variation]


def seeds_dir(configured: Path | None = None) -> Path:
    """The seeds folder: the configured one (`BRINKWATCH_SEEDS_DIR`), else the one beside the packages.

    Raises `SettingsError` where it does not exist.
    """
    folder = configured or Path(brinkwatch.__file__).resolve().parent.parent / "seeds"
    if not folder.is_dir():
        raise SettingsError(
            f"The folder with starter feeds and sample articles, {folder}, does not exist.",
            "Set BRINKWATCH_SEEDS_DIR to the `seeds` folder of a checkout.",
        )
    return folder


def load_seeds(folder: Path) -> Seeds:
    """Read and check the whole folder. Raises `InputError` naming the file, the line and what is wrong with it."""
    feeds = _decode(folder / "demo" / "feeds.json", tuple[DemoFeed, ...])
    variations = _decode(folder / "demo" / "variations.json", dict[str, Variation])
    samples = tuple(s for path in sorted((folder / "articles").glob("*.jsonl")) for s in _load_file(path))
    _check(samples, feeds, folder)
    return Seeds(feeds=feeds, samples=samples, variations=variations)


def _load_file(path: Path) -> list[Sample]:
    samples = []
    for number, line in enumerate(_read(path).splitlines(), start=1):
        try:
            samples.append(msgspec.json.decode(line, type=Sample))
        except msgspec.DecodeError as error:
            raise InputError(
                f"{path}, line {number}, is no sample article: {error}.", "See seeds/README.md for the format."
            ) from None
    return samples


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(_read(path), type=kind)
    except msgspec.DecodeError as error:
        raise InputError(f"{path} cannot be read: {error}.", "See seeds/README.md for the format.") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", "Check BRINKWATCH_SEEDS_DIR, or restore the file."
        ) from None


def _check(samples: tuple[Sample, ...], feeds: tuple[DemoFeed, ...], folder: Path) -> None:
    """What the types cannot say: ids are unique and every reference leads somewhere."""
    known = {sample.id: sample for sample in samples}
    wrong = []
    if len(known) != len(samples):
        wrong.append("two samples have the same id")
    if not samples:
        wrong.append("there are no sample articles")
    languages = {feed.id: feed.language for feed in feeds}
    for sample in samples:
        if languages.get(sample.feed) != sample.language:
            wrong.append(f"{sample.id} names no feed of its language ({sample.feed})")
        if sample.story is not None and sample.story not in known:
            wrong.append(f"{sample.id} copies {sample.story}, which does not exist")
        if sample.corrects is not None and getattr(known.get(sample.corrects), "feed", None) != sample.feed:
            wrong.append(f"{sample.id} corrects {sample.corrects}, which is not in its feed")
    if wrong:
        raise InputError(f"The sample articles in {folder} do not fit together: {'; '.join(wrong)}.")
