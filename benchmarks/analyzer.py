"""Speed of the analyzer beside plain spaCy, on the same texts in one run on one core: read the ratios, machines are noisy.

    python -m benchmarks.analyzer [--repeat N] [--kilobytes N] [FILE.jsonl …]

Texts are political news, and a mix of which half is sport, business, culture and nature, unless files of `{"title","text"}`
lines are given.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy

from benchmarks.classifiers import keyword_counter, phrase_matcher
from processors.analysis.analyzer import Analyzer, Request
from processors.analysis.language import detect
from processors.analysis.parse import model_name

DATA = Path(__file__).parent / "data"


def texts_of(files: Sequence[Path], kilobytes: int) -> list[str]:
    """English texts in the order of their files, one of each in turn, repeated until there are enough characters to time."""
    found: list[list[str]] = []
    for file in files:
        lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
        texts = ["\n\n".join(filter(None, [a.get("title"), a.get("text") or a.get("body")])) for a in lines]
        found.append([text for text in texts if detect(text, None) == "en"])
    mixed = [text for row in itertools.zip_longest(*found) for text in row if text]
    if not mixed:
        raise SystemExit("There are no English articles to time: give a file of JSON lines.")
    size = sum(map(len, mixed))
    return mixed * max(1, round(kilobytes * 1000 / size))


def timed(texts: Sequence[str], work: Callable[[Sequence[str]], object]) -> float:
    """KB/s of CPU time."""
    began = time.process_time()
    work(texts)
    return sum(map(len, texts)) / 1000 / (time.process_time() - began)


def default_texts(kilobytes: int = 200) -> dict[str, list[str]]:
    """The texts to time, by what they are."""
    political, quiet = DATA / "political.jsonl", DATA / "quiet.jsonl"
    return {
        "political news": texts_of([political], kilobytes),
        "half sport, business, culture, nature": texts_of([political, quiet], kilobytes),
    }


def measure(texts: Sequence[str], repeat: int = 3) -> dict[str, float]:
    """KB/s of the analysis, of the whole spaCy pipeline, of its names alone, and of keyword lists, on one core."""
    print(f"{len(texts)} texts, {sum(map(len, texts)) / 1000:.0f} KB")
    model = model_name("")
    if model is None:
        raise SystemExit("No spaCy pipeline is installed.")
    nlp = spacy.load(model)
    analyzer = Analyzer()
    analyzer.analyze(texts[0])
    gc.collect()
    gc.freeze()  # as the workers do; to the good of all that is timed here
    others = [p for p in nlp.pipe_names if p != "ner"]
    keywords, phrases = keyword_counter(), phrase_matcher()
    speeds: dict[str, float] = {}
    contenders: dict[str, Callable[[Sequence[str]], object]] = {
        "spaCy, whole pipeline": lambda t: [None for _ in nlp.pipe(t, batch_size=8)],
        "spaCy, names alone": lambda t: [None for _ in nlp.pipe(t, batch_size=8, disable=others)],
        "PhraseMatcher, our words": lambda t: [phrases(x) for x in t],
        "keyword classifier, our words": lambda t: [keywords(x) for x in t],
        "the whole analysis": lambda t: [None for _ in analyzer.analyze_many([Request(x, language="en") for x in t])],
    }
    for _ in range(repeat):  # in turn, so that a noisy moment hits all
        for name, work in contenders.items():
            speeds[name] = max(speeds.get(name, 0.0), timed(texts, work))
    whole = speeds["spaCy, whole pipeline"]
    for name, speed in speeds.items():
        print(f"{name:32} {speed:9.1f} KB/s  {speed / whole:7.2f} × the whole pipeline")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB (both models loaded)")
    gc.unfreeze()
    return {name: speed / whole for name, speed in speeds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kilobytes", type=int, default=200)
    options = parser.parse_args()
    sets = (
        {"the files": texts_of(options.files, options.kilobytes)} if options.files else default_texts(options.kilobytes)
    )
    for name, texts in sets.items():
        print(f"== {name}")
        measure(texts, options.repeat)


if __name__ == "__main__":
    main()
