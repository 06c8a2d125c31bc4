"""Speed of the analyzer beside plain spaCy, on the same texts in one run on one core: read the ratios, machines are noisy.

    python -m benchmarks.analyzer [--repeat N] [--kilobytes N] [FILE.jsonl …]

Texts are the English ones of the bundled sample articles unless files of `{"title","text"}` lines are given.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy

from processors.analysis.analyzer import Analyzer, Request
from processors.analysis.language import detect
from processors.analysis.parse import model_name

SAMPLES = Path(__file__).parent.parent / "seeds" / "articles"


def texts_of(files: Sequence[Path], kilobytes: int) -> list[str]:
    """English texts, repeated until there are enough characters to time."""
    found: list[str] = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                article = json.loads(line)
                text = "\n\n".join(filter(None, [article.get("title"), article.get("text") or article.get("body")]))
                if detect(text, article.get("language")) == "en":
                    found.append(text)
    if not found:
        raise SystemExit("There are no English articles to time: give a file of JSON lines.")
    # Short articles are put together, so that both sides see texts of a usual length.
    joined, size = [], 0
    while size < kilobytes * 1000:
        for i in range(0, len(found), 4):
            joined.append("\n\n".join(found[i : i + 4]))
            size += len(joined[-1])
    return joined


def timed(name: str, texts: Sequence[str], work: Callable[[Sequence[str]], object], repeat: int) -> float:
    """The best of several runs, in KB/s."""
    size = sum(map(len, texts)) / 1000
    best = 0.0
    for _ in range(repeat):
        began = time.process_time()
        work(texts)
        best = max(best, size / (time.process_time() - began))
    print(f"{name:32} {best:8.1f} KB/s")
    return best


def default_texts(files: Sequence[Path] = (), kilobytes: int = 200) -> list[str]:
    """The English sample articles, or those of the files."""
    return texts_of(files or sorted(SAMPLES.glob("*.jsonl")), kilobytes)


def measure(texts: Sequence[str], repeat: int = 2) -> dict[str, float]:
    """KB/s of the analysis, of the whole spaCy pipeline and of spaCy's names alone, on one core."""
    print(f"{len(texts)} texts, {sum(map(len, texts)) / 1000:.0f} KB")
    model = model_name("")
    if model is None:
        raise SystemExit("No spaCy pipeline is installed.")
    nlp = spacy.load(model)
    analyzer = Analyzer()
    analyzer.analyze(texts[0])
    plain = timed("spaCy, whole pipeline", texts, lambda t: [None for _ in nlp.pipe(t, batch_size=8)], repeat)
    names = timed(
        "spaCy, names alone",
        texts,
        lambda t: [None for _ in nlp.pipe(t, batch_size=8, disable=[p for p in nlp.pipe_names if p != "ner"])],
        repeat,
    )
    ours = timed(
        "the whole analysis",
        texts,
        lambda t: [None for _ in analyzer.analyze_many([Request(x, language="en") for x in t])],
        repeat,
    )
    print(f"analysis / whole spaCy pipeline {ours / plain:.2f}")
    print(f"analysis / names alone          {ours / names:.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB (both models loaded)")
    return {"analysis": ours, "spacy": plain, "spacy_names": names, "of_spacy": ours / plain}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--kilobytes", type=int, default=200)
    options = parser.parse_args()
    measure(default_texts(options.files, options.kilobytes), options.repeat)


if __name__ == "__main__":
    main()
