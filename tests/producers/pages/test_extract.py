"""An article is read out of the page it stands on, whole and alone; walls and lists are no articles."""

from __future__ import annotations

import datetime as dt

import pytest

from brinkwatch.workers import WorkerPool
from producers.pages.extract import extract_page
from producers.pages.walls import wall_at
from tests.growth import grows_linearly
from tests.producers.pages.styles import CONSENT, JUNK, PARAGRAPHS, PAYWALLS, STYLES, TITLE, Style

URL = "https://paper.example/2026/09/10/patrol-boats"


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_paragraph_is_read_and_nothing_beside_them(style: Style) -> None:
    page = extract_page(style.html.encode(), url=URL, charset="utf-8")
    assert page.kind == "article"
    missing = [p for p in PARAGRAPHS if " ".join(p.split()) not in " ".join(page.text.split())]
    assert not missing
    assert not [junk for junk in JUNK if junk in page.text]


def test_date_and_authors_come_from_what_the_page_says_of_itself() -> None:
    pages = {s.name: extract_page(s.html.encode(), url=URL, charset="utf-8") for s in STYLES}
    at = dt.datetime(2026, 9, 10, 6, 15, tzinfo=dt.UTC)
    assert (pages["react blocks"].published, pages["react blocks"].authors) == (at, ("Ina Holm",))
    assert (pages["body in JSON-LD"].published, pages["body in JSON-LD"].authors) == (at, ("Ina Holm", "Jon Ek"))
    assert pages["react blocks"].title == TITLE


@pytest.mark.parametrize("html", PAYWALLS)
def test_a_paywall_page_is_no_article(html: str) -> None:
    assert extract_page(html.encode(), url=URL, charset="utf-8").kind == "paywall"


def test_a_consent_page_is_no_article() -> None:
    assert extract_page(CONSENT.encode(), url=URL, charset="utf-8").kind == "consent"
    assert wall_at("https://consent.paper.example/v2/collectConsent?sessionId=1") == "consent"
    assert wall_at("https://paper.example/consent?continue=%2Fnews") == "consent"
    assert wall_at("https://paper.example/world/parliament-gives-its-consent-to-treaty") is None


def test_an_article_that_writes_of_subscribers_and_cookies_is_an_article() -> None:
    long = "".join(f"<p>{p}</p>" for p in PARAGRAPHS * 3)
    html = f"<html><body><article><h1>On cookies</h1>{long}<p>We use cookies, said the firm; already a subscriber?</p></article></body></html>"
    assert extract_page(html.encode(), url=URL).kind == "article"


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"plain words", b"<html></html>", b"{}", b"%PDF-1.7 ...", b"<?xml version='1.0'?><rss/>",
     b"<html><body><ul>" + b"<li><a href='/x'>A headline in a list</a></li>" * 200 + b"</ul></body></html>"],
)  # fmt: skip
def test_what_is_no_article_gives_none_and_no_error(body: bytes) -> None:
    assert extract_page(body, url=URL).kind == "none"


def test_charsets_are_read_as_declared_or_as_they_are() -> None:
    text = "".join(
        f"<p>Вице-премьер заявил о переговорах в столице, сообщает агентство номер {n}.</p>" for n in range(12)
    )
    html = f"<html><head><meta charset='windows-1251'></head><body><article><h1>Переговоры</h1>{text}</article></body></html>"
    for charset in ("windows-1251", None, "no-such-charset"):
        page = extract_page(html.encode("windows-1251"), url=URL, charset=charset)
        assert "Вице-премьер заявил" in page.text


async def test_hostile_pages_cost_their_worker_and_nothing_else(pool: WorkerPool) -> None:
    for body in (b"<div>" * 100_000, b"<p>" + b"<b>" * 50_000 + b"x", b"<a href='" + b"x" * 1_000_000, b"<script>" * 50_000,
                 b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script>"):  # fmt: skip
        page = await pool.run(extract_page, body, url=URL)
        assert page.kind == "none"


def test_reading_takes_time_in_proportion_to_the_page() -> None:
    def read(size: int) -> None:
        body = "<html><body><article>" + f"<p>{PARAGRAPHS[0]}</p>" * size + "</article></body></html>"
        extract_page(body.encode(), url=URL)

    assert grows_linearly(read, 100)
