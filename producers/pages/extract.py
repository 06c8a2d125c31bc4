"""`extract_page`: an article's text, date and authors out of its HTML page, by trafilatura and JSON-LD.

Runs in a worker that is killed after its deadline: hostile pages keep extractors busy for minutes.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any, Literal

import lxml.etree
import lxml.html
import trafilatura

from brinkwatch.models.analysis import Struct
from producers.pages.walls import wall_in
from producers.parse.text import cut, one_line, tidy

SHORTEST = 250
"""Characters below which what was extracted is no article: a caption, a notice, a list of links."""
_ARTICLES = ("article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "liveblogposting",
             "blogposting", "report", "backgroundnewsarticle", "advertisercontentarticle")  # fmt: skip
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:newsletter|sign-?up|promo(?:tion)?s?|contributions?|subscri(?:be|ption)s?|donat(?:e|ion)s?|advert\w*|ads?|sponsor\w*|related"
    r"|most-?read|trending|read-?more|rich-?link|share|sharing|sharedaddy|social|cookies?|consent|breadcrumbs?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LARGEST_ASIDE = 800  # characters: a box larger than this may be the article, whatever it is called
_MAX_JSON = 500_000
_MAX_NODES = 60_000
_DEEPEST = 300

PageKind = Literal["article", "consent", "paywall", "none"]


class Page(Struct, frozen=True, kw_only=True):
    """What stands on a page. `text` is set for an article only; `reserved` where the page forbids text and data mining."""

    kind: PageKind
    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: dt.datetime | None = None
    truncated: bool = False
    reserved: bool = False


def extract_page(body: bytes, *, url: str, charset: str | None = None, max_chars: int = 100_000) -> Page:
    """Read an article page. Never raises for what the page holds; `kind` is `none` where no article can be found."""
    tree = _tree(body, charset)
    if tree is None:
        return Page(kind="none")
    data = next(_articles(tree), {})
    reserved = _reserved(tree)
    page_words = " ".join(tree.itertext("body", "p", "div", "span", "a", "button", "h1", "h2", "h3", "li"))
    free = _free(data)
    _drop_asides(tree)
    found, text = _main_text(tree, url)
    own = tidy(_string(data.get("articleBody")))
    if len(own) > 1.5 * len(text) and "<" not in own:
        text = own
    wall = wall_in(text, one_line(page_words, 20_000), free)
    if wall is not None:
        return Page(kind=wall, reserved=reserved)
    if len(text) < SHORTEST:
        return Page(kind="none", reserved=reserved)
    text, was_cut = cut(text, max_chars)
    return Page(
        kind="article",
        text=text,
        title=one_line(_string(data.get("headline")) or _string(getattr(found, "title", "")), 1000),
        authors=_authors(data) or _names(_string(getattr(found, "author", "")).split(";")),
        published=_date(data.get("datePublished")) or _date(getattr(found, "date", None)),
        truncated=was_cut,
        reserved=reserved,
    )


def _main_text(tree: Any, url: str) -> tuple[Any, str]:
    """What trafilatura finds: strictly first, and less so where that leaves nothing (tables that lay out a page)."""
    found, text = None, ""
    for strict in (True, False):
        if not strict and _is_list_of_links(tree):
            break
        found = trafilatura.bare_extraction(
            copy.deepcopy(tree),
            url=url,
            include_comments=False,
            include_tables=not strict,
            favor_precision=strict,
            favor_recall=not strict,
            with_metadata=True,
        )
        text = tidy(getattr(found, "text", "") or "").replace("\n", "\n\n").replace("\n\n\n\n", "\n\n")
        if len(text) >= SHORTEST:
            break
    return found, text


def _is_list_of_links(tree: Any) -> bool:
    linked = sum(len(link.text_content()) for link in tree.iter("a"))
    return linked > 0.5 * len(tree.text_content())


def _drop_asides(tree: Any) -> None:
    """Takes small boxes out that stand among the paragraphs and are named for what they are: newsletters, adverts."""
    doomed = [
        element
        for element in tree.iter("aside", "div", "section", "p", "form", "ul")
        if _ASIDE.search(f"{element.get('class', '')} {element.get('id', '')}")
        and len(element.text_content()) < _LARGEST_ASIDE
    ]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()


def _tree(body: bytes, charset: str | None) -> Any:
    """The page as a tree, None where it is none or so deep or large that only an attack looks like it."""
    if charset is None:
        with contextlib.suppress(UnicodeDecodeError):  # nothing else decodes as UTF-8 by accident
            body.decode("utf-8")
            charset = "utf-8"
    try:
        tree = lxml.html.fromstring(body, parser=lxml.html.HTMLParser(encoding=charset, huge_tree=False))
    except (lxml.etree.LxmlError, ValueError, LookupError, AssertionError):
        return _tree(body, None) if charset not in (None, "utf-8") else None
    for count, element in enumerate(tree.iter()):
        if count > _MAX_NODES:
            return None
        if count % 500 == 0 and sum(1 for _ in element.iterancestors()) > _DEEPEST:
            return None
    return tree


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    """What the page's JSON-LD says of articles, the page's own first as it stands."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        text = (script.text or "")[:_MAX_JSON].strip().removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data, 0):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and name.lower() in _ARTICLES for name in names):
                yield node


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for each in data[:50]:
            yield from _nodes(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(data.get(key), depth + 1)


def _free(data: dict[str, Any]) -> bool | None:
    said = data.get("isAccessibleForFree")
    if isinstance(said, bool):
        return said
    return None if not isinstance(said, str) else said.strip().lower() not in ("false", "http://schema.org/false", "no")


def _authors(data: dict[str, Any]) -> tuple[str, ...]:
    given = data.get("author")
    people = given if isinstance(given, list) else [given]
    return _names([_string(p.get("name")) if isinstance(p, dict) else _string(p) for p in people[:20]])


def _names(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in names if (name := one_line(tidy(each), 200))))


def _date(value: Any) -> dt.datetime | None:
    """An ISO date with a time; a day alone is no moment and is left to the feed."""
    if not isinstance(value, str) or len(value) < 16 or len(value) > 40:
        return None
    try:
        time = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)


def _reserved(tree: Any) -> bool:
    """TDMRep in HTML: `<meta name="tdm-reservation" content="1">`."""
    found = tree.xpath("//meta[translate(@name, 'TDMRESVAION', 'tdmresvaion')='tdm-reservation']/@content")
    return any(str(value).strip() == "1" for value in found)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
