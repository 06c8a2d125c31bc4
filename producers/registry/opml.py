"""OPML in and out: folders are tags, and `language`, `country`, `class`, `classSource`, `storage`, `fullText` and `paused` are
attributes of ours beside OPML's own. Hostile XML is refused; a bad outline is told with file and line and left out.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import xml.etree.ElementTree as ET
import xml.sax.handler
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NamedTuple

import defusedxml
import defusedxml.sax
import msgspec

from brinkwatch.errors import InputError, UsageError
from brinkwatch.models import Feed
from brinkwatch.redact import shown
from producers.registry.feeds import make_feed, read_class, read_country, read_full_text, read_language, read_storage

_MAX_DEPTH = 50
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OpmlFile(NamedTuple):
    """The feeds of a file in its order, none twice, and what was wrong with outlines that were left out or mended."""

    feeds: list[Feed]
    problems: list[str]


def read_opml(data: bytes, name: str, *, now: dt.datetime | None = None) -> OpmlFile:
    """The feeds of an OPML file called `name`. Raises `InputError` with the line where it is no OPML."""
    start = data.lstrip()
    above = data[: len(data) - len(start)].count(b"\n")  # XML allows no blank lines at its beginning; people have them
    handler = _Outlines(name, now, above)
    try:
        defusedxml.sax.parseString(start, handler, forbid_dtd=True)
    except xml.sax.SAXParseException as error:
        raise InputError(
            f"{name}, line {(error.getLineNumber() or 1) + above}: this is no well-formed XML ({error.getMessage()}).",
            "Export the OPML anew from where it came.",
        ) from None
    except defusedxml.DefusedXmlException:
        raise InputError(
            f"{name}, line {handler.line}: it has a DOCTYPE or entities of its own, which can hide attacks.",
            "Take the <!DOCTYPE …> out; OPML needs none.",
        ) from None
    except (ValueError, LookupError) as error:  # an encoding that expat does not know
        raise InputError(f"{name} cannot be read: {error}.", "Save it as UTF-8.") from None
    if not handler.is_opml:
        raise InputError(f"{name} is XML, but no OPML.", "An OPML file has <opml> at its root.")
    return OpmlFile(list(handler.feeds.values()), handler.problems)


class _Outlines(xml.sax.handler.ContentHandler):
    """Collects feeds. Outlines without `xmlUrl` are folders, and their names the tags of what is in them."""

    def __init__(self, name: str, now: dt.datetime | None, above: int) -> None:
        super().__init__()
        self._name = name
        self._now = now
        self._above = above
        self._folders: list[str] = []
        self._locator: Any = None
        self.is_opml = False
        self.feeds: dict[str, Feed] = {}
        self.problems: list[str] = []

    @property
    def line(self) -> int:
        here = self._locator.getLineNumber() if self._locator is not None else None
        return int(here or 1) + self._above

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 the name is xml.sax's
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        if name == "opml":
            self.is_opml = True
        if name != "outline":
            return
        given = {key.lower(): value for key, value in attrs.items()}
        title = given.get("title") or given.get("text") or ""
        url = given.get("xmlurl", "").strip()
        self._folders.append("" if url else " ".join(title.split())[:100])
        if len(self._folders) > _MAX_DEPTH:
            raise InputError(f"{self._name}, line {self.line}: outlines are nested deeper than {_MAX_DEPTH}.")
        if url:
            self._take(url, title, given)

    def endElement(self, name: str) -> None:  # noqa: N802
        if name == "outline" and self._folders:
            self._folders.pop()

    def _take(self, url: str, title: str, given: dict[str, str]) -> None:
        tags = [*self._folders, *given.get("category", "").replace("/", ",").split(",")]
        # each attribute by itself, so that one bad value does not cost the feed
        language = self._checked(read_language, given.get("language"))
        country = self._checked(read_country, given.get("country"))
        class_ = self._checked(read_class, given.get("class"))
        storage = self._checked(read_storage, given.get("storage"))
        full_text = self._checked(read_full_text, given.get("fulltext"))
        try:
            feed = make_feed(
                url,
                title=title,
                site_url=given.get("htmlurl", ""),
                language=language,
                country=country,
                class_=class_,
                storage=storage,
                full_text=full_text,
                class_source=given.get("classsource", "") or (PurePath(self._name).name if class_ else ""),
                tags=tags,
                paused=given.get("paused", "").lower() in ("true", "1", "yes"),
                now=self._now,
            )
        except UsageError as error:
            self._complain(f"{error} The feed was left out")
            return
        before = self.feeds.get(feed.id)
        if before is None:
            self.feeds[feed.id] = feed
        else:
            self.feeds[feed.id] = _with_tags(before, feed)

    def _checked(self, read: Callable[[str | None], str | None], value: str | None) -> str | None:
        try:
            return read(value) if value else None
        except UsageError as error:
            self._complain(f"{error} It was left out")
            return None

    def _complain(self, what: str) -> None:
        self.problems.append(f"{self._name}, line {self.line}: {what}.")


def _with_tags(feed: Feed, other: Feed) -> Feed:
    """One feed in two folders: a feed with the tags of both."""
    return msgspec.structs.replace(feed, tags=tuple(dict.fromkeys((*feed.tags, *other.tags))))


def write_opml(feeds: list[Feed], *, title: str = "brinkwatch feeds", now: dt.datetime | None = None) -> bytes:
    """The feeds as OPML 2.0, each under the folders of its tags: reading it again gives the same feeds."""
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = _clean(title)
    if now is not None:
        ET.SubElement(head, "dateCreated").text = email.utils.format_datetime(now)
    body = ET.SubElement(root, "body")
    folders: dict[tuple[str, ...], ET.Element] = {(): body}
    for feed in feeds:
        ET.SubElement(_folder(folders, feed.tags), "outline", _attributes(feed))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _folder(folders: dict[tuple[str, ...], ET.Element], tags: tuple[str, ...]) -> ET.Element:
    tags = tags[: _MAX_DEPTH - 1]
    if tags not in folders:
        parent = _folder(folders, tags[:-1])
        folders[tags] = ET.SubElement(parent, "outline", text=_clean(tags[-1]))
    return folders[tags]


def _attributes(feed: Feed) -> dict[str, str]:
    name = feed.title or shown(feed.url)
    attributes = {
        "type": "rss",
        "text": name,
        "title": feed.title,
        "xmlUrl": shown(feed.url),  # a login stays where it was given
        "htmlUrl": feed.site_url,
        "language": feed.language or "",
        "country": feed.country or "",
        "class": feed.class_ if feed.class_ != "unknown" else "",
        "classSource": feed.class_source,
        "storage": feed.storage if feed.storage != "full" else "",
        "fullText": feed.full_text or "",
        "paused": "true" if feed.paused else "",
    }
    return {key: _clean(value) for key, value in attributes.items() if value}


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
