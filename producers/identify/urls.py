"""Canonical addresses: what is stored of a link, and the key by which two links are the same article.

courlan's cleaner is not used: it drops `cid`, `uid`, `source` and valueless queries (`?12345`), which some sites tell
their articles apart by, and so folds different articles into one.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
import urllib.parse
from typing import NamedTuple

import w3lib.url

_AMP_PATH = re.compile(r"/amp/?$|\.amp(?=\.html$|$)")
_MOBILE_HOST = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_FIRST_PAGES = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


class _Tracking(NamedTuple):
    names: frozenset[str]
    prefixes: tuple[str, ...]


@functools.cache
def _tracking() -> _Tracking:
    data = importlib.resources.files(__package__).joinpath("data/tracking.toml").read_text("utf-8")
    table = tomllib.loads(data)
    return _Tracking(frozenset(table["names"]), tuple(table["prefixes"]))


@functools.lru_cache(maxsize=4096)
def clean_link(url: str) -> str:
    """The link without tracking parameters and fragment, its host in lower case; empty where it is no http(s) address.

    A fragment that begins with `!` or `/` is kept: on such sites it names the page.
    """
    try:
        parts = urllib.parse.urlsplit(url.strip())
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc = f"{netloc}:{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _is_tracking(part))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    try:
        cleaned = w3lib.url.safe_url_string(
            urllib.parse.urlunsplit((parts.scheme, netloc, parts.path, query, fragment))
        )
    except (ValueError, UnicodeError):
        return ""
    return cleaned


@functools.lru_cache(maxsize=4096)
def link_key(url: str) -> str:
    """What two addresses of one article have in common: no scheme, no `www.`, `m.` or AMP form, its query sorted.

    Empty where the address cannot tell an article: it is none, or is a site's front page.
    """
    cleaned = clean_link(url)
    if not cleaned:
        return ""
    try:
        canonical = w3lib.url.canonicalize_url(cleaned, keep_fragments=True)
    except (ValueError, UnicodeError):
        canonical = cleaned
    parts = urllib.parse.urlsplit(canonical)
    host = _MOBILE_HOST.sub("", parts.netloc)
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    if not parts.query and not parts.fragment and not _FIRST_PAGES.sub("", path):
        return ""
    return urllib.parse.urlunsplit(("", host, path, parts.query, parts.fragment)).removeprefix("//")


def _is_tracking(parameter: str) -> bool:
    name = urllib.parse.unquote_plus(parameter.partition("=")[0]).lower()
    tracking = _tracking()
    return name in tracking.names or name.startswith(tracking.prefixes)
