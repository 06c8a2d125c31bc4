"""Callback addresses and secrets of subscriptions, derived from one key, so that neither is stored anywhere.

Any process with the key knows its callbacks again, after a restart or in another producer.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import SecretStr

from brinkwatch.errors import SettingsError
from brinkwatch.settings import Settings

_METHODS: dict[str, Callable[..., Any]] = {
    "sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512,
}  # fmt: skip
_SHORTEST = 32


class Callback(NamedTuple):
    """What a callback's path names: the feed and the topic's mark."""

    feed_id: str
    mark: str


class Keys:
    """All that is derived from the key. `base` is the public address before a callback's path."""

    def __init__(self, base: str, key: SecretStr) -> None:
        self._base = base.rstrip("/")
        self._key = key

    def callback(self, feed_id: str, topic: str) -> str:
        mark = topic_mark(topic)
        return f"{self._base}/{feed_id}/{mark}/{self._derive('callback', feed_id, mark)[:40]}"

    def read(self, path: str) -> Callback | None:
        """The callback of a path's last three parts, None where it is none of ours."""
        parts = path.strip("/").split("/")[-3:]
        if len(parts) != 3 or not path.isascii():
            return None
        feed_id, mark, token = parts
        if not hmac.compare_digest(token, self._derive("callback", feed_id, mark)[:40]):
            return None
        return Callback(feed_id, mark)

    def secret(self, feed_id: str, topic: str, hub: str) -> str:
        """The secret shared with the hub: 64 characters, below the 200 bytes that hubs must take."""
        return self._derive("secret", feed_id, topic, hub)

    def signed(self, body: bytes, header: str, secret: str) -> bool:
        """Whether `X-Hub-Signature` is the body's, by one of the methods of the specification."""
        method, _, given = header.strip().partition("=")
        digest = _METHODS.get(method.strip().lower())
        if digest is None or not given.isascii():
            return False
        return hmac.compare_digest(hmac.new(secret.encode(), body, digest).hexdigest(), given.strip().lower())

    def _derive(self, *parts: str) -> str:
        key = self._key.get_secret_value().encode()
        return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def topic_mark(topic: str) -> str:
    """What stands for the topic in a callback's path."""
    return hashlib.sha256(topic.encode()).hexdigest()[:16]


def read_keys(settings: Settings) -> Keys | None:
    """The keys, None where push is off. Raises `SettingsError` where only half of it is set."""
    if not settings.websub_url:
        return None
    if not settings.websub_url.startswith(("https://", "http://")):
        raise SettingsError(
            f"The setting BRINKWATCH_WEBSUB_URL is {settings.websub_url!r}, which is no address.",
            "Give the public address of the listener for hubs: https://push.example/websub",
        )
    if len(settings.websub_key.get_secret_value()) < _SHORTEST:
        raise SettingsError(
            f"The setting BRINKWATCH_WEBSUB_KEY has fewer than {_SHORTEST} characters.",
            "Make one with `openssl rand -hex 32`, and give the same to every producer.",
        )
    return Keys(settings.websub_url, settings.websub_key)
