"""Feeds that ask for a login get it, from a file of the operator's; nobody else does, and it is never shown."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yarl
from aiohttp import web
from typer.testing import CliRunner

from brinkwatch.cli.main import app
from brinkwatch.errors import SettingsError, UsageError
from brinkwatch.settings import Settings
from producers.fetch import errors
from producers.fetch.access import AccessFile, read_access
from producers.fetch.client import Client, FetchRequest, FetchResult
from producers.poll.poller import Poller
from producers.registry.feeds import make_feed
from producers.registry.opml import write_opml
from tests.producers.conftest import FeedServer
from tests.producers.feeds import item, rss
from tests.producers.memory import InlineWorkers, MemoryStore

BODY = rss(item(1))
SECRET = "s3cret/tok n+1&2"
KINDS = {
    "basic": f'basic = {{ user = "ina", password = "{SECRET}" }}',
    "bearer": 'bearer = "s3cret-token"',
    "headers": 'headers = { X-Api-Key = "s3cret-token" }',
    "query": f'query = {{ token = "{SECRET}" }}',
}
Given = Callable[[str], Settings]


@pytest.fixture
def given(settings: Settings, tmp_path: Path) -> Given:
    """Settings with a file of logins."""

    def write(text: str) -> Settings:
        (tmp_path / "access.toml").write_text(text, encoding="utf-8")
        return settings.model_copy(
            update={"feed_access": tmp_path / "access.toml", "allow_private": "127.0.0.1,localhost"}
        )

    return write


async def fetch(settings: Settings, url: str) -> FetchResult:
    async with Client(settings) as client:
        return await client.fetch(FetchRequest(url))


def logged_in(request: web.Request) -> str | None:
    """The kind of login that a request brings."""
    headers = request.headers
    if headers.get("Authorization") == "Basic " + base64.b64encode(f"ina:{SECRET}".encode()).decode():
        return "basic"
    if headers.get("Authorization") == "Bearer s3cret-token":
        return "bearer"
    if headers.get("X-Api-Key") == "s3cret-token":
        return "headers"
    return "query" if request.query.get("token") == SECRET else None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_feed_gets_its_login(kind: str, server: FeedServer, given: Given) -> None:
    url = server.gives("/feed", BODY)
    result = await fetch(given(f'["{url}"]\n{KINDS[kind]}'), url + "?page=1")
    assert logged_in(server.requests[0]) == kind
    assert server.requests[0].query["page"] == "1"
    assert result.final_url == url + "?page=1"


async def test_a_login_may_come_from_the_environment_and_changes_of_the_file_are_seen(
    server: FeedServer, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.gives("/feed", BODY)
    monkeypatch.setenv("AGENCY_TOKEN", "s3cret-token")
    settings = given(f'["{url}"]\nbearer = {{ env = "AGENCY_TOKEN" }}')
    assert settings.feed_access is not None
    async with Client(settings) as client:
        await client.fetch(FetchRequest(url))
        settings.feed_access.write_text(f'["{server.url("/")}"]\n{KINDS["basic"]}\n', encoding="utf-8")
        await client.fetch(FetchRequest(url))
        settings.feed_access.write_text("no TOML", encoding="utf-8")
        await client.fetch(FetchRequest(url))
    assert [logged_in(request) for request in server.requests] == ["bearer", "basic", "basic"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["another host", "another port", "another scheme"])
async def test_a_login_is_never_sent_anywhere_else(kind: str, way: str, server: FeedServer, given: Given) -> None:
    other = FeedServer()
    await other.server.start_server()
    other.gives("/new", BODY)
    target = {
        "another host": server.url("/new").replace("127.0.0.1", "localhost"),
        "another port": other.url("/new"),
        "another scheme": server.url("/new").replace("http:", "https:"),
    }[way]
    server.gives("/new", BODY)
    # a server that repeats the secret in the address that it redirects to
    url = server.gives("/feed", status=301, headers={"Location": f"{target}?token=s3cret%2Ftok+n%2B1%262"})
    try:
        result = await fetch(given(f'["{url}"]\n{KINDS[kind]}'), url)
        assert kind != "query" or "s3cret" not in result.final_url
        assert result.permanent_url is None  # what needs a login is asked for where it was given for
    except errors.NotTrusted as error:
        assert kind != "query" or "s3cret" not in str(error)
    await other.server.close()
    asked = [*server.requests[1:], *other.requests]
    assert not any(request.headers.get("Authorization") or request.headers.get("X-Api-Key") for request in asked)
    assert kind != "query" or not any("token" in request.query for request in asked)


async def test_a_login_goes_along_on_the_same_host(server: FeedServer, given: Given) -> None:
    server.gives("/new", BODY)
    url = server.gives("/feed", status=302, headers={"Location": "/new"})
    for kind in KINDS:
        await fetch(given(f'["{url}"]\n{KINDS[kind]}'), url)
        assert logged_in(server.requests[-1]) == kind
    await fetch(given(""), url.replace("//", f"//ina:{SECRET.replace('/', '%2F')}@"))
    assert logged_in(server.requests[-1]) == "basic"


def test_an_entry_counts_for_its_address_or_for_all_below_it(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        '["https://a.example/feed"]\nbearer = "for the feed"\n["https://a.example/in/"]\nbearer = "for all"\n'
        '["https://a.example/in/one.xml"]\nbearer = "for one"\n["https://B.example"]\nbearer = "for b"\n'
    )
    file = AccessFile(path)

    def sent(url: str) -> str:
        return file.of(yarl.URL(url)).sent().get("Authorization", "").removeprefix("Bearer ")

    assert sent("https://a.example/feed?page=2#top") == sent("https://A.example:443/feed") == "for the feed"
    assert sent("https://a.example/in/two.xml") == "for all"
    assert sent("https://a.example/in/one.xml") == "for one"
    assert sent("https://b.example/any") == "for b"
    for other in (
        "http://a.example/feed", "https://a.example/feeds", "https://a.example/feed/", "https://a.example.evil.example/feed",
        "https://a.example:8443/feed", "https://a.example@evil.example/feed", "https://evil.example/https://a.example/feed",
        "https://b.example.org/",
    ):  # fmt: skip
        assert "for" not in sent(other), other


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no TOML", "is no TOML"),
        ('["news.example"]\nbearer = "s3cret"', "no address of a feed"),
        ('["https://ina:s3cret@news.example/"]\nbearer = "x"', "no address of a feed"),
        ('["https://a.example/"]', "no table with something in it"),
        ('["https://a.example/"]\nbarer = "s3cret"', "'barer'"),
        ('["https://a.example/"]\nbearer = 7', "no text on one line"),
        ('["https://a.example/"]\nbearer = "s3cret\\r\\nHost: evil"', "no text on one line"),
        ('["https://a.example/"]\nbearer = { env = "NOT_SET_HERE" }', "NOT_SET_HERE, which is not set"),
        ('["https://a.example/"]\nbasic = "ina:s3cret"', "its basic is not what it should be"),
        ('["https://a.example/"]\nheaders = { "X Key" = "s3cret" }', "'X Key' cannot be set"),
        ('["https://a.example/"]\nheaders = { Host = "s3cret" }', "'Host' cannot be set"),
        (
            '["https://a.example/"]\nbearer = "s3cret"\nbasic = { user = "a", password = "s3cret" }',
            "both basic and bearer",
        ),
        ('["https://a.example/"]\nproxy = "ftp://ina:s3cret@p.example"', "no address of a proxy"),
    ],
)
def test_a_wrong_file_is_told_by_file_and_address_and_without_a_secret(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_access(path, {})
    assert words in str(caught.value) and str(path) in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_named_and_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BRINKWATCH_FEED_ACCESS"):
        AccessFile(tmp_path / "none.toml", needed=True)
    assert AccessFile(tmp_path / "none.toml").entries() == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_login_stands_in_no_state_log_export_or_error_whatever_the_server_repeats(
    kind: str, server: FeedServer, given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    async def parrot(request: web.Request) -> web.Response:
        """Says back all that it was sent, wherever it can."""
        said = " ".join([*request.headers.values(), request.query_string, request.query.get("token", "")])
        if request.path == "/good":
            return web.Response(body=BODY, headers={"ETag": f'"{said}"', "Content-Type": "application/xml"})
        raise web.HTTPForbidden(reason=said[:2000], headers={"Server": said, "Retry-After": said})

    good, bad = server.on("/good", parrot), server.on("/bad", parrot)
    settings = given(f'["{server.url("/")}"]\n{KINDS[kind]}')
    feeds = [make_feed(good), make_feed(bad)]
    store = MemoryStore(feeds)
    async with Client(settings) as client:
        await Poller(store, store, store, client, InlineWorkers(), settings).poll_once()
        with pytest.raises(errors.FetchFailure) as caught:
            await client.fetch(FetchRequest(bad))
    told = "".join(capsys.readouterr()) + str(caught.value) + repr(caught.value.headers) + repr(caught.value.__cause__)
    everything = (
        repr(store.states) + repr(store.articles) + told + write_opml(feeds).decode() + repr(client._access.entries())
    )
    basic = base64.b64encode(f"ina:{SECRET}".encode()).decode()
    assert "Forbidden" in everything or "403" in everything
    for secret in ("s3cret", "tok n", "tok%20n", basic):
        assert secret not in everything


def test_a_feed_shows_what_it_is_asked_with_and_not_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRINKWATCH_DATA_DIR", str(tmp_path))
    url = "https://a.example/feed"

    def run(*words: str, typed: str | None = None) -> str:
        result = CliRunner().invoke(app, ["feeds", *words], input=typed)
        assert result.exit_code == 0 and "s3cret" not in result.output, result.output
        return result.output

    run("auth", url, "--header", "X-Api-Key", typed="s3cret\n")
    assert "feeds auth" in run("add", "--no-check", url, "https://ina:s3cret@b.example/")
    assert json.loads(run("show", url, "--json"))["access"] == ["headers"]
    assert "access         basic" in run("show", "https://b.example/")
    for told in (run("list", "--json"), run("export"), run("show", "https://b.example/", "--json")):
        assert "ina" not in told


def test_logins_are_given_without_being_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "access.toml"
    monkeypatch.setenv("BRINKWATCH_FEED_ACCESS", str(path))

    def run(*words: str, typed: str | None = None, status: int = 0) -> str:
        result = CliRunner().invoke(app, ["feeds", "auth", *words], input=typed)
        assert result.exit_code == status, result.output
        assert "s3cret" not in result.output
        return result.output

    run("https://a.example/feed", "--basic", "ina", typed='s3cret "quoted"\n')
    run("https://a.example/feed", "--proxy", typed="socks5://ina:s3cret@127.0.0.1:9050\n")
    path.write_text("# kept\n" + path.read_text())
    run("b.example/", "--query", "token", typed="s3cret\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("# kept")
    assert json.loads(run("--json")) == [
        {"url": "https://a.example/feed", "kinds": ["basic", "proxy"], "proxy": "socks5://127.0.0.1:9050"},
        {"url": "https://b.example/", "kinds": ["query"], "proxy": None},
    ]
    run("https://a.example/feed", "--bearer", typed="s3cret-2\n")
    assert sorted(read_access(path, {})["https://a.example/feed"].kinds) == ["bearer", "proxy"]
    run("https://a.example/feed", "--remove")
    assert list(read_access(path, {})) == ["https://b.example/"]
    before = path.read_text()
    for words in (["https://c.example/"], ["--bearer"], ["https://c.example/", "--bearer", "--proxy"]):
        result = CliRunner().invoke(app, ["feeds", "auth", *words], input="s3cret\n")
        assert isinstance(result.exception, UsageError)
    assert path.read_text() == before
