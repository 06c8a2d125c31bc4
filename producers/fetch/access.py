"""Logins and proxies of single feeds: a file of the operator's, by address. Sending what it says is the client's work.

They stand in a file of their own so that the registry, topics, OPML, `--json` and logs never hold one. What is read from it is
bound to the address it stands under, and hidden from every text that leaves the client.
"""

from __future__ import annotations

import base64
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import structlog
import yarl
from pydantic import SecretStr

from brinkwatch.errors import SettingsError
from brinkwatch.settings import Settings
from producers.fetch.proxy import DIRECT, Proxy, read_proxy

log = structlog.get_logger("producers.fetch")

SETTING = "BRINKWATCH_FEED_ACCESS"
FILE_NAME = "feed-access.toml"
_HIDDEN = "•••"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a header's name (RFC 9110, 5.6.2)
_PRINTABLE = re.compile(r"[\x20-\x7e\x80-\uffff]+")
_NOT_YOURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
_SHORTEST = 4  # letters of a secret that is looked for in texts: shorter ones would black out words
_KINDS = ("basic", "bearer", "headers", "query", "proxy")


class Access(NamedTuple):
    """What one address is asked with. `kinds` tells what there is, without the secrets; `secrets` are expressions that find them."""

    headers: Mapping[str, SecretStr] = {}
    query: Mapping[str, SecretStr] = {}
    proxy: Proxy | None = None
    kinds: tuple[str, ...] = ()
    secrets: tuple[SecretStr, ...] = ()

    @property
    def logs_in(self) -> bool:
        return bool(self.headers or self.query)

    def hide(self, text: str) -> str:
        """The text without the secrets, however a server repeats them."""
        for secret in self.secrets:
            text = re.sub(secret.get_secret_value(), _HIDDEN, text)
        return text

    def undressed(self, url: yarl.URL) -> yarl.URL:
        """The address without its login and without the parameters that are secret."""
        hidden = [name for name in self.query if name in url.query]
        return (url.without_query_params(*hidden) if hidden else url).with_user(None)

    def dressed(self, url: yarl.URL) -> yarl.URL:
        """The address as it is sent."""
        return (
            url.extend_query({name: value.get_secret_value() for name, value in self.query.items()})
            if self.query
            else url
        )

    def sent(self) -> dict[str, str]:
        """The headers that log in."""
        return {name: value.get_secret_value() for name, value in self.headers.items()}


NOTHING = Access()


def trusts(first: yarl.URL, url: yarl.URL) -> bool:
    """Whether a login for the first address may go to the second: the same host and port, or its https instead of its http."""
    if url.host != first.host:
        return False
    upgraded = (first.scheme, first.port, url.scheme, url.port) == ("http", 80, "https", 443)
    return upgraded or (url.scheme, url.port) == (first.scheme, first.port)


class AccessFile:
    """The file, read when it is first needed and again whenever it has changed."""

    def __init__(self, path: Path, *, needed: bool = False, environment: Mapping[str, str] = os.environ) -> None:
        self._path, self._needed, self._environment = path, needed, environment
        self._name = str(path)
        self._seen: tuple[int, int] | None = None
        self._entries: dict[str, Access] = {}
        self._load()

    def of(self, url: yarl.URL) -> Access:
        """What is to be sent to an address: of the longest entry that it stands under, else the login that it carries."""
        self._refresh()
        if not self._entries and url.raw_user is None and url.raw_password is None:
            return NOTHING
        address = str(url.with_user(None).with_fragment(None))
        fitting = [entry for entry in self._entries if _stands_under(address, entry)]
        if fitting:
            return self._entries[max(fitting, key=len)]
        return _basic(url.user or "", url.password or "") if url.user or url.password else NOTHING

    def entries(self) -> Mapping[str, Access]:
        return self._entries

    def _refresh(self) -> None:
        if self._stamp() == self._seen:
            return
        try:
            self._load()
        except SettingsError as error:
            log.warning("the logins of feeds are not read anew", error=str(error))
            self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._name)  # noqa: PTH116 at every fetch: three times as fast as Path's
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _load(self) -> None:
        stamp = self._stamp()
        if stamp is None and self._needed:
            raise SettingsError(
                f"The file {self._path} (from {SETTING}) cannot be read.", "Name a file that is there, or unset it."
            )
        self._entries = read_access(self._path, self._environment) if stamp is not None else {}
        self._seen = stamp


def access_path(settings: Settings) -> Path:
    """Where the file is, or would be."""
    return settings.feed_access or settings.data_dir / FILE_NAME


def access_file(settings: Settings) -> AccessFile:
    """The file of an installation. Raises `SettingsError` where it is wrong, or named and missing."""
    return AccessFile(access_path(settings), needed=settings.feed_access is not None)


def access_kinds(settings: Settings, url: str) -> tuple[str, ...]:
    """What an address is asked with, without the secrets: `basic`, `bearer`, `headers`, `query`, `proxy`."""
    return access_file(settings).of(yarl.URL(url)).kinds


def read_access(path: Path, environment: Mapping[str, str]) -> dict[str, Access]:
    """The entries of a file by their addresses. Raises `SettingsError` that names file and address, and never a secret."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"The file {path} cannot be read: {type(error).__name__}.", "It is TOML in UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The file {path} is no TOML: {error}.", "See docs/feeds.md for its format.") from None
    entries = {}
    for address, table in tables.items():
        entries[address_of(address, path)] = _Reader(path, address, environment).read(table)
    return entries


def address_of(written: str, path: Path) -> str:
    """An entry's address in the form that addresses are compared in."""
    try:
        url = yarl.URL(written.strip())
    except ValueError:
        url = yarl.URL()
    if url.scheme not in ("http", "https") or not url.host or url.user is not None or url.fragment:
        raise SettingsError(
            f"The file {path} has an entry for {written.rpartition('@')[2]!r}, which is no address of a feed.",
            'Write ["https://news.example/feed.xml"], or ["https://news.example/"] for all that is below.',
        )
    return str(url) if url.path != "/" or url.query_string else f"{url.origin()}/"


def _stands_under(address: str, entry: str) -> bool:
    if entry.endswith("/"):
        return address.startswith(entry)
    return address == entry or ("?" not in entry and address.startswith(entry + "?"))


class _Reader:
    """Reads one table of the file, and complains by its address."""

    def __init__(self, path: Path, address: str, environment: Mapping[str, str]) -> None:
        self._path, self._address, self._environment = path, address, environment

    def read(self, table: Any) -> Access:
        if not isinstance(table, dict) or not table or (unknown := sorted(set(table) - set(_KINDS))):
            told = (
                f"it has {unknown[0]!r}" if isinstance(table, dict) and table else "it is no table with something in it"
            )
            raise self._wrong(told, f"There may be: {', '.join(_KINDS)}.")
        headers: dict[str, SecretStr] = {}
        secrets: list[str] = []
        if "basic" in table and "bearer" in table:
            raise self._wrong("it has both basic and bearer", "Only one of them can be sent.")
        if "basic" in table:
            login = self._table(table, "basic", {"user", "password"})
            basic = _basic(login.get("user", ""), login.get("password", ""))
            headers |= basic.headers
            secrets += [login.get("password", ""), basic.sent()["Authorization"].removeprefix("Basic ")]
        if "bearer" in table:
            token = self._secret(table["bearer"], "bearer")
            headers["Authorization"] = SecretStr(f"Bearer {token}")
            secrets.append(token)
        for name, value in self._table(table, "headers", None).items():
            if not _TOKEN.fullmatch(name) or name.lower() in _NOT_YOURS:
                raise self._wrong(f"its header {name!r} cannot be set", "Write names such as X-Api-Key.")
            headers[name] = SecretStr(value)
            secrets.append(value)
        query = self._table(table, "query", None)
        secrets += query.values()
        return Access(
            headers,
            {name: SecretStr(value) for name, value in query.items()},
            self._proxy(table),
            tuple(kind for kind in _KINDS if kind in table),
            _written(secrets),
        )

    def _proxy(self, table: dict[str, Any]) -> Proxy | None:
        if "proxy" not in table:
            return None
        written = self._secret(table["proxy"], "proxy")
        return DIRECT if written == "direct" else read_proxy(written, f"`proxy` of {self._address} in {self._path}")

    def _table(self, table: dict[str, Any], kind: str, names: set[str] | None) -> dict[str, str]:
        given = table.get(kind, {})
        if not isinstance(given, dict) or (names is not None and set(given) != names):
            form = "user and password" if names else "names with their values"
            raise self._wrong(f"its {kind} is not what it should be", f"Write {kind} = {{ … }} with {form}.")
        return {name: self._secret(value, f"{kind}.{name}") for name, value in given.items()}

    def _secret(self, value: Any, name: str) -> str:
        if isinstance(value, dict) and set(value) == {"env"}:
            variable = str(value["env"])
            if not (found := self._environment.get(variable)):
                raise self._wrong(
                    f"its {name} is to come from {variable}, which is not set", "Set it, or write the value."
                )
            value = found
        if not isinstance(value, str) or not _PRINTABLE.fullmatch(value):
            raise self._wrong(f"its {name} is no text on one line", 'Write it in quotes, or { env = "NAME" }.')
        return value

    def _wrong(self, why: str, hint: str) -> SettingsError:
        return SettingsError(f"The file {self._path}, entry {self._address!r}: {why}.", hint)


def _basic(user: str, password: str) -> Access:
    joined = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Access(
        {"Authorization": SecretStr(f"Basic {joined}")}, kinds=("basic",), secrets=_written([joined, password])
    )


def _written(secrets: list[str]) -> tuple[SecretStr, ...]:
    """Expressions for the secrets, each letter as it is or as addresses write it. Longest first, so that no part is left."""
    long_enough = sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True)
    return tuple(SecretStr("".join(map(_letter, secret))) for secret in long_enough)


def _letter(letter: str) -> str:
    quoted = "".join(f"%{byte:02x}" for byte in letter.encode("utf-8", "replace"))
    return f"(?:{re.escape(letter)}|(?i:{quoted}){'|[+]' if letter == ' ' else ''})"
