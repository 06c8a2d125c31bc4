"""Which hubs push a feed, and under which topic (W3C WebSub, section 4): headers count before the feed's own links."""

from __future__ import annotations

import re

from producers.parse.links import absolute
from producers.parse.model import ParsedFeed

_LINK = re.compile(r"<([^<>]{1,4000})>((?:\s*;\s*[\w*!-]{1,40}\s*=\s*(?:\"[^\"]{0,500}\"|[^\s\",;]{0,500})){0,20})")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)
MOST_HUBS = 5


def discover(link_header: str, parsed: ParsedFeed, url: str) -> tuple[tuple[str, ...], str]:
    """The hubs, in the order in which they are to be asked, and the topic; none where the feed is not pushed.

    Headers win, each for itself: a feed may be named there and its hubs in the body. Without `self` the address that
    answered is the topic, as hubs of PubSubHubbub 0.4 expect.
    """
    hubs, topics = _of_header(link_header, url)
    hubs = hubs or list(parsed.hubs)
    topic = next(iter(topics), "") or parsed.self_url or url
    return tuple(dict.fromkeys(hubs))[:MOST_HUBS], topic


def _of_header(header: str, url: str) -> tuple[list[str], list[str]]:
    hubs, topics = list[str](), list[str]()
    for target, parameters in _LINK.findall(header[:20_000]):
        found = _REL.search(parameters)
        kinds = (found[1] or found[2] or "").lower().split() if found else []
        address = absolute(target, url)
        if address and "hub" in kinds:
            hubs.append(address)
        if address and "self" in kinds:
            topics.append(address)
    return hubs, topics
