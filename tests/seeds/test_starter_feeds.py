"""The starter feeds: an OPML that any reader can import, with attributes that hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pycountry
import pytest

from brinkwatch.demo.samples import seeds_dir
from brinkwatch.models import FEED_CLASSES


@pytest.fixture(scope="module")
def outlines() -> list[dict[str, str]]:
    root = ET.parse(seeds_dir() / "feeds.opml").getroot()
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    return [dict(node.attrib) for node in root.iter("outline") if "xmlUrl" in node.attrib]


def test_there_are_many_feeds_from_many_countries_in_many_languages(outlines: list[dict[str, str]]) -> None:
    assert len(outlines) >= 60
    assert len({feed["language"] for feed in outlines}) >= 12
    assert len({feed["country"] for feed in outlines}) >= 35


def test_every_feed_says_all_that_the_registry_keeps(outlines: list[dict[str, str]]) -> None:
    for feed in outlines:
        assert set(feed) == {"type", "text", "title", "xmlUrl", "htmlUrl", "language", "country", "class"}, feed
        assert feed["type"] == "rss"
        assert feed["title"] == feed["text"] != ""


def test_languages_and_countries_are_those_of_the_standards(outlines: list[dict[str, str]]) -> None:
    for feed in outlines:
        assert pycountry.languages.get(alpha_2=feed["language"]) is not None, feed
        assert pycountry.countries.get(alpha_3=feed["country"]) is not None, feed


def test_every_class_is_known_and_each_but_unknown_is_used(outlines: list[dict[str, str]]) -> None:
    used = {feed["class"] for feed in outlines}
    assert used <= set(FEED_CLASSES)
    assert used >= set(FEED_CLASSES) - {"unknown"}


def test_addresses_are_absolute_and_no_feed_is_there_twice(outlines: list[dict[str, str]]) -> None:
    for feed in outlines:
        for address in (feed["xmlUrl"], feed["htmlUrl"]):
            parts = urlsplit(address)
            assert parts.scheme in ("http", "https"), feed
            assert parts.hostname and address.strip() == address, feed
    addresses = [feed["xmlUrl"].split("://", 1)[1].rstrip("/").lower() for feed in outlines]
    assert len(set(addresses)) == len(addresses)


def test_feeds_lie_in_named_folders() -> None:
    body = ET.parse(seeds_dir() / "feeds.opml").getroot().find("body")
    assert body is not None
    for folder in body:
        assert folder.get("xmlUrl") is None and folder.get("text")
        assert len(list(folder.iter("outline"))) > 1
