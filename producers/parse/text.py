"""HTML to plain text with its paragraphs kept, by nh3; and the cutting of texts that are too long."""

from __future__ import annotations

import html
import re

import nh3

_DROPPED = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"}
# `[^<>]*` and not `[^>]*`: on a run of "<p<p<p…" the latter would take quadratic time.
_BLOCK = re.compile(
    r"<(/?)(p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|table|blockquote|pre|section|article|figure|figcaption|header|footer)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_TIGHT = frozenset({"br", "li", "tr", "dt", "dd"})
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
# Control characters say nothing; C1, lone surrogates and non-characters cannot be stored everywhere.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u200b\ufeff]")


def plain_from_html(markup: str) -> str:
    """The text of HTML: tags gone, entities resolved, a blank line between paragraphs and a line for each list item."""
    if "<" in markup:
        markup = " ".join(markup.split())
        markup = _BLOCK.sub(_break, markup)
        markup = nh3.clean(markup, tags=set(), clean_content_tags=_DROPPED, strip_comments=True)
    return tidy(html.unescape(markup))


def _break(tag: re.Match[str]) -> str:
    if tag[2].lower() not in _TIGHT:
        return "\n\n"
    return "" if tag[1] else "\n"


def tidy(text: str) -> str:
    """Text without control characters, with single spaces, and with line ends of `\\n`, at most two in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SPACES.sub(" ", _CONTROLS.sub("", text))
    text = _BREAKS.sub(lambda match: "\n\n" if match[0].count("\n") > 1 else "\n", text)
    return text.strip()


def one_line(text: str, limit: int) -> str:
    """The text on one line, cut at `limit` characters."""
    return " ".join(text.split())[:limit]


def cut(text: str, limit: int) -> tuple[str, bool]:
    """The text within `limit` characters, and whether it was cut; cut at a space where there is one near the end."""
    if len(text) <= limit:
        return text, False
    space = text.rfind(" ", limit - 200, limit)
    return text[: space if space > 0 else limit].rstrip(), True
