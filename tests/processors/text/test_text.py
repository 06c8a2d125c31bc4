"""Any Unicode is prepared in linear time, with offsets that stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.analysis.text import MAX_RUN, MAX_WORD, fold, pieces, prepare, zones
from tests.growth import grows_linearly

ANYTHING = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=300) | st.text(
    alphabet="aİßΑА\u202e\u200d\u0301\ud800\"'.,-—()\n <>&;US", max_size=300
)


@given(ANYTHING, ANYTHING)
def test_safe_and_folded_text_have_the_length_of_the_text(title: str, body: str) -> None:
    prepared = prepare(title, body, 1000)
    assert len(prepared.safe) == len(prepared.text) == len(fold(prepared.text))
    expected = f"{title}\n\n{body}" if title else body
    assert prepared.text == re.sub("[\ud800-\udfff]", "\ufffd", expected)
    assert not prepared.truncated


@given(ANYTHING)
def test_no_long_runs_reach_a_tokenizer(body: str) -> None:
    safe = prepare(None, body * 5, 10_000).safe
    assert not re.search(rf"[^\w\s]{{{MAX_RUN + 1},}}", safe)
    assert not re.search(rf"\S{{{MAX_WORD + 1},}}", safe)


@given(st.text(alphabet="ab. \n。", max_size=2000), st.integers(10, 200))
def test_pieces_cover_the_text_without_gap_or_overlap(body: str, size: int) -> None:
    cut = pieces(prepare(None, body, 10_000), size)
    assert "".join(body[a:b] for a, b in cut) == body
    assert all(b - a <= size for a, b in cut)


def test_a_text_is_cut_at_the_limit_and_says_so() -> None:
    prepared = prepare("Title", "x" * 100, 50)
    assert prepared.truncated and len(prepared.text) == 50


@pytest.mark.parametrize(
    "unit", ['"', "x", "(", "By A", " A", "<a", "— ", "Reporting by ", "\n(Reuters) ", "A, ", "“«"]
)
def test_preparing_takes_linear_time(unit: str) -> None:
    assert grows_linearly(lambda count: zones(prepare(None, unit * count, 10**7).text), 10_000)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("By Ada Quill and Tom Okoro\nIran said.", "byline", "By Ada Quill and Tom Okoro"),
        ("TUNIS (Reuters) – Libya said.", "dateline", "TUNIS (Reuters) – "),
        ("KYIV, Sept 6 (Reuters) - Ukraine said.", "dateline", "KYIV, Sept 6 (Reuters) - "),
        (
            "KYIV, Nov 23 (Upland Wire) - Russia fired missiles at a port city in the south.",
            "dateline",
            "KYIV, Nov 23 (Upland Wire) - ",
        ),
        (
            "ACCRA (Upland) — Ghana said on Monday that it would send no troops to anyone.",
            "dateline",
            "ACCRA (Upland) — ",
        ),
        (
            "Lomé, 3 May (Upland) - Togo said on Monday that it would send no troops to anyone.",
            "dateline",
            "Lomé, 3 May (Upland) - ",
        ),
        ("PARIS — France said on Monday that it would send no troops to anyone.", "dateline", "PARIS — "),
        ("МОСКВА, 5 сентября. /ТАСС/. Россия заявила.", "dateline", "МОСКВА, 5 сентября. /ТАСС/. "),
        (
            "Iran said.\n(Reporting by Ada Quill in Paris; Editing by Tom Okoro)",
            "credit",
            "(Reporting by Ada Quill in Paris; Editing by Tom Okoro)",
        ),
        (
            "Iran said.\nAdditional reporting by Ada Quill in Beirut",
            "credit",
            "Additional reporting by Ada Quill in Beirut",
        ),
    ],
)
def test_what_is_no_content_is_found(text: str, kind: str, words: str) -> None:
    assert [(z.kind, text[z.start : z.end]) for z in zones(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    ["IRAN STRIKES BASE - REPORTS", "By invitation only, guests came.", "Iran (and Iraq) — two states — agreed."],
)
def test_content_is_not_taken_for_a_zone(text: str) -> None:
    assert zones(text) == []
