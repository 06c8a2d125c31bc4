"""What the documents promise is there: files and headings linked, commands and options, make targets, settings."""

from __future__ import annotations

import functools
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
import typer.main

from brinkwatch.cli.main import app
from brinkwatch.settings import Settings
from tests.runtimes.desk import brinkwatch

HOUSE = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", HOUSE / "CHANGELOG.md", *HOUSE.glob("docs/**/*.md")]
)

NO_SETTINGS = {
    "BRINKWATCH_CONFIG": "names the file that settings are read from",
    "BRINKWATCH_TEST_KAFKA": "where the tests find a Kafka that runs already",
    "BRINKWATCH_TEST_ELASTICSEARCH": "where the tests find an Elasticsearch that runs already",
    "BRINKWATCH_TEST_CACHE": "where the tests keep what they fetched",
}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)|!\[[^\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.M)
_VARIABLE = re.compile(r"\bBRINKWATCH_[A-Z][A-Z0-9_]*\b")
_TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)", re.M)


class Place(NamedTuple):
    """Something a document says, and which document it is."""

    document: Path
    words: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(HOUSE)}: {self.words}"


@functools.cache
def text_of(document: Path) -> str:
    return document.read_text("utf-8")


def prose(document: Path) -> str:
    return _FENCE.sub("", text_of(document))


def code(document: Path) -> Iterator[str]:
    """What stands as code: spans, and lines of fenced blocks as somebody would type them, without what a shell prints."""
    for match in _SPAN.finditer(prose(document)):
        yield match[1]
    for language, block in _FENCE.findall(text_of(document)):
        lines = block.replace("\\\n", " ").splitlines()
        yield from (
            line.lstrip("$ ") for line in lines if language != "console" or line.lstrip().startswith(("$", "#"))
        )


def anchors(document: Path) -> set[str]:
    """The headings as GitHub anchors them."""
    found: dict[str, int] = {}
    names = set()
    for heading in _HEADING.findall(prose(document)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        names.add(name if name not in found else f"{name}-{found[name]}")
        found[name] = found.get(name, 0) + 1
    return names


def links(document: Path) -> Iterator[str]:
    for match in _LINK.finditer(prose(document)):
        target = match[1] or match[2]
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield target


@functools.cache
def root() -> Any:
    return typer.main.get_command(app)


def calls(document: Path) -> Iterator[list[str]]:
    """Every call of the command, as its words: `brinkwatch search …`, and `search --since …` where the name is left out."""
    for line in code(document):
        for part in re.split(r"\||&&|;|\$\(", re.sub(r"'[^']*'|\"[^\"]*\"", "X", line.partition(" #")[0])):
            try:
                words = shlex.split(part)
            except ValueError:
                words = part.split()
            named = [i for i, word in enumerate(words) if word == "brinkwatch" or word.endswith("/bin/brinkwatch")]
            if named:
                yield words[named[0] + 1 :]
            elif words and words[0] in root().commands and any(word.startswith("--") for word in words):
                yield words


def complaint(words: list[str]) -> str | None:
    """Why a call is none of ours, or None."""
    command: Any = root()
    words = [word.rstrip("…,.") for word in words]
    path = ["brinkwatch"]
    while words and hasattr(command, "commands") and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        if words[0] not in command.commands:
            return f"{' '.join(path)} has no command {words[0]}"
        command, path, words = command.commands[words[0]], [*path, words[0]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "-h"}
    unknown = [w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w) and w.partition("=")[0] not in known]
    return f"{' '.join(path)} has no {', '.join(unknown)}" if unknown else None


def ids(document: Path) -> str:
    return str(document.relative_to(HOUSE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in links(document):
        name, _, anchor = link.partition("#")
        target = (document.parent / unquote(name)).resolve() if name else document
        if not target.exists():
            broken.append(f"{link}: no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            broken.append(f"{link}: no such heading")
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_command_and_option_exists(document: Path) -> None:
    assert [wrong for words in calls(document) if (wrong := complaint(words))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(_TARGET.findall((HOUSE / "Makefile").read_text("utf-8")))
    named = {
        word
        for line in code(document)
        for words in re.findall(r"(?:^|[;&|] *)make((?: +[\w=./-]+)+)", line)
        for word in words.split()
        if "=" not in word and not word.startswith("-")
    }
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_variable_is_a_setting(document: Path) -> None:
    settings = {f"BRINKWATCH_{name.upper()}" for name in Settings.model_fields}
    assert set(_VARIABLE.findall(text_of(document))) <= settings | set(NO_SETTINGS)


def test_what_is_named_as_no_setting_is_none_and_is_used() -> None:
    settings = {f"BRINKWATCH_{name.upper()}" for name in Settings.model_fields}
    assert not settings & set(NO_SETTINGS)
    sources = "\n".join(
        path.read_text("utf-8")
        for folder in ("brinkwatch", "tests")
        for path in HOUSE.glob(f"{folder}/**/*.py")
        if path != Path(__file__)
    )
    assert [name for name in NO_SETTINGS if name not in sources] == []


@pytest.mark.parametrize("name", ["README.md", "docs/understanding.md"])
def test_what_the_analyzer_is_shown_to_answer_it_answers(name: str) -> None:
    found = re.search(r"^\$ echo \"([^\"]+)\" \| \S*brinkwatch analyze\n(.*?)^```$", text_of(HOUSE / name), re.M | re.S)
    assert found is not None
    done = subprocess.run([*brinkwatch(), "analyze"], input=found[1] + "\n", capture_output=True, text=True, check=True)
    promised = [line for line in found[2].splitlines() if not line.endswith("…")]
    assert done.stdout.splitlines()[: len(promised)] == promised


def test_the_check_itself_sees_mistakes() -> None:
    assert complaint(["serach", "x"]) == "brinkwatch has no command serach"
    assert complaint(["search", "--newest", "x"]) == "brinkwatch search has no --newest"
    assert complaint(["feeds", "check", "https://x.example", "--json"]) is None
    assert any(calls(HOUSE / "README.md"))
