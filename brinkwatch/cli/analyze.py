"""`brinkwatch analyze`: understands one text, or a stream of requests line by line. Needs no service and no data directory."""

from __future__ import annotations

import datetime as dt
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import msgspec
import typer

from brinkwatch.errors import InputError

if TYPE_CHECKING:
    from brinkwatch.models import Analysis
    from processors.analysis.analyzer import Analyzer, Request

_BATCH_LINES = 256
_BATCH_CHARS = 50_000


def analyze(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A UTF-8 text; `-` or nothing reads standard input.")
    ] = "-",
    json: Annotated[bool, typer.Option("--json", help="Print the analysis as one JSON value.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read lines of {"id","text"[,"title","language","published"]} and answer each in order; '
            'a line that is none answers {"id","error"}, and the exit status is 1.',
        ),
    ] = False,
) -> None:
    """Understand a text: who said what about whom, in what sense, and does it escalate.

    Shows the text with its evidence marked and why it has its level. Needs no service and no data directory.

    Example: echo "Serbia deployed tanks near Kosovo." | brinkwatch analyze
    """
    from brinkwatch.settings import read_settings
    from processors.analysis.analyzer import Analyzer
    from processors.steps import load_knowledge

    settings = read_settings()
    knowledge = load_knowledge(settings.knowledge_dir)
    source = _open(file)
    try:
        analyzer = Analyzer(settings.spacy_model, settings.max_text_chars, knowledge)
        if jsonl:
            if not answer_lines(source, sys.stdout.buffer, analyzer):
                raise typer.Exit(1)
            return
        text = _decode(source.read()).removeprefix("\ufeff")
    finally:
        if source is not sys.stdin.buffer:
            source.close()
    analysis = analyzer.analyze(text)
    if json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(analysis), indent=2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        show(analysis, _replaced(text)[: settings.max_text_chars])


def _open(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}.", "Give a file, or - for standard input."
        ) from error


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The text is not UTF-8: byte {error.start} cannot be read.", "Convert it first, for example with iconv."
        ) from error


# ------------------------------------------------------------------------------------------------ lines


class _Line(msgspec.Struct):
    """One request line; everything but `text` may be missing."""

    text: str
    id: str | int | None = None
    title: str | None = None
    language: str | None = None
    published: str | None = None


def answer_lines(source: BinaryIO, sink: BinaryIO, analyzer: Analyzer) -> bool:
    """Answer request lines in order, each as soon as no more input is waiting; False where one was no valid request."""
    good = True
    for lines in _waiting_lines(source):
        requests = [_request(line) for line in lines]
        valid = [request for request in requests if not isinstance(request, _Bad)]
        analyses = iter(analyzer.analyze_many([request.request for request in valid]))
        for request in requests:
            if isinstance(request, _Bad):
                good = False
                sink.write(msgspec.json.encode({"id": request.id, "error": request.error}) + b"\n")
            else:
                analysis = msgspec.structs.replace(next(analyses), id=request.id)
                sink.write(msgspec.json.encode(analysis) + b"\n")
        sink.flush()
    return good


def _waiting_lines(source: BinaryIO) -> Iterator[list[bytes]]:
    """Lines in batches: whatever has arrived, so that no line waits for those that have not been written yet."""
    lines: queue.Queue[bytes | None] = queue.Queue(maxsize=4 * _BATCH_LINES)

    def read() -> None:
        for line in source:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True, name="request-lines").start()
    first = True
    while (line := lines.get()) is not None:
        batch, size, ended = [], 0, False
        while True:
            if first:
                line, first = line.removeprefix(b"\xef\xbb\xbf"), False
            if line.strip():
                batch.append(line)
                size += len(line)
            if len(batch) >= _BATCH_LINES or size >= _BATCH_CHARS:
                break
            try:
                following = lines.get_nowait()
            except queue.Empty:
                break
            if following is None:
                ended = True
                break
            line = following
        if batch:
            yield batch
        if ended:
            return


class _Good(msgspec.Struct):
    id: str
    request: Any


class _Bad(msgspec.Struct):
    id: str | int | None
    error: str


def _request(line: bytes) -> _Good | _Bad:
    from processors.analysis.analyzer import Request

    try:
        given = _read_line(line)
        published = _published(given.published)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return _Bad(_id_of(line), f"This line is no valid request: {error}")
    if given.id is None:
        return _Bad(None, "This line is no valid request: it has no id.")
    request: Request = Request(given.text, given.title or "", given.language, published)
    return _Good(_replaced(str(given.id)), request)


def _read_line(line: bytes) -> _Line:
    try:
        return msgspec.json.decode(line, type=_Line)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Lone surrogates (escaped, or as bytes) are no JSON to a strict reader; here they count as U+FFFD.
        import json

        value = json.loads(line.decode("utf-8", "surrogatepass") if b"\xed" in line else line.decode("utf-8"))
        return msgspec.convert(_replace_all(value), type=_Line)


def _published(value: str | None) -> dt.datetime | None:
    if not value:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"published {value!r} is no ISO 8601 date") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _id_of(line: bytes) -> str | int | None:
    import json

    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return _replaced(found) if isinstance(found, str) else found if isinstance(found, int) else None


def _replaced(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _replace_all(value: Any) -> Any:
    if isinstance(value, str):
        return _replaced(value)
    if isinstance(value, dict):
        return {_replaced(k): _replace_all(v) for k, v in value.items()}
    return [_replace_all(v) for v in value] if isinstance(value, list) else value


# ------------------------------------------------------------------------------------------------ for people

_STYLES = {
    "trigger": "bold red",
    "framing": "bold magenta",
    "source": "bold cyan",
    "target": "bold yellow",
    "cue": "dim",
    "speaker": "green",
}


def show(analysis: Analysis, text: str) -> None:
    """The text with its evidence marked, and why: in colour on a terminal, in brackets elsewhere."""
    from rich.console import Console
    from rich.text import Text

    from brinkwatch import explain

    console = Console(highlight=False, soft_wrap=True)
    marks = explain.marked(analysis, text)
    if console.is_terminal:
        styled = Text(text)
        for mark in marks:
            styled.stylize(_STYLES[mark.kind], mark.start, mark.end)
        console.print(styled)
        console.print()
        console.print(Text(explain.why(analysis), style="bold"))
        for line in _details(analysis):
            console.print(Text(line, style="dim"))
        return
    shown, at = [], 0
    for mark in marks:
        shown.append(f"{text[at : mark.start]}[{mark.kind}: {text[mark.start : mark.end]}]")
        at = mark.end
    shown.append(text[at:])
    sys.stdout.write("\n".join(["".join(shown).rstrip("\n"), "", explain.why(analysis), *_details(analysis)]) + "\n")


def _details(analysis: Analysis) -> list[str]:
    from brinkwatch import explain

    lines = []
    because = analysis.escalation.because or ()
    for i in because[1:]:
        lines.append(f"  also: {explain.describe(analysis, analysis.events[i])}")
    if analysis.escalation.score is not None:
        lines.append(
            f"  score {analysis.escalation.score:.2f}, language {analysis.language}, coverage {analysis.coverage}, rules {analysis.rules_version}"
        )
    if analysis.truncated:
        lines.append("  The text was longer than the limit and was cut.")
    return lines
