"""Whether an article's page is wanted, and what the article is with the page's text. Pure."""

from __future__ import annotations

import re

import msgspec

from brinkwatch.models import RawArticle
from brinkwatch.models.feed import FullText
from producers.pages.extract import Page
from producers.parse.model import ParsedEntry

TEASER = 600
"""Characters up to which a feed's text is a teaser: two or three sentences."""
_GOES_ON = re.compile(
    r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.|&#8230;)\s*\]|(?:read|continue|view|see) (?:more|the full|full|reading)\b[^.]{0,60}|weiterlesen|lire la suite"
    r"|leer más|seguir leyendo|leggi tutto|читать далее|подробнее|اقرأ المزيد)\W*$",
    re.IGNORECASE,
)


def is_teaser(entry: ParsedEntry) -> bool:
    """Whether the feed gives the beginning of the article only."""
    text = (entry.body or entry.summary).rstrip()
    return len(text) < TEASER or (len(text) < 3 * TEASER and bool(_GOES_ON.search(text[-120:])))


def wants_page(mode: FullText, entry: ParsedEntry) -> bool:
    """Whether the page is fetched: `on` always, `auto` for teasers, `off` never; never without a link."""
    return bool(entry.url) and (mode == "on" or (mode == "auto" and is_teaser(entry)))


def with_page(article: RawArticle, page: Page) -> RawArticle:
    """The article with the page's text, where that is longer than the feed's; headline and link stay the feed's."""
    if page.kind != "article" or len(page.text) <= len(article.body or article.summary):
        return article
    return msgspec.structs.replace(
        article,
        body=page.text,
        text_origin="page",
        truncated=page.truncated,
        authors=article.authors or page.authors,
        published=article.published or page.published,
    )
