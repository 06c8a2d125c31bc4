"""`brinkwatch feeds` as people and scripts use it, on the embedded registry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner, Result

from brinkwatch.cli.feeds import app
from brinkwatch.cli.wiring import open_registry, open_store, settings
from brinkwatch.errors import BrinkwatchError, InputError, UsageError
from brinkwatch.models import FeedState
from producers.parse.feed import parse_feed
from producers.schedule.window import marks
from sinks.ports import SearchRequest
from tests.producers.feeds import HTML_PAGE, item, rss
from tests.sinks.articles import enriched


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRINKWATCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BRINKWATCH_ALLOW_PRIVATE", f"{httpserver.host}:{httpserver.port}")


def feeds(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command; an error is raised as the command line's root would catch it."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def printed(*arguments: str) -> Any:
    result = feeds(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_feed_is_added_listed_shown_paused_resumed_and_removed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss").respond_with_data(rss(item(1)), content_type="application/xml")
    url = httpserver.url_for("/rss")
    (added,) = printed("add", url, "--class", "wire", "--country", "GB", "--tag", "a", "--tag", "b")
    assert (added["title"], added["language"], added["country"], added["class"]) == ("The Paper", "en", "GBR", "wire")
    assert added["tags"] == ["a", "b"]
    (listed,) = printed("list")
    assert listed["url"] == url
    assert listed["state"] is None
    assert printed("show", url)["id"] == listed["id"]
    assert printed("pause", listed["id"])[0]["paused"] is True
    assert [feed["id"] for feed in printed("list", "--paused")] == [listed["id"]]
    assert printed("resume", url)[0].get("paused", False) is False
    assert "The Paper" in feeds("list").stdout
    assert "not been polled" in feeds("show", url).stdout
    assert printed("remove", url)[0]["id"] == listed["id"]
    assert printed("list") == []


def test_adding_again_changes_what_is_given(httpserver: HTTPServer) -> None:
    feeds("add", "--no-check", "https://paper.example/rss", "--class", "state")
    feeds("add", "--no-check", "http://www.paper.example/rss", "--country", "IRN", "--storage", "excerpt")
    (only,) = printed("list")
    assert (only["class"], only["class_source"], only["country"], only["storage"]) == (
        "state", "operator", "IRN", "excerpt",
    )  # fmt: skip


def test_a_page_is_added_as_the_feed_it_names(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(HTML_PAGE, content_type="text/html")
    httpserver.expect_request("/news.xml").respond_with_data(rss(item(1)), content_type="application/xml")
    result = feeds("add", httpserver.url_for("/"))
    assert "it names the feed" in result.stderr
    assert printed("list")[0]["url"].endswith("/news.xml")


def test_what_is_no_feed_is_not_added(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("words")
    httpserver.expect_request("/missing").respond_with_data("", status=404)
    for url in (httpserver.url_for("/x"), httpserver.url_for("/missing"), "http://10.0.0.1/rss", "file:///etc/passwd"):
        with pytest.raises(BrinkwatchError):
            feeds("add", url)
    with pytest.raises(UsageError):
        feeds("add", "https://a.example/rss", "--class", "tabloid")
    assert printed("list") == []


def test_a_check_prints_the_contracts_json_and_its_exit_status(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss").respond_with_data(rss(item(1)), content_type="application/xml")
    found = printed("check", httpserver.url_for("/rss"))
    assert list(found) == ["url", "final_url", "status", "format", "title", "entries", "problems", "error"]
    assert found["error"] is None
    httpserver.expect_request("/missing").respond_with_data("", status=404)
    missing = feeds("check", httpserver.url_for("/missing"), "--json")
    assert missing.exit_code == 1
    assert "404" in json.loads(missing.stdout)["error"]
    assert "Headline 1" in feeds("check", httpserver.url_for("/rss")).stdout
    spoken = feeds("check", "file:///etc/passwd")
    assert spoken.exit_code == 1
    assert "Only http:// and https:// are fetched" in spoken.stderr


def test_an_unknown_feed_is_an_error_that_helps() -> None:
    for command in ("show", "remove", "pause", "resume"):
        with pytest.raises(InputError, match="no feed") as caught:
            feeds(command, "https://nobody.example/rss")
        assert "feeds list" in caught.value.hint


OPML = """<opml version="2.0"><body><outline text="World"><outline text="One" xmlUrl="https://one.example/rss"/>
<outline text="Two" xmlUrl="https://two.example/rss" class="wire" country="Atlantis"/></outline></body></opml>"""


def test_opml_is_imported_exported_and_imported_again(tmp_path: Path) -> None:
    first = printed("import", _file(tmp_path, OPML), "--tag", "imported")
    assert (first["added"], first["changed"], first["unchanged"]) == (2, 0, 0)
    assert "line 2" in first["problems"][0]
    again = printed("import", _file(tmp_path, OPML))
    assert (again["added"], again["unchanged"]) == (0, 2)
    exported = feeds("export").stdout
    assert feeds("export", str(tmp_path / "out.opml")).exit_code == 0
    assert 'xmlUrl="https://two.example/rss"' in (tmp_path / "out.opml").read_text()
    before = printed("list")
    for feed in before:
        feeds("remove", feed["id"])
    assert feeds("import", "-", stdin=exported).exit_code == 0
    after = printed("list")
    assert [(f["url"], f["tags"]) for f in after] == [(f["url"], ["World", "imported"]) for f in before]


def test_hostile_opml_is_refused_with_its_file_and_line(tmp_path: Path) -> None:
    for text in ('<!DOCTYPE opml [<!ENTITY x "y">]>\n<opml/>', "<opml><body>", "{}"):
        with pytest.raises(InputError, match=r"in\.opml"):
            feeds("import", _file(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        feeds("import", str(tmp_path / "nothing.opml"))


def test_a_password_in_an_address_is_never_printed() -> None:
    feeds("add", "--no-check", "https://me:s3cret@paper.example/rss")
    for arguments in (["list"], ["list", "--json"], ["show", "paper.example/rss"], ["pause", "https://me:s3cret@paper.example/rss"]):  # fmt: skip
        try:
            result = feeds(*arguments)
        except InputError as error:
            assert "s3cret" not in str(error)
            continue
        assert "s3cret" not in result.output


def test_a_feed_that_ended_begins_anew_when_resumed() -> None:
    feeds("add", "--no-check", "https://paper.example/rss")
    with open_registry(settings()) as registry:
        (feed,) = registry.feeds()
        _put_state(registry, FeedState(feed_id=feed.id, last_outcome="gone", last_error="gone", first_poll=False))
    assert "ended" in feeds("list").stdout
    feeds("resume", feed.id)
    with open_registry(settings()) as registry:
        assert registry.feed_state(feed.id) is None
        assert [f.id for f in registry.feeds()] == [feed.id]


def test_every_command_has_an_example_in_its_help() -> None:
    commands = [command.name for command in app.registered_commands]
    assert commands == [
        "add",
        "check",
        "remove",
        "pause",
        "resume",
        "backfill",
        "edit",
        "tag",
        "duplicates",
        "list",
        "show",
        "coverage",
        "auth",
        "import",
        "export",
    ]
    for command in commands:
        assert f"Example: brinkwatch feeds {command}" in " ".join(feeds(str(command), "--help").stdout.split())


def test_help_loads_neither_a_client_nor_a_parser() -> None:
    code = (
        "import sys, brinkwatch.cli.feeds; "
        "print([m for m in ('aiohttp', 'feedparser', 'kafka', 'elasticsearch', 'dateparser') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def _file(folder: Path, text: str) -> str:
    (folder / "in.opml").write_text(text)
    return str(folder / "in.opml")


def _put_state(registry: Any, state: FeedState) -> None:
    """What a poll leaves in the embedded file."""
    from brinkwatch.embedded.registry import JournalOutbox

    registry._database.write(lambda c: JournalOutbox.publish_in(c, [], [], state))


def test_coverage_names_the_countries_without_a_source_or_an_article(tmp_path: Path) -> None:
    feeds("add", "--no-check", "https://paper.example/rss", "--country", "BRA")
    feeds("add", "--no-check", "https://other.example/rss", "--country", "CUB")
    feeds("pause", "https://other.example/rss")
    with open_store(settings()) as store:
        store.write([enriched("a1")])
    rows = {row["code"]: row for row in printed("coverage", "--days", "3650", "--all")}
    assert len(rows) > 230
    assert (rows["BRA"]["feeds"], rows["BRA"]["lacks"]) == (1, "about")
    assert (rows["CUB"]["feeds"], rows["CUB"]["lacks"]) == (0, "both")
    told = feeds("coverage").stdout.splitlines()
    assert "IND" in told[0] or "CHN" in told[0]  # the most populous first
    assert any("Cuba: no source in it, nothing about it" in line for line in told)


def test_the_past_of_a_feed_is_brought_in_once_and_can_be_searched(httpserver: HTTPServer) -> None:
    url, old = httpserver.url_for("/rss"), httpserver.url_for("/old")
    older = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='prev-archive' href='{old}'/>"
    httpserver.expect_request("/rss").respond_with_data(rss(item(2), channel=older), content_type="application/xml")
    httpserver.expect_request("/old").respond_with_data(rss(item(1)), content_type="application/xml")
    httpserver.expect_request("/robots.txt").respond_with_data("", content_type="text/plain")
    printed("add", url, "--no-check")
    assert printed("backfill", url, "--since", "2026-09-01")["filled"] == 2
    again = printed("backfill", url)
    assert (again["filled"], again["known"]) == (0, 2)
    with open_store(settings()) as store:
        assert store.search(SearchRequest(query="headline")).total == 2


def test_feeds_are_edited_and_put_back() -> None:
    feeds("add", "--no-check", "https://paper.example/rss", "--storage", "excerpt", "--tag", "a")
    url = "http://www.paper.example/rss"
    (edited,) = printed("edit", url, "--class", "state", "--country", "IR", "--reset", "storage", "--title", " A  B ")
    assert (edited["class"], edited["class_source"], edited["country"]) == ("state", "operator", "IRN")
    assert (edited["storage"], edited["title"], edited["tags"]) == ("full", "A B", ["a"])
    printed("edit", url, "--reset", "class", "--reset", "country", "--reset", "tags")
    (listed,) = printed("list")
    assert (listed["class"], listed["class_source"], listed["country"], listed["tags"]) == ("unknown", "", None, [])


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--class", "gossip"),
        ("--reset", "url"),
        ("--class", "wire", "--reset", "class"),
    ],
)
def test_an_edit_that_makes_no_sense_changes_nothing_and_says_what_would(wrong: tuple[str, ...]) -> None:
    feeds("add", "--no-check", "https://paper.example/rss", "--class", "state")
    with pytest.raises(UsageError) as caught:
        feeds("edit", "https://paper.example/rss", *wrong)
    assert caught.value.hint
    assert printed("list")[0]["class"] == "state"


def test_tags_are_put_on_and_taken_off() -> None:
    feeds("add", "--no-check", "https://paper.example/rss", "--tag", "a")
    url = printed("list")[0]["id"]
    assert printed("tag", url, "--add", "b  c", "--remove", "a", "--add", "d")[0]["tags"] == ["b c", "d"]
    with pytest.raises(UsageError):
        feeds("tag", url)


def test_the_list_is_narrowed_by_attributes_and_by_how_polling_goes() -> None:
    feeds("add", "--no-check", "https://a.example/rss", "--class", "wire", "--country", "GBR", "--language", "en")
    feeds("add", "--no-check", "https://b.example/rss", "--class", "state")
    with open_registry(settings()) as registry:
        second = registry.feeds()[1]
        refused = FeedState(feed_id=second.id, last_status=403, last_outcome="hard", last_error="It refuses.")
        _put_state(registry, refused)

    def listed(*options: str) -> list[str]:
        return [feed["url"].removeprefix("https://")[0] for feed in printed("list", *options)]

    assert listed("--class", "Wire") == listed("--country", "gb") == listed("--language", "en-GB") == ["a"]
    assert listed("--country", "none") == listed("--language", "none") == ["b"]
    assert listed("--blocked") == listed("--failing", "--class", "state") == ["b"]
    assert listed("--blocked", "--class", "wire") == []
    assert "None of 2 feeds" in feeds("list", "--paused").stderr
    with pytest.raises(UsageError):
        feeds("list", "--class", "gossip")


def test_duplicates_are_told_and_merged_when_asked() -> None:
    feeds("add", "--no-check", "https://a.example/rss", "--tag", "x")
    feeds("add", "--no-check", "https://b.example/rss", "--tag", "y")
    with open_registry(settings()) as registry:
        first, second = registry.feeds()
        _put_state(registry, FeedState(feed_id=second.id, url=first.url, etag="e"))
        _put_state(registry, FeedState(feed_id=first.id, etag="e", articles=3))
    (group,) = printed("duplicates")
    assert (group["keep"]["id"], [e["id"] for e in group["extra"]], group["sure"]) == (first.id, [second.id], True)
    assert len(printed("list")) == 2
    assert "removed" in feeds("duplicates", "--merge").stdout
    (left,) = printed("list")
    assert (left["id"], left["tags"], left["state"]["articles"]) == (first.id, ["x", "y"], 3)
    assert printed("duplicates") == []


def test_what_is_likely_is_merged_only_when_that_is_said() -> None:
    feeds("add", "--no-check", *(f"https://{n}.example/rss" for n in "abc"))
    with open_registry(settings()) as registry:
        a, b, c = registry.feeds()
        items = tuple("12345")
        _put_state(registry, FeedState(feed_id=a.id, url=b.url))
        _put_state(registry, FeedState(feed_id=b.id, window=items))
        _put_state(registry, FeedState(feed_id=c.id, window=items, articles=7))
    feeds("duplicates", "--merge")
    assert [feed["id"] for feed in printed("list")] == [b.id, c.id]
    feeds("duplicates", "--merge", "--likely")
    assert [feed["id"] for feed in printed("list")] == [c.id]


def test_adding_a_feed_that_is_there_under_another_address_is_told(httpserver: HTTPServer) -> None:
    body = rss(*(item(n) for n in range(6)))
    httpserver.expect_request("/rss").respond_with_data(body, content_type="application/xml")
    httpserver.expect_request("/mirror").respond_with_data(body, content_type="application/xml")
    httpserver.expect_request("/old").respond_with_data(
        "", status=301, headers={"Location": httpserver.url_for("/rss")}
    )
    assert "probably" not in feeds("add", httpserver.url_for("/rss")).stderr
    told = feeds("add", httpserver.url_for("/old")).stderr
    assert "probably" in told
    assert "one leads to the other" in told
    with open_registry(settings()) as registry:
        first = registry.feeds()[0]
        _put_state(registry, FeedState(feed_id=first.id, window=marks(parse_feed(body, url=first.url).entries)))
    assert "nearly the same items" in feeds("add", httpserver.url_for("/mirror")).stderr


def test_a_file_that_is_too_large_to_be_a_list_of_feeds_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.opml").open("wb") as huge:
        huge.truncate(1 << 30)  # takes no room on the disk
    with pytest.raises(InputError, match=r"huge\.opml is larger than 100 MB"):
        feeds("import", str(tmp_path / "huge.opml"))
