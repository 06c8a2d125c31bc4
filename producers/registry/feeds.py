"""Makes and merges feeds: canonical addresses, checked attributes, no feed twice. Pure; storing them is others' work."""

from __future__ import annotations

import datetime as dt
import re
import urllib.parse
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import w3lib.url

from brinkwatch.errors import UsageError
from brinkwatch.models import FEED_CLASSES, Feed, feed_id
from brinkwatch.models.feed import FeedClass, FullText, Storage
from brinkwatch.redact import shown

FULL_TEXTS: tuple[FullText, ...] = ("off", "on", "auto")
STORAGES: tuple[Storage, ...] = ("full", "excerpt", "metadata")
_USER_ASSIGNED_STATES = {"XK": "XKX", "XKX": "XKX"}  # Kosovo has no code of its own in ISO 3166-1
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def canonical_feed_url(url: str) -> str:
    """The address as it is registered: a scheme, the host in lower case, no default port, no fragment.

    `feed://` and a missing scheme are read as `https://`. Raises `UsageError` for what cannot be fetched.
    """
    text = url.strip()
    if text.lower().startswith("feed:"):
        text = text[5:].lstrip("/") if text[5:7] == "//" else text[5:]
    if ("://" not in text and not _SCHEME.match(text)) or re.match(r"[\w.-]+:\d+(/|$)", text):
        text = f"https://{text}"
    try:
        parts = urllib.parse.urlsplit(text)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} is no address of a feed: {error}.", _WRITE) from None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in parts.netloc):
        raise UsageError(f"{url!r} is no address of a feed: only http:// and https:// are fetched.", _WRITE)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc = f"{netloc}:{port}"
    user = parts.netloc.rpartition("@")[0]
    netloc = f"{user}@{netloc}" if user else netloc
    whole = urllib.parse.urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    try:
        return w3lib.url.safe_url_string(whole)
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"{url!r} is no address of a feed: {error}.", _WRITE) from None


_WRITE = "Write it whole: https://news.example/feed.xml"


def feed_key(url: str) -> str:
    """What two addresses of one feed have in common: all but the scheme, a login, `www.` and a slash at the end."""
    rest = shown(url).partition("://")[2].rstrip("/")
    return rest.removeprefix("www.")


def make_feed(
    url: str,
    *,
    title: str = "",
    site_url: str = "",
    language: str | None = None,
    country: str | None = None,
    class_: str | None = None,
    class_source: str = "",
    tags: Sequence[str] = (),
    storage: str | None = None,
    full_text: str | None = None,
    paused: bool = False,
    now: dt.datetime | None = None,
) -> Feed:
    """A feed of the registry. Raises `UsageError` for an address, language, country, class, storage or full text that is none."""
    address = canonical_feed_url(url)
    return Feed(
        id=feed_id(address),
        url=address,
        title=" ".join(title.split())[:500],
        site_url=site_url.strip(),
        language=read_language(language),
        country=read_country(country),
        class_=read_class(class_),
        class_source=class_source,
        tags=tuple(dict.fromkeys(tag for tag in (" ".join(tag.split()) for tag in tags) if tag)),
        storage=read_storage(storage),
        full_text=read_full_text(full_text),
        paused=paused,
        added_at=now.replace(microsecond=0) if now else None,
    )


def read_language(value: str | None) -> str | None:
    """ISO 639-1 from `en`, `en-GB`, `EN_us`."""
    if not value or not value.strip():
        return None
    first = re.split(r"[-_]", value.strip())[0].lower()
    if not re.fullmatch(r"[a-z]{2,3}", first):
        raise UsageError(f"The language {value!r} is none.", "Write ISO 639-1: en, ru, ar.")
    return first


def read_country(value: str | None) -> str | None:
    """ISO 3166-1 alpha-3 from alpha-3 or alpha-2."""
    if not value or not value.strip():
        return None
    code = value.strip().upper()
    if code in _USER_ASSIGNED_STATES:
        return _USER_ASSIGNED_STATES[code]
    import pycountry  # 30 ms that commands without a country need not wait for

    found = pycountry.countries.get(alpha_3=code) if len(code) == 3 else pycountry.countries.get(alpha_2=code)
    if found is None:
        raise UsageError(f"The country {value!r} is none.", "Write ISO 3166-1 alpha-3: GBR, IRN, USA.")
    return str(found.alpha_3)


def read_class(value: str | None) -> FeedClass:
    name = (value or "unknown").strip().lower()
    if name not in FEED_CLASSES:
        raise UsageError(f"The class {value!r} is none.", f"Classes are: {', '.join(FEED_CLASSES)}.")
    return name


def read_storage(value: str | None) -> Storage:
    name = (value or "full").strip().lower()
    if name not in STORAGES:
        raise UsageError(f"The storage policy {value!r} is none.", f"Policies are: {', '.join(STORAGES)}.")
    return name


def read_full_text(value: str | None) -> FullText | None:
    if not value or not value.strip():
        return None
    name = value.strip().lower()
    if name not in FULL_TEXTS:
        raise UsageError(f"The full text {value!r} is none.", f"Write one of: {', '.join(FULL_TEXTS)}.")
    return name


class Merged(NamedTuple):
    """Feeds to store, split into new ones and changed ones, and how many changed nothing."""

    added: list[Feed]
    changed: list[Feed]
    unchanged: int

    @property
    def feeds(self) -> list[Feed]:
        return [*self.added, *self.changed]


def merge_feeds(existing: Iterable[Feed], given: Iterable[Feed], *, override: bool = False) -> Merged:
    """Bring feeds into a registry without having one twice, whatever scheme or `www.` its address is written with.

    What is known of a feed stays and what is missing is filled in; with `override`, what is given wins. Tags add up.
    """
    known = {feed_key(feed.url): feed for feed in existing}
    added: dict[str, Feed] = {}
    changed: dict[str, Feed] = {}
    unchanged = 0
    for feed in given:
        key = feed_key(feed.url)
        before = known.get(key)
        if before is None:
            known[key] = added[key] = feed
            continue
        after = _merge(before, feed, override)
        if after == before:
            unchanged += 1
            continue
        known[key] = after
        (added if key in added else changed)[key] = after
    return Merged(list(added.values()), list(changed.values()), unchanged)


def _merge(before: Feed, given: Feed, override: bool) -> Feed:
    first, second = (given, before) if override else (before, given)
    classed = first if first.class_ != "unknown" else second
    return msgspec.structs.replace(
        before,
        title=first.title or second.title,
        site_url=first.site_url or second.site_url,
        language=first.language or second.language,
        country=first.country or second.country,
        class_=classed.class_,
        class_source=classed.class_source,
        tags=tuple(dict.fromkeys((*before.tags, *given.tags))),
        storage=first.storage if first.storage != "full" else second.storage,
        full_text=first.full_text or second.full_text,
    )


def find_feed(feeds: Iterable[Feed], wanted: str) -> Feed | None:
    """The feed with that id or address, however the address is written."""
    by_id = {feed.id: feed for feed in feeds}
    if wanted in by_id:
        return by_id[wanted]
    try:
        key = feed_key(canonical_feed_url(wanted))
    except UsageError:
        return None
    return next((feed for feed in by_id.values() if feed_key(feed.url) == key), None)
