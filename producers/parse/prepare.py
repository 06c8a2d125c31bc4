"""Makes hostile XML harmless and small before feedparser sees it: no DOCTYPE, no more entries than are wanted, an end
where the end is missing. Works on bytes; what is not written in bytes of the ASCII kind is made UTF-8 first, as nothing in
it would be found otherwise.
"""

from __future__ import annotations

import codecs
import functools
import re
import warnings
from typing import NamedTuple

_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*(\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DOCTYPE_START = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.:-]*)")
_ENTRY_END = re.compile(rb"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)\s*>")
_ENTRY_START = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)[\s>/]")
_LISTED_END = re.compile(rb"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:url|sitemap)\s*>")
_LISTED_START = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:url|sitemap)[\s>/]")
# feedparser looks for e-mail addresses in names with an expression that takes quadratic time: 32 KB take seconds.
_LONG_NAME = re.compile(
    rb"(<(?:[A-Za-z_][\w.-]{0,30}:)?(?:author|creator|name|email|publisher|managingEditor|webMaster|contributor|owner)"
    rb"\b[^<>]{0,200}>\s*(?:<!\[CDATA\[)?[^<\]]{500})[^<\]]+"
)
# References to halves of letters: feedparser gives up on the whole feed, yet some publishers write emoji as two halves.
_SURROGATE = (
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));?"
)
_SURROGATES = re.compile(rb"(?:" + _SURROGATE + rb")+")
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+)")
_HTML_ROOTS = ("html", "head", "body", "div", "p", "script", "meta", "title")
_LOOK_AHEAD = 65536
_DECLARATION = 200  # bytes that the longest sensible XML declaration stays below
_WIDE = (  # byte order marks, the longer first; feedparser knows them, the expressions above do not
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STARTS = (  # of documents without a mark: `<` or `<?xm` as each of these encodings writes it
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    ("<?xm".encode("cp037"), "cp037"),
)
_XML_ENCODING = re.compile(r"^(<\?xml[^>]{0,180}?)\s+encoding\s*=\s*[\"']([^\"'>]*)[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
# Bytes that some encodings read as something else (UTF-7, HZ, ISO 2022, escapes): a tag may hide behind such.
_ASCII = bytes(range(128)) + b"+ADw-~{<:~}~\n\x1b$B!!\x1b(B\\u003c"


class Prepared(NamedTuple):
    """`utf8` tells that the bytes were decoded and are UTF-8 now, whatever a header says; `cut` that their end is missing."""

    data: bytes
    root: str
    utf8: bool
    problems: tuple[str, ...]
    cut: bool = False

    @property
    def looks_like_html(self) -> bool:
        return self.root in _HTML_ROOTS


def prepare(data: bytes, max_entries: int, content_type: str = "") -> Prepared:
    """The bytes as they may be parsed, with what was done to them in words."""
    problems: list[str] = []
    data, utf8 = _to_bytes_of_ascii_kind(data.lstrip(b" \t\r\n"), content_type)
    data = _without_doctype(data, problems)
    root, cut = _root(data), False
    local = root.rpartition(b":")[2].lower()
    if local in (b"rss", b"rdf", b"feed", b"channel"):
        data, cut = _with_few_entries(data, root, local, max_entries, problems)
        data = _LONG_NAME.sub(rb"\1", data)
        data = _SURROGATES.sub(_whole_letters, data)
    elif local in (b"urlset", b"sitemapindex"):
        data, cut = _with_few_entries(data, root, local, max_entries, problems)
    return Prepared(data, local.decode("ascii", "replace"), utf8, tuple(problems), cut)


def _whole_letters(halves: re.Match[bytes]) -> bytes:
    """Halves that follow each other make letters; a half alone becomes the replacement character."""
    found = [ref.decode() for ref in _REFERENCE.findall(halves[0])]
    numbers = [int(ref[1:], 16) if ref[0] in "xX" else int(ref) for ref in found]
    text = b"".join(number.to_bytes(2, "little") for number in numbers).decode("utf-16-le", "replace")
    return "".join(f"&#{ord(letter)};" for letter in text).encode()


def _to_bytes_of_ascii_kind(data: bytes, content_type: str) -> tuple[bytes, bool]:
    encoding = next((name for mark, name in _WIDE if data.startswith(mark)), None)
    if encoding is None:
        encoding = next((name for start, name in _STARTS if data.startswith(start)), None)
    if encoding is None:
        data = _without_endless_declaration(data)
        declared = _XML_ENCODING.match(data[:_DECLARATION].decode("latin-1").removeprefix("\xef\xbb\xbf"))
        charset = _CHARSET.search(content_type)
        names = [found for found in (charset and charset[1], declared and declared[2]) if found]
        encoding = next((name for name in names if not _is_plain(name)), None)
    if encoding is None:
        return data, False
    try:
        text = data.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):  # none for text: read as UTF-8, whatever is declared
        text = data.decode("utf-8", "replace")
    return _XML_ENCODING.sub(r"\1", text).encode("utf-8", "replace"), True


def _without_endless_declaration(data: bytes) -> bytes:
    """An encoding that is declared further on than anybody declares one is there to be overlooked."""
    start = 3 if data.startswith(codecs.BOM_UTF8) else 0
    if not data.startswith(b"<?xml", start) or 0 <= data.find(b">", start, _DECLARATION) < _DECLARATION:
        return data
    end = data.find(b">", start)
    return data[end + 1 :] if end >= 0 else b""


@functools.lru_cache(maxsize=200)
def _is_plain(encoding: str) -> bool:
    """Whether the encoding reads every ASCII byte as that letter, or is unknown, so that nobody reads anything with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except LookupError:
        return True
    except (UnicodeError, ValueError):
        return False


def _without_doctype(data: bytes, problems: list[str]) -> bytes:
    """Drop the DOCTYPE: entities of its own are how a kilobyte becomes a gigabyte, external ones how files leak."""
    start = _DOCTYPE_START.search(data, 0, _LOOK_AHEAD)
    if start is None:
        return data
    if re.match(rb"<!DOCTYPE\s+html", data[start.start() : start.start() + 40], re.IGNORECASE):
        return data
    whole = _DOCTYPE.match(data, start.start())
    declaration = whole[0] if whole else data[start.start() : start.start() + _LOOK_AHEAD]
    if _ENTITY.search(declaration):
        problems.append("It declares entities of its own; they were left out, as they can blow up or read files.")
    if whole is None:
        # an unclosed declaration: harmless once it is no declaration any more
        return data[: start.start()] + b"<!--" + data[start.end() :]
    return data[: whole.start()] + data[whole.end() :]


def _root(data: bytes) -> bytes:
    """The name of the first element; comments, declarations and processing instructions come before it."""
    position = 0
    while (position := data.find(b"<", position, _LOOK_AHEAD)) >= 0:
        if data.startswith(b"<!--", position):
            end = data.find(b"-->", position)
            position = end + 3 if end >= 0 else len(data)
        elif match := _ROOT.match(data, position):
            return match[1]
        else:
            position += 1
    return b""


def _with_few_entries(data: bytes, root: bytes, kind: bytes, limit: int, problems: list[str]) -> tuple[bytes, bool]:
    """Cut behind the last entry that is wanted, or that is whole where the document ends too early; and whether it does."""
    listing = kind in (b"urlset", b"sitemapindex")
    entry_start, entry_end = (_LISTED_START, _LISTED_END) if listing else (_ENTRY_START, _ENTRY_END)
    ends = 0
    last = 0
    for match in entry_end.finditer(data):
        ends += 1
        last = match.end()
        if ends == limit and entry_start.search(data, last):
            total = limit + len(entry_start.findall(data, last))
            problems.append(f"It has {total:,} entries; the first {limit:,} were taken.")
            return data[:last] + _closing(root, kind), False
    if data.rstrip().endswith(b">") and (b"</" + root) in data[-200:]:
        return data, False
    if b"</" + root in data[last:]:
        return data, False
    if ends and entry_start.search(data, last):
        problems.append("It ends too early; what could be read was taken, the last entry, which is cut, was left out.")
    else:
        problems.append("It ends too early; what could be read was taken.")
    return (data[:last] + _closing(root, kind) if ends else data), True


def _closing(root: bytes, kind: bytes) -> bytes:
    return (b"</channel>" if kind == b"rss" else b"") + b"</" + root + b">"
